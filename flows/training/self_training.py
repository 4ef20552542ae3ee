"""Self-training: pseudo-labels for pages that are only partly labelled.

Networks trained on the pages of other sites predict which blocks of an HTML page are content.
Confident predictions become labels, also of the same page as plain text ("distillation"; Hinton et
al., 2015). Labels made by people count more and are never replaced.
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
    """Predicted labels of a page's HTML blocks, and the text of the content.

    `content` is the text of the content blocks, `possible` that of content and uncertain blocks.
    """

    labels: Labels
    content: str
    possible: str


def pseudo_labels(html: Sequence[Example], done: Callable[[], None]) -> dict[int, PseudoLabels]:
    """Pseudo-labels of partly labelled pages, from networks trained on other sites."""
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
    """The example with its labels, and with pseudo-labels for its other blocks."""
    pseudo = (taught or {}).get(example.page)
    labels = example.labels
    if pseudo is not None:
        predicted = pseudo.labels if example.is_html else _aligned_labels(example.texts, pseudo)
        known = labels.weight > 0
        labels = Labels(
            np.where(known, labels.content, predicted.content),
            np.where(known, labels.weight, predicted.weight),
        )
    features = example.features
    return TrainingPage(
        features.columns, labels.content, labels.weight, features.words, example.whole
    )


def _pseudo_labels(page: Example, content: Array) -> PseudoLabels:
    yes, no = content >= _MIN_CONTENT, content <= _MAX_BOILERPLATE
    weight = np.float32(_PSEUDO_LABEL_WEIGHT) * (yes | no)
    return PseudoLabels(
        Labels(yes.astype(np.float32), weight.astype(np.float32)),
        "\n".join(text for text, is_yes in zip(page.texts, yes, strict=True) if is_yes),
        "\n".join(text for text, is_no in zip(page.texts, no, strict=True) if not is_no),
    )


def _aligned_labels(texts: Sequence[str], pseudo: PseudoLabels) -> Labels:
    """Labels for another form of a page: content, and boilerplate where not even `possible`."""
    yes = labels_from_body(texts, pseudo.content).content
    no = 1 - labels_from_body(texts, pseudo.possible).content
    return Labels(yes, np.float32(_PSEUDO_LABEL_WEIGHT) * np.maximum(yes, no))
