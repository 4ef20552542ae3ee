"""Options that several commands share."""

from __future__ import annotations

import os
import shlex
from typing import Annotated

import typer

from flows.default_values import DEFAULT_DB

Db = Annotated[
    str,
    typer.Option("--db", envvar="PRESSWASH_DB", metavar="PATH", help="The warehouse file."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Limit = Annotated[
    int,
    typer.Option("--limit", "-n", min=1, max=10**9, metavar="N", help="Show at most N."),
]
Rows = Annotated[
    int | None,
    typer.Option(
        "--limit",
        "-n",
        min=1,
        max=10**9,
        metavar="N",
        help="Print at most N rows. Default: 1,000 in a table, all with --csv and --json.",
    ),
]
Jobs = Annotated[
    int,
    typer.Option("--jobs", "-j", min=1, max=256, metavar="N", help="Number of worker processes."),
]
Strict = Annotated[bool, typer.Option("--strict", help="Exit with 1 if any page was rejected.")]
Sources = Annotated[
    list[str],
    typer.Argument(
        metavar="SOURCE",
        help="Files, folders, globs, or - for standard input: .html .htm .xhtml .txt .mhtml, plain"
        " or as .gz .bz2 .xz .zst; .zip .tar .warc .wet .wacz .arc; .json .jsonl .csv .parquet;"
        " .eml .emlx .mbox .har, feeds. URLs of pages, feeds and sitemaps; s3:// and gs://.",
        show_default=False,
    ),
]

Map = Annotated[
    str | None,
    typer.Option(
        "--map",
        metavar="TARGET=FIELD,…",
        help="The fields of JSON, CSV and Parquet that hold the page (text or html), its url, the"
        " date of its capture, and its title, authors, published, language and description, such as"
        " text=content,url=link. Default: detected by name; --dry-run shows how.",
    ),
]

AsFlow = Annotated[
    bool | None,
    typer.Option(
        "--flow/--no-flow",
        help="Run as a Prefect flow, or in this process. Default: as a flow if a Prefect API is"
        " configured.",
        show_default=False,
    ),
]
Force = Annotated[
    bool, typer.Option("--force", help="Read sources again even if earlier runs have read them.")
]
Runner = Annotated[
    str | None,
    typer.Option(
        "--runner",
        metavar="dask://HOST:PORT",
        help="Clean on this Dask cluster, as a flow (needs the dask extra).",
    ),
]
AllowPrivate = Annotated[
    bool,
    typer.Option(
        "--allow-private", help="Allow fetching from this machine and from private networks."
    ),
]
RespectTdm = Annotated[
    bool,
    typer.Option(
        "--respect-tdm",
        help="Leave out pages whose publishers reserve text and data mining (noai, TDM headers).",
    ),
]
Delay = Annotated[
    float,
    typer.Option(
        "--delay",
        min=0,
        max=3600,
        metavar="SECONDS",
        help="The pause between two requests to a host.",
    ),
]
UserAgent = Annotated[
    str,
    typer.Option(
        "--user-agent",
        envvar="PRESSWASH_USER_AGENT",
        metavar="NAME",
        help="The User-Agent to send; include a contact address.",
    ),
]


def command(words: str, db: str) -> str:
    """A command to run next, with --db where the warehouse isn't the default."""
    default = os.environ.get("PRESSWASH_DB") or DEFAULT_DB
    option = "" if db == default else f" --db {shlex.quote(db)}"
    return f"presswash {words}{option}"
