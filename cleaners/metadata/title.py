"""Finds the title of a page: the headline in its metadata, in the wording of its h1."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence, Set

from cleaners.blocks.raw import RawBlock, RawPage
from cleaners.metadata.html_head import Head
from cleaners.metadata.site_names import (
    MAX_TITLE_CHARS,
    SITE_SEPARATOR,
    folded_title,
    is_front_page,
    is_whole,
    strip_site_name,
    with_site_before,
    without_view_label,
)
from cleaners.metadata.title_line import (
    DASHES,
    MAX_HEADLINE_WORDS,
    find_title_line,
    is_list_item,
)
from cleaners.rules.line_features import PageLines
from cleaners.rules.phrases import match_phrases
from cleaners.text.shingles import tokens

# A stated title of at most this many words may be only the first part of the h1.
_PARTIAL_TITLE_WORDS = 3
# In an h1, the text after a kicker that has its own element: a blank, then a capital or a quote.
_NEXT_ELEMENT = re.compile(r" [^\W\d_a-zß-ÿа-я]| [\d\"“”„‘’«»]")
_ENDS_IN_JOINT = re.compile(r"(?:\s[-–—|•·/]|[:|])\s$")
_TOPIC = re.compile(r"(?<![a-z])(?:topic|thread)-?(?:title|subject|name)(?![a-z])", re.I)
_MARKS = re.compile(r"\s*(?:¶|§|[\[(]\s*edit(?:\s*\|\s*edit source)?\s*[\])]|#|🔗)$", re.I)
_CELL_GAP = re.compile(r"\t| {3,}")
_MARKDOWN_HEADING = re.compile(r"#{1,6} +(?=\S)")
# Two titles are of the same article if they share this part of the shorter one's words.
_MIN_SHARED_WORDS = 0.3
# Titles of templates and of pages that aren't articles, folded.
_NO_HEADLINES = frozenset(
    "home homepage index untitled untitleddocument untitledpage news article post page document "
    "default undefined null title pagenotfound 404 404notfound error".split()
)
_CUT_END = re.compile(r"\s*(?:…|\.\.\.)$")
# What templates print after a headline in its h1: “ 12 comments”, “ (3)”, “ #4”.
_COUNT_AFTER = re.compile(r"\s*[(\[#]?\d+[)\]]?(?:\s+[^\W\d_]+)?\s*")
# Characters by which a title and its line may differ in length: quotes, blanks, dashes.
_TITLE_LENGTH_SLACK = 12
_MARKS_SLACK = 4  # characters of blanks and marks at the ends of a title


def find_title(
    raw: RawPage,
    lines: PageLines,
    kept: Sequence[bool],
    span: range,
    head: Head,
    no_title: Container[int] = (),
) -> tuple[int | None, str | None]:
    """The index of the title block, and the title without the site's name; None if not found.

    The lines of `no_title` are considered only if no other line can be the title, like list items.
    """
    headings = []
    if raw.is_html:
        headings = [
            i for i, block in enumerate(raw.blocks) if block.tag == "h1" or _is_topic(block, raw)
        ]
        headings += _opening_headings(raw, head.titles, headings)
    stated = list(map(without_view_label, head.titles))
    sites = set() if is_front_page(head.url) else set(map(folded_title, head.sites))
    others = [one for one in stated if folded_title(one) not in sites]
    stated = others or stated
    if len(headings) != 1 and (not stated or not (others or headings)):
        if not raw.is_html and (named := _named_by_first_line(lines, kept, span)) is not None:
            return named, title_text(raw, lines, named, span)
        at = find_title_line(
            lines, kept, span, lambda i: i in no_title or is_list_item(raw.blocks[i])
        )
        if not stated or (at is not None and raw.blocks[at].tag in ("h2", "h3")):
            return at, None if at is None else title_text(raw, lines, at, span)
    title = choose_stated_title(
        stated or [lines.texts[i] for i in headings],
        [lines.texts[i] for i in headings],
        head.sites,
        is_news=head.is_news,
        is_front=is_front_page(head.url),
    )
    if not headings:
        title = _without_site_line(title, lines)
    wanted = tokens(title)
    sizes = range(len(title) - _TITLE_LENGTH_SLACK, len(title) + _TITLE_LENGTH_SLACK)
    like = [i for i, text in enumerate(lines.texts) if len(text) in sizes]
    same = [i for i in like if lines[i].tokens == wanted]
    tagged = [i for i in same if raw.blocks[i].tag in ("h1", "h2", "h3")]
    return next(iter(tagged or same), None), title


def _opening_headings(raw: RawPage, titles: Sequence[str], headings: Sequence[int]) -> list[int]:
    """The h2 blocks with the start of a stated title, if the only h1 is the site at its end."""
    if len(headings) != 1:
        return []
    site = folded_title(raw.blocks[headings[0]].text)
    joints = [(title, joint) for title in titles for joint in _joints(title)]
    opening = {
        folded_title(t[: j.start()])
        for t, j in joints
        if site and folded_title(t[j.end() :]) == site
    }
    return [
        i for i, b in enumerate(raw.blocks) if b.tag == "h2" and folded_title(b.text) in opening
    ]


def _joints(title: str) -> Iterator[re.Match[str]]:
    return (j for j in SITE_SEPARATOR.finditer(title[:MAX_TITLE_CHARS]) if not j["colon"])


def _named_by_first_line(lines: PageLines, kept: Sequence[bool], span: range) -> int | None:
    """The line above the text that the first line repeats next to the site's name, if any.

    Some converters put the page's title first: “Ferry late again - The Quay”. The line that is
    nearest to the text is the headline, because the site's name stands at the top.
    """
    if not span or not lines.texts:
        return None
    first = lines.texts[0][:MAX_TITLE_CHARS]
    named = list(_parts(first))
    parts = {folded_title(part) for part in named} - {"", folded_title(first)}
    parts -= {
        end for end in parts if folded_title(first).endswith(end) and 2 * len(end) < len(first)
    }
    if not parts:
        return None
    sizes = range(min(map(len, named)) - _MARKS_SLACK, max(map(len, named)) + _MARKS_SLACK)
    head = next((i for i in span if i and kept[i] and lines[i].is_prose), span.start)
    texts = lines.texts
    found = (
        i for i in range(head, 0, -1) if len(texts[i]) in sizes and folded_title(texts[i]) in parts
    )
    return next((i for i in found if match_phrases(lines[i]) is None), None)


def names_page(line: str, title: str) -> bool:
    """Whether a line is the title with the site's name, as a page's head has it.

    >>> names_page("Ferry late again - The Quay", "Ferry late again")
    True
    """
    wanted = folded_title(title)
    return len(line) <= MAX_TITLE_CHARS and any(
        folded_title(part) == wanted for part in _parts(line)
    )


def title_text(raw: RawPage, lines: PageLines, at: int, span: range) -> str:
    """The title in a line, without heading marks and without the site's name.

    The end of a title counts as the site's name if another line of the page consists of it, or of
    the longer start of the title.
    Converters from HTML put blanks around separate elements, as in “Kicker : headline”.
    """
    block = raw.blocks[at]
    title = (
        block.list_mark + block.text
        if block.list_mark and block.list_mark[0] in DASHES
        else block.text
    )
    if " : " in title and not any(" : " in lines.texts[i] for i in span if i != at):
        title = title.replace(" : ", ": ")
    title = max(_CELL_GAP.split(title), key=len)  # a cell of a layout table stands beside it
    title = _MARKS.sub("", _MARKDOWN_HEADING.sub("", title, count=1))
    joints = list(SITE_SEPARATOR.finditer(title))
    # A longer end after a colon is the headline: “scrimshaw: Plotter Class Reference”.
    tails = [
        title[joint.end() :]
        for joint in joints
        if not joint["colon"] or len(title) - joint.end() < joint.start()
    ]
    tails = [tail for tail in tails if tail and not tail[0].islower()]
    if not tails:
        return title
    heads = [title[: joint.start()] for joint in joints]
    heads = [head for head in heads if len(head.split()) >= _PARTIAL_TITLE_WORDS]
    sizes = {*map(len, tails), *map(len, heads)}
    others = {folded_title(text) for text in lines.texts if len(text) in sizes}
    for head in heads:
        if folded_title(head) in others and 2 * len(head) > len(title):
            return head
    for tail in tails:
        if folded_title(tail) in others:
            return SITE_SEPARATOR.sub("", title[: -len(tail)][::-1], count=1)[::-1] or title
    return title


def _without_site_line(title: str, lines: PageLines) -> str:
    """A title without its end, if one line of the page is the headline and another is the site."""
    for joint in SITE_SEPARATOR.finditer(title[:MAX_TITLE_CHARS]):
        parts = (title[: joint.start()], title[joint.end() :])
        if not joint["colon"] and all(map(is_whole, parts)):
            sizes = {*map(len, parts)}
            others = {folded_title(text) for text in lines.texts if len(text) in sizes}
            if folded_title(parts[1]) in others:
                return parts[0]
    return title


def _is_topic(block: RawBlock, raw: RawPage) -> bool:
    """Whether a block is the title of a thread, in an h2 or h3 with a class name for topics."""
    if block.tag not in ("h2", "h3"):
        return False
    container = raw.containers[block.container]
    above = raw.containers[max(0, container.parent)]
    return _TOPIC.search(f"{container.label} {above.label}") is not None


def choose_stated_title(
    stated: Sequence[str],
    headings: Sequence[str],
    sites: Iterable[str],
    *,
    is_news: bool = True,
    is_front: bool = False,
) -> str:
    """The headline from the stated titles, in the wording of the h1 if one matches.

    `stated` are the titles in the metadata, at least one, the most trusted first; `headings` are
    the texts of the h1 elements. Unless the page is a news article, a differently worded h1 is
    preferred, because the metadata may be worded for search engines. An h1 that opens with a kicker
    isn't preferred. A site's front page keeps the site's name before its slogan.

    >>> choose_stated_title(["Ferry late again - The Quay"], ["The Quay", "Ferry late again"], [])
    'Ferry late again'
    """
    own = {folded_title(site) for site in sites}
    title = strip_site_name(_choose_wording(stated, headings, own, is_news=is_news), own)
    return title if title in headings or not is_front else with_site_before(title, stated, own)


def _choose_wording(
    stated: Sequence[str], headings: Sequence[str], own: Set[str], *, is_news: bool
) -> str:
    headings = [_MARKS.sub("", heading) for heading in headings]
    headings = [heading for heading in headings if not _is_cut(heading, stated)]
    if lone := _lone_headline(stated, headings, own):
        return lone
    parts = {folded_title(part): part for title in stated for part in _parts(title)}
    if named := [heading for heading in headings if folded_title(heading) in parts.keys() - own]:
        # “Topic - Forum”: both may be headings.
        opening = [
            h for h in named if any(folded_title(t).startswith(folded_title(h)) for t in stated)
        ]
        others = [heading for heading in headings[1:] if heading not in named]
        if not opening and named == headings[:1] and len(others) == 1 and _is_address(stated[0]):
            return others[0]
        heading = max(opening or named, key=len)
        return _better_spelling(heading, parts[folded_title(heading)])
    trimmed = [_MARKS.sub("", strip_site_name(t, own, [*stated, *headings])) for t in stated]
    for title in trimmed:
        wanted = folded_title(title)
        for heading in headings:
            if folded_title(heading) == wanted:
                return _better_spelling(heading, title)
    if not is_news and (other := _other_wording(stated, headings, own)):
        return other
    return _full_heading(trimmed[0], headings) or _without_pipes(trimmed[0])


def _is_address(title: str) -> bool:
    """Whether a title is the address of a wiki's page: “pump:priming [Well Wiki]”."""
    return title.endswith("]") and " " not in title.split(" [", 1)[0]


