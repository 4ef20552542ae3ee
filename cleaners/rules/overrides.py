"""The marks of a page's blocks, and where a line's own words overrule the classifier."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from cleaners.model import Reason, Removal
from cleaners.rules.captions import match_caption
from cleaners.rules.foreign_script import match_foreign_script
from cleaners.rules.line_features import LineFeatures, PageLines
from cleaners.rules.page_context import PageContext
from cleaners.rules.phrases import match_phrases, match_weak_phrases
from cleaners.rules.position import match_headed_lists

Removals = list[Removal | None]

# A line that the classifier keeps goes all the same where its own words say one of these, and the
# classifier isn't as good as certain; for other reasons they must be surer and say it at length.
_OVERRIDING_REASONS = frozenset(
    (Reason.SHARE, Reason.FOREIGN_SCRIPT, Reason.ADVERT, Reason.CAPTION, Reason.CONSENT)
)
_CERTAIN_PROBABILITY = 0.93
_MIN_OVERRIDE_CONFIDENCE, _MIN_OVERRIDE_WORDS = 0.85, 3
_MAX_OVERRIDE_CHARS = 160  # characters; longer lines are judged by the classifier alone
_MAX_LIST_ITEMS = 15  # of a list that a sentence announces
_UNSURE_PROBABILITY = 0.8  # below this, a line in a list of headlines goes with the list
_MIN_SENTENCE_WORDS = 12  # words; an article has a finished sentence, or one block as long as this


def chrome_in_content(
    lines: PageLines, kept: Sequence[bool], content: Sequence[float], script: str | None
) -> Removals:
    """The removals of short unfinished lines that were taken for content."""
    marks: Removals = [None] * len(lines)
    for i, keep in enumerate(kept):
        if (
            not keep
            or content[i] >= _CERTAIN_PROBABILITY
            or len(lines.texts[i]) > _MAX_OVERRIDE_CHARS
        ):
            continue
        said = match_line(lines[i], script)
        if said and _overrides_classifier(said, lines[i]):
            marks[i] = said
    return marks


def has_no_sentences(lines: PageLines, kept: Sequence[bool], marks: Removals) -> bool:
    """Whether what is left has no finished sentence, so that it can't be an article."""
    left = (lines[i] for i, keep in enumerate(kept) if keep and marks[i] is None)
    return not any(line.ends_sentence or line.n_words >= _MIN_SENTENCE_WORDS for line in left)


def lists_after_colon(lines: PageLines, kept: Sequence[bool]) -> list[int]:
    """The blocks of lists that a sentence of the article announces with a colon.

    Lines of a list read like labels. Those right below the colon stay, and so does the sentence
    that closes the list, as long as no words of chrome stand between.
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


def headlines_in_content(
    view: PageContext, content: Sequence[float], marks: Removals
) -> dict[int, Removal]:
    """The removals of headlines that were taken for content, in lists under a heading of chrome."""
    lines, kept = view.lines, view.kept
    said = [
        mark or (None if keep else match_phrases(lines[i]))
        for i, (mark, keep) in enumerate(zip(marks, kept, strict=True))
    ]
    firm = [
        keep
        and (
            lines[i].ends_sentence
            or (content[i] >= _UNSURE_PROBABILITY and not _is_related_headline(view, said, i))
        )
        for i, keep in enumerate(kept)
    ]
    found = match_headed_lists(view, said, firm)
    return {i: removal for i, removal in found.items() if kept[i]}


def _is_related_headline(view: PageContext, said: Sequence[Removal | None], i: int) -> bool:
    """Whether an element that is no heading stands right below “Read also”, as its one headline."""
    above = said[i - 1] if i else None
    return (
        above is not None
        and above.reason is Reason.RELATED
        and view.raw.is_html
        and view.lines.texts[i][-1:] not in ":："
        and not re.fullmatch(r"h[1-6]", view.raw.blocks[i].tag)
    )


def _overrides_classifier(said: Removal, line: LineFeatures) -> bool:
    if said.reason in _OVERRIDING_REASONS:
        return not line.ends_sentence or (
            said.confidence >= _MIN_OVERRIDE_CONFIDENCE and not line.is_prose
        )
    labels = said.confidence >= _MIN_OVERRIDE_CONFIDENCE and line.n_words >= _MIN_OVERRIDE_WORDS
    return labels and (not line.ends_sentence or said.reason is Reason.FOOTER) and not line.is_prose


def add_missing(marks: Removals, found: Mapping[int, Removal]) -> None:
    """Puts removals on blocks that have none yet: the first cleaner to speak is believed."""
    for i, removal in found.items():
        marks[i] = marks[i] or removal


def match_line(line: LineFeatures, script: str | None) -> Removal | None:
    """The removal of a line by its own words, or by a script that isn't the page's."""
    if said := match_phrases(line) or match_caption(line):
        return said
    foreign = match_foreign_script(line, script)
    return (match_weak_phrases(line) or foreign) if foreign else None
