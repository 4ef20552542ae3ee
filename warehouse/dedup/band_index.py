"""The bands of all wordings in SQLite: looked up and added to in a few statements a batch."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from warehouse.dedup.bands import band_keys
from warehouse.dedup.parameters import MAX_CLUSTERS_PER_BAND

TEMPLATE_ID = 0  # in the place of a wording: the key is a template's, and proposes nothing


@dataclass(frozen=True, slots=True)
class IndexedText:
    """What the index knows of a wording."""

    signature: bytes
    size: int
    cluster: int


def indexed_texts(db: sqlite3.Connection, wordings: Iterable[int]) -> dict[int, IndexedText]:
    """The entries of wordings, in one statement."""
    rows = db.execute(
        "SELECT id, signature, size, cluster_id FROM wording"
        " WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(wordings)),),
    )
    return {wording: IndexedText(*row) for wording, *row in rows}


class CandidateLookup:
    """Who shares a band with some wordings: those of before, and the wordings with each other."""

    def __init__(self, db: sqlite3.Connection, askers: Mapping[int, IndexedText]) -> None:
        keys = band_keys([entry.signature for entry in askers.values()])
        self.keys = {asker: set(own) for asker, own in zip(askers, keys, strict=True)}
        self._holders: dict[int, list[int]] = defaultdict(list)
        wanted = sorted(set().union(*self.keys.values()))
        for key, wording in db.execute(
            "SELECT b.key, b.wording_id FROM json_each(?) AS q CROSS JOIN band AS b"
            " ON b.key = q.value",
            (json.dumps(wanted),),
        ):
            self._holders[key].append(wording)
        self._templates = {key for key, some in self._holders.items() if TEMPLATE_ID in some}

    def add(self, wordings: Iterable[int]) -> None:
        """Let new wordings be met as well."""
        for wording in wordings:
            for key in self.keys[wording] - self._templates:
                self._holders[key].append(wording)

    def candidates(self) -> dict[int, set[int]]:
        """For each wording, the others that it shares a band with."""
        return {
            asker: {
                other
                for key in own - self._templates
                for other in self._holders.get(key, ())
                if other != asker
            }
            for asker, own in self.keys.items()
        }

    def write(
        self, db: sqlite3.Connection, new: Iterable[int], known: Mapping[int, IndexedText]
    ) -> None:
        """Add the bands of new wordings, and retire those that too many clusters share."""
        worn = [
            key
            for key, some in self._holders.items()
            if len(some) > MAX_CLUSTERS_PER_BAND
            and key not in self._templates
            and len({known[wording].cluster for wording in some}) > MAX_CLUSTERS_PER_BAND
        ]
        db.executemany("DELETE FROM band WHERE key = ?", [(key,) for key in worn])
        self._templates.update(worn)
        rows = [(key, wording) for wording in new for key in self.keys[wording] - self._templates]
        rows += [(key, TEMPLATE_ID) for key in worn]
        # In the order of the index, neighbours are written together.
        db.executemany("INSERT INTO band (key, wording_id) VALUES (?, ?)", sorted(rows))


def remove_from_index(db: sqlite3.Connection, signatures: Mapping[int, bytes]) -> None:
    """Take wordings, given with their signatures, out of the index."""
    if not signatures:
        return
    keys = band_keys(list(signatures.values()))
    db.executemany(
        "DELETE FROM band WHERE key = ? AND wording_id = ?",
        [(key, wording) for wording, own in zip(signatures, keys, strict=True) for key in own],
    )
