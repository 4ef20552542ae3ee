"""What the flows themselves can find wrong, each a sentence for a person."""

from __future__ import annotations


class ConfigError(ValueError):
    """A configuration that can't be used: where it is wrong, and how it should be."""


class CheckFailed(Exception):
    """A warehouse that failed its integrity check: nothing was done to it, nor was it backed up."""


class RunnerError(Exception):
    """Workers that can't be had: which, and what to do."""


class WorkerStartError(Exception):
    """The process that cleans pages doesn't start; its str is a sentence for a person."""


class LockTimeout(Exception):
    """A warehouse at which another run is too long at work: which one, and what to do."""
