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
from flows.training.descent import TrainingPage, fit
from flows.training.examples import Example
from flows.training.labels import Labels, labels_from_body

FOLDS = 3
TEACHER_EPOCHS = 12
_MIN_CONTENT, _MAX_BOILERPLATE = 0.7, 0.2
_PSEUDO_LABEL_WEIGHT = 0.7
_FIRST_SEED = 100


@dataclass(frozen=True, slots=True)
class PseudoLabels:
    """What is said of a page: the labels of its HTML blocks, and their text.

    `content` is the text of content, `possible` of that and of what is in doubt.
    """

    labels: Labels
    content: str
    possible: str


def pseudo_labels(html: Sequence[Example], done: Callable[[], None]) -> dict[int, PseudoLabels]:
    """What networks that have not seen their sites say of the pages that aren't wholly labelled."""
    sites = sorted({one.site for one in html})
    fold = {site: number % FOLDS for number, site in enumerate(sites)}
    taught: dict[int, PseudoLabels] = {}
    for held in range(FOLDS):
        wanted = [one for one in html if fold[one.site] == held and not one.whole]
        others = [training_page(one) for one in html if fold[one.site] != held]
        if not wanted or not any(one.weight.any() for one in others):
            for _ in range(TEACHER_EPOCHS):
                done()
            continue
        teacher = fit(others, TEACHER_EPOCHS, _FIRST_SEED + held, done)
        for one in wanted:
            taught[one.page] = _pseudo_labels(one, probability(teacher.score(one.features.columns)))
    return taught


def training_page(
    example: Example, taught: Mapping[int, PseudoLabels] | None = None
) -> TrainingPage:
    """The example with its labels, and with what was taught of its other blocks."""
    told = (taught or {}).get(example.page)
    labels = example.labels
    if told is not None:
        said = told.labels if example.is_html else _aligned_labels(example.texts, told)
        known = labels.weight > 0
        labels = Labels(
            np.where(known, labels.content, said.content),
            np.where(known, labels.weight, said.weight),
        )
    facts = example.features
    return TrainingPage(facts.columns, labels.content, labels.weight, facts.words, example.whole)


def _pseudo_labels(page: Example, content: Array) -> PseudoLabels:
    yes, no = content >= _MIN_CONTENT, content <= _MAX_BOILERPLATE
    weight = np.float32(_PSEUDO_LABEL_WEIGHT) * (yes | no)
    return PseudoLabels(
        Labels(yes.astype(np.float32), weight.astype(np.float32)),
        "\n".join(text for text, said in zip(page.texts, yes, strict=True) if said),
        "\n".join(text for text, said in zip(page.texts, no, strict=True) if not said),
    )


def _aligned_labels(texts: Sequence[str], told: PseudoLabels) -> Labels:
    """Content where the words are content's, none where they are not even doubtful blocks'."""
    yes = labels_from_body(texts, told.content).content
    no = 1 - labels_from_body(texts, told.possible).content
    return Labels(yes, np.float32(_PSEUDO_LABEL_WEIGHT) * np.maximum(yes, no))
