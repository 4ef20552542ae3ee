"""Recognises a text that somebody has cleaned already, and what is still chrome in it.

A whole page as text has menus around its article, and lines that are known as chrome. A text
without them is all content: its labels, numbers and short lines are those of lists, tables and
code, which the classifier and single words would mistake for menus.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cleaners.model import Removal
from cleaners.reasons import Reason
from cleaners.rules.captions import match_caption
from cleaners.rules.foreign_script import match_foreign_script
from cleaners.rules.line_features import LineFeatures, PageLines
from cleaners.rules.phrases import match_phrases, match_weak_phrases
from cleaners.text.scripts import main_script


@dataclass(frozen=True, slots=True)
class _Limits:
    """How much of a text is content, and what the rest of a clean one may be.

    `content` is a share of the words, `left_out` and `label_share` of the lines; `chrome` and
    `labels` are lines.
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
# Labels read like lines of these.
_LABEL_REASONS = frozenset((Reason.NAVIGATION, Reason.TICKER, Reason.FOOTER))
_CONTENT_REASONS = _LABEL_REASONS | {Reason.DATE}  # a time is a row of a table
_MAX_SHORT_TEXT = 40  # lines
_SCRIPT_SAMPLE_CHARS = 8000
_MAX_EDGE_LABELS = 0.2  # of the lines at an end of a text
_CODE = re.compile(r"[{};]$|^[\"'<{}>@$#]|[(\[]$|\w\(\w*\)|[\"'\])],$|^(?:File \"|at \w+[.(])")


def reads_as_clean(lines: PageLines, kept: Sequence[bool]) -> bool:
    """Whether nearly all of a text is content or prose, and next to nothing of the rest chrome."""
    left_out = [line for line, keep in zip(lines, kept, strict=True) if not keep]
    if any("©" in line.text for line in left_out):  # the foot of a page
        return False
    n_words = sum(line.n_words for line in lines)
    share = sum(lines[i].n_words for i in _text_places(lines, kept)) / max(1, n_words)
    shown = [removal for line in left_out if (removal := _match_words(line)) is not None]
    labels = sum(removal.reason in _LABEL_REASONS for removal in shown)
    chrome = len(shown) - labels
    for limits in _CLEAN_LIMITS:
        if share >= limits.content:
            return (
                len(left_out) <= limits.left_out * len(lines)
                and chrome <= limits.chrome
                and labels <= max(limits.labels, limits.label_share * len(lines))
            )
    return False


def missed_lines(lines: PageLines, kept: Sequence[bool]) -> list[int]:
    """The lines of a clean text that the classifier doesn't take for content, but for chrome.

    What is above the first line of content, or below the last, belongs to the text if none of it
    is known as chrome.
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
    """Whether a line of a clean text is chrome by its words, or a caption.

    Its labels are no menu's.
    """
    removal = _match_words(line) or match_caption(line)
    if removal is None:
        return False
    return "©" in line.text or removal.reason not in _CONTENT_REASONS


def true_repeats(lines: PageLines, repeats: Mapping[int, Removal]) -> dict[int, Removal]:
    """Of the repeats in a clean text, those that are no lines of lists, tables or code.

    Short lines recur there; a text printed twice has sentences in each of its parts.
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
    """The removal of a line by its words; short sentences, and lines of code, have none."""
    is_short_sentence = line.ends_sentence and not line.is_prose
    if not line.words or is_short_sentence or _CODE.search(line.text):
        return None
    return match_phrases(line)


def _holds_chrome(lines: Sequence[LineFeatures], script: str | None) -> bool:
    """Whether lines at an end of a text have chrome, or many labels."""
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
    """Whether the first line is a headline, and not a label above one."""
    first, second = lines[0], lines[1]
    return first.is_heading_like and bool(first.script) and not second.is_heading_like


def _text_places(lines: PageLines, kept: Sequence[bool]) -> list[int]:
    """The lines that are content, in a short text also the prose below the first of them."""
    places = [i for i, keep in enumerate(kept) if keep]
    if len(lines) > _MAX_SHORT_TEXT or not places:
        return places
    return [i for i in range(places[0], len(lines)) if kept[i] or _is_text(lines[i])]


def _is_text(line: LineFeatures) -> bool:
    return line.is_prose and match_phrases(line) is None and match_weak_phrases(line) is None
