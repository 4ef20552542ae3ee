"""The options that several commands share."""

from __future__ import annotations

import os
from typing import Annotated

import typer

DEFAULT_DB = "presswash.db"
Db = Annotated[
    str,
    typer.Option("--db", envvar="PRESSWASH_DB", metavar="PATH", help="The warehouse."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")]
Limit = Annotated[
    int,
    typer.Option("--limit", "-n", min=1, max=10**9, metavar="N", help="At most this many."),
]
Rows = Annotated[
    int | None,
    typer.Option(
        "--limit",
        "-n",
        min=1,
        max=10**9,
        metavar="N",
        help="At most this many rows. Without it: 1,000 in a table, all in --csv and --json.",
    ),
]
Jobs = Annotated[
    int, typer.Option("--jobs", "-j", min=1, max=256, metavar="N", help="Processes that clean.")
]
Strict = Annotated[bool, typer.Option("--strict", help="Exit with 1 if any page was rejected.")]
Sources = Annotated[
    list[str],
    typer.Argument(
        metavar="SOURCE…",
        help="Files, folders, globs, or - for standard input: .html .htm .xhtml .txt .mhtml, plain"
        " or in .gz .bz2 .xz .zst; .zip .tar .warc .wet; .jsonl .parquet. Addresses of pages, feeds"
        " and sitemaps.",
        show_default=False,
    ),
]

Map = Annotated[
    str | None,
    typer.Option(
        "--map",
        metavar="TARGET=FIELD,…",
        help="Which fields of JSON Lines and Parquet are the page (text or html), its url and its"
        " date, such as text=content,url=link. Without it they are guessed.",
    ),
]

AsFlow = Annotated[
    bool | None,
    typer.Option(
        "--flow/--no-flow",
        help="Run as a Prefect flow, or in this process. Without either: as a flow if a Prefect"
        " API is configured.",
        show_default=False,
    ),
]
Force = Annotated[bool, typer.Option("--force", help="Read again what earlier runs have done.")]
Runner = Annotated[
    str | None,
    typer.Option(
        "--runner",
        metavar="dask://HOST:PORT",
        help="Clean on a Dask cluster, as a flow (needs presswash's extra dask).",
    ),
]
AllowPrivate = Annotated[
    bool,
    typer.Option("--allow-private", help="Also fetch from this machine and from private networks."),
]
Delay = Annotated[
    float,
    typer.Option(
        "--delay", min=0, max=3600, metavar="SECONDS", help="Between two requests to a host."
    ),
]
UserAgent = Annotated[
    str,
    typer.Option(
        "--user-agent",
        envvar="PRESSWASH_USER_AGENT",
        metavar="NAME",
        help="What to call oneself to servers; say how to reach you.",
    ),
]


def command(words: str, db: str) -> str:
    """A command for a person to run next, naming the warehouse where the default isn't it."""
    usual = os.environ.get("PRESSWASH_DB") or DEFAULT_DB
    named = "" if db == usual else f" --db {_quoted(db)}"
    return f"presswash {words}{named}"


def _quoted(path: str) -> str:
    import shlex

    return shlex.quote(path)
