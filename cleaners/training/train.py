"""Trains the classifier on annotated pages: HTML, and text as four converters flatten it.

Needs the extra `presswash[train]`. Deterministic: the same pages in the same order, and the same
version of catboost, give the same weights.
"""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaners.blocks.html import html_blocks
from cleaners.blocks.text import text_blocks
from cleaners.classifier.lexicon import lexicon
from cleaners.classifier.scoring import Classifier, Facts, facts_of, second_columns
from cleaners.classifier.trees import Forest, probability
from cleaners.training.corpus import Annotated
from cleaners.training.flatten import MissingExtra, converters, decoded
from cleaners.training.gold import Labels, from_body, from_segments

INNER_FOLDS = 3
SEED = 1

Progress = Callable[[str, int, int], None]
"""Told what is under way, how many steps of it are done, and how many there are."""


class TrainingError(Exception):
    """Why nothing can be learnt from these pages, as a sentence."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How the trees of one pass are grown."""

    trees: int
    depth: int = 6
    rate: float = 0.12


SETTINGS: Mapping[str, tuple[Settings, Settings]] = {
    "html": (Settings(200, rate=0.1), Settings(250, rate=0.1)),
    "text": (Settings(150, rate=0.13), Settings(200, rate=0.13)),
}


@dataclass(frozen=True, slots=True)
class Example:
    """One form of one annotated page: its facts and labels, and the page's place in the corpus."""

    page: int
    site: str
    facts: Facts
    labels: Labels


@dataclass(frozen=True, slots=True)
class Examples:
    """What there is to learn from, by kind (`html`, `text`), and the forms that couldn't be had.

    `skipped` are sentences; a page that can't be read or flattened costs the examples of it.
    """

    kinds: Mapping[str, Sequence[Example]]
    skipped: tuple[str, ...] = ()

    def without(self, pages: set[int]) -> Examples:
        """The examples of other pages than those."""
        kinds = {
            kind: [one for one in examples if one.page not in pages]
            for kind, examples in self.kinds.items()
        }
        return Examples(kinds, self.skipped)

    @property
    def labelled(self) -> int:
        """How many blocks say whether they are content."""
        return sum(
            int((one.labels.weight > 0).sum()) for many in self.kinds.values() for one in many
        )


def unheard(_what: str, _done: int, _total: int) -> None:
    """Progress that nobody is told of."""


def require_libraries() -> None:
    """Raises MissingExtra where a library that training takes isn't installed."""
    converters("train")
    try:
        import catboost  # noqa: F401
    except ModuleNotFoundError as error:
        raise MissingExtra("catboost", "train") from error


def examples_of(
    pages: Sequence[Annotated], progress: Progress = unheard, kinds: Sequence[str] = tuple(SETTINGS)
) -> Examples:
    """The examples of all pages, in their order, of those kinds (`html`, `text`)."""
    forms = {**converters("train"), "lines": _lines} if "text" in kinds else {}
    found: dict[str, list[Example]] = {kind: [] for kind in kinds}
    skipped: list[str] = []
    for number, page in enumerate(pages):
        progress("reading pages", number, len(pages))
        try:
            html = decoded(page.payload())
        except OSError as error:
            skipped.append(f"{page.id}: {error}")
            continue
        if "html" in kinds and (one := _example(number, page, html, is_html=True)):
            found["html"].append(one)
        for name, convert in forms.items():
            try:
                text = convert(html)
            except Exception as error:  # a converter's failure costs one example
                skipped.append(f"{page.id}: {name}: {error}")
                continue
            if one := _example(number, page, text, is_html=False):
                found["text"].append(one)
    progress("reading pages", len(pages), len(pages))
    return Examples(found, tuple(skipped))


def train(examples: Examples, progress: Progress = unheard) -> Classifier:
    """A classifier that has learnt from the examples.

    Raises TrainingError where there is nothing to tell apart.
    """
    total = len(examples.kinds) * (INNER_FOLDS + 2)
    grown = 0

    def one_more() -> None:
        nonlocal grown
        grown += 1
        progress("growing trees", grown, total)

    progress("growing trees", 0, total)
    forests: dict[str, Forest] = {}
    for kind, known in examples.kinds.items():
        first, second = _two_passes(known, SETTINGS[kind], one_more)
        forests |= {f"{kind}_1": first, f"{kind}_2": second}
    return Classifier(forests, lexicon())