def _is_cut(heading: str, titles: Iterable[str]) -> bool:
    """Whether a heading is the shortened start of one of some titles: “Ferry late as cr…”."""
    start = _CUT_END.sub("", heading)
    return start != heading and any(title.startswith(start) for title in titles)


def _has_count(heading: str, title: str) -> bool:
    rest = heading.removeprefix(title)
    is_whole = rest != heading and len(title.split()) > _PARTIAL_TITLE_WORDS
    return is_whole and _COUNT_AFTER.fullmatch(rest) is not None


def _lone_headline(stated: Sequence[str], headings: Sequence[str], own: Set[str]) -> str | None:
    """The only h1, if the stated titles are no headlines: the site, “Home”, a URL."""
    candidates = [heading for heading in headings if folded_title(heading) not in own]
    if len(candidates) != 1 or not is_whole(candidates[0]):
        return None
    nothing = own | _NO_HEADLINES
    bare = (strip_site_name(title, own) for title in stated)
    if all(folded_title(title) in nothing or "://" in title for title in bare):
        return candidates[0]
    return None


def _without_pipes(title: str) -> str:
    """A title without the shorter parts after “ | ”: the section, the site, a slogan."""
    parts = [part.strip() for part in title[:MAX_TITLE_CHARS].split(" | ")]
    headline = parts[0]
    is_headline = len(headline.split()) >= _PARTIAL_TITLE_WORDS
    return headline if is_headline and max(parts, key=len) == headline else title


