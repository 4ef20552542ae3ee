"""The marks of a page's blocks, and the first looks that text and HTML share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cleaners.facts import Facts
from cleaners.model import Removal
from cleaners.reasons.captions import as_caption
from cleaners.reasons.foreign import in_foreign_script
from cleaners.reasons.wording import by_traces, by_wording
from cleaners.repeats import repeats

Marks = list[Removal | None]


def first_marks(facts: Sequence[Facts]) -> Marks:
    """What each line's own words say of it."""
    return [by_wording(fact) or as_caption(fact) for fact in facts]


def add(marks: Marks, found: Mapping[int, Removal]) -> None:
    """Puts removals on blocks that have none yet: the first cleaner to speak is believed."""
    for i, removal in found.items():
        marks[i] = marks[i] or removal


def foreign_labels(facts: Sequence[Facts], script: str | None) -> dict[int, Removal]:
    """The removals of labels in another script than the page's."""
    found = ((i, in_foreign_script(fact, script)) for i, fact in enumerate(facts))
    return {i: by_traces(facts[i]) or removal for i, removal in found if removal}


def said_again(
    facts: Sequence[Facts], marks: Sequence[Removal | None], title: int | None
) -> dict[int, Removal]:
    """What other blocks say again; only what isn't removed already can stand for another."""
    compared = [i for i, mark in enumerate(marks) if mark is None and i != title]
    return repeats([fact.text for fact in facts], compared, () if title is None else (title,))
