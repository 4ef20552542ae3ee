"""Overrides the classifier where a line's words or markup give clearer evidence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, pairwise

from cleaners.model import Cleaner, Removal
from cleaners.reasons import Reason
from cleaners.rules.captions import match_caption
from cleaners.rules.foreign_script import match_foreign_script
from cleaners.rules.line_features import LineFeatures, PageLines
from cleaners.rules.page_context import PageContext, Removals
from cleaners.rules.phrases import match_phrases, match_weak_phrases
from cleaners.rules.position import match_headed_lists

# Words of these reasons remove a line that the classifier keeps. Other reasons need a higher
# confidence, a longer line and an unsure classifier: “Social media marketing” can be a heading.
_OVERRIDING_REASONS = frozenset(
    (Reason.SHARE, Reason.FOREIGN_SCRIPT, Reason.ADVERT, Reason.CAPTION, Reason.CONSENT)
)
# From this content probability on, the classifier is never overridden.
_CERTAIN_PROBABILITY = 0.93
_UNCERTAIN_PROBABILITY = 0.6
_MIN_CONFIDENCE = 0.65
_MIN_OVERRIDE_CONFIDENCE, _MIN_OVERRIDE_WORDS = 0.85, 3
_MAX_OVERRIDE_CHARS = 160  # for longer lines the classifier alone decides
_MAX_LIST_ITEMS = 15
_MAX_HEADING_WORDS = 4
_MIN_KEPT_ITEMS = 0.5  # the share of items of a list that is kept as a whole
_MIN_QUANTITIES = 2
_QUANTITY = re.compile(
    r"\d\s?(?:k?g|mg|[mcd]l|oz|cups?|tbsp|tsp|EL|TL|dkg|szt|adet|su bardağı|"
    r"к?гр?|мл|л|шт|ст\.?\s?л|ч\.?\s?л|克|毫升|グラム|个|個|杯|勺|큰술|작은술|개|غ|مل|كوب|ملعقة|גרם|כף|כפית)"
    r"(?![^\W\d_])|(?:大さじ|小さじ)\s?\d",
    re.I,
)
# Below this content probability, a line in a list of headlines is removed with the list.
_UNSURE_PROBABILITY = 0.8
# If more than this share of the content's characters is hidden, a script will show it: keep it.
_MAX_HIDDEN_SHARE = 0.3
# A text with few lines, one of them with enough words, is content as a whole.
_MAX_SHORT_TEXT_LINES = 4
_MIN_SHORT_TEXT_WORDS = 8
# In a longer text, prose lines of this many words are content if there are enough of them.
_MIN_PROSE_WORDS = 20
_MIN_PROSE_LINES = 2
# An article has a complete sentence, or a block with at least this many words.
_MIN_SENTENCE_WORDS = 12


def chrome_in_content(
    lines: PageLines,
    kept: Sequence[bool],
    content: Sequence[float],
    script: str | None,
) -> Removals:
    """For each block its removal, if it is boilerplate that the classifier keeps, or None.

    `content` are the probabilities that a block is content. `script` is the page's writing system.
    """
    removals: Removals = [None] * len(lines)
    for i, keep in enumerate(kept):
        if (
            not keep
            or content[i] >= _CERTAIN_PROBABILITY
            or len(lines.texts[i]) > _MAX_OVERRIDE_CHARS
        ):
            continue
        removal = match_line(lines[i], script)
        if removal and _overrides_classifier(removal, lines[i], content[i]):
            removals[i] = removal
    return removals


def above_title(
    page: PageContext, kept: Sequence[bool], title: int, *, is_certain: bool
) -> dict[int, Removal]:
    """The removals of labels above the title, such as the site's name or the section.

    Where it is not certain that the line is the title, because it may be a later heading in plain
    text, only list items count.
    """
    lines = page.lines
    labels = (
        i
        for i in range(title)
        if kept[i] and not lines[i].ends_sentence and (is_certain or page.raw.blocks[i].bullet)
    )
    what = "a label above the title"
    return {
        i: Removal(Reason.NAVIGATION, Cleaner.POSITION, what, 0.7)
        for i in labels
        if lines[i].n_words < _MIN_SENTENCE_WORDS
    }


def not_shown(page: PageContext, kept: Sequence[bool]) -> dict[int, Removal]:
    """The removals of hidden blocks and of form options.

    Hidden blocks are kept if they are much of the content, because a script will show them.
    """
    containers, blocks = page.raw.containers, page.raw.blocks
    content = [i for i, keep in enumerate(kept) if keep]
    found = {
        i: Removal(Reason.NAVIGATION, Cleaner.MARKUP, "the choices of a form", 0.9)
        for i in content
        if blocks[i].tag in ("select", "optgroup")
    }
    hidden = [i for i in content if containers[blocks[i].container].hidden]
    size = sum(len(blocks[i].text) for i in content)
    if sum(len(blocks[i].text) for i in hidden) <= _MAX_HIDDEN_SHARE * size:
        what = "inside an element that is not shown"
        found |= {i: Removal(Reason.BOILERPLATE, Cleaner.MARKUP, what, 0.8) for i in hidden}
    return found


def has_no_sentences(lines: PageLines, kept: Sequence[bool], removals: Removals) -> bool:
    """Whether the remaining blocks have no complete sentence, and so are not an article."""
    left = (lines[i] for i, keep in enumerate(kept) if keep and removals[i] is None)
    return not any(line.ends_sentence or line.n_words >= _MIN_SENTENCE_WORDS for line in left)


def prose_or_short_text(lines: PageLines) -> list[bool]:
    """For each line of a text whether to keep it, if the classifier keeps none or is unsure of all.

    The classifier is unreliable for very short texts, such as a message or a table field, and for
    some languages. A short text is kept completely if no line is known boilerplate. In a longer
    text, lines of prose are kept.
    """
    is_chrome = [match_phrases(line) is not None for line in lines]
    if (
        len(lines) <= _MAX_SHORT_TEXT_LINES
        and any(line.n_words >= _MIN_SHORT_TEXT_WORDS for line in lines)
        and not any(is_chrome)
    ):
        return [line.n_words > 0 for line in lines]
    prose = [
        line.is_prose and line.n_words >= _MIN_PROSE_WORDS and not chrome
        for line, chrome in zip(lines, is_chrome, strict=True)
    ]
    return prose if sum(prose) >= _MIN_PROSE_LINES else [False] * len(lines)


def lists_after_colon(lines: PageLines, kept: Sequence[bool]) -> list[int]:
    """The blocks of lists that a kept line introduces with a colon.

    List items look like labels to the classifier. The items directly below the colon are kept, and
    so is the sentence that ends the list, unless boilerplate is in between.
    """
    found: list[int] = []
    for i, keep in enumerate(kept):
        if not (keep and lines.texts[i][-1:] in ":：" and lines[i].n_words >= _MIN_OVERRIDE_WORDS):
            continue
        items = []
        for j in range(i + 1, min(len(lines), i + 2 + _MAX_LIST_ITEMS)):
            line = lines[j]
            if kept[j] and line.ends_sentence:
                break
            if line.is_prose or line.is_short_sentence:
                items.append(j)
                break
            if match_phrases(line) or match_caption(line):
                break
            items.append(j)
        if 2 <= len(items) <= _MAX_LIST_ITEMS:
            found += [j for j in items if not kept[j]]
    return found


def rest_of_text_lists(page: PageContext, kept: Sequence[bool]) -> list[int]:
    """The blocks of a text to keep because they are items of a list that is partly kept.

    Lines between two kept ones are kept, too, if half of them give quantities, as ingredients do.
    """
    found: list[int] = []
    for items in _lists(page):
        n_kept = sum(kept[i] for i in items)
        rest = [i for i in items if not kept[i]]
        if _MIN_KEPT_ITEMS * len(items) <= n_kept and not any(
            match_phrases(page.lines[i]) for i in rest
        ):
            found += rest
    places = [i for i, keep in enumerate(kept) if keep]
    for before, after in pairwise(places):
        gap = range(before + 1, after)
        if not _MIN_QUANTITIES <= len(gap) <= _MAX_LIST_ITEMS:
            continue
        quantities = sum(_QUANTITY.search(page.lines.texts[i]) is not None for i in gap)
        if 2 * quantities >= len(gap) and not any(_is_chrome(page.lines[i]) for i in gap):
            found += gap
    return sorted(set(found))


def _lists(page: PageContext) -> Iterator[Sequence[int]]:
    """The runs of lines with the same bullet and indentation."""
    blocks = page.raw.blocks
    kinds = ((block.list_mark[:1], block.indent) if block.bullet else ("", 0) for block in blocks)
    for (mark, _), run in groupby(enumerate(kinds), lambda at: at[1]):
        items = [i for i, _ in run]
        if mark and 3 <= len(items) <= _MAX_LIST_ITEMS:
            yield items


def _is_chrome(line: LineFeatures) -> bool:
    """Whether a line is boilerplate by its words; the labels of a list can be like a menu's."""
    removal = match_phrases(line)
    return removal is not None and removal.reason not in (Reason.NAVIGATION, Reason.TICKER)


