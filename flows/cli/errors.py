"""The errors of the command line: one sentence for a person, and the exit code."""

from __future__ import annotations

import os

import typer

_FAILURE = 1
_BAD_USAGE = 2


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


def as_complaint(error: Exception) -> Complaint:
    """What an error means to the person at the terminal."""
    from flows.sources.errors import UnsupportedSource
    from warehouse.errors import RequestError, WarehouseError

    if isinstance(error, Complaint):
        return error
    if isinstance(error, typer.TyperException):
        message = error.format_message().rstrip(".")
        hint = " (see presswash --help)" if error.exit_code == _BAD_USAGE else ""
        return Complaint(message + hint, error.exit_code)
    if isinstance(error, UnsupportedSource | RequestError):
        return BadUsage(str(error))
    if isinstance(error, WarehouseError):
        return Complaint(str(error))
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        reason = os.strerror(error.errno) if error.errno else str(error)
        return Complaint(f"{where}{reason}")
    what = f"{type(error).__name__}: {error}"
    return Complaint(f"unexpected error: {what}; set PRESSWASH_DEBUG=1 to see where it comes from")
