"""The errors of the command line: one sentence for stderr, and the exit code."""

from __future__ import annotations

import os

import typer

_FAILURE = 1
_BAD_USAGE = 2

# The parser's words for an invalid number, and plainer ones.
_PLAIN_MESSAGES = {
    "Input should be a valid integer, unable to parse string as an integer": "give a whole number",
    "Input should be a valid number, unable to parse string as a number": "give a number",
    "Input should be greater than or equal to": "the minimum is",
    "Input should be less than or equal to": "the maximum is",
}


class CommandError(typer.TyperException):
    """Ends a command with a sentence on stderr."""

    def __init__(self, message: str, exit_code: int = _FAILURE) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class UsageError(CommandError):
    """The command line itself is wrong."""

    def __init__(self, message: str) -> None:
        super().__init__(message, _BAD_USAGE)


class Interrupted(KeyboardInterrupt):
    """A signal that ends the command, with the exit code that names the signal."""

    def __init__(self, exit_code: int = 130) -> None:
        super().__init__()
        self.exit_code = exit_code


def as_command_error(error: Exception, command: str = "presswash") -> CommandError:
    """The sentence and exit code for any error of a command."""
    from flows.errors import (
        CheckFailed,
        ConfigError,
        LockTimeout,
        RunnerError,
        ServeError,
        WorkerStartError,
    )
    from flows.sources.errors import UnsupportedSource
    from warehouse.errors import RequestError, WarehouseError

    if isinstance(error, CommandError):
        return CommandError(_with_hint(str(error), command, error.exit_code), error.exit_code)
    if isinstance(error, typer.TyperException):
        return _from_parser(error)
    if isinstance(error, UnsupportedSource | RequestError):
        return UsageError(_with_hint(str(error), command, _BAD_USAGE))
    if isinstance(error, ConfigError):
        return CommandError(str(error), _BAD_USAGE)
    if isinstance(
        error,
        WarehouseError | CheckFailed | LockTimeout | RunnerError | ServeError | WorkerStartError,
    ):
        return CommandError(str(error))
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        reason = os.strerror(error.errno) if error.errno else str(error)
        return CommandError(f"{where}{reason}")
    what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return CommandError(f"unexpected error: {what}; set PRESSWASH_DEBUG=1 to see the traceback")


def _from_parser(error: typer.TyperException) -> CommandError:
    """An error of the command line's parser, in plain words."""
    context = getattr(error, "ctx", None)
    message = error.format_message().rstrip(".")
    stray = getattr(error, "option_name", None)
    if stray and context is not None and stray in _options_of_commands(context.command):
        message = f"{stray} goes after the command: presswash COMMAND {stray} …"
    for theirs, plain in _PLAIN_MESSAGES.items():
        message = message.replace(theirs, plain)
    where = context.command_path if context is not None else "presswash"
    return CommandError(_with_hint(message, where, error.exit_code), error.exit_code)


def _options_of_commands(group: object) -> set[str]:
    commands = getattr(group, "commands", {}).values()
    return {name for command in commands for param in command.params for name in param.opts}


def _with_hint(message: str, where: str, exit_code: int) -> str:
    """The message; of wrong usage, with the command that shows the right one."""
    if exit_code != _BAD_USAGE:
        return message
    return f"{message.rstrip('. ')} (see {where} --help)"
