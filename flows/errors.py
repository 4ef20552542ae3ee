"""The errors of flows and commands; str() gives a sentence for users."""

from __future__ import annotations


class ConfigError(ValueError):
    """The configuration is invalid; the message says where, and what to write."""


class CheckFailed(Exception):
    """The warehouse failed its integrity check; it was neither changed nor backed up."""


class RunnerError(Exception):
    """The requested workers aren't available; the message says what to do."""


class WorkerStartError(Exception):
    """A worker process can't start."""


class ServeError(Exception):
    """The warehouse can't be served; the message says what to do."""


class LockTimeout(Exception):
    """Another run held the warehouse for too long; the message names it."""


class RunStalled(BaseException):
    """Ends a run that made no progress for too long.

    It is a BaseException, so that it isn't taken for an error of a page.
    """
