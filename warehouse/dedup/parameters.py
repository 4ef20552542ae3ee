"""What decides which pages are near-duplicates, recorded in the warehouse and required of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from cleaners.text.alignment import AlignedText, Alignment, Difference
from cleaners.text.minhash import PERMUTATIONS
from cleaners.text.shingles import SHINGLE_WORDS
from warehouse.dedup.bands import BANDS, ROWS
from warehouse.errors import WarehouseError
from warehouse.model import Relation

# At least this share of one text's words is in the other.
MIN_CONTAINMENT = 0.55
# Words of the shorter text over those of the longer: an article that quotes a note is no copy. Of a
# shorter excerpt than that, most is in the other.
MIN_SIZE_RATIO = 0.45
MIN_SHORT_SIZE_RATIO = 0.3
MIN_SHORT_CONTAINMENT = 0.65
# Texts that are less alike than this are duplicates only for passages that they share word for
# word, this share of the shorter one. It is an excerpt if it is so much shorter; an excerpt begins
# where the longer text does, this share of its words in at most.
MIN_SIMILARITY = 0.8
MIN_PASSAGES = 0.5
MIN_PASSAGE_SIMILARITY = 0.5  # of texts of like size: less may be the words of their site alone
MAX_EXCERPT_RATIO = 0.8
MAX_EXCERPT_LEAD = 0.4
# Substitutions that show a form: their weight, also for each 100 words that the texts share, and
# how many names and figures or headline words are among them.
MIN_FORM_WEIGHT = 2.0
MIN_FORM_DENSITY = 1.25
MIN_FORM_FACTS = 2
MIN_FORM_HEADLINES = 1
# So many names and figures that differ show a form in a text of any length, if headline words are
# among them, or if they are this share of all names and figures in the same words.
MIN_DIFFERING_FACTS = 3
MIN_DIFFERING_SHARE = 0.4
# Texts are aligned if their estimated Jaccard similarity is at least this, and the exact one at
# least half of it: misread letters break nine shingles of ten.
MIN_ESTIMATE = 0.02
# With so many figures in both texts, an estimate says whether the figures differ. In texts that are
# less alike than this, misread words beside them would make them differ.
MIN_FIGURES_TO_ESTIMATE = 8
MIN_JACCARD_FOR_FIGURES = 0.25
# Equal minima of 16: nearly always reached by texts that share a third of their figures.
MIN_EQUAL_FIGURE_MINIMA = 2
# Shorter texts are alike by chance: "This page could not be found."
MIN_WORDS = 20
# A band that more texts share proposes no candidates: it is of words that a form puts everywhere.
MAX_TEXTS_PER_BAND = 200


def dedup_parameters() -> dict[str, str]:
    """The parameters that decide which pages are near-duplicates."""
    return {
        "shingle_words": str(SHINGLE_WORDS),
        "permutations": str(PERMUTATIONS),
        "bands": str(BANDS),
        "rows": str(ROWS),
        "min_containment": str(MIN_CONTAINMENT),
        "min_size_ratio": str(MIN_SIZE_RATIO),
        "min_short_size_ratio": str(MIN_SHORT_SIZE_RATIO),
        "min_short_containment": str(MIN_SHORT_CONTAINMENT),
        "min_similarity": str(MIN_SIMILARITY),
        "min_passages": str(MIN_PASSAGES),
        "min_passage_similarity": str(MIN_PASSAGE_SIMILARITY),
        "max_excerpt_ratio": str(MAX_EXCERPT_RATIO),
        "max_excerpt_lead": str(MAX_EXCERPT_LEAD),
        "min_form_weight": str(MIN_FORM_WEIGHT),
        "min_form_density": str(MIN_FORM_DENSITY),
        "min_form_facts": str(MIN_FORM_FACTS),
        "min_form_headlines": str(MIN_FORM_HEADLINES),
        "min_differing_facts": str(MIN_DIFFERING_FACTS),
        "min_differing_share": str(MIN_DIFFERING_SHARE),
        "min_estimate": str(MIN_ESTIMATE),
        "min_figures_to_estimate": str(MIN_FIGURES_TO_ESTIMATE),
        "min_jaccard_for_figures": str(MIN_JACCARD_FOR_FIGURES),
        "min_equal_figure_minima": str(MIN_EQUAL_FIGURE_MINIMA),
        "min_words": str(MIN_WORDS),
        "max_texts_per_band": str(MAX_TEXTS_PER_BAND),
    }


def is_form(found: Alignment) -> bool:
    """Whether two texts share the words of a form, and tell different things in its gaps."""
    return is_form_for_certain(found.substitutions, found.shared_words) or (
        found.facts >= MIN_DIFFERING_FACTS
        and found.facts >= MIN_DIFFERING_SHARE * (found.facts + found.agreeing_facts)
    )


def is_form_for_certain(substitutions: Sequence[Difference], words: int) -> bool:
    """Whether substitutions show a form, whatever the rest of a text of so many words is like."""
    facts = sum(one is not Difference.WORDING for one in substitutions)
    headlines = sum(one is Difference.HEADLINE for one in substitutions)
    if headlines >= MIN_FORM_HEADLINES and facts >= MIN_DIFFERING_FACTS:
        return True
    weight = sum(one.value for one in substitutions)
    telling = facts >= MIN_FORM_FACTS or headlines >= MIN_FORM_HEADLINES
    return telling and weight >= MIN_FORM_WEIGHT and 100 * weight >= MIN_FORM_DENSITY * words


def relation_of(found: Alignment) -> Relation | None:
    """What two texts are to each other; None where they aren't near-duplicates."""
    is_short = found.size_ratio < MIN_SIZE_RATIO
    required = MIN_SHORT_CONTAINMENT if is_short else MIN_CONTAINMENT
    if found.containment < required or found.size_ratio < MIN_SHORT_SIZE_RATIO or is_form(found):
        return None
    if found.similarity >= MIN_SIMILARITY:
        return Relation.SAME
    if found.passages < MIN_PASSAGES:
        return None
    if found.size_ratio >= MAX_EXCERPT_RATIO:
        return Relation.SAME if found.similarity >= MIN_PASSAGE_SIMILARITY else None
    return Relation.EXCERPT if found.lead <= MAX_EXCERPT_LEAD else None


def is_candidate(jaccard: float, sizes: tuple[int, int], figures: tuple[int, int]) -> bool:
    """Whether texts of so many shingles, so alike by an estimate, are worth aligning.

    `figures` are the fewer of the two, and how many of 16 minima of their signatures agree.
    """
    fewer, same = figures
    is_telling = fewer >= MIN_FIGURES_TO_ESTIMATE and jaccard >= MIN_JACCARD_FOR_FIGURES
    if is_telling and same < MIN_EQUAL_FIGURE_MINIMA:
        return False
    return min(sizes) >= MIN_SHORT_SIZE_RATIO * max(sizes) and jaccard >= MIN_ESTIMATE


def is_worth_aligning(one: AlignedText, another: AlignedText) -> bool:
    """Whether candidates share more than chance lets texts share."""
    shared = len(one.distinct & another.distinct)
    every = len(one.distinct) + len(another.distinct) - shared
    return shared >= MIN_ESTIMATE / 2 * every


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
