"""`presswash train`: makes the classifier's weights again from annotated pages."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.evaluate import Corpus
from flows.cli.options import Json


def train(
    corpus: Corpus,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE",
            help="Where to write the weights: without it, over those of the installed package.",
            show_default=False,
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Train the block classifier on annotated pages. The same pages give the same weights."""
    from flows.cli.evaluate import complaints, warn
    from flows.cli.printing import Printer, harmless
    from flows.cli.progress import stages
    from flows.training.retrain import retrain
    from flows.words import counted

    with complaints(), stages() as tell:
        trained = retrain(corpus, out, tell)
    printer = Printer()
    if json:
        printer.json(trained.as_json())
    else:
        printer.line(
            f"{harmless(str(trained.file))}: {trained.size / 1000:,.0f} KB of weights, from"
            f" {counted(trained.blocks, 'labelled block')} on {counted(trained.pages, 'page')} of"
            f" {counted(trained.sites, 'site')}"
        )
    warn(trained.skipped)
