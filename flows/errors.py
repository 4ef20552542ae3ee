"""The errors of the flows; the str of each is a sentence for users."""

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
    """Another run has held the warehouse for too long; the message names it."""


class RunStalled(BaseException):
    """Ends a run that has made no progress for too long: it must not pass for a page's error."""
