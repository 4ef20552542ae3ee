"""`presswash train`: trains the classifier on annotated pages, or on what people corrected."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.evaluate import training_errors, warn_of_skipped
from flows.cli.options import Db, Json
from flows.cli.output import Output
from flows.default_values import DEFAULT_DB
from flows.words import counted

if TYPE_CHECKING:
    from flows.training.learn_corrections import BeforeAfter, LearningReport

_FOLDER = Path("weights")


def train(
    corpus: Annotated[
        Path | None,
        typer.Argument(
            metavar="[CORPUS]",
            help="A folder of annotated pages: articles, languages, web or segments.jsonl.",
            show_default=False,
        ),
    ] = None,
    corrections: Annotated[
        bool,
        typer.Option(
            "--corrections",
            help="Start from the shipped weights, and learn from the corrections in the warehouse.",
        ),
    ] = False,
    db: Db = DEFAULT_DB,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="PATH",
            help="The file for the weights; without it, those of the package are replaced. With"
            " --corrections, the folder for them; without it, weights.",
            show_default=False,
        ),
    ] = None,
    seed: Annotated[
        int,
        typer.Option(
            "--seed", metavar="N", min=0, help="With --corrections: the seed of random choices."
        ),
    ] = 0,
    json: Json = False,
) -> None:
    """Train the classifier on annotated pages or corrections. Equal input gives equal weights."""
    from flows.cli.errors import UsageError
    from flows.cli.progress import progress_bars
    from flows.training.retrain import retrain

    output = Output()
    if corrections:
        from flows.training.learn_corrections import learn

        with training_errors(), progress_bars() as progress:
            report = learn(Path(db), out or _FOLDER, corpus, seed, progress)
        if json:
            output.json(report.as_json())
        else:
            _print_report(output, report)
        warn_of_skipped(report.skipped)
        return
    if corpus is None:
        raise UsageError("name a folder of annotated pages, or learn from --corrections")
    with training_errors(), progress_bars() as progress:
        trained = retrain(corpus, out, progress)
    if json:
        output.json(trained.as_json())
    else:
        output.line(
            f"{trained.file}: {trained.size / 1000:,.0f} KB of weights, from"
            f" {counted(trained.blocks, 'labelled block')} on {counted(trained.pages, 'page')} of"
            f" {counted(trained.sites, 'site')}"
        )
    warn_of_skipped(trained.skipped)


def _print_report(output: Output, report: LearningReport) -> None:
    output.line(
        f"{report.file}: learnt from {counted(report.corrections, 'corrected block')} on"
        f" {counted(report.pages, 'page')} of {counted(report.sites, 'site')}"
    )
    output.line(f"on pages of held-out sites ({report.folds} folds), before and after:")
    output.line(f"  F1 of the kept text       {_pair(report.f1)}")
    output.line(f"  corrected blocks right    {_pair(report.right)}")
    if report.corpus_f1:
        output.line(f"  F1 on held-out corpus     {_pair(report.corpus_f1)}")
    if report.stability is None:
        output.line("There is no other record to measure what else changes.")
    else:
        output.line(
            f"{report.stability:.1%} of the text of {counted(report.others, 'other record')} stays"
            f" the same; {report.share:.0%} of the way from the shipped weights was taken"
        )
    folder = Path(report.file).parent
    output.line(
        (
            f'Next: put weights = "{folder}" into presswash.toml, then presswash reclean --preview'
            " shows what they would change",
            "dim",
        )
    )


def _pair(one: BeforeAfter) -> str:
    return f"{one.before:.3f}  {one.after:.3f}"
