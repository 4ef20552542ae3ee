"""Trains the classifier on people's corrections, and measures what improves and what changes."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any

import numpy as np

from cleaners.classifier import WEIGHTS_FILE
from cleaners.classifier.lexicon import shipped_lexicon
from cleaners.classifier.network import Ensemble, Network
from cleaners.classifier.scoring import Classifier, block_features, shipped_classifier
from cleaners.clean import clean
from cleaners.model import Kind, Rejection
from cleaners.text.shingles import tokens
from flows.training.corpus import Annotated, folds_of, read_corpus
from flows.training.corrected_pages import LearntPage, corrected_pages, other_pages
from flows.training.metrics import Overlap, page_score, shingle_overlap
from flows.training.train import (
    TrainingError,
    TrainingProgress,
    examples_of,
    ignore_progress,
    require_libraries,
    training_page,
    weights_of,
)

if TYPE_CHECKING:
    from flows.training.descent import TrainingPage
    from flows.training.fine_tuning import FineTuner

MIN_CORRECTIONS, MIN_SITES = 10, 2
_FOLDS = 3
_STEPS = 120
_CORRECTED_WEIGHT = 8.0  # of a corrected block; other blocks have weight 1
_MAX_OTHERS = 240  # records that nobody corrected
_MEASURED_SHARE = 3  # one in so many of them is used for measuring, not for training
_MAX_CORPUS_MEASURED = 150
# The share of the text of uncorrected records that must stay the same.
MIN_STABILITY = 0.98
# How far to go from the shipped weights to the trained ones; the largest that is stable is taken
# (Wortsman et al., "Robust fine-tuning of zero-shot models", CVPR 2022).
_SHARES = (1.0, 0.75, 0.5, 0.25)


@dataclass(frozen=True, slots=True)
class BeforeAfter:
    """A measure with the shipped weights, and with the new ones."""

    before: float
    after: float


@dataclass(frozen=True, slots=True)
class LearningReport:
    """The result of training on corrections.

    `f1` is of the kept text of corrected pages, and `right` the share of their corrected blocks
    that the cleaners decide as people did. Both are measured on pages of sites held out of
    training. `stability` is how much of the text of `others`, records that nobody corrected and
    that training didn't see, stays the same (F1 by words). `corpus_f1` is measured on a fifth of
    the corpus's sites, held out; None without a corpus. `share` is how far the weights went from
    the shipped ones to the trained ones.
    """

    file: str
    seed: int
    corrections: int
    pages: int
    sites: int
    folds: int
    f1: BeforeAfter
    right: BeforeAfter
    others: int
    stability: float | None
    share: float
    corpus_pages: int = 0
    corpus_f1: BeforeAfter | None = None
    skipped: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The attributes as a JSON object."""
        return asdict(self)


@dataclass(slots=True)
class _Training:
    """The data to train on, and the state of the training; `corpus` is by kind (`html`, `text`)."""

    corrected: list[LearntPage]
    learnt_others: list[LearntPage]
    corpus: dict[str, list[TrainingPage]]
    seed: int
    progress: TrainingProgress
    tuners: dict[str, FineTuner] = field(default_factory=dict)
    done: int = 0
    total: int = 0

    def kinds(self) -> list[str]:
        """The kinds of the corrected pages; only the networks for these kinds are trained."""
        return sorted({_kind(one) for one in self.corrected})


def learn(
    db: Path,
    folder: Path,
    corpus: Path | None = None,
    seed: int = 0,
    progress: TrainingProgress | None = None,
) -> LearningReport:
    """Train on the corrections in a warehouse, and write the weights and a report into a folder.

    Training starts from the shipped weights. The pages of a corpus are training data, too. Raises
    TrainingError if there are too few corrections, or if the weights would change too much of the
    other records; CorpusError, MissingExtra, WarehouseError; and OSError if the file can't be
    written.
    """
    from warehouse.opening import open_readonly

    with open_readonly(db) as warehouse:
        corrected = corrected_pages(warehouse)
        _require_enough(corrected)
        others = other_pages(warehouse, _MAX_OTHERS)
    require_libraries()
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / WEIGHTS_FILE
    incomplete = folder / f".{WEIGHTS_FILE}.half"
    incomplete.touch()  # fails before minutes of training, not after
    try:
        classifier, report = _train_and_measure(
            corrected, others, corpus, seed, progress or ignore_progress, file
        )
        incomplete.write_bytes(weights_of(classifier))
        incomplete.replace(file)
    finally:
        incomplete.unlink(missing_ok=True)
    summary = json.dumps(report.as_json(), ensure_ascii=False, indent=1)
    (folder / "training.json").write_text(summary + "\n", encoding="utf-8")
    return report


