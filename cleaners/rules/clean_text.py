"""Recognises a text that has already been cleaned, and the boilerplate that is left in it.

The text of a whole page has menus around its article and other known boilerplate. A text without
them is content throughout: its labels, numbers and short lines belong to lists, tables and code,
which the classifier and the word rules would mistake for menus.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cleaners.model import PageType, Removal
from cleaners.reasons import Reason
from cleaners.rules.captions import match_caption
from cleaners.rules.foreign_script import match_foreign_script
from cleaners.rules.line_features import LineFeatures, PageLines
from cleaners.rules.phrases import match_phrases, match_weak_phrases
from cleaners.rules.software_words import is_control
from cleaners.text.scripts import main_script


@dataclass(frozen=True, slots=True)
class _Limits:
    """The limits for a clean text from a certain share of content on.

    `content` is the lowest share of words that are content for these limits to apply. `left_out`
    is the highest share of lines that are not content, `chrome` the highest number of boilerplate
    lines, and `labels` or `label_share` the highest number or share of label lines.
    """

    content: float
    left_out: float
    chrome: int
    labels: int
    label_share: float


_CLEAN_LIMITS = (
    _Limits(0.95, 1.0, 2, 4, 0.1),
    _Limits(0.85, 0.3, 2, 4, 0.04),
    _Limits(0.5, 1.0, 0, 1, 0.01),
)
_LABEL_TYPES = frozenset(
    (PageType.PRODUCT, PageType.SERVICE, PageType.LISTING, PageType.COLLECTION, PageType.FORUM)
)
# Labels of lists and tables read like boilerplate with these reasons.
_LABEL_REASONS = frozenset((Reason.NAVIGATION, Reason.TICKER, Reason.FOOTER))
_CONTENT_REASONS = _LABEL_REASONS | {Reason.DATE}  # a time can be a row of a table
_MAX_SHORT_TEXT = 40  # a text with at most this many lines is short
_SCRIPT_SAMPLE_CHARS = 8000
# The lines before or after the content are boilerplate if more than this share of them is labels.
_MAX_EDGE_LABELS = 0.2
_FOOTER_LINES = 12  # lines at the end that are searched for a copyright notice
_MIN_CONTROLS = 2  # “Copy link” alone may be left over in a clean text
_COPYRIGHT = re.compile(r"(?:copyright\s*)?(?:©|\(c\))\s*(?:copyright\s*)?(?:19|20)\d\d\b", re.I)
_CODE = re.compile(r"[{};]$|^[\"'<{}>@$#]|[(\[]$|\w\(\w*\)|[\"'\])],$|^(?:File \"|at \w+[.(])")


def reads_as_clean(lines: PageLines, kept: Sequence[bool], page_type: PageType) -> bool:
    """Whether nearly all of a text is content or prose, and almost none of the rest boilerplate.

    A footer or controls show that a text is a whole page, unless it has labels for content.
    """
    left_out = [line for line, keep in zip(lines, kept, strict=True) if not keep]
    if any("©" in line.text for line in left_out):  # the footer of a page
        return False
    if page_type not in _LABEL_TYPES and (
        _is_footer(lines[-_FOOTER_LINES:]) or sum(map(is_control, lines)) >= _MIN_CONTROLS
    ):
        return False
    n_words = sum(line.n_words for line in lines)
    share = sum(lines[i].n_words for i in _text_places(lines, kept)) / max(1, n_words)
    limits = [one for one in _CLEAN_LIMITS if share >= one.content]
    if not limits:
        return False
    shown = [removal for line in left_out if (removal := _match_words(line)) is not None]
    labels = sum(removal.reason in _LABEL_REASONS for removal in shown)
    return any(
        len(left_out) <= one.left_out * len(lines)
        and len(shown) - labels <= one.chrome
        and labels <= max(one.labels, one.label_share * len(lines))
        for one in limits
    )


def _is_footer(lines: Sequence[LineFeatures]) -> bool:
    """Whether one of the last lines of a text is a copyright notice."""
    return any(_COPYRIGHT.match(line.text) and not line.is_prose for line in lines)


def missed_lines(lines: PageLines, kept: Sequence[bool]) -> list[int]:
    """The lines of a clean text to keep although the classifier doesn't, except boilerplate.

    The lines above the first line of content, and those below the last, are kept only if none of
    them is known boilerplate.
    """
    places = _text_places(lines, kept)
    if not places:
        return []
    script = main_script("\n".join(lines.texts)[:_SCRIPT_SAMPLE_CHARS])
    first, last = places[0], places[-1]
    is_headline_above = first == 1 and _is_headline_above(lines)
    if is_headline_above or not _holds_chrome(lines[:first], script):
        first = next(i for i, line in enumerate(lines) if line.script or i == first)
    if not _holds_chrome(lines[last + 1 :], script):
        last = len(lines) - 1
    return [i for i in range(first, last + 1) if not kept[i] and not is_chrome(lines[i])]


def is_chrome(line: LineFeatures) -> bool:
    """Whether a line of a clean text is boilerplate by its words, or a caption.

    Labels and times don't count, because they belong to lists and tables.
    """
    removal = _match_words(line) or match_caption(line)
    if removal is None:
        return False
    return "©" in line.text or removal.reason not in _CONTENT_REASONS


def true_repeats(lines: PageLines, repeats: Mapping[int, Removal]) -> dict[int, Removal]:
    """The repeats in a clean text without those in lists, tables and code.

    Short lines recur there. In a text that is printed twice, each run of repeats has a sentence.
    """
    found: dict[int, Removal] = {}
    run: list[int] = []
    for i in [*sorted(repeats), len(lines) + 1]:
        if run and i != run[-1] + 1:
            if any(lines[j].ends_sentence or lines[j].is_prose for j in run):
                found |= {j: repeats[j] for j in run}
            run = []
        run.append(i)
    return found


def _match_words(line: LineFeatures) -> Removal | None:
    """The removal of a line by its words; None for short sentences and lines of code."""
    is_short_sentence = line.ends_sentence and not line.is_prose
    if not line.words or is_short_sentence or (removal := match_phrases(line)) is None:
        return None
    return None if _CODE.search(line.text) else removal


def _holds_chrome(lines: Sequence[LineFeatures], script: str | None) -> bool:
    """Whether the lines before or after the content have boilerplate or many labels."""
    found = [
        removal
        for line in lines
        if (
            removal := _match_words(line)
            or match_caption(line)
            or match_foreign_script(line, script)
        )
    ]
    labels = sum(removal.reason in _LABEL_REASONS for removal in found)
    most = max(1, _MAX_EDGE_LABELS * len(lines))
    return len(found) > labels or labels > most or any("©" in line.text for line in lines)


def _is_headline_above(lines: PageLines) -> bool:
    """Whether the first line is a headline, not a label above a headline."""
    first, second = lines[0], lines[1]
    return first.is_heading_like and bool(first.script) and not second.is_heading_like


def _text_places(lines: PageLines, kept: Sequence[bool]) -> list[int]:
    """The indices of the lines of content, and in a short text also of prose below the first."""
    places = [i for i, keep in enumerate(kept) if keep]
    if len(lines) > _MAX_SHORT_TEXT or not places:
        return places
    return [i for i in range(places[0], len(lines)) if kept[i] or _is_text(lines[i])]


def _is_text(line: LineFeatures) -> bool:
    return line.is_prose and match_phrases(line) is None and match_weak_phrases(line) is None
