"""The errors of the command line: one sentence for a person, and the exit code."""

from __future__ import annotations

import os

import typer

_FAILURE = 1
_BAD_USAGE = 2

# The parser's words for an argument that should be a number, and ours.
_PLAINER = {
    "Input should be a valid integer, unable to parse string as an integer": "give a whole number",
    "Input should be a valid number, unable to parse string as a number": "give a number",
    "Input should be greater than or equal to": "the least is",
    "Input should be less than or equal to": "the most is",
}


class Complaint(typer.TyperException):
    """Ends a command with a sentence on stderr."""

    def __init__(self, message: str, exit_code: int = _FAILURE) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class BadUsage(Complaint):
    """The command line itself is wrong."""

    def __init__(self, message: str) -> None:
        super().__init__(message, _BAD_USAGE)


class Interrupted(KeyboardInterrupt):
    """A request to end from outside, with the exit code that tells so."""

    def __init__(self, exit_code: int = 130) -> None:
        super().__init__()
        self.exit_code = exit_code


def as_complaint(error: Exception, command: str = "presswash") -> Complaint:
    """What an error of a command means to the person at the terminal."""
    from flows.errors import CheckFailed, ConfigError, LockTimeout, RunnerError, WorkerStartError
    from flows.sources.errors import UnsupportedSource
    from warehouse.errors import RequestError, WarehouseError

    if isinstance(error, Complaint):
        return Complaint(_with_hint(str(error), command, error.exit_code), error.exit_code)
    if isinstance(error, typer.TyperException):
        return _of_parser(error)
    if isinstance(error, UnsupportedSource | RequestError):
        return BadUsage(_with_hint(str(error), command, _BAD_USAGE))
    if isinstance(error, ConfigError):
        return Complaint(str(error), _BAD_USAGE)
    if isinstance(
        error, WarehouseError | CheckFailed | LockTimeout | RunnerError | WorkerStartError
    ):
        return Complaint(str(error))
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        reason = os.strerror(error.errno) if error.errno else str(error)
        return Complaint(f"{where}{reason}")
    what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return Complaint(f"unexpected error: {what}; set PRESSWASH_DEBUG=1 to see where it comes from")


def _of_parser(error: typer.TyperException) -> Complaint:
    """What the parser of command lines says, in plain words."""
    context = getattr(error, "ctx", None)
    message = error.format_message().rstrip(".")
    stray = getattr(error, "option_name", None)
    if stray and context is not None and stray in _options_of_commands(context.command):
        message = f"{stray} goes after the command: presswash COMMAND {stray} …"
    for theirs, ours in _PLAINER.items():
        message = message.replace(theirs, ours)
    where = context.command_path if context is not None else "presswash"
    return Complaint(_with_hint(message, where, error.exit_code), error.exit_code)


def _options_of_commands(group: object) -> set[str]:
    commands = getattr(group, "commands", {}).values()
    return {name for command in commands for param in command.params for name in param.opts}


def _with_hint(message: str, where: str, exit_code: int) -> str:
    """A complaint about the command line with where to read how it should be."""
    if exit_code != _BAD_USAGE:
        return message
    return f"{message.rstrip('. ')} (see {where} --help)"
