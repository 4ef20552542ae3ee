"""What decides which pages are near-duplicates, recorded in the warehouse and required of it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from cleaners.text.minhash import PERMUTATIONS
from cleaners.text.shingles import SHINGLE_WORDS
from cleaners.text.sketch import Likeness
from warehouse.dedup.bands import BANDS, ROWS
from warehouse.errors import WarehouseError

CONTAINED = 0.6  # the share of the smaller page's shingles that the larger one has, at least
SIZE_RATIO = 0.45  # of the smaller page to the larger: a quoted note is no copy of what quotes it
FIGURES = 3  # given in the same words by both pages, from which on they count
AGREEING = 0.6  # the share of those figures that are equal, at least: else it's a template
PROPOSE = 0.6  # of the least Jaccard similarity of duplicates: where estimates are compared
ENOUGH_FIGURES = 8  # in both pages, so that an estimate says whether they differ
SAME_FIGURES = 2  # of 16 minima, at least: as with a third of the figures in common, nearly always
MIN_WORDS = 20  # shorter texts are alike by chance: "This page could not be found."
COMMON = 100  # clusters that share a band: if more do, it is a template's and proposes nothing


def settings() -> dict[str, str]:
    """The parameters that decide which pages are near-duplicates."""
    return {
        "shingle_words": str(SHINGLE_WORDS),
        "permutations": str(PERMUTATIONS),
        "bands": str(BANDS),
        "rows": str(ROWS),
        "contained": str(CONTAINED),
        "size_ratio": str(SIZE_RATIO),
        "figures": str(FIGURES),
        "agreeing": str(AGREEING),
        "propose": str(PROPOSE),
        "enough_figures": str(ENOUGH_FIGURES),
        "same_figures": str(SAME_FIGURES),
        "min_words": str(MIN_WORDS),
        "common": str(COMMON),
    }


def duplicates(found: Likeness) -> bool:
    """Whether two pages are near-duplicates.

    Most of the smaller must be in the larger, which mustn't be much larger; and the figures must
    agree: reports made from one template have the same words around other figures.
    """
    return (
        found.containment >= CONTAINED
        and found.ratio >= SIZE_RATIO
        and (found.figures < FIGURES or found.agreeing >= AGREEING * found.figures)
    )


def proposed(jaccard: float, sizes: tuple[int, int], figures: tuple[int, int]) -> bool:
    """Whether pages of so many shingles, so alike by an estimate, are worth comparing.

    `figures` are the fewer of the two, and how many of 16 minima of their signatures agree.
    """
    fewer, same = figures
    if fewer >= ENOUGH_FIGURES and same < SAME_FIGURES:
        return False
    ratio = min(sizes) / max(sizes)
    least = CONTAINED * ratio / (1 + ratio - CONTAINED * ratio)
    return ratio >= SIZE_RATIO and jaccard >= PROPOSE * least


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
                "warehouse, `presswash ingest SOURCE… --db NEW.db`."
            )
