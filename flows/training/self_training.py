"""Labels for pages of which only a few pieces are known.

Networks learn from the pages of other sites, and say which blocks of an HTML page are content;
where they are sure, they are believed. What they make of the page's tags is then known of the same
page flattened to text, where there are none ("distillation"; Hinton et al., 2015). What people
have labelled counts more, and stays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cleaners.classifier.network import Array, probability
from flows.training.descent import Lesson, descend
from flows.training.examples import Example
from flows.training.labels import Labels, from_body

FOLDS = 3
ROUNDS = 12
_YES, _NO = 0.7, 0.2
_WEIGHT = 0.7
_SEED = 100


@dataclass(frozen=True, slots=True)
class Taught:
    """What is said of a page: the labels of its HTML blocks, and their text.

    `content` is the text of content, `possible` of that and of what is in doubt.
    """

    labels: Labels
    content: str
    possible: str


def teach(html: Sequence[Example], done: Callable[[], None]) -> dict[int, Taught]:
    """What networks that have not seen their sites say of the pages that aren't wholly labelled."""
    sites = sorted({one.site for one in html})
    fold = {site: number % FOLDS for number, site in enumerate(sites)}
    taught: dict[int, Taught] = {}
    for held in range(FOLDS):
        wanted = [one for one in html if fold[one.site] == held and not one.whole]
        others = [lesson_of(one) for one in html if fold[one.site] != held]
        if not wanted or not any(one.weight.any() for one in others):
            for _ in range(ROUNDS):
                done()
            continue
        teacher = descend(others, ROUNDS, _SEED + held, done)
        for one in wanted:
            taught[one.page] = _said(one, probability(teacher.score(one.facts.columns)))
    return taught


def lesson_of(example: Example, taught: Mapping[int, Taught] | None = None) -> Lesson:
    """The example with its labels, and with what was taught of its other blocks."""
    told = (taught or {}).get(example.page)
    labels = example.labels
    if told is not None:
        said = told.labels if example.is_html else _aligned(example.texts, told)
        known = labels.weight > 0
        labels = Labels(
            np.where(known, labels.content, said.content),
            np.where(known, labels.weight, said.weight),
        )
    facts = example.facts
    return Lesson(facts.columns, labels.content, labels.weight, facts.words, example.whole)


def _said(page: Example, content: Array) -> Taught:
    yes, no = content >= _YES, content <= _NO
    weight = np.float32(_WEIGHT) * (yes | no)
    return Taught(
        Labels(yes.astype(np.float32), weight.astype(np.float32)),
        "\n".join(text for text, said in zip(page.texts, yes, strict=True) if said),
        "\n".join(text for text, said in zip(page.texts, no, strict=True) if not said),
    )


def _aligned(texts: Sequence[str], told: Taught) -> Labels:
    """Content where the words are content's, none where they are not even doubtful blocks'."""
    yes = from_body(texts, told.content).content
    no = 1 - from_body(texts, told.possible).content
    return Labels(yes, np.float32(_WEIGHT) * np.maximum(yes, no))
