"""`presswash init`: a configuration file to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.printing import Printer, harmless


def init(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="Where to write it.")] = Path(
        "presswash.toml"
    ),
) -> None:
    """Write a presswash.toml in which everything is explained. One that is there stays."""
    from flows.cli.errors import Complaint

    sample = Path(__file__).parents[1] / "presswash.toml"
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(sample.read_text("utf-8"))
    except FileExistsError:
        raise Complaint(f"{path} is there already, and was left as it is.") from None
    Printer().line(f"{harmless(str(path))} written: edit it, then run presswash schedule")
