"""Trains the classifier on annotated pages: HTML, and text as four converters flatten it.

Needs presswash's extra `train`. Deterministic: the same pages in the same order, on the same
kind of processor and with the same version of numpy, give the same weights.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from cleaners.blocks.html import html_blocks
from cleaners.blocks.text import text_blocks
from cleaners.classifier.lexicon import shipped_lexicon
from cleaners.classifier.network import Ensemble
from cleaners.classifier.scoring import Classifier, block_features
from flows.training import self_training as teaching
from flows.training.converters import converters, decode_corpus_page
from flows.training.corpus import Annotated
from flows.training.descent import TrainingPage, fit
from flows.training.examples import Example, content_only_example, cropped_example
from flows.training.labels import Labels, labels_from_body, labels_from_segments

EPOCHS: Mapping[str, int] = {"html": 12, "text": 7}
# For each network its seed, and whether it also learns from shortened pages and from pages that
# are clean already.
NETWORKS: Mapping[str, tuple[tuple[int, bool], ...]] = {
    "html": ((0, False), (1, False)),
    "text": ((0, True), (1, True)),
}

TrainingProgress = Callable[[str, int, int], None]
"""Told what is under way, how many steps of it are done, and how many there are."""


class TrainingError(Exception):
    """The pages can't be used for training; the message says why."""


@dataclass(frozen=True, slots=True)
class Examples:
    """Training examples by kind (`html`, `text`), and the pages that were skipped.

    `wanted` are the kinds to train networks for; HTML examples are always present, because they
    give pseudo-labels to text. `skipped` has a sentence for each example that could not be made.
    """

    kinds: Mapping[str, Sequence[Example]]
    skipped: tuple[str, ...] = ()
    wanted: tuple[str, ...] = field(default=tuple(EPOCHS))

    def without(self, pages: set[int]) -> Examples:
        """The examples of all pages except those."""
        kinds = {
            kind: [one for one in examples if one.page not in pages]
            for kind, examples in self.kinds.items()
        }
        return Examples(kinds, self.skipped, self.wanted)

    @property
    def labelled(self) -> int:
        """How many blocks are labelled."""
        return sum(
            int((one.labels.weight > 0).sum()) for many in self.kinds.values() for one in many
        )


def ignore_progress(_what: str, _done: int, _total: int) -> None:
    """Progress callback that does nothing."""


def require_libraries() -> None:
    """Raises MissingExtra if a library that training needs isn't installed."""
    converters("train")


def examples_of(
    pages: Sequence[Annotated],
    progress: TrainingProgress = ignore_progress,
    kinds: Sequence[str] = tuple(EPOCHS),
) -> Examples:
    """The examples of all pages, in order, to train networks for those kinds of page."""
    forms = {**converters("train"), "lines": _block_lines} if "text" in kinds else {}
    found: dict[str, list[Example]] = {kind: [] for kind in dict.fromkeys(["html", *kinds])}
    skipped: list[str] = []
    for number, page in enumerate(pages):
        progress("reading pages", number, len(pages))
        try:
            html = decode_corpus_page(page.payload())
        except OSError as error:
            skipped.append(f"{page.id}: {error}")
            continue
        found["html"] += _page_examples(number, page, html, is_html=True)
        for name, convert in forms.items():
            try:
                text = convert(html)
            except Exception as error:  # a converter that fails costs one example
                skipped.append(f"{page.id}: {name}: {error}")
                continue
            found["text"] += _page_examples(number, page, text, is_html=False)
    progress("reading pages", len(pages), len(pages))
    return Examples(found, tuple(skipped), tuple(kinds))


def train(examples: Examples, progress: TrainingProgress = ignore_progress) -> Classifier:
    """A classifier trained on the examples.

    Raises TrainingError if the labels have only one class.
    """
    html = examples.kinds["html"]
    if len({one.site for one in html}) < 2:
        raise TrainingError("training needs pages of at least two sites")
    of_networks = sum(EPOCHS[kind] * len(NETWORKS[kind]) for kind in examples.wanted)
    total, done = teaching.FOLDS * teaching.TEACHER_EPOCHS + of_networks, 0

    def one_more() -> None:
        nonlocal done
        done += 1
        progress("training networks", done, total)

    progress("training networks", 0, total)
    taught = teaching.pseudo_labels(html, one_more)
    ensembles = {}
    for kind in examples.wanted:
        pages = [(one.short, teaching.training_page(one, taught)) for one in examples.kinds[kind]]
        pages += [(True, page) for page in _content_only_pages(examples.kinds[kind], taught)]
        _require_both_labels([page for _, page in pages])
        networks = []
        for seed, also_short in NETWORKS[kind]:
            chosen = [page for short, page in pages if also_short or not short]
            networks.append(fit(chosen, EPOCHS[kind], seed, one_more))
        ensembles[kind] = Ensemble(tuple(networks))
    return Classifier(ensembles, shipped_lexicon())


def _content_only_pages(
    examples: Sequence[Example], taught: Mapping[int, teaching.PseudoLabels]
) -> Iterator[TrainingPage]:
    """For each page of text, only the content of its first form."""
    seen: set[int] = set()
    for one in examples:
        if one.is_html or one.short or one.page in seen:
            continue
        seen.add(one.page)
        page = teaching.training_page(one, taught)
        if (alone := content_only_example(one, Labels(page.content, page.weight))) is not None:
            yield teaching.training_page(alone)


def weights_of(classifier: Classifier) -> bytes:
    """The networks as the bytes of a weights file: numpy arrays without pickle."""
    arrays: dict[str, Any] = {}
    for name, trained in classifier.ensembles.items():
        arrays |= trained.arrays(name)
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **arrays)
    return file.getvalue()


def _block_lines(page: str) -> str:
    """A page's blocks, one a line, as in the text that web crawls publish (WET)."""
    return "\n".join(block.text for block in html_blocks(page).blocks)


def _page_examples(number: int, page: Annotated, text: str, is_html: bool) -> list[Example]:
    """One form of a page; if it is text with a known article, also the shortened form."""
    raw = html_blocks(text) if is_html else text_blocks(text)
    if not raw.blocks:
        return []
    texts = tuple(block.text for block in raw.blocks)
    whole = page.body is not None
    if page.body is None:
        labels = labels_from_segments(texts, page.with_, page.without)
    else:
        labels = labels_from_body(texts, page.body)
    features = block_features(raw, shipped_lexicon())
    one = Example(number, page.site, is_html, whole, texts, features, labels, title=page.title)
    short = cropped_example(one, raw) if whole and not is_html else None
    return [one] if short is None else [one, short]


def _require_both_labels(pages: Sequence[TrainingPage]) -> None:
    """Raises TrainingError unless there are both content and boilerplate."""
    known = [one.content[one.weight > 0] for one in pages]
    if not any(one.any() for one in known) or all(one.all() for one in known):
        raise TrainingError(
            "nothing to learn: too few blocks of these pages are known to be content or boilerplate"
        )