def headlines_in_content(
    page: PageContext, content: Sequence[float], removals: Removals
) -> dict[int, Removal]:
    """The removals of kept headlines in lists under a boilerplate heading (“Read also”).

    `content` are the probabilities that a block is content.
    """
    lines, kept = page.lines, page.kept
    above_links = _headings_above_links(page)
    candidates = [
        removal or above_links.get(i) or (None if keep else match_phrases(lines[i]))
        for i, (removal, keep) in enumerate(zip(removals, kept, strict=True))
    ]
    firm = [
        keep
        and i not in above_links
        and (
            lines[i].ends_sentence
            or (content[i] >= _UNSURE_PROBABILITY and not _is_related_headline(page, candidates, i))
        )
        for i, keep in enumerate(kept)
    ]
    found = match_headed_lists(page, candidates, firm)
    found |= {i: removal for i, removal in above_links.items() if i + 1 in found}
    return {i: removal for i, removal in found.items() if kept[i]}


def _headings_above_links(page: PageContext) -> dict[int, Removal]:
    """The kept lines such as “Read also”, directly above a link, with their removals."""
    found = {}
    for i in range(len(page.lines) - 1):
        if (
            page.kept[i]
            and page.lines[i].n_words <= _MAX_HEADING_WORDS
            and page.is_mostly_link(i + 1)
        ):
            removal = match_phrases(page.lines[i])
            if removal is not None and removal.reason is Reason.RELATED:
                found[i] = removal
    return found


