"""Finds pairs of near-duplicates: shared bands propose candidates, aligning the texts decides.

Two texts form a pair if they are near-duplicates and share a band that at most MAX_TEXTS_PER_BAND
texts have. This depends only on which texts are stored, not on the order in which they arrived.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from cleaners.text.aligned_text import AlignedText
from cleaners.text.alignment import align_until
from warehouse.dedup.band_index import (
    Holders,
    add_to_index,
    holders_of,
    is_common,
    keys_of,
    remove_from_index,
)
from warehouse.dedup.bands import estimated_similarities, figures_in_common
from warehouse.dedup.distinct_texts import is_one_site, read_texts, signatures_of
from warehouse.dedup.parameters import (
    is_candidate,
    is_form_for_certain,
    is_worth_aligning,
    relation_of,
)
from warehouse.sqlite.ids import id_list


def add_texts(db: sqlite3.Connection, new: Collection[int]) -> set[int]:
    """Index new texts and pair them; returns the IDs of the texts whose pairs changed."""
    keys = keys_of(signatures_of(db, new))
    before = holders_of(db, set().union(*keys.values()))
    add_to_index(db, keys)
    holders: Holders = {key: list(some) for key, some in before.items()}
    for text, own in keys.items():
        for key in own:
            holders[key].append(text)
    common = {key for key, some in holders.items() if is_common(some)}
    changed = set(new)
    for key in common:
        if not is_common(before[key]):
            changed |= _part(db, before[key])
    candidates = {
        text: {other for key in own - common for other in holders[key] if other != text}
        for text, own in keys.items()
    }
    return changed | _pair(db, candidates)


def remove_texts(db: sqlite3.Connection, texts: Collection[int]) -> set[int]:
    """Remove texts and their pairs from the index.

    Returns the IDs of the remaining texts whose pairs changed.
    """
    keys = keys_of(signatures_of(db, texts))
    before = holders_of(db, set().union(*keys.values()))
    remove_from_index(db, keys)
    ids = id_list(texts)
    changed = {
        text
        for pair in db.execute(
            "SELECT a, b FROM duplicate_pair WHERE a IN (SELECT value FROM json_each(?1))"
            " UNION SELECT a, b FROM duplicate_pair WHERE b IN (SELECT value FROM json_each(?1))",
            (ids,),
        )
        for text in pair
    }
    db.execute("DELETE FROM duplicate_pair WHERE a IN (SELECT value FROM json_each(?))", (ids,))
    db.execute("DELETE FROM duplicate_pair WHERE b IN (SELECT value FROM json_each(?))", (ids,))
    # Texts that share a key which was too common before, and no longer is, haven't been compared.
    after = holders_of(db, [key for key, some in before.items() if is_common(some)])
    candidates: dict[int, set[int]] = defaultdict(set)
    for some in after.values():
        if not is_common(some):
            for text in some:
                candidates[text] |= {*some} - {text}
    return (changed | _pair(db, candidates)) - {*texts}


def _part(db: sqlite3.Connection, holders: Collection[int]) -> set[int]:
    """Delete the pairs that no band proposes any more: all bands that they share are common."""
    pairs = db.execute(
        "SELECT a, b FROM duplicate_pair WHERE a IN (SELECT value FROM json_each(?1))"
        " AND b IN (SELECT value FROM json_each(?1))",
        (json.dumps(list(holders)),),
    ).fetchall()
    keys = keys_of(signatures_of(db, {text for pair in pairs for text in pair}))
    shared = {(a, b): keys[a] & keys[b] for a, b in pairs}
    now = holders_of(db, set().union(*shared.values()))
    parted = [pair for pair, own in shared.items() if all(is_common(now[key]) for key in own)]
    db.executemany("DELETE FROM duplicate_pair WHERE a = ? AND b = ?", parted)
    return {text for pair in parted for text in pair}


class _Known(NamedTuple):
    """What is stored about a text: its signature, its number of shingles, and its site."""

    signature: bytes
    size: int
    site: int | None


def _pair(db: sqlite3.Connection, candidates: Mapping[int, set[int]]) -> set[int]:
    """Align candidates and store the near-duplicates; returns the IDs of the texts in new pairs."""
    wanted = set().union(*candidates.values())
    if not wanted:
        return set()
    known = {
        text: _Known(*facts)
        for text, *facts in db.execute(
            "SELECT id, signature, size, site_id FROM distinct_text"
            " WHERE id IN (SELECT value FROM json_each(?))",
            (id_list(wanted | candidates.keys()),),
        )
    }
    askers: dict[int, set[int]] = defaultdict(set)
    for text, others in candidates.items():
        for other in _worth_aligning(text, others, known):
            # If each of the two texts has the other as a candidate, compare them once.
            if other in candidates and other < text and text in candidates[other]:
                continue
            askers[other].add(text)
    paired = _paired(db, askers)
    at_hand = dict(read_texts(db, {text for some in askers.values() for text in some}))
    rows: list[tuple[int, int, str, float, float]] = []
    for other, theirs in _texts(db, askers, at_hand):
        for text in askers[other]:
            pair = (min(text, other), max(text, other))
            if pair in paired:
                continue
            if not is_worth_aligning(at_hand[text], theirs):
                continue
            found = align_until(at_hand[text], theirs, is_form_for_certain)
            same_site = is_one_site(known[text].site, known[other].site)
            relation = found and relation_of(found, same_site=same_site)
            if found and relation:
                rows.append((*pair, relation.value, found.similarity, found.containment))
    db.executemany(
        "INSERT INTO duplicate_pair (a, b, relation, similarity, containment)"
        " VALUES (?, ?, ?, ?, ?)",
        rows,
    )
    return {text for a, b, *_ in rows for text in (a, b)}


def _worth_aligning(text: int, others: Iterable[int], known: Mapping[int, _Known]) -> list[int]:
    others = list(others)
    if not others:
        return []
    ours, theirs = known[text], [known[other] for other in others]
    signatures = [one.signature for one in theirs]
    estimates = estimated_similarities(ours.signature, signatures)
    figures = figures_in_common(ours.signature, signatures)
    return [
        other
        for other, one, jaccard, both in zip(others, theirs, estimates, figures, strict=True)
        if is_candidate(jaccard, (ours.size, one.size), both)
    ]


def _paired(db: sqlite3.Connection, askers: Mapping[int, set[int]]) -> set[tuple[int, int]]:
    """The pairs among these texts that are already stored."""
    ids = id_list(askers.keys() | {text for some in askers.values() for text in some})
    rows = db.execute(
        "SELECT a, b FROM duplicate_pair WHERE a IN (SELECT value FROM json_each(?1))"
        " AND b IN (SELECT value FROM json_each(?1))",
        (ids,),
    )
    return set(rows)


def _texts(
    db: sqlite3.Connection, wanted: Collection[int], at_hand: Mapping[int, AlignedText]
) -> Iterable[tuple[int, AlignedText]]:
    yield from ((text, at_hand[text]) for text in wanted if text in at_hand)
    yield from read_texts(db, [text for text in wanted if text not in at_hand])
