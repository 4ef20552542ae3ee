"""The SQL functions that migrations call. No view uses them, so other tools can read the views."""

from __future__ import annotations

import sqlite3

from cleaners.text.folding import folded_or_none
from cleaners.text.unspaced import insert_word_breaks


def register(db: sqlite3.Connection) -> None:
    """Register the functions that migrations, and the views of older versions, call."""
    db.create_function("fold", 1, folded_or_none, deterministic=True)
    db.create_function("spread", 1, _spread, deterministic=True)
    db.create_function("string_digest", 1, _digest_or_none, deterministic=True)


def string_digest(text: str) -> int:
    """A signed 32-bit hash that finds a stored string; different strings may have the same."""
    import xxhash

    digest = xxhash.xxh32_digest(text.encode("utf-8", "surrogatepass"))
    return int.from_bytes(digest, "big", signed=True)


def _digest_or_none(text: str | None) -> int | None:
    return None if text is None else string_digest(text)


def _spread(text: str | None) -> str | None:
    return text and insert_word_breaks(text)
