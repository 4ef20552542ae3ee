"""Stores the LSH bands of all texts in SQLite, and looks them up a batch at a time."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from warehouse.dedup.bands import band_keys
from warehouse.dedup.parameters import MAX_TEXTS_PER_BAND
from warehouse.dedup.recent_rows import merge_bands

# For each band key, the IDs of the texts that have it. A list is complete unless the key is common:
# it then stops at MAX_TEXTS_PER_BAND + 1.
Holders: TypeAlias = dict[int, list[int]]


def keys_of(signatures: Mapping[int, bytes]) -> dict[int, set[int]]:
    """The band keys of each text, given the packed signatures by text ID."""
    keys = band_keys(list(signatures.values())) if signatures else []
    return {text: set(own) for text, own in zip(signatures, keys, strict=True)}


def holders_of(db: sqlite3.Connection, keys: Iterable[int]) -> Holders:
    """The IDs of the texts that have each key, at most MAX_TEXTS_PER_BAND + 1 for a key.

    The limit bounds the cost of a key that thousands of texts share.
    """
    wanted = sorted(keys)
    # Few of the keys of new texts are there, and a list is costly even if it is empty.
    there = db.execute(
        "SELECT value FROM json_each(?) AS k WHERE EXISTS (SELECT 1 FROM every_band"
        " WHERE key = k.value)",
        (json.dumps(wanted),),
    )
    rows = db.execute(
        "SELECT k.value, (SELECT json_group_array(text_id) FROM"
        "   (SELECT text_id FROM every_band WHERE key = k.value LIMIT ?))"
        " FROM json_each(?) AS k",
        (MAX_TEXTS_PER_BAND + 1, json.dumps([key for (key,) in there])),
    )
    holders: Holders = {key: [] for key in wanted}
    return holders | {key: json.loads(found) for key, found in rows}


def is_common(holders: list[int]) -> bool:
    """Whether too many texts share a key for it to propose candidate pairs."""
    return len(holders) > MAX_TEXTS_PER_BAND


def add_to_index(db: sqlite3.Connection, keys: Mapping[int, set[int]]) -> None:
    """Add the band keys of texts, given by text ID."""
    # Inserting in key order writes neighbouring entries to the same index pages.
    rows = sorted((key, text) for text, own in keys.items() for key in own)
    db.executemany("INSERT INTO band (key, text_id) VALUES (?, ?)", rows)
    merge_bands(db, keys)


def remove_from_index(db: sqlite3.Connection, keys: Mapping[int, set[int]]) -> None:
    """Remove the band keys of texts, given by text ID."""
    rows = sorted((key, text) for text, own in keys.items() for key in own)
    for table in ("band", "merged_band"):
        db.executemany(f"DELETE FROM {table} WHERE key = ? AND text_id = ?", rows)  # noqa: S608
