"""Evaluates cleaning on annotated pages, in comparison with other libraries and uncleaned text.

All cleaners get the same pages in the same run. With folds, each page is cleaned by a classifier
that was trained on other sites only, which shows the results to expect on unseen sites.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING

from cleaners.clean import clean
from cleaners.model import Capture, Media
from flows.training.converters import converters, decode_corpus_page
from flows.training.corpus import LISTS, Annotated, folds_of, read_corpus
from flows.training.metrics import (
    Overlap,
    page_score,
    pooled_score,
    segment_overlap,
    shingle_overlap,
)

if TYPE_CHECKING:
    from cleaners.classifier.scoring import Classifier
    from flows.training.train import TrainingProgress

HTML_FORM, FLAT_FORM = "html", "flat"
PRESSWASH, TRAFILATURA, AS_IT_IS = "presswash", "trafilatura", "as it is"
HTMLDATE = "htmldate"
EVALUATED_FIELDS = ("title", "date", "authors", "language")


class Outcome(StrEnum):
    """The result of comparing a cleaner's value for a fact with the annotated value."""

    RIGHT = "right"
    WRONG = "wrong"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class EvaluationJob:
    """What to evaluate: the lists of the corpus, and the forms of its pages (`html`, `flat`).

    `sample` is the number of pages of each set, None for all. `folds` is the number of folds for
    cross-validation, 0 for the shipped weights.
    """

    corpus: Path
    lists: tuple[str, ...] = LISTS
    forms: tuple[str, ...] = (HTML_FORM, FLAT_FORM)
    sample: int | None = None
    folds: int = 0


@dataclass(frozen=True, slots=True)
class TextScore:
    """The scores of a cleaner for one set in one form; `cpu_ms` is CPU time in ms per page."""

    set: str
    form: str
    by: str
    f1: float
    precision: float
    recall: float
    pages: int
    failed: int
    cpu_ms: float


@dataclass(frozen=True, slots=True)
class FieldScore:
    """The results of a cleaner for one fact, such as the title.

    `stated` counts the pages with an annotated value. For these pages, `right`, `wrong` and
    `absent` count the same value, another value and no value.
    """

    fact: str
    form: str
    by: str
    right: int
    stated: int
    wrong: int
    absent: int


@dataclass(frozen=True, slots=True)
class EvaluationReport:
    """The results; `skipped` lists the pages that couldn't be converted or used for training."""

    pages: int
    sites: int
    folds: int
    texts: tuple[TextScore, ...]
    facts: tuple[FieldScore, ...]
    skipped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CleanerOutput:
    """A cleaner's result for one page."""

    text: str
    title: str | None = None
    authors: tuple[str, ...] = ()
    date: str | None = None
    language: str | None = None


CleanPage = Callable[[bytes], CleanerOutput]


@dataclass(slots=True)
class _Tally:
    """The results of one cleaner for the pages of one set in one form."""

    overlaps: list[Overlap] = field(default_factory=list)
    pooled: bool = False
    failed: int = 0
    seconds: float = 0.0