def weights_of(classifier: Classifier) -> bytes:
    """The forests as the file that the package keeps its weights in: numpy arrays, no pickle."""
    arrays: dict[str, Any] = {}
    for name, grown in classifier.forests.items():
        arrays |= grown.arrays(name)
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **arrays)
    return file.getvalue()


def _lines(page: str) -> str:
    """A page's blocks, one a line, as in the text that web crawls publish (WET)."""
    return "\n".join(block.text for block in html_blocks(page).blocks)


def _example(number: int, page: Annotated, text: str, is_html: bool) -> Example | None:
    raw = html_blocks(text) if is_html else text_blocks(text)
    if not raw.blocks:
        return None
    texts = [block.text for block in raw.blocks]
    if page.body is None:
        labels = from_segments(texts, page.with_, page.without)
    else:
        labels = from_body(texts, page.body)
    return Example(number, page.site, facts_of(raw, lexicon()), labels)


def _two_passes(
    examples: Sequence[Example], passes: tuple[Settings, Settings], done: Callable[[], None]
) -> tuple[Forest, Forest]:
    """Both passes; the second learns from scores by forests that had not seen the site."""
    sites = sorted({one.site for one in examples})
    if len(sites) < 2:
        raise TrainingError("training takes pages of at least two sites")
    fold = {site: number % INNER_FOLDS for number, site in enumerate(sites)}
    unseen: dict[int, NDArray[np.float32]] = {}
    for held in range(INNER_FOLDS):
        others = [one for one in examples if fold[one.site] != held]
        if len(others) < len(examples):
            inner = _grow(others, [one.facts.columns for one in others], passes[0])
            for number, one in enumerate(examples):
                if fold[one.site] == held:
                    unseen[number] = probability(inner.score(one.facts.columns))
        done()
    first = _grow(examples, [one.facts.columns for one in examples], passes[0])
    done()
    seconds = [second_columns(one.facts, unseen[number]) for number, one in enumerate(examples)]
    second = _grow(examples, seconds, passes[1])
    done()
    return first, second


def _grow(
    examples: Sequence[Example], columns: Sequence[NDArray[np.float32]], settings: Settings
) -> Forest:
    """Boosted oblivious trees on the labelled blocks of all examples."""
    from catboost import CatBoostClassifier, CatBoostError, Pool

    xs, ys, ws = [], [], []
    for one, facts in zip(examples, columns, strict=True):
        labelled = one.labels.weight > 0
        xs.append(facts.T[labelled])
        ys.append(one.labels.content[labelled])
        ws.append(one.labels.weight[labelled])
    model = CatBoostClassifier(
        iterations=settings.trees,
        depth=settings.depth,
        learning_rate=settings.rate,
        l2_leaf_reg=5,
        rsm=0.3,
        subsample=0.7,
        bootstrap_type="Bernoulli",
        boosting_type="Plain",
        border_count=64,
        random_seed=SEED,
        thread_count=2,
        verbose=False,
        allow_writing_files=False,
    )
    try:
        model.fit(Pool(np.concatenate(xs), np.concatenate(ys), weight=np.concatenate(ws)))
    except CatBoostError as error:
        raise TrainingError(
            "nothing to learn: too few blocks of these pages are known to be content or boilerplate"
            f" ({' '.join(str(error).split())})"
        ) from error
    return _exported(model, settings.depth)


def _exported(model: Any, depth: int) -> Forest:
    """The trees as arrays, from catboost's JSON; where a level asks nothing, no row is above."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.json"
        model.save_model(str(path), format="json")
        told = json.loads(path.read_text())
    trees = told["oblivious_trees"]
    features = np.zeros((len(trees), depth), dtype=np.uint16)
    borders = np.full((len(trees), depth), np.inf, dtype=np.float32)
    leaves = np.zeros((len(trees), 1 << depth), dtype=np.float32)
    for number, tree in enumerate(trees):
        for level, split in enumerate(tree["splits"] or ()):
            features[number, level] = split["float_feature_index"]
            borders[number, level] = split["border"]
        leaves[number, : len(tree["leaf_values"])] = tree["leaf_values"]
    scale, bias = told["scale_and_bias"]
    return Forest(
        features,
        borders,
        leaves * np.float32(scale),
        float(bias[0] if isinstance(bias, list) else bias),
    )