def _parts(title: str) -> Iterator[str]:
    """The text before and after each separator of a title, except colons.

    A colon may be part of the headline.
    """
    for joint in SITE_SEPARATOR.finditer(title[:MAX_TITLE_CHARS]):
        if not joint["colon"]:
            yield title[: joint.start()]
            yield title[joint.end() :]


def _other_wording(stated: Sequence[str], headings: Sequence[str], own: Set[str]) -> str | None:
    """The h1, if the page has only one and it shares enough words with a stated title."""
    candidates = {heading for heading in headings if folded_title(heading) not in own}
    if len(candidates) != 1:
        return None
    heading = candidates.pop()
    words = set(tokens(heading))
    if len(words) < 2 or _count_words(heading) > MAX_HEADLINE_WORDS:
        return None
    bare = [strip_site_name(title, own) for title in stated]
    if any(_has_kicker(heading, title) or _has_count(heading, title) for title in bare):
        return None
    for title in stated:
        others = set(tokens(title))
        if others and len(words & others) >= _MIN_SHARED_WORDS * min(len(words), len(others)):
            return heading
    return None


def _better_spelling(heading: str, title: str) -> str:
    """The h1 or the title, which have the same letters.

    The title is better if parts of the h1 run together or if the h1 opens with a kicker.
    """
    runs_on = _count_words(heading) < _count_words(title)
    return title if runs_on or _has_kicker(heading, title) else heading


