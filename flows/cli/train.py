"""`presswash train`: trains the classifier again on annotated pages."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.evaluate import Corpus, training_errors, warn_of_skipped
from flows.cli.options import Json
from flows.cli.output import Output
from flows.words import counted


def train(
    corpus: Corpus,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE",
            help="The file for the weights. Without it, those of the package are replaced.",
            show_default=False,
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Train the block classifier on annotated pages. The same pages give the same weights."""
    from flows.cli.progress import progress_bars
    from flows.training.retrain import retrain

    with training_errors(), progress_bars() as progress:
        trained = retrain(corpus, out, progress)
    output = Output()
    if json:
        output.json(trained.as_json())
    else:
        output.line(
            f"{trained.file}: {trained.size / 1000:,.0f} KB of weights, from"
            f" {counted(trained.blocks, 'labelled block')} on {counted(trained.pages, 'page')} of"
            f" {counted(trained.sites, 'site')}"
        )
    warn_of_skipped(trained.skipped)