@dataclass(slots=True)
class _Results:
    """All results, by (set, form, cleaner) for texts and by (fact, form, cleaner) for facts."""

    texts: dict[tuple[str, str, str], _Tally] = field(default_factory=dict)
    facts: dict[tuple[str, str, str], list[Outcome]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def enter(
        self, page: Annotated, form: str, by: str, answer: CleanerOutput | None, seconds: float
    ) -> None:
        """Adds one result; an `answer` of None is a failure, and counts as an empty text."""
        tally = self.texts.setdefault((page.set, form, by), _Tally(pooled=page.body is None))
        tally.seconds += seconds
        tally.failed += answer is None
        output = answer or CleanerOutput("")
        if page.body is None:
            tally.overlaps.append(segment_overlap(output.text, page.with_, page.without))
        else:
            tally.overlaps.append(shingle_overlap(page.body, output.text))
        if by != AS_IT_IS:
            for fact, outcome in _field_results(page, output):
                self.facts[fact, form, by].append(outcome)

    def enter_date(self, page: Annotated, form: str, by: str, day: str | None) -> None:
        """Adds the result of a library that finds only the date."""
        if page.date is not None:
            self.facts["date", form, by].append(_outcome(page.date, (day or "")[:10]))


def evaluate(job: EvaluationJob, progress: TrainingProgress | None = None) -> EvaluationReport:
    """Runs an evaluation; `progress` is called with the stage, the steps done and the total.

    Raises CorpusError, MissingExtra and TrainingError; their messages are for the user.
    """
    tell = progress or (lambda _what, _done, _total: None)
    pages = read_corpus(job.corpus, job.lists, job.sample)
    flatten = converters() if FLAT_FORM in job.forms else {}
    book, done, skipped = _Results(), 0, list[str]()
    for held, classifier, lost in _rounds(job, pages, tell):
        skipped += lost
        cleaners = _cleaners(classifier)
        if done == 0:
            _warm_up(cleaners)
        for page in held:
            tell("cleaning pages", done, len(pages))
            for form, payload in _forms(page, job.forms, flatten):
                for by, cleaner in cleaners[form == HTML_FORM].items():
                    book.enter(page, form, by, *_timed(cleaner, payload))
                if form == HTML_FORM:
                    book.enter_date(page, form, HTMLDATE, _date_by_htmldate(payload))
            done += 1
    tell("cleaning pages", done, len(pages))
    sites = len({page.site for page in pages})
    return EvaluationReport(
        len(pages), sites, job.folds, _text_scores(book), _field_scores(book), tuple(skipped)
    )


def _rounds(
    order: EvaluationJob, pages: Sequence[Annotated], tell: TrainingProgress
) -> Iterator[tuple[Sequence[Annotated], Classifier | None, tuple[str, ...]]]:
    """The pages of each fold with the classifier for them, and the pages skipped in training.

    Block features are computed only once, for all folds. Without folds there is a single round with
    the shipped classifier (None).
    """
    if not order.folds:
        yield pages, None, ()
        return
    from flows.training.train import examples_of, require_libraries, train

    fold = folds_of(pages, order.folds)
    require_libraries()
    kinds = {HTML_FORM: "html", FLAT_FORM: "text"}
    examples = examples_of(pages, tell, [kinds[form] for form in order.forms])
    for number in range(order.folds):
        held = {place for place, its in enumerate(fold) if its == number}
        output = partial(_renamed, tell, f"training fold {number + 1} of {order.folds}")
        classifier = train(examples.without(held), output)
        yield [pages[at] for at in sorted(held)], classifier, () if number else examples.skipped


def _renamed(tell: TrainingProgress, name: str, _what: str, done: int, total: int) -> None:
    tell(name, done, total)


def _forms(
    page: Annotated, forms: Sequence[str], flatten: dict[str, Callable[[str], str]]
) -> Iterator[tuple[str, bytes | None]]:
    """The page in each form; None if the page can't be read or converted."""
    try:
        raw = page.payload()
    except OSError:
        raw = None
    if HTML_FORM in forms:
        yield HTML_FORM, raw
    for name, convert in flatten.items():
        try:
            yield name, None if raw is None else convert(decode_corpus_page(raw)).encode()
        except Exception:  # a converter's failure costs one page
            yield name, None


def _timed(cleaner: CleanPage, payload: bytes | None) -> tuple[CleanerOutput | None, float]:
    """A cleaner's result for a page, None if it failed, and the CPU time in seconds."""
    if payload is None:
        return None, 0.0
    start = time.process_time()
    try:
        answer = cleaner(payload)
    except Exception:  # a failure counts against the cleaner for this page only
        return None, time.process_time() - start
    return answer, time.process_time() - start


def _cleaners(classifier: Classifier | None) -> dict[bool, dict[str, CleanPage]]:
    """The cleaners of HTML (True) and of text (False)."""
    return {
        True: {
            PRESSWASH: partial(_clean_with_presswash, Media.HTML, classifier),
            TRAFILATURA: _clean_with_trafilatura,
        },
        False: {
            PRESSWASH: partial(_clean_with_presswash, Media.TEXT, classifier),
            AS_IT_IS: lambda payload: CleanerOutput(payload.decode()),
        },
    }


def _warm_up(cleaners: dict[bool, dict[str, CleanPage]]) -> None:
    """Makes all cleaners load their data, which would otherwise count for the first page."""
    page = b"<html><title>A page</title><body><p>" + b"There is a sentence here. " * 20
    for each in cleaners.values():
        for cleaner in each.values():
            _timed(cleaner, page)


def _clean_with_presswash(
    media: Media, classifier: Classifier | None, payload: bytes
) -> CleanerOutput:
    page = clean(Capture("", payload, media), classifier)
    return CleanerOutput(page.text, page.title, page.authors, page.published, page.language)


def _clean_with_trafilatura(payload: bytes) -> CleanerOutput:
    from trafilatura import bare_extraction

    found = bare_extraction(payload, include_comments=False, with_metadata=True)
    if found is None or isinstance(found, dict):
        return CleanerOutput("")
    authors = tuple(filter(None, (name.strip() for name in (found.author or "").split(";"))))
    return CleanerOutput(found.text or "", found.title, authors, found.date, found.language)


def _date_by_htmldate(payload: bytes | None) -> str | None:
    from htmldate import find_date

    if payload is None:
        return None
    try:
        day: str | None = find_date(payload, original_date=True)
    except Exception:  # a failure counts against the library for this page only
        return None
    return day


def _field_results(page: Annotated, answer: CleanerOutput) -> Iterator[tuple[str, Outcome]]:
    """The outcome for each fact that is annotated for the page."""
    if page.title is not None:
        yield "title", _outcome(_comparable(page.title), _comparable(answer.title or ""))
    if page.date is not None:
        yield "date", _outcome(page.date, (answer.date or "")[:10])
    if page.authors is not None:
        named = frozenset(map(_comparable, answer.authors))
        yield "authors", _outcome(frozenset(map(_comparable, page.authors)), named)
    if page.language is not None:
        yield "language", _outcome(page.language, answer.language)


def _outcome(annotated: object, found: object) -> Outcome:
    if annotated == found:
        return Outcome.RIGHT
    return Outcome.WRONG if found else Outcome.ABSENT


def _comparable(text: str) -> str:
    return " ".join(text.split())


def _text_scores(book: _Results) -> tuple[TextScore, ...]:
    scores = []
    for (name, form, by), tally in book.texts.items():
        score = (pooled_score if tally.pooled else page_score)(tally.overlaps)
        pages = len(tally.overlaps)
        cpu = tally.seconds / pages * 1000
        scores.append(
            TextScore(
                name, form, by, score.f1, score.precision, score.recall, pages, tally.failed, cpu
            )
        )
    order = {name: place for place, name in enumerate(dict.fromkeys(one.set for one in scores))}
    return tuple(sorted([*scores, *_means(scores)], key=lambda one: order[one.set]))


def _means(scores: Sequence[TextScore]) -> list[TextScore]:
    """For each set and cleaner, the mean score over all text converters."""
    groups: dict[tuple[str, str], list[TextScore]] = {}
    for one in scores:
        if one.form != HTML_FORM:
            groups.setdefault((one.set, one.by), []).append(one)
    return [
        TextScore(
            name,
            "mean of text",
            by,
            fmean(one.f1 for one in ones),
            fmean(one.precision for one in ones),
            fmean(one.recall for one in ones),
            ones[0].pages,
            max(one.failed for one in ones),
            fmean(one.cpu_ms for one in ones),
        )
        for (name, by), ones in groups.items()
    ]


def _field_scores(book: _Results) -> tuple[FieldScore, ...]:
    scores = [
        FieldScore(
            *(fact, form, by, outcomes.count(Outcome.RIGHT), len(outcomes)),
            wrong=outcomes.count(Outcome.WRONG),
            absent=outcomes.count(Outcome.ABSENT),
        )
        for (fact, form, by), outcomes in book.facts.items()
        if (fact, by) != ("language", TRAFILATURA)  # trafilatura doesn't detect it
    ]
    return tuple(sorted(scores, key=lambda one: EVALUATED_FIELDS.index(one.fact)))