def _is_related_headline(page: PageContext, removals: Sequence[Removal | None], i: int) -> bool:
    """Whether a block is the single headline directly below “Read also”."""
    above = removals[i - 1] if i else None
    return (
        above is not None
        and above.reason is Reason.RELATED
        and page.raw.is_html
        and page.lines.texts[i][-1:] not in ":："
        and not re.fullmatch(r"h[1-6]", page.raw.blocks[i].tag)
    )


def _overrides_classifier(removal: Removal, line: LineFeatures, content: float) -> bool:
    if removal.confidence < _MIN_CONFIDENCE:
        return False
    if removal.reason in _OVERRIDING_REASONS:
        return not line.ends_sentence or (
            removal.confidence >= _MIN_OVERRIDE_CONFIDENCE and not line.is_prose
        )
    return (
        content < _UNCERTAIN_PROBABILITY
        and removal.confidence >= _MIN_OVERRIDE_CONFIDENCE
        and line.n_words >= _MIN_OVERRIDE_WORDS
        and (not line.ends_sentence or removal.reason is Reason.FOOTER)
        and not line.is_prose
    )


def add_missing(removals: Removals, found: Mapping[int, Removal]) -> None:
    """Set the removals of blocks that have none yet; an earlier removal takes precedence."""
    for i, removal in found.items():
        removals[i] = removals[i] or removal


def match_line(line: LineFeatures, script: str | None) -> Removal | None:
    """The removal of a line by its words, or because its script isn't the page's; or None."""
    if removal := match_phrases(line) or match_caption(line):
        return removal
    foreign = match_foreign_script(line, script)
    return (match_weak_phrases(line) or foreign) if foreign else None
