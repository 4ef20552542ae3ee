"""What a page says: pure functions from bytes to marked blocks, with no database and no network."""

from cleaners.clean import VERSION, clean

__all__ = ["VERSION", "clean"]
