"""`presswash evaluate`: measures the quality and cost of cleaning on annotated pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.options import Json
from flows.cli.output import Column, Output, notify
from flows.words import counted

if TYPE_CHECKING:
    from flows.training.evaluate import EvaluationReport

Corpus = Annotated[
    Path,
    typer.Argument(
        metavar="CORPUS",
        help="A folder of annotated pages: articles, languages, web or segments.jsonl.",
        show_default=False,
    ),
]
_MAX_WARNINGS = 5


def evaluate(
    corpus: Corpus,
    sets: Annotated[
        str, typer.Option("--sets", metavar="NAMES", help="The lists to use, each a NAME.jsonl.")
    ] = "articles,segments",
    only: Annotated[
        str, typer.Option("--only", metavar="FORMS", help="html, flat, or both.")
    ] = "html,flat",
    sample: Annotated[
        int | None,
        typer.Option("--sample", min=1, metavar="N", help="Use at most N pages of each set."),
    ] = None,
    folds: Annotated[
        int,
        typer.Option(
            "--folds",
            metavar="K",
            help="Cross-validate by site in K folds. 0 uses the shipped weights.",
        ),
    ] = 0,
    json: Json = False,
) -> None:
    """Measure cleaning on annotated pages, as HTML and as plain text, and compare trafilatura."""
    from flows.cli.errors import UsageError
    from flows.cli.progress import progress_bars
    from flows.training.evaluate import FLAT_FORM, HTML_FORM, EvaluationJob
    from flows.training.evaluate import evaluate as measure

    forms = _names(only)
    if not forms or not set(forms) <= {HTML_FORM, FLAT_FORM}:
        raise UsageError(f"--only takes html, flat or html,flat, not {only}")
    if folds < 0 or folds == 1:
        raise UsageError("--folds takes 2 or more, or 0 for the shipped weights")
    if not _names(sets):
        raise UsageError("--sets takes names of lists, such as articles,segments")
    job = EvaluationJob(corpus, _names(sets), forms, sample, folds)
    with training_errors(), progress_bars() as progress:
        report = measure(job, progress)
    output = Output()
    if json:
        output.json(asdict(report))
    else:
        _print_report(output, report)
    warn_of_skipped(report.skipped)


@contextmanager
def training_errors() -> Iterator[None]:
    """Turns errors of training and evaluation into errors of the command line."""
    from flows.cli.errors import CommandError
    from flows.training.converters import MissingExtra
    from flows.training.corpus import CorpusError
    from flows.training.train import TrainingError

    try:
        yield
    except (CorpusError, MissingExtra, TrainingError) as error:
        raise CommandError(str(error)) from error


def warn_of_skipped(skipped: tuple[str, ...]) -> None:
    """Writes to stderr which pages were skipped; the first few in full."""
    for sentence in skipped[:_MAX_WARNINGS]:
        notify(f"skipped {sentence}")
    if len(skipped) > _MAX_WARNINGS:
        notify(f"skipped {len(skipped) - _MAX_WARNINGS:,} more")


def _names(given: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, (name.strip() for name in given.split(",")))))


def _print_report(output: Output, report: EvaluationReport) -> None:
    weights = (
        f"cross-validated by site in {report.folds} folds"
        if report.folds
        else "cleaned with the shipped weights"
    )
    pages = f"{counted(report.pages, 'page')} of {counted(report.sites, 'site')}"
    output.line(f"{pages}, {weights}")
    output.line()
    numbers = ("F1", "precision", "recall", "pages", "failed", "ms/page")
    output.table(
        _columns(("set", "from", "by"), numbers),
        [
            (
                *(one.set, one.form, one.by),
                *(f"{score:.4f}" for score in (one.f1, one.precision, one.recall)),
                *(one.pages, one.failed, f"{one.cpu_ms:.1f}"),
            )
            for one in report.texts
        ],
    )
    if report.facts:
        output.line()
        output.table(
            _columns(("fact", "from", "by"), ("stated", "right", "wrong", "absent")),
            [
                (
                    *(one.fact, one.form, one.by, one.stated),
                    *(f"{n / one.stated:.3f}" for n in (one.right, one.wrong, one.absent)),
                )
                for one in report.facts
            ],
        )


def _columns(texts: tuple[str, ...], numbers: tuple[str, ...]) -> list[Column]:
    return [*map(Column, texts), *(Column(name, number=True) for name in numbers)]
