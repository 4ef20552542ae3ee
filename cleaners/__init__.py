"""Cleans pages: pure functions from bytes to kept and removed blocks; no database, no network."""

from cleaners.clean import VERSION, clean

__all__ = ["VERSION", "clean"]
