"""What decides which pages are near-duplicates, recorded in the warehouse and required of it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from cleaners.text.minhash import PERMUTATIONS
from cleaners.text.shingles import SHINGLE_WORDS
from cleaners.text.sketch import Likeness
from warehouse.dedup.bands import BANDS, ROWS
from warehouse.errors import WarehouseError

# At least this share of the smaller page's shingles is in the larger page.
MIN_CONTAINMENT = 0.6
# Shingles of the smaller page over those of the larger: an article that quotes a note is no copy.
MIN_SIZE_RATIO = 0.45
# Figures that both pages give in the same words: with fewer of them, figures don't decide.
MIN_FIGURES = 3
# At least this share of those figures is equal; otherwise the pages share only a template.
MIN_FIGURE_AGREEMENT = 0.6
# Pairs are compared if their estimated Jaccard similarity is at least this share of the least
# that duplicates have.
CANDIDATE_FACTOR = 0.6
# With so many figures in both pages, an estimate says whether the figures differ.
MIN_FIGURES_TO_ESTIMATE = 8
# Equal minima of 16: nearly always reached by pages that share a third of their figures.
MIN_EQUAL_FIGURE_MINIMA = 2
# Shorter texts are alike by chance: "This page could not be found."
MIN_WORDS = 20
# A band shared by more clusters is a template's, and proposes no candidates.
MAX_CLUSTERS_PER_BAND = 100


def dedup_parameters() -> dict[str, str]:
    """The parameters that decide which pages are near-duplicates."""
    return {
        "shingle_words": str(SHINGLE_WORDS),
        "permutations": str(PERMUTATIONS),
        "bands": str(BANDS),
        "rows": str(ROWS),
        "contained": str(MIN_CONTAINMENT),
        "size_ratio": str(MIN_SIZE_RATIO),
        "figures": str(MIN_FIGURES),
        "agreeing": str(MIN_FIGURE_AGREEMENT),
        "propose": str(CANDIDATE_FACTOR),
        "enough_figures": str(MIN_FIGURES_TO_ESTIMATE),
        "same_figures": str(MIN_EQUAL_FIGURE_MINIMA),
        "min_words": str(MIN_WORDS),
        "common": str(MAX_CLUSTERS_PER_BAND),
    }


def is_near_duplicate(found: Likeness) -> bool:
    """Whether two pages are near-duplicates.

    Most of the smaller must be in the larger, which mustn't be much larger; and the figures must
    agree: reports made from one template have the same words around other figures.
    """
    return (
        found.containment >= MIN_CONTAINMENT
        and found.ratio >= MIN_SIZE_RATIO
        and (found.figures < MIN_FIGURES or found.agreeing >= MIN_FIGURE_AGREEMENT * found.figures)
    )


def is_candidate(jaccard: float, sizes: tuple[int, int], figures: tuple[int, int]) -> bool:
    """Whether pages of so many shingles, so alike by an estimate, are worth comparing.

    `figures` are the fewer of the two, and how many of 16 minima of their signatures agree.
    """
    fewer, same = figures
    if fewer >= MIN_FIGURES_TO_ESTIMATE and same < MIN_EQUAL_FIGURE_MINIMA:
        return False
    ratio = min(sizes) / max(sizes)
    least = MIN_CONTAINMENT * ratio / (1 + ratio - MIN_CONTAINMENT * ratio)
    return ratio >= MIN_SIZE_RATIO and jaccard >= CANDIDATE_FACTOR * least


def record_parameters(db: sqlite3.Connection) -> None:
    """Record the parameters in a new warehouse; one that has them keeps its own."""
    db.executemany(
        "INSERT OR IGNORE INTO setting (name, value) VALUES (?, ?)", dedup_parameters().items()
    )


def require_parameters(db: sqlite3.Connection, path: Path) -> None:
    """Raise WarehouseError where the warehouse was built with other parameters than these."""
    recorded = dict(db.execute("SELECT name, value FROM setting"))
    for name, value in dedup_parameters().items():
        found = recorded.get(name, "nothing")
        if found != value:
            raise WarehouseError(
                f"{path} was built with {name.replace('_', ' ')} = {found}, and this presswash "
                f"compares pages with {value}: rebuild it by ingesting the same sources into a new "
                "warehouse, `presswash ingest SOURCE… --db NEW.db`."
            )
