"""`presswash serve`: shows a warehouse in a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.browse_address import DEFAULT_HOST, DEFAULT_PORT
from flows.cli.options import Db
from flows.cli.output import Output, notify
from flows.default_values import DEFAULT_DB


def serve(
    db: Db = DEFAULT_DB,
    port: Annotated[
        int,
        typer.Option("--port", min=0, max=65535, metavar="N", help="The port; 0 for any free one."),
    ] = DEFAULT_PORT,
    host: Annotated[
        str,
        typer.Option(
            "--host",
            metavar="ADDRESS",
            help="The address to listen on. If other machines can reach it, visitors need the token"
            " that is printed.",
        ),
    ] = DEFAULT_HOST,
    open_browser: Annotated[
        bool, typer.Option("--open", help="Open the page in your browser.")
    ] = False,
) -> None:
    """Show the warehouse in a browser: records, removed blocks and why, duplicates, runs."""
    from flows.browse.server import serve as serve_warehouse

    output = Output()

    def started(address: str) -> None:
        output.line(f"{db} is shown at {address} until Ctrl-C")
        output.stream.flush()
        if open_browser:
            import webbrowser

            webbrowser.open(address)

    serve_warehouse(Path(db), host, port, started)
    notify("stopped")
