"""Puts the commands together, and turns whatever goes wrong into one line and an exit code."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from functools import wraps
from types import FrameType
from typing import Annotated, ParamSpec

import typer

from flows.cli import (
    check,
    clean,
    collect,
    duplicates,
    evaluate,
    export,
    ingest,
    init,
    maintain,
    reclean,
    schedule,
    search,
    show,
    sql,
    stats,
    train,
)
from flows.cli.errors import Complaint, Interrupted, as_complaint
from flows.cli.printing import harmless, on_stderr

P = ParamSpec("P")

_INTERRUPTED = 130


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import PackageNotFoundError, version

        try:
            typer.echo(f"presswash {version('presswash')}")
        except PackageNotFoundError:
            typer.echo("presswash (not installed)")
        raise typer.Exit


def _presswash(
    context: typer.Context,
    _asked: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Turns saved news pages into clean, deduplicated records in an SQLite warehouse."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help(), err=True)
        raise typer.Exit(2)


def build(default_map: dict[str, dict[str, object]] | None = None) -> typer.Typer:
    """The program with all of its commands, and the defaults of their options."""
    app = typer.Typer(
        name="presswash",
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        invoke_without_command=True,
        context_settings={
            "help_option_names": ["-h", "--help"],
            "default_map": default_map or {},
        },
    )
    app.callback()(_presswash)
    app.command("ingest")(_interruptible(ingest.ingest))
    app.command("clean")(_interruptible(clean.clean))
    app.command("search")(_interruptible(search.search))
    app.command("show")(_interruptible(show.show))
    app.command("sql")(_interruptible(sql.sql))
    app.command("duplicates")(_interruptible(duplicates.duplicates))
    app.command("stats")(_interruptible(stats.stats))
    app.command("export")(_interruptible(export.export))
    app.command("check")(_interruptible(check.check))
    app.command("reclean")(_interruptible(reclean.reclean))
    app.command("collect")(_interruptible(collect.collect))
    app.command("maintain")(_interruptible(maintain.maintain))
    app.command("schedule")(_interruptible(schedule.schedule))
    app.command("init")(_interruptible(init.init))
    app.command("evaluate")(_interruptible(evaluate.evaluate))
    app.command("train")(_interruptible(train.train))
    return app


def _interruptible(command: Callable[P, None]) -> Callable[P, None]:
    """The command, which says that it was interrupted: typer would end it without a word."""

    @wraps(command)
    def run(*arguments: P.args, **options: P.kwargs) -> None:
        try:
            command(*arguments, **options)
        except KeyboardInterrupt as interrupt:
            code = interrupt.exit_code if isinstance(interrupt, Interrupted) else 130
            raise Complaint("interrupted", code) from None

    return run


def invoke(arguments: list[str]) -> int:
    """Runs one command line; signals end it in order, and a closed pipe ends it quietly."""
    _survive_any_text()
    heard: list[int] = []

    def terminate(number: int, _frame: FrameType | None) -> None:
        heard.append(128 + number)
        raise Interrupted(128 + number)

    before = signal.signal(signal.SIGTERM, terminate)
    try:
        code = build(_configured(arguments))(
            arguments, prog_name="presswash", standalone_mode=False
        )
        sys.stdout.flush()
        if code == _INTERRUPTED:
            # The interrupt came to typer, before a command had begun or after it was done.
            _say("interrupted")
            return heard[-1] if heard else _INTERRUPTED
        return code if isinstance(code, int) else 0
    except KeyboardInterrupt as interrupt:
        _say("interrupted")
        return interrupt.exit_code if isinstance(interrupt, Interrupted) else 130
    except (BrokenPipeError, SystemExit) as error:
        return _end_quietly(error)
    except Exception as error:
        complaint = as_complaint(error, " ".join(["presswash", *arguments[:1]]))
        _say(complaint.message)
        if os.environ.get("PRESSWASH_DEBUG"):
            raise
        return complaint.exit_code
    finally:
        signal.signal(signal.SIGTERM, before)


def _configured(arguments: list[str]) -> dict[str, dict[str, object]]:
    """The defaults that a configuration gives to options, if there is one."""
    from flows.cli.defaults import defaults, is_configured

    # schedule and init read one themselves, or none.
    no_need = not arguments or arguments[0] in ("schedule", "init") or "--help" in arguments
    return {} if no_need or not is_configured() else defaults()


def _say(message: str) -> None:
    on_stderr().line(f"presswash: {harmless(' '.join(message.split()))}")


def _end_quietly(error: BaseException) -> int:
    """The code of a command that ended early; what is left to write is for nobody to read."""
    if isinstance(error, SystemExit) and not isinstance(error.__context__, BrokenPipeError):
        return error.code if isinstance(error.code, int) else 1
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 128 + signal.SIGPIPE


def _survive_any_text() -> None:
    """A terminal that can't show a character shows its number; it is no reason to stop."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
