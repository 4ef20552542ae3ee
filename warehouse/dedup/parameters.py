"""The parameters that define a near-duplicate; each warehouse stores them and requires them."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cleaners.text.minhash import PERMUTATIONS
from cleaners.text.shingles import SHINGLE_WORDS
from warehouse.dedup.bands import BANDS, ROWS
from warehouse.errors import WarehouseError
from warehouse.model import Relation

if TYPE_CHECKING:
    from cleaners.text.aligned_text import AlignedText
    from cleaners.text.alignment import Alignment
    from cleaners.text.fillings import Difference

# At least this share of one text's words must be in the other.
MIN_CONTAINMENT = 0.5
# A text's size ratio is the length of the shorter text over that of the longer, in words. Below
# MIN_SIZE_RATIO the pair needs the higher containment MIN_SHORT_CONTAINMENT; below
# MIN_SHORT_SIZE_RATIO it is never a near-duplicate. So an article that quotes a short notice isn't
# its duplicate.
MIN_SIZE_RATIO = 0.45
MIN_SHORT_SIZE_RATIO = 0.3
MIN_SHORT_CONTAINMENT = 0.65
# Below MIN_SIMILARITY, two texts are near-duplicates only if passages that both have word for word
# make up MIN_PASSAGES of the shorter one. If the size ratio is also below MAX_EXCERPT_RATIO, the
# shorter text is an excerpt, and the shared part must begin within the first MAX_EXCERPT_LEAD of
# the longer text.
MIN_SIMILARITY = 0.8
MIN_PASSAGES = 0.5
# Texts of similar length that share passages need this similarity as well; below it, the shared
# words may be only those that their site puts on every page.
MIN_PASSAGE_SIMILARITY = 0.5
MAX_EXCERPT_RATIO = 0.8
MAX_EXCERPT_LEAD = 0.5
# Two texts are filled-in copies of one form, and not near-duplicates, if what differs between them
# has this weight in total and for each 100 shared words, and if this many names and numbers, or
# this many words of the headlines, are among the differences.
MIN_FORM_WEIGHT = 2.0
MIN_FORM_DENSITY = 1.25
MIN_FORM_FACTS = 2
MIN_FORM_HEADLINES = 1
# This many differing names and numbers show a form in a text of any length, if headline words are
# among them, or if they make up this share of all names and numbers in the shared wording.
MIN_DIFFERING_FACTS = 3
MIN_DIFFERING_SHARE = 0.4
# Two texts of similar length are also copies of one form, such as notices of one headline, if they
# differ in hardly anything but replaced words: there are at most this many other edits for each
# swap, and the swaps weigh this much for each 100 words of the shorter text, or have words of the
# headlines. A copy that somebody edited also lacks words and has new ones.
MIN_SWAP_DENSITY = 0.8
MAX_EDITS_PER_SWAP = 0.5
# But if a text of this many words differs from another in the sentences of one place, at most this
# share of it, and these have no other names or figures, it was edited: articles are longer than
# notices.
MIN_EDITED_WORDS = 100
MAX_EDITED_SHARE = 0.25
# Two texts are also different articles if passages of one replace passages of the other and are not
# just left out, and if these have more words than the texts share. The first STANDING_WORDS shared
# words don't count: a biography, a synopsis or advice that stands on many pages may be as long. Nor
# do passages and swaps count if they tell the same in other words.
STANDING_WORDS = 80
# Two pages of one site are different articles if a number, a phrase or a passage differs, unless
# the shorter text has this many words: a longer one with so few differences is an update.
MIN_UPDATED_WORDS = 400
# That goes for a passage in another place, too, if both texts have this share of such words.
MIN_DIFFERING_WORDS = 0.08
# Candidates are aligned only if their estimated Jaccard similarity reaches this, and the exact one
# reaches half of it. It is so low because OCR errors can break nine shingles of ten.
MIN_ESTIMATE = 0.02
# If both texts have this many numbers and at least this Jaccard similarity, their number signatures
# decide before any alignment. In less similar texts OCR errors also alter numbers.
MIN_FIGURES_TO_ESTIMATE = 8
MIN_JACCARD_FOR_FIGURES = 0.25
# How many of the 16 stored minima of the numbers must agree. Texts that share a third of their
# numbers nearly always reach it.
MIN_EQUAL_FIGURE_MINIMA = 2
# Texts with fewer words aren't compared: short messages such as "This page could not be found" are
# alike by chance.
MIN_WORDS = 20
# A band that more texts share proposes no candidates: it comes from words that a form repeats.
MAX_TEXTS_PER_BAND = 200


def dedup_parameters() -> dict[str, str]:
    """The parameters that define a near-duplicate, as the warehouse stores them."""
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
        "standing_words": str(STANDING_WORDS),
        "min_updated_words": str(MIN_UPDATED_WORDS),
        "min_differing_words": str(MIN_DIFFERING_WORDS),
        "min_swap_density": str(MIN_SWAP_DENSITY),
        "max_edits_per_swap": str(MAX_EDITS_PER_SWAP),
        "min_edited_words": str(MIN_EDITED_WORDS),
        "max_edited_share": str(MAX_EDITED_SHARE),
        "min_estimate": str(MIN_ESTIMATE),
        "min_figures_to_estimate": str(MIN_FIGURES_TO_ESTIMATE),
        "min_jaccard_for_figures": str(MIN_JACCARD_FOR_FIGURES),
        "min_equal_figure_minima": str(MIN_EQUAL_FIGURE_MINIMA),
        "min_words": str(MIN_WORDS),
        "max_texts_per_band": str(MAX_TEXTS_PER_BAND),
    }


def is_form(found: Alignment, *, same_site: bool) -> bool:
    """Whether two aligned texts are filled-in copies of one form with different content.

    A site doesn't publish a story twice. So what two shorter pages of one site share is a form, and
    what one page has in place of something else makes it a different article, wherever that is. But
    plain words that an editor replaced in an article don't.
    """
    from cleaners.text.fillings import Difference

    same_site = same_site and found.shorter_words < MIN_UPDATED_WORDS

    if is_form_for_certain(found.substitutions, found.shared_words):
        return True
    if found.facts >= MIN_DIFFERING_FACTS and found.facts >= MIN_DIFFERING_SHARE * (
        found.facts + found.agreeing_facts
    ):
        return True
    is_retold = found.is_retold and not same_site
    edited = 0 if same_site else found.reworded_words
    if found.shorter_words < MIN_EDITED_WORDS or edited > MAX_EDITED_SHARE * found.shorter_words:
        edited = 0
    of_an_article = 0 if same_site else max(0, found.shared_words - STANDING_WORDS)
    replaced, omitted = found.replaced_words - edited, found.omitted_words
    differing = found.differing_words
    if same_site and differing >= max(replaced, MIN_DIFFERING_WORDS * found.shorter_words):
        omitted -= 2 * (differing - replaced)
        replaced = differing
    if not is_retold and replaced > of_an_article and replaced >= omitted:
        return True
    is_strict = same_site and (
        found.shorter_words < MIN_EDITED_WORDS or found.plain_swaps < found.swaps
    )
    return (
        found.swaps > 0
        and (not is_retold or Difference.HEADLINE in found.substitutions)
        and not edited
        and found.size_ratio >= MAX_EXCERPT_RATIO
        and found.edits <= MAX_EDITS_PER_SWAP * found.swaps
        and (
            is_strict
            or 100 * found.swaps >= MIN_SWAP_DENSITY * found.shorter_words
            or Difference.HEADLINE in found.substitutions
        )
    )


def is_form_for_certain(substitutions: Sequence[Difference], words: int) -> bool:
    """Whether these substitutions alone show a form in a text of `words` words.

    Used during an alignment: the differences still to come can't change a positive answer.
    """
    from cleaners.text.fillings import Difference

    facts = sum(one is not Difference.WORDING for one in substitutions)
    headlines = sum(one is Difference.HEADLINE for one in substitutions)
    if headlines >= MIN_FORM_HEADLINES and facts >= MIN_DIFFERING_FACTS:
        return True
    weight = sum(one.value for one in substitutions)
    telling = facts >= MIN_FORM_FACTS or headlines >= MIN_FORM_HEADLINES
    return telling and weight >= MIN_FORM_WEIGHT and 100 * weight >= MIN_FORM_DENSITY * words


def relation_of(found: Alignment, *, same_site: bool) -> Relation | None:
    """How two aligned texts are related; None if they aren't near-duplicates.

    `same_site` says whether their pages are known to be of one site.
    """
    is_short = found.size_ratio < MIN_SIZE_RATIO
    required = MIN_SHORT_CONTAINMENT if is_short else MIN_CONTAINMENT
    if found.containment < required or found.size_ratio < MIN_SHORT_SIZE_RATIO:
        return None
    if is_form(found, same_site=same_site):
        return None
    if found.similarity >= MIN_SIMILARITY:
        return Relation.SAME
    if found.passages < MIN_PASSAGES:
        return None
    if found.size_ratio >= MAX_EXCERPT_RATIO:
        return Relation.SAME if found.similarity >= MIN_PASSAGE_SIMILARITY else None
    return Relation.EXCERPT if found.lead <= MAX_EXCERPT_LEAD else None


def is_candidate(jaccard: float, sizes: tuple[int, int], figures: tuple[int, int]) -> bool:
    """Whether two texts are worth aligning, judged by their signatures alone.

    `jaccard` is the estimated similarity, and `sizes` are the numbers of shingles. `figures` is
    what `figures_in_common` returns: the smaller count of numbers, and how many of 16 minima agree.
    """
    fewer, same = figures
    is_telling = fewer >= MIN_FIGURES_TO_ESTIMATE and jaccard >= MIN_JACCARD_FOR_FIGURES
    if is_telling and same < MIN_EQUAL_FIGURE_MINIMA:
        return False
    return min(sizes) >= MIN_SHORT_SIZE_RATIO * max(sizes) and jaccard >= MIN_ESTIMATE


def is_worth_aligning(one: AlignedText, another: AlignedText) -> bool:
    """Whether two candidates share more words than texts share by chance."""
    shared = len(one.distinct & another.distinct)
    every = len(one.distinct) + len(another.distinct) - shared
    return shared >= MIN_ESTIMATE / 2 * every


def record_parameters(db: sqlite3.Connection) -> None:
    """Store the parameters in a new warehouse. Parameters already stored are left as they are."""
    db.executemany(
        "INSERT OR IGNORE INTO setting (name, value) VALUES (?, ?)", dedup_parameters().items()
    )


def require_parameters(db: sqlite3.Connection, path: Path) -> None:
    """Raise WarehouseError if the warehouse was built with different parameters."""
    recorded = dict(db.execute("SELECT name, value FROM setting"))
    for name, value in dedup_parameters().items():
        found = recorded.get(name, "nothing")
        if found != value:
            raise WarehouseError(
                f"{path} was built with {name.replace('_', ' ')} = {found}, and this presswash "
                f"compares pages with {value}: rebuild it by ingesting the same sources into a new "
                "warehouse, `presswash ingest SOURCE… --db NEW.db`."
            )
