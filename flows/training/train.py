"""Trains the classifier on annotated pages, as HTML and as text from four converters.

Needs presswash's extra `train`. Training is deterministic: the same pages in the same order, on the
same kind of processor and with the same versions of jax and numpy, give the same weights.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from cleaners.blocks.html import html_blocks
from cleaners.blocks.text import text_blocks
from cleaners.classifier.lexicon import shipped_lexicon
from cleaners.classifier.network import PAGE_TYPES, Ensemble
from cleaners.classifier.scoring import Classifier, block_features
from cleaners.model import PageType
from flows.training.converters import MissingExtra, converters, decode_corpus_page
from flows.training.corpus import LISTS, Annotated
from flows.training.examples import (
    Example,
    content_only_example,
    cropped_example,
    plain_html_example,
)
from flows.training.labels import labels_from_body, labels_from_segments

if TYPE_CHECKING:
    from flows.training.descent import TrainingPage

EPOCHS: Mapping[str, int] = {"html": 12, "text": 12}
SEEDS: Mapping[str, tuple[int, ...]] = {"html": (0, 1, 2), "text": (0, 1, 2)}
# Weights of pages in the loss. Text pages of the list `articles` count more than those of other
# lists. The networks for HTML don't distinguish the lists.
_TEXT_IMPORTANCE = {"articles": 3.0}
# Pages that aren't articles are rare, so each counts more.
_OTHER_TYPES_IMPORTANCE = 2.0
_SHORTENED_FORM = "html_text"  # the converter whose text also gives shortened examples

TrainingProgress = Callable[[str, int, int], None]
"""Called with the name of the current stage, its steps that are done, and their total."""


class TrainingError(Exception):
    """The pages can't be used for training; the message says why."""


@dataclass(frozen=True, slots=True)
class Examples:
    """Training examples by kind (`html`, `text`), and the pages that were skipped.

    `skipped` has a sentence for each example that could not be made.
    """

    kinds: Mapping[str, Sequence[Example]]
    skipped: tuple[str, ...] = ()

    def without(self, pages: set[int]) -> Examples:
        """The examples without those of the given pages."""
        kinds = {
            kind: [one for one in examples if one.page not in pages]
            for kind, examples in self.kinds.items()
        }
        return Examples(kinds, self.skipped)

    @property
    def labelled(self) -> int:
        """The number of labelled blocks."""
        return sum(
            int((one.labels.weight > 0).sum()) for many in self.kinds.values() for one in many
        )


def ignore_progress(_what: str, _done: int, _total: int) -> None:
    """A progress callback that does nothing."""


def require_libraries() -> None:
    """Raises MissingExtra if a library that training needs isn't installed."""
    converters("train")
    if find_spec("jax") is None or find_spec("optax") is None:
        raise MissingExtra("jax", "train")


def examples_of(
    pages: Sequence[Annotated],
    progress: TrainingProgress = ignore_progress,
    kinds: Sequence[str] = tuple(EPOCHS),
) -> Examples:
    """The examples of all pages, in order, for networks of the given kinds (`html`, `text`)."""
    forms = {**converters("train"), "lines": _block_lines} if "text" in kinds else {}
    found: dict[str, list[Example]] = {kind: [] for kind in kinds}
    skipped: list[str] = []
    for number, page in enumerate(pages):
        progress("reading pages", number, len(pages))
        try:
            html = decode_corpus_page(page.payload())
        except OSError as error:
            skipped.append(f"{page.id}: {error}")
            continue
        if "html" in found:
            found["html"] += _page_examples(number, page, html, is_html=True, shorten=True)
        for name, convert in forms.items():
            try:
                text = convert(html)
            except Exception as error:  # a converter that fails costs one example
                skipped.append(f"{page.id}: {name}: {error}")
                continue
            shorten = name == _SHORTENED_FORM
            found["text"] += _page_examples(number, page, text, is_html=False, shorten=shorten)
    progress("reading pages", len(pages), len(pages))
    return Examples(found, tuple(skipped))


def train(examples: Examples, progress: TrainingProgress = ignore_progress) -> Classifier:
    """A classifier trained on the examples.

    Raises TrainingError if the pages are from a single site, or if the labels have a single class.
    """
    from flows.training.descent import fit

    if any(len({one.site for one in kind}) < 2 for kind in examples.kinds.values()):
        raise TrainingError("training needs pages of at least two sites")
    total, done = sum(EPOCHS[kind] * len(SEEDS[kind]) for kind in examples.kinds), 0

    def one_more() -> None:
        nonlocal done
        done += 1
        progress("training networks", done, total)

    progress("training networks", 0, total)
    ensembles = {}
    for kind, of_kind in examples.kinds.items():
        forms: dict[int, list[TrainingPage]] = {}
        for one in of_kind:
            forms.setdefault(one.page, []).append(training_page(one))
        pages = list(forms.values())
        _require_both_labels([form for one in pages for form in one])
        ensembles[kind] = Ensemble(
            tuple(fit(pages, EPOCHS[kind], seed, one_more) for seed in SEEDS[kind])
        )
    return Classifier(ensembles, shipped_lexicon())


def training_page(example: Example) -> TrainingPage:
    """An example as the descent takes it."""
    from flows.training.descent import TrainingPage

    features, labels, known = example.features, example.labels, example.page_type
    typed = known in PAGE_TYPES
    article = known in (PageType.ARTICLE, None)
    importance = 1.0 if example.is_html else _TEXT_IMPORTANCE.get(example.on_list, 1.0)
    return TrainingPage(
        features.columns.astype(np.float16),
        features.hashes,
        labels.content,
        labels.weight,
        features.words,
        example.whole,
        PAGE_TYPES.index(known) if known is not None and typed else -1,
        importance if article else _OTHER_TYPES_IMPORTANCE,
        0 if example.is_html else LISTS.index(example.on_list),
    )


def weights_of(classifier: Classifier) -> bytes:
    """The bytes of a weights file with the networks: numpy arrays without pickle."""
    arrays: dict[str, Any] = {}
    for name, trained in classifier.ensembles.items():
        arrays |= trained.arrays(name)
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **arrays)
    return file.getvalue()


def _block_lines(page: str) -> str:
    """A page's blocks, one per line, as in the text files of web crawls (WET)."""
    return "\n".join(block.text for block in html_blocks(page).blocks)


def _page_examples(
    number: int, page: Annotated, text: str, *, is_html: bool, shorten: bool = False
) -> list[Example]:
    """The example of a page in one form; with `shorten`, also its shortened examples."""
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
    tags = tuple(block.tag for block in raw.blocks)
    known = page.title, page.page_type, tags, page.on_list
    one = Example(number, page.site, is_html, whole, texts, features, labels, *known)
    if not (whole and shorten):
        return [one]
    simple = plain_html_example if is_html else content_only_example
    shortened = (cropped_example(one, raw), simple(one, labels))
    # The complete HTML page is listed twice, so that half of the epochs use it.
    return [one] * (1 + is_html) + [short for short in shortened if short is not None]


def _require_both_labels(pages: Sequence[TrainingPage]) -> None:
    """Raises TrainingError unless some blocks are labelled as content and some as boilerplate."""
    known = [one.content[one.weight > 0] for one in pages]
    if not any(one.any() for one in known) or all(one.all() for one in known):
        raise TrainingError(
            "nothing to learn: too few blocks of these pages are known to be content or boilerplate"
        )
