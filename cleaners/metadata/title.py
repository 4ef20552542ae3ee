"""Finds the title of a page: the headline in its metadata, as its h1 spells it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence, Set

from cleaners.blocks.raw import RawBlock, RawPage
from cleaners.metadata.html_head import Head
from cleaners.metadata.title_line import (
    MAX_HEADLINE_WORDS,
    find_title_line,
    is_crumb_or_tab,
    is_headline,
)
from cleaners.rules.line_features import PageLines
from cleaners.rules.page_context import Removals
from cleaners.rules.phrases import match_phrases
from cleaners.text.shingles import tokens
from cleaners.text.unspaced import UNSPACED_CHAR

_NUMBERED_ITEM = re.compile(r"\d{1,2}(?:\.|(?:\.\d{1,2})+) ")
_DASHES = "-–—"  # that open direct speech
_UNSPACED_CHAR = re.compile(UNSPACED_CHAR)
_PARTIAL_TITLE_WORDS = 3  # words of a title that may be the beginning of one
# What stands between a headline and the name of the site or of its section.
_SITE_SEPARATOR = re.compile(
    r"\s+(?:[-–—|•·*»›«‹/<>~]|::|_)\s+|\s*[|｜：]+\s*|(?P<colon>:)\s+"
    r"|(?<=[^\x00-\u02ff])[-–—_／/](?=[^\x00-\u02ff])|\s+\[(?=[^\[\]]+\]$)"
)
# What of an h1 follows a kicker that was an element of its own: no sign, and a capital or a quote.
_NEXT_ELEMENT = re.compile(r" [^\W\d_a-zß-ÿа-я]| [\d\"“”„‘’«»]")
_ENDS_IN_JOINT = re.compile(r"(?:\s[-–—|•·/]|[:|])\s$")
_MARKS = re.compile(r"\s*(?:¶|§|[\[(]\s*edit(?:\s*\|\s*edit source)?\s*[\])]|#|🔗)$", re.I)
_MARKDOWN_HEADING = re.compile(r"#{1,6} +(?=\S)")
_MIN_SHARED_WORDS = 0.3  # share of the words of the shorter of two titles of one article
_MAX_TITLE_CHARS = 500  # characters of a title that may have names beside it
_TITLE_LENGTH_SLACK = (
    12  # characters that two spellings of a title may differ in: quotes, blanks, dashes
)


def find_title(
    raw: RawPage, lines: PageLines, kept: Sequence[bool], span: range, head: Head
) -> tuple[int | None, str | None]:
    """The index of the title block and the title, without the site's name; None where unknown."""
    headings = [i for i, block in enumerate(raw.blocks) if block.tag == "h1"]
    if not head.titles and len(headings) != 1:
        at = find_title_line(lines, kept, span, lambda i: _is_list_item(raw.blocks[i]))
        return at, None if at is None else title_text(raw, lines, at, span)
    title = choose_stated_title(
        head.titles or [lines.texts[i] for i in headings],
        [lines.texts[i] for i in headings],
        head.sites,
        is_news=head.is_news,
    )
    wanted = tokens(title)
    sizes = range(len(title) - _TITLE_LENGTH_SLACK, len(title) + _TITLE_LENGTH_SLACK)
    like = [i for i, text in enumerate(lines.texts) if len(text) in sizes]
    same = [i for i in like if lines[i].tokens == wanted]
    tagged = [i for i in same if raw.blocks[i].tag in ("h1", "h2", "h3")]
    return next(iter(tagged or same), None), title


def title_of_clean_text(
    raw: RawPage, lines: PageLines, removals: Removals, found: int | None
) -> int | None:
    """The title of a clean text: its first line, if a blank line follows every line.

    Elsewhere, and below a label, it is the line that was `found`, if there is one.
    """
    if len(lines) < 2 or removals[0] is not None:
        return found
    first = lines[0]
    if found is not None and any(block.gap != 1 for block in raw.blocks[1:]):
        return found
    is_label = match_phrases(first) is not None or is_crumb_or_tab(first.text)
    if found:
        is_item = _is_list_item(raw.blocks[0])
        is_label = is_label or is_item or first.text.isupper() or not is_headline(first)
    if not first.script or is_label or not (first.is_heading_like or is_headline(first)):
        return found
    return 0


def title_text(raw: RawPage, lines: PageLines, at: int, span: range) -> str:
    """The title in a line: without a bullet, or a site's name that stands elsewhere by itself.

    Converters put blanks around what was an element of its own: “Kicker : headline”.
    """
    block = raw.blocks[at]
    title = (
        block.list_mark + block.text
        if block.list_mark and block.list_mark[0] in _DASHES
        else block.text
    )
    if " : " in title and not any(" : " in lines.texts[i] for i in span if i != at):
        title = title.replace(" : ", ": ")
    title = _MARKS.sub("", _MARKDOWN_HEADING.sub("", title, count=1))
    tails = [title[joint.end() :] for joint in _SITE_SEPARATOR.finditer(title)]
    tails = [tail for tail in tails if tail and not tail[0].islower()]
    if not tails:
        return title
    sizes = {len(tail) for tail in tails}
    others = {_folded(text) for text in lines.texts if len(text) in sizes}
    for tail in tails:
        if _folded(tail) in others:
            return _SITE_SEPARATOR.sub("", title[: -len(tail)][::-1], count=1)[::-1] or title
    return title


def _is_list_item(block: RawBlock) -> bool:
    """Whether a line is an item of a list, by its bullet or its number."""
    return (block.bullet and block.list_mark[0] not in _DASHES) or _NUMBERED_ITEM.match(
        block.text
    ) is not None