def _count_words(text: str) -> int:
    return sum(any(map(str.isalnum, word)) for word in text.split())


def _has_kicker(heading: str, title: str) -> bool:
    """Whether an h1 opens with a kicker that the title separates by a colon or doesn't have.

    The h1 “Harbour Ferry late again” with the title “Harbour: Ferry late again”, or the h1
    “Harbour - Ferry late again” with the title “Ferry late again”.
    """
    for joint in SITE_SEPARATOR.finditer(title[:MAX_TITLE_CHARS]):
        kicker, rest = title[: joint.start()], heading[joint.start() :]
        if joint["colon"] and heading.startswith(kicker) and _NEXT_ELEMENT.match(rest):
            return True
    before = heading.removesuffix(title)
    if before == heading or not is_whole(title):
        return False
    is_long = len(title.split()) > _PARTIAL_TITLE_WORDS and before.endswith(" ")
    return is_long or _ENDS_IN_JOINT.search(before) is not None


def _full_heading(title: str, headings: Sequence[str]) -> str | None:
    """The h1, if the page has only one and it starts with a title that is short or cut."""
    if len(headings) != 1:
        return None
    start, heading = _CUT_END.sub("", title).casefold(), headings[0].casefold()
    rest = heading.removeprefix(start)
    if rest == heading or not rest:
        return None
    is_cut = len(start) < len(title) or (rest[0].isalpha() and start[-1:].isalpha())
    is_short = rest[0] == " " and len(title.split()) <= _PARTIAL_TITLE_WORDS
    return headings[0] if is_short or (is_cut and " " in start) else None