def _train_and_measure(
    corrected: list[LearntPage],
    others: list[LearntPage],
    corpus: Path | None,
    seed: int,
    progress: TrainingProgress,
    file: Path,
) -> tuple[Classifier, LearningReport]:
    """The trained classifier, and the report on it; `file` is where it will be written."""
    measured = others[::_MEASURED_SHARE]
    learnt_others = [page for page in others if page not in measured]
    annotated, held_out = _corpus_pages(corpus)
    kinds = tuple(sorted({_kind(page) for page in corrected}))
    examples = examples_of(annotated, progress, kinds) if annotated else None
    by_kind = examples.kinds if examples else {}
    corpus_pages = {kind: list(map(training_page, found)) for kind, found in by_kind.items()}
    training = _Training(corrected, learnt_others, corpus_pages, seed, progress)
    sites = sorted({page.site for page in corrected})
    folds = min(_FOLDS, len(sites))
    networks = sum(len(_shipped(kind).networks) for kind in training.kinds())
    training.total = (folds + 1) * networks * _STEPS
    trained = _trained(training, corrected)
    classifier, share, stability = _largest_stable_step(trained, measured, progress)
    f1, right = _cross_validated(training, sites, folds, share)
    return classifier, LearningReport(
        file=str(file),
        seed=seed,
        corrections=sum(len(page.corrected) for page in corrected),
        pages=len(corrected),
        sites=len(sites),
        folds=folds,
        f1=f1,
        right=right,
        others=len(measured),
        stability=stability,
        share=share,
        corpus_pages=len(annotated),
        corpus_f1=_corpus_f1(held_out, classifier) if held_out else None,
        skipped=examples.skipped if examples else (),
    )


def _require_enough(pages: Sequence[LearntPage]) -> None:
    corrections = sum(len(one.corrected) for one in pages)
    sites = len({one.site for one in pages})
    if corrections < MIN_CORRECTIONS or sites < MIN_SITES:
        raise TrainingError(
            f"there are too few corrections to learn from: {corrections} of blocks, on {sites}"
            f" {'site' if sites == 1 else 'sites'}. Training needs {MIN_CORRECTIONS}, on"
            f" {MIN_SITES} sites; `presswash label` lists the records that would teach most."
        )


def _kind(page: LearntPage) -> str:
    return "html" if page.raw.is_html else "text"


def _shipped(kind: str) -> Ensemble:
    return shipped_classifier().ensembles[kind]


def _trained(training: _Training, corrected: Sequence[LearntPage]) -> dict[str, Ensemble]:
    """The shipped networks of each kind, trained on some corrected pages and on all others."""
    from flows.training.fine_tuning import FineTuner

    def one_more() -> None:
        training.done += 1
        training.progress("training networks", training.done, training.total)

    ensembles: dict[str, Ensemble] = {}
    for kind in training.kinds():
        pages = [_fine_tuning_page(one) for one in corrected if _kind(one) == kind]
        others = [_fine_tuning_page(one) for one in training.learnt_others if _kind(one) == kind]
        others += training.corpus.get(kind, [])
        if not pages:
            training.done += _STEPS * len(_shipped(kind).networks)
            ensembles[kind] = _shipped(kind)
            continue
        # Corrected pages weigh as much as all others together.
        importance = max(1.0, len(others) / len(pages))
        pages = [replace(one, importance=importance) for one in pages]
        tuner = training.tuners.setdefault(kind, FineTuner(_STEPS))
        ensembles[kind] = Ensemble(
            tuple(
                tuner.fine_tuned(network, [*pages, *others], training.seed + number, one_more)
                for number, network in enumerate(_shipped(kind).networks)
            )
        )
    return ensembles


def _fine_tuning_page(page: LearntPage) -> TrainingPage:
    """A page to train on: people label corrected blocks, and the shipped networks all others."""
    from flows.training.descent import TrainingPage

    features = block_features(page.raw, shipped_lexicon())
    scored = _shipped(_kind(page)).score(features.columns, features.hashes)
    content = (1 / (1 + np.exp(-scored.content))).astype(np.float32)
    weight = np.ones(len(content), np.float32)
    for place, block in enumerate(page.raw.blocks):
        is_kept = page.corrected.get(block.text)
        if is_kept is not None:
            content[place], weight[place] = float(is_kept), _CORRECTED_WEIGHT
    return TrainingPage(
        features.columns.astype(np.float16),
        features.hashes,
        content,
        weight,
        features.words,
        whole=False,
    )


