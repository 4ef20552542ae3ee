"""The SQL functions that presswash's schema uses; every connection needs them."""

from __future__ import annotations

import sqlite3

from cleaners.text.unspaced import insert_word_breaks


def register(db: sqlite3.Connection) -> None:
    """Register the functions that views and migrations call."""
    db.create_function("spread", 1, _spread, deterministic=True)


def _spread(text: str | None) -> str | None:
    return text and insert_word_breaks(text)
