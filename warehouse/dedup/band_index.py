"""Keeps the LSH bands of all texts, and looks them up a batch at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, TypeAlias

from warehouse.dedup import band_storage
from warehouse.dedup.bands import band_keys
from warehouse.dedup.parameters import MAX_TEXTS_PER_BAND

if TYPE_CHECKING:
    from warehouse.dedup.band_storage import Entries

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
    import numpy as np

    holders: Holders = {key: [] for key in keys}
    entries = band_storage.read(db, np.array(sorted(holders), dtype=np.uint64))
    texts = (entries & np.uint64(0xFFFFFFFF)).tolist()
    found, starts = np.unique(entries >> np.uint64(32), return_index=True)
    ends = [*starts[1:].tolist(), len(texts)]
    for key, start, end in zip(found.tolist(), starts.tolist(), ends, strict=False):
        holders[key] = texts[start : min(end, start + MAX_TEXTS_PER_BAND + 1)]
    return holders


def is_common(holders: list[int]) -> bool:
    """Whether too many texts share a key for it to propose candidate pairs."""
    return len(holders) > MAX_TEXTS_PER_BAND


def add_to_index(db: sqlite3.Connection, keys: Mapping[int, set[int]]) -> None:
    """Add the band keys of texts, given by text ID."""
    band_storage.append(db, _entries(keys))


def remove_from_index(db: sqlite3.Connection, keys: Mapping[int, set[int]]) -> None:
    """Remove the band keys of texts, given by text ID."""
    import numpy as np

    band_storage.remove(db, np.sort(_entries(keys)))


def texts_missing(db: sqlite3.Connection, keys: Mapping[int, set[int]]) -> list[int]:
    """The IDs of the texts, given with their band keys, some of which aren't in the index."""
    missing = band_storage.missing(db, _entries(keys))
    return sorted({entry & 0xFFFFFFFF for entry in missing.tolist()})


def _entries(keys: Mapping[int, set[int]]) -> Entries:
    import numpy as np

    entries = [key << 32 | text for text, own in keys.items() for key in sorted(own)]
    return np.array(entries, dtype=np.uint64)
