"""The SQL functions that migrations call. No view uses them, so other tools can read the views."""

from __future__ import annotations

import sqlite3

from cleaners.text.folding import folded_or_none
from cleaners.text.unspaced import insert_word_breaks


def register(db: sqlite3.Connection) -> None:
    """Register the functions that migrations, and the views of older versions, call."""
    db.create_function("fold", 1, folded_or_none, deterministic=True)
    db.create_function("spread", 1, _spread, deterministic=True)


def _spread(text: str | None) -> str | None:
    return text and insert_word_breaks(text)
