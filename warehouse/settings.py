"""What decides which pages are near-duplicates, recorded in the warehouse and required of it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from cleaners.shingles import PERMUTATIONS, SHINGLE_WORDS
from warehouse.bands import BANDS, ROWS
from warehouse.errors import WarehouseError

THRESHOLD = 0.7  # Jaccard similarity from which two pages are near-duplicates
PROPOSE_FROM = 0.55  # estimated similarity; 3.7 standard errors below the threshold
MIN_WORDS = 20  # shorter texts are alike by chance: "This page could not be found."


def settings() -> dict[str, str]:
    """The parameters that decide which pages are near-duplicates."""
    return {
        "shingle_words": str(SHINGLE_WORDS),
        "permutations": str(PERMUTATIONS),
        "bands": str(BANDS),
        "rows": str(ROWS),
        "threshold": str(THRESHOLD),
        "propose_from": str(PROPOSE_FROM),
        "min_words": str(MIN_WORDS),
    }


def record_settings(db: sqlite3.Connection) -> None:
    """Record the parameters in a new warehouse; one that has them keeps its own."""
    db.executemany("INSERT OR IGNORE INTO setting (name, value) VALUES (?, ?)", settings().items())


def require_settings(db: sqlite3.Connection, path: Path) -> None:
    """Raise WarehouseError where the warehouse was built with other parameters than these."""
    recorded = dict(db.execute("SELECT name, value FROM setting"))
    for name, value in settings().items():
        found = recorded.get(name, "nothing")
        if found != value:
            raise WarehouseError(
                f"{path} was built with {name.replace('_', ' ')} = {found}, and this presswash "
                f"compares pages with {value}: rebuild it by ingesting the same sources into a new "
                "warehouse, `presswash --db NEW.db ingest SOURCE…`."
            )
