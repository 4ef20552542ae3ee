"""Assembles the commands, and turns every error into one line on stderr and an exit code."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Sequence
from functools import wraps
from importlib import import_module
from types import FrameType
from typing import TYPE_CHECKING, Annotated, ParamSpec

import typer
from typer.core import TyperCommand, TyperGroup

from flows.cli.conversion import ConvertsIfNeeded
from flows.cli.defaults import configured_defaults
from flows.cli.errors import CommandError, Interrupted, as_command_error
from flows.cli.output import notify

if TYPE_CHECKING:
    from typer._click.core import Context
    from typer._click.formatting import HelpFormatter

P = ParamSpec("P")

COMMANDS = tuple(
    "ingest clean search show sql duplicates history templates correct rules label stats report"
    " export check serve reclean collect maintain schedule init evaluate train".split()
)
_MODULES = {"report": "run_report"}  # of commands that aren't in the module of their name
_INTERRUPTED = 130


class _Program(ConvertsIfNeeded, TyperGroup):
    """The program, which reads the options before a command's name."""


class _Command(ConvertsIfNeeded, TyperCommand):
    """A command whose help names arguments by their metavars, without their Python types."""

    def format_options(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Writes the arguments and the options."""
        for kind, title in (("argument", "Arguments"), ("option", "Options")):
            params = [param for param in self.get_params(ctx) if param.param_type_name == kind]
            records = [record for param in params if (record := param.get_help_record(ctx))]
            if records:
                rows = [(name.partition(" <")[0], description) for name, description in records]
                with formatter.section(title):
                    formatter.write_dl(rows)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import PackageNotFoundError, version

        try:
            typer.echo(f"presswash {version('presswash')}")
        except PackageNotFoundError:
            typer.echo("presswash (not installed)")
        raise typer.Exit


def _presswash(
    context: typer.Context,
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    """Turns saved web pages into clean, deduplicated records in an SQLite warehouse."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help(), err=True)
        raise typer.Exit(2)


def load_commands(names: Sequence[str] = COMMANDS) -> list[Callable[..., None]]:
    """The functions of those commands, from their modules in this package."""
    modules = [import_module(f"flows.cli.{_MODULES.get(name, name)}") for name in names]
    return [getattr(module, name) for module, name in zip(modules, names, strict=True)]


def build(
    commands: Sequence[Callable[..., None]], default_map: dict[str, dict[str, object]] | None = None
) -> typer.Typer:
    """The program with those commands, and the defaults of their options."""
    app = typer.Typer(
        name="presswash",
        cls=_Program,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        invoke_without_command=True,
        context_settings={
            "help_option_names": ["-h", "--help"],
            "default_map": default_map or {},
        },
    )
    app.callback()(_presswash)
    for command in commands:
        # Without a short help, the list of commands truncates the first sentence.
        summary = (command.__doc__ or "").partition("\n")[0]
        app.command(command.__name__, cls=_Command, short_help=summary)(_interruptible(command))
    return app


def _interruptible(command: Callable[P, None]) -> Callable[P, None]:
    """The command, made to report an interrupt: typer would exit without a message."""

    @wraps(command)
    def run(*arguments: P.args, **options: P.kwargs) -> None:
        try:
            command(*arguments, **options)
        except KeyboardInterrupt as interrupt:
            raise CommandError("interrupted", _exit_code(interrupt)) from None

    return run


def invoke(arguments: list[str]) -> int:
    """Runs one command line. A signal ends it with a message, a closed pipe ends it silently."""
    _replace_unencodable_text()
    received: list[int] = []

    def terminate(number: int, _frame: FrameType | None) -> None:
        received.append(128 + number)
        raise Interrupted(128 + number)

    before = signal.signal(signal.SIGTERM, terminate)
    try:
        # Loading every command would take a quarter of a search.
        commands = load_commands(arguments[:1] if {*arguments[:1]} & {*COMMANDS} else COMMANDS)
        app = build(commands, configured_defaults(arguments, commands))
        code = app(arguments, prog_name="presswash", standalone_mode=False)
        sys.stdout.flush()
        if code == _INTERRUPTED:
            # The interrupt came before the command began or after it ended.
            notify("interrupted")
            return received[-1] if received else _INTERRUPTED
        return code if isinstance(code, int) else 0
    except KeyboardInterrupt as interrupt:
        notify("interrupted")
        return _exit_code(interrupt)
    except (BrokenPipeError, SystemExit) as error:
        return _end_quietly(error)
    except Exception as error:
        failure = as_command_error(error, " ".join(["presswash", *arguments[:1]]))
        notify(" ".join(failure.message.split()))
        _drop_what_cannot_be_written()
        if os.environ.get("PRESSWASH_DEBUG"):
            raise
        return failure.exit_code
    finally:
        signal.signal(signal.SIGTERM, before)


def _exit_code(interrupt: KeyboardInterrupt) -> int:
    return interrupt.exit_code if isinstance(interrupt, Interrupted) else _INTERRUPTED


def _end_quietly(error: BaseException) -> int:
    """The exit code of a command whose output is no longer read."""
    if isinstance(error, SystemExit) and not isinstance(error.__context__, BrokenPipeError):
        return error.code if isinstance(error.code, int) else 1
    _drop_output()
    return 128 + signal.SIGPIPE


def _drop_what_cannot_be_written() -> None:
    """Keeps Python from failing again at exit, because a full disk takes no more output."""
    try:
        sys.stdout.flush()
    except OSError:
        _drop_output()


def _drop_output() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _replace_unencodable_text() -> None:
    """Makes the standard streams escape characters that they can't encode."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
