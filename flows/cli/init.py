"""`presswash init`: writes a configuration file to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.output import Output


def init(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="The file to write.")] = Path(
        "presswash.toml"
    ),
) -> None:
    """Write a commented presswash.toml. An existing file is left as it is."""
    from flows.cli.errors import CommandError

    sample = Path(__file__).parents[1] / "presswash.toml"
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(sample.read_text("utf-8"))
    except FileExistsError:
        raise CommandError(f"{path} already exists; it was left as it is.") from None
    Output().line(f"{path} written: edit it, then run presswash schedule")