def _interpolated(trained: Mapping[str, Ensemble], share: float) -> Classifier:
    """The classifier with weights between the shipped ones (share 0) and the trained ones (1)."""
    ensembles = dict(shipped_classifier().ensembles)
    for kind, ensemble in trained.items():
        networks = []
        for old, new in zip(_shipped(kind).networks, ensemble.networks, strict=True):
            arrays = {
                name: (held + np.float32(share) * (new.arrays[name] - held))
                .astype(np.float16)
                .astype(np.float32)
                for name, held in old.arrays.items()
            }
            networks.append(Network(old.scale, arrays))
        ensembles[kind] = Ensemble(tuple(networks))
    return Classifier(ensembles, shipped_lexicon())


def _largest_stable_step(
    trained: Mapping[str, Ensemble], measured: Sequence[LearntPage], progress: TrainingProgress
) -> tuple[Classifier, float, float | None]:
    """The classifier with the largest share that changes little of other records.

    Also returns the share, and how much of their text stays the same; None without such records.
    """
    if not measured:
        return _interpolated(trained, 1.0), 1.0, None
    before = [_kept(one, shipped_classifier()) for one in measured]
    stability = 0.0
    for share in _SHARES:
        classifier = _interpolated(trained, share)
        after = []
        for number, one in enumerate(measured):
            progress("measuring what stays", number, len(measured))
            after.append(_kept(one, classifier))
        progress("measuring what stays", len(measured), len(measured))
        stability = fmean(map(_f1, before, after))
        if stability >= MIN_STABILITY:
            return classifier, share, stability
    raise TrainingError(
        "what these corrections teach would change too much of the records that nobody corrected:"
        f" {stability:.1%} of their text would stay, and {MIN_STABILITY:.0%} must. Correct more"
        " records of more sites, or make a rule for a site: presswash correct --site."
    )


def _cross_validated(
    training: _Training, sites: Sequence[str], folds: int, share: float
) -> tuple[BeforeAfter, BeforeAfter]:
    """F1, and the share of corrected blocks decided right, on sites held out of training."""
    fold_of = {site: number % folds for number, site in enumerate(sites)}
    f1: list[tuple[float, float]] = []
    right: list[tuple[bool, bool]] = []
    for fold in range(folds):
        seen = [one for one in training.corrected if fold_of[one.site] != fold]
        classifier = _interpolated(_trained(training, seen), share)
        for page in (one for one in training.corrected if fold_of[one.site] == fold):
            before, after = (_kept(page, by) for by in (shipped_classifier(), classifier))
            f1.append((_f1(page.kept, before), _f1(page.kept, after)))
            right += [
                (is_kept == (text in before), is_kept == (text in after))
                for text, is_kept in page.corrected.items()
            ]
    return _means(f1), _means(right)


def _means(pairs: Iterable[tuple[float, float]]) -> BeforeAfter:
    before, after = zip(*pairs, strict=True)
    return BeforeAfter(round(fmean(before), 4), round(fmean(after), 4))


def _kept(page: LearntPage, classifier: Classifier) -> tuple[str, ...]:
    """The texts of the blocks that cleaning keeps with a classifier."""
    try:
        cleaned = clean(page.capture, classifier)
    except Rejection:
        return ()
    return tuple(one.text for one in cleaned.blocks if one.kept and one.kind is not Kind.TITLE)


def _f1(wanted: Sequence[str], found: Sequence[str]) -> float:
    """F1 of two lists of kept blocks, weighted by their words; 1 if both are empty."""
    one, other = Counter(wanted), Counter(found)
    both, all_ = _n_words(one & other), _n_words(one) + _n_words(other)
    return 2 * both / all_ if all_ else 1.0


def _n_words(texts: Counter[str]) -> int:
    return sum(len(tokens(text)) * times for text, times in texts.items())


def _corpus_pages(folder: Path | None) -> tuple[list[Annotated], list[Annotated]]:
    """The pages of a corpus to train on, and those of a fifth of its sites, to measure on."""
    if folder is None:
        return [], []
    pages = read_corpus(folder)
    sites = len({page.site for page in pages})
    folds = folds_of(pages, min(5, sites))
    learnt = [page for page, fold in zip(pages, folds, strict=True) if fold]
    held_out = [page for page, fold in zip(pages, folds, strict=True) if not fold and page.body]
    return learnt, held_out[:_MAX_CORPUS_MEASURED]


def _corpus_f1(pages: Sequence[Annotated], classifier: Classifier) -> BeforeAfter:
    from cleaners.model import Capture

    overlaps: list[tuple[Overlap, Overlap]] = []
    for page in pages:
        try:
            capture = Capture("", page.payload())
            texts = [clean(capture, by).text for by in (shipped_classifier(), classifier)]
        except (OSError, Rejection):
            continue
        before, after = (shingle_overlap(page.body or "", text) for text in texts)
        overlaps.append((before, after))
    scores = (page_score([pair[place] for pair in overlaps]).f1 for place in (0, 1))
    return BeforeAfter(*(round(one, 4) for one in scores))
