"""The marks of a page's blocks, and where a line's own words overrule the classifier."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from cleaners.model import Reason, Removal
from cleaners.rules.captions import as_caption
from cleaners.rules.foreign_script import in_foreign_script
from cleaners.rules.line_features import Facts, Lines
from cleaners.rules.page_context import View
from cleaners.rules.phrases import by_traces, by_wording
from cleaners.rules.position import under_headings

Marks = list[Removal | None]

# A line that the classifier keeps goes all the same where its own words say one of these, and the
# classifier isn't as good as certain; for other reasons they must be surer and say it at length.
_OVERRULING = frozenset(
    (Reason.SHARE, Reason.FOREIGN_SCRIPT, Reason.ADVERT, Reason.CAPTION, Reason.CONSENT)
)
_CERTAIN = 0.93
_SURE, _LENGTH = 0.85, 3
_LABEL = 160  # characters; longer lines are judged by the classifier alone
_ITEMS = 15  # of a list that a sentence announces
_UNSURE = 0.8  # below this, a line in a list of headlines goes with the list
_SENTENCE = 12  # words; an article has a finished sentence, or one block as long as this


def unlike_content(
    lines: Lines, kept: Sequence[bool], content: Sequence[float], script: str | None
) -> Marks:
    """The removals of short unfinished lines that were taken for content."""
    marks: Marks = [None] * len(lines)
    for i, keep in enumerate(kept):
        if not keep or content[i] >= _CERTAIN or len(lines.texts[i]) > _LABEL:
            continue
        said = by_words(lines[i], script)
        if said and _overrules(said, lines[i]):
            marks[i] = said
    return marks


def no_sentences(lines: Lines, kept: Sequence[bool], marks: Marks) -> bool:
    """Whether what is left has no finished sentence, so that it can't be an article."""
    left = (lines[i] for i, keep in enumerate(kept) if keep and marks[i] is None)
    return not any(fact.ends or fact.size >= _SENTENCE for fact in left)


def announced_lists(lines: Lines, kept: Sequence[bool]) -> list[int]:
    """The blocks of lists that a sentence of the article announces with a colon.

    Lines of a list read like labels. Those right below the colon stay, and so does the sentence
    that closes the list, as long as no words of chrome stand between.
    """
    found: list[int] = []
    for i, keep in enumerate(kept):
        if not (keep and lines.texts[i][-1:] in ":：" and lines[i].size >= _LENGTH):
            continue
        items = []
        for j in range(i + 1, min(len(lines), i + 2 + _ITEMS)):
            fact = lines[j]
            if kept[j] and fact.ends:
                break
            if fact.prose or fact.spoken:
                items.append(j)
                break
            if by_wording(fact) or as_caption(fact):
                break
            items.append(j)
        if 2 <= len(items) <= _ITEMS:
            found += [j for j in items if not kept[j]]
    return found


def listed_headlines(view: View, content: Sequence[float], marks: Marks) -> dict[int, Removal]:
    """The removals of headlines that were taken for content, in lists under a heading of chrome."""
    lines, kept = view.lines, view.kept
    said = [
        mark or (None if keep else by_wording(lines[i]))
        for i, (mark, keep) in enumerate(zip(marks, kept, strict=True))
    ]
    firm = [
        keep and (lines[i].ends or (content[i] >= _UNSURE and not _is_linked(view, said, i)))
        for i, keep in enumerate(kept)
    ]
    found = under_headings(view, said, firm)
    return {i: removal for i, removal in found.items() if kept[i]}


def _is_linked(view: View, said: Sequence[Removal | None], i: int) -> bool:
    """Whether an element that is no heading stands right below “Read also”, as its one headline."""
    above = said[i - 1] if i else None
    return (
        above is not None
        and above.reason is Reason.RELATED
        and view.raw.is_html
        and view.lines.texts[i][-1:] not in ":："
        and not re.fullmatch(r"h[1-6]", view.raw.blocks[i].tag)
    )


def _overrules(said: Removal, fact: Facts) -> bool:
    if said.reason in _OVERRULING:
        return not fact.ends or (said.confidence >= _SURE and not fact.prose)
    labels = said.confidence >= _SURE and fact.size >= _LENGTH
    return labels and (not fact.ends or said.reason is Reason.FOOTER) and not fact.prose


def add(marks: Marks, found: Mapping[int, Removal]) -> None:
    """Puts removals on blocks that have none yet: the first cleaner to speak is believed."""
    for i, removal in found.items():
        marks[i] = marks[i] or removal


def by_words(fact: Facts, script: str | None) -> Removal | None:
    """The removal of a line by its own words, or by a script that isn't the page's."""
    if said := by_wording(fact) or as_caption(fact):
        return said
    foreign = in_foreign_script(fact, script)
    return (by_traces(fact) or foreign) if foreign else None
