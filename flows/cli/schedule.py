"""`presswash schedule`, `init`, `collect`, `maintain`: runs by themselves, or by hand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.options import (
    DEFAULT_DB,
    AllowPrivate,
    AsFlow,
    Db,
    Delay,
    Force,
    Jobs,
    Json,
    Runner,
    Strict,
    UserAgent,
)
from flows.cli.printing import Printer, harmless, tell_person

if TYPE_CHECKING:
    from flows.maintain import Upkeep

ConfigPath = Annotated[
    Path, typer.Option("--config", metavar="PATH", help="What to run, and when.")
]


def schedule(
    config: ConfigPath = Path("presswash.toml"),
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Check the configuration and say what would run."),
    ] = False,
) -> None:
    """Run the flows on their schedules, until Ctrl-C. Starts a Prefect server if none is set up."""
    from flows import schedule as schedules

    if dry_run:
        for line in schedules.told(schedules.checked(config), config.resolve().parent):
            Printer().line(harmless(line))
        return
    schedules.serve(config, tell_person)
    tell_person("stopped")


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


def collect(  # noqa: PLR0913, PLR0917  (each is an option)
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE…",
            help="Addresses of feeds, sitemaps and pages, and files that have one a line.",
            show_default=False,
        ),
    ],
    db: Db = DEFAULT_DB,
    jobs: Jobs = 1,
    strict: Strict = False,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Fetch, and say what would come of each; write nothing."),
    ] = False,
    as_flow: AsFlow = None,
    force: Force = False,
    delay: Delay = 1.0,
    user_agent: UserAgent = "",
    allow_private: AllowPrivate = False,
    runner: Runner = None,
    json: Json = False,
) -> None:
    """Fetch what feeds, sitemaps and lists of addresses lead to, and load it into a warehouse."""
    from flows.cli.defaults import limits, politeness
    from flows.cli.ingest import carry_out
    from flows.ingest import Order

    web = politeness(delay, user_agent, allow_private)
    order = Order(
        tuple(sources),
        db,
        jobs,
        force=force,
        lists=True,
        web=web,
        runner=runner,
        limits=limits(),
    )
    carry_out(order, strict=strict, json=json, dry_run=dry_run, as_flow=as_flow)


def maintain(
    db: Db = DEFAULT_DB,
    jobs: Jobs = 1,
    backups: Annotated[
        str, typer.Option("--backups", metavar="FOLDER", help="Where backups go.")
    ] = "backups",
    keep: Annotated[
        int, typer.Option("--keep", min=1, metavar="N", help="How many backups stay.")
    ] = 7,
    json: Json = False,
) -> None:
    """Check the warehouse, clean again what older versions cleaned, optimise, and back up."""
    from flows.cli.defaults import limits
    from flows.cli.stages import stages
    from flows.lock import alone
    from flows.maintain import Care
    from flows.maintain import maintain as look_after

    with alone(db, tell_person), stages() as tell:
        done = look_after(
            Care(db, jobs, backups, keep, limits()), tell=lambda what: tell(what, 0, 1)
        )
    _say(done, db, json)


def _say(done: Upkeep, db: str, json: bool) -> None:
    from dataclasses import asdict

    from flows.words import counted

    printer = Printer()
    if json:
        printer.json({"db": db, **asdict(done)})
        return
    left = f", {done.left:,} left as they were" if done.left else ""
    printer.line(
        f"{harmless(db)} is sound; {counted(done.recleaned, 'document')} cleaned again{left}"
    )
    removed = f"; {counted(len(done.removed), 'older one')} removed" if done.removed else ""
    printer.line(f"backed up to {harmless(done.backup)}{removed}")