def choose_stated_title(
    stated: Sequence[str],
    headings: Sequence[str],
    sites: Iterable[str],
    *,
    is_news: bool = True,
) -> str:
    """The headline of the stated titles, spelled as in the h1 if one matches.

    `stated` has at least one, the most trusted first; `headings` are what stands in the h1s. Where
    the page isn't a news article's, an h1 in other words goes before what search engines read,
    but not one that a kicker opens.

    >>> choose_stated_title(["Ferry late again - The Quay"], ["The Quay", "Ferry late again"], [])
    'Ferry late again'
    """
    own = {_folded(site) for site in sites}
    return strip_site_name(_choose_wording(stated, headings, own, is_news=is_news), own)


def _choose_wording(
    stated: Sequence[str], headings: Sequence[str], own: Set[str], *, is_news: bool
) -> str:
    headings = [_MARKS.sub("", heading) for heading in headings]
    parts = {_folded(part): part for title in stated for part in _parts(title)}
    if named := [heading for heading in headings if _folded(heading) in parts.keys() - own]:
        heading = max(named, key=len)
        return _better_spelling(heading, parts[_folded(heading)])
    trimmed = [_MARKS.sub("", strip_site_name(t, own, [*stated, *headings])) for t in stated]
    for title in trimmed:
        wanted = _folded(title)
        for heading in headings:
            if _folded(heading) == wanted:
                return _better_spelling(heading, title)
    if not is_news and (other := _other_wording(stated, headings, own)):
        return other
    return _full_heading(trimmed[0], headings) or _without_pipes(trimmed[0])


def _without_pipes(title: str) -> str:
    """A title without what follows a bar and is shorter: the section, the site, a slogan."""
    parts = [part.strip() for part in title[:_MAX_TITLE_CHARS].split(" | ")]
    headline = parts[0]
    is_headline = len(headline.split()) >= _PARTIAL_TITLE_WORDS
    return headline if is_headline and max(parts, key=len) == headline else title


def _parts(title: str) -> Iterator[str]:
    """What stands before and after each joint of a title; a colon may be part of a headline."""
    for joint in _SITE_SEPARATOR.finditer(title[:_MAX_TITLE_CHARS]):
        if not joint["colon"]:
            yield title[: joint.start()]
            yield title[joint.end() :]


def _other_wording(stated: Sequence[str], headings: Sequence[str], own: Set[str]) -> str | None:
    """The only h1, where it shares words with a stated title, which search engines are to read."""
    candidates = {heading for heading in headings if _folded(heading) not in own}
    if len(candidates) != 1:
        return None
    heading = candidates.pop()
    words = set(tokens(heading))
    if len(words) < 2 or _count_words(heading) > MAX_HEADLINE_WORDS:
        return None
    if any(_has_kicker(heading, title) for title in stated):
        return None
    for title in stated:
        others = set(tokens(title))
        if others and len(words & others) >= _MIN_SHARED_WORDS * min(len(words), len(others)):
            return heading
    return None


def _better_spelling(heading: str, title: str) -> str:
    """Of an h1 and a title with the same letters, the h1, unless its parts run into each other."""
    runs_on = _count_words(heading) < _count_words(title)
    return title if runs_on or _has_kicker(heading, title) else heading


def _count_words(text: str) -> int:
    return sum(any(map(str.isalnum, word)) for word in text.split())


def _has_kicker(heading: str, title: str) -> bool:
    """Whether an h1 opens with a kicker that the title marks off or lacks.

    “Harbour Ferry late again” beside “Harbour: Ferry late again”, and “Harbour - Ferry late again”
    beside “Ferry late again”.
    """
    for joint in _SITE_SEPARATOR.finditer(title[:_MAX_TITLE_CHARS]):
        kicker, rest = title[: joint.start()], heading[joint.start() :]
        if joint["colon"] and heading.startswith(kicker) and _NEXT_ELEMENT.match(rest):
            return True
    before = heading.removesuffix(title)
    if before == heading or not _is_whole(title):
        return False
    is_long = len(title.split()) > _PARTIAL_TITLE_WORDS and before.endswith(" ")
    return is_long or _ENDS_IN_JOINT.search(before) is not None


def _full_heading(title: str, headings: Sequence[str]) -> str | None:
    """The only h1, where a title of few words is how it begins."""
    if len(headings) != 1 or len(title.split()) > _PARTIAL_TITLE_WORDS:
        return None
    is_longer = headings[0].casefold().startswith(title.casefold() + " ")
    return headings[0] if is_longer else None


def strip_site_name(title: str, own: Set[str], others: Iterable[str] = ()) -> str:
    """A title without the site's name, or a part that one of `others` lacks.

    What is far too long for a title stays as it is: every name in it would cost a look at the rest.
    """
    joints = list(_SITE_SEPARATOR.finditer(title)) if len(title) <= _MAX_TITLE_CHARS else []
    if not joints:
        return title
    rests = {_folded(other) for other in others}
    for joint in joints:
        before, after = title[: joint.start()], title[joint.end() :]
        if not joint["colon"] and _is_whole(before) and _folded(before) in rests:
            return before
        if before and _folded(after.rstrip("]")) in own:
            return strip_site_name(before, own)
        if after and _folded(before) in own:
            return strip_site_name(after, own)
    return title


def _is_whole(part: str) -> bool:
    """Whether a part of a title is long enough to be a headline: two words, or Thai or Han."""
    return " " in part or len(_UNSPACED_CHAR.findall(part)) > 3


def _folded(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())
