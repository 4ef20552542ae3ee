"""The bands of all texts in SQLite: looked up and added to in a few statements a batch."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from warehouse.dedup.bands import band_keys
from warehouse.dedup.parameters import MAX_TEXTS_PER_BAND

# The texts that hold each key: all of them, or one more than a key may have to propose any.
Holders: TypeAlias = dict[int, list[int]]


def keys_of(signatures: Mapping[int, bytes]) -> dict[int, set[int]]:
    """The band keys of each text, by its id."""
    keys = band_keys(list(signatures.values())) if signatures else []
    return {text: set(own) for text, own in zip(signatures, keys, strict=True)}


def holders_of(db: sqlite3.Connection, keys: Iterable[int]) -> Holders:
    """Which texts hold each key. Takes no longer where thousands of texts hold one."""
    return {
        key: json.loads(found) if found else []
        for key, found in db.execute(
            "SELECT k.value, (SELECT nullif(json_group_array(text_id), '[]') FROM"
            "   (SELECT text_id FROM band WHERE key = k.value LIMIT ?))"
            " FROM json_each(?) AS k",
            (MAX_TEXTS_PER_BAND + 1, json.dumps(sorted(keys))),
        )
    }


def is_common(holders: list[int]) -> bool:
    """Whether so many texts hold a key that it proposes none of them."""
    return len(holders) > MAX_TEXTS_PER_BAND


def add_to_index(db: sqlite3.Connection, keys: Mapping[int, set[int]]) -> None:
    """Add the keys of texts."""
    # In the order of the index, neighbours are written together.
    rows = sorted((key, text) for text, own in keys.items() for key in own)
    db.executemany("INSERT INTO band (key, text_id) VALUES (?, ?)", rows)


def remove_from_index(db: sqlite3.Connection, keys: Mapping[int, set[int]]) -> None:
    """Take the keys of texts out."""
    rows = sorted((key, text) for text, own in keys.items() for key in own)
    db.executemany("DELETE FROM band WHERE key = ? AND text_id = ?", rows)
