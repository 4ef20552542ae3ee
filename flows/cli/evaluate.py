"""`presswash evaluate`: how good cleaning is on annotated pages, and what it costs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.options import Json
from flows.cli.printing import Printer, harmless, on_stderr
from flows.cli.table import Column, table
from flows.words import counted

if TYPE_CHECKING:
    from flows.training.evaluate import EvaluationReport

Corpus = Annotated[
    Path,
    typer.Argument(
        metavar="CORPUS",
        help="A folder with articles.jsonl and segments.jsonl, or one of them, and their pages.",
        show_default=False,
    ),
]
_SHOWN = 5


def evaluate(
    corpus: Corpus,
    sets: Annotated[
        str, typer.Option("--sets", metavar="NAMES", help="The lists to use: NAME.jsonl of each.")
    ] = "articles,segments",
    only: Annotated[
        str, typer.Option("--only", metavar="FORMS", help="html, flat, or both.")
    ] = "html,flat",
    sample: Annotated[
        int | None,
        typer.Option("--sample", min=1, metavar="N", help="At most so many pages of each set."),
    ] = None,
    folds: Annotated[
        int,
        typer.Option(
            "--folds",
            metavar="K",
            help="Cross-validate: clean the pages of every K-th of the sites with a classifier"
            " trained on the others. 0 takes the weights as they are.",
        ),
    ] = 0,
    json: Json = False,
) -> None:
    """Measure cleaning on annotated pages, from HTML and flattened, beside trafilatura."""
    from flows.cli.errors import BadUsage
    from flows.cli.progress import stages
    from flows.training.evaluate import FLAT_FORM, HTML_FORM, EvaluationJob
    from flows.training.evaluate import evaluate as measure

    forms = _names(only)
    if not forms or not set(forms) <= {HTML_FORM, FLAT_FORM}:
        raise BadUsage(f"--only takes html, flat or html,flat, not {only}")
    if folds < 0 or folds == 1:
        raise BadUsage("--folds takes 2 or more, or 0 for the weights as they are")
    if not _names(sets):
        raise BadUsage("--sets takes names of lists, such as articles,segments")
    order = EvaluationJob(corpus, _names(sets), forms, sample, folds)
    with complaints(), stages() as tell:
        report = measure(order, tell)
    printer = Printer()
    if json:
        printer.json(asdict(report))
    else:
        _show(printer, report)
    warn(report.skipped)


@contextmanager
def complaints() -> Iterator[None]:
    """Turns what training and evaluation complain of into the command line's complaints."""
    from flows.cli.errors import Complaint
    from flows.training.converters import MissingExtra
    from flows.training.corpus import CorpusError
    from flows.training.train import TrainingError

    try:
        yield
    except (CorpusError, MissingExtra, TrainingError) as error:
        raise Complaint(str(error)) from error


def warn(skipped: tuple[str, ...]) -> None:
    """Says on stderr what could not be learnt from; the first few in full."""
    errors = on_stderr()
    for sentence in skipped[:_SHOWN]:
        errors.line(f"presswash: skipped {harmless(sentence)}")
    if len(skipped) > _SHOWN:
        errors.line(f"presswash: skipped {len(skipped) - _SHOWN:,} more")


def _names(given: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, (name.strip() for name in given.split(",")))))


def _show(printer: Printer, report: EvaluationReport) -> None:
    trained = (
        f"each cleaned by weights trained on other sites, in {report.folds} folds"
        if report.folds
        else "cleaned by the weights as they are"
    )
    printer.line(f"{counted(report.pages, 'page')} of {counted(report.sites, 'site')}, {trained}\n")
    columns = ("set", "from", "by")
    numbers = ("F1", "precision", "recall", "pages", "failed", "ms/page")
    table(
        printer,
        [*map(Column, columns), *(Column(name, number=True) for name in numbers)],
        [
            (
                one.set,
                one.form,
                one.by,
                f"{one.f1:.4f}",
                f"{one.precision:.4f}",
                f"{one.recall:.4f}",
                one.pages,
                one.failed,
                f"{one.cpu_ms:.1f}",
            )
            for one in report.texts
        ],
    )
    if not report.facts:
        return
    printer.line()
    table(
        printer,
        [
            *map(Column, ("fact", "from", "by")),
            *(Column(name, number=True) for name in ("right", "stated", "share")),
        ],
        [
            (one.fact, one.form, one.by, one.right, one.stated, f"{one.right / one.stated:.3f}")
            for one in report.facts
        ],
    )
