"""The bands of all distinct texts in SQLite: looked up and added to in a few statements a batch."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from warehouse.dedup.bands import band_keys
from warehouse.dedup.parameters import MAX_CLUSTERS_PER_BAND

TEMPLATE_ID = 0  # in the place of a distinct text: the key is a template's, and proposes nothing


@dataclass(frozen=True, slots=True)
class IndexedText:
    """What the index knows of a distinct text."""

    signature: bytes
    size: int
    cluster: int


def indexed_texts(db: sqlite3.Connection, text_ids: Iterable[int]) -> dict[int, IndexedText]:
    """The entries of distinct texts, in one statement."""
    rows = db.execute(
        "SELECT id, signature, size, cluster_id FROM wording"
        " WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(text_ids)),),
    )
    return {text_id: IndexedText(*row) for text_id, *row in rows}


class CandidateLookup:
    """Candidates for some distinct texts: the texts that share a band with them."""

    def __init__(self, db: sqlite3.Connection, probes: Mapping[int, IndexedText]) -> None:
        keys = band_keys([entry.signature for entry in probes.values()])
        self.keys = {probe: set(own) for probe, own in zip(probes, keys, strict=True)}
        self._holders: dict[int, list[int]] = defaultdict(list)
        wanted = sorted(set().union(*self.keys.values()))
        for key, text_id in db.execute(
            "SELECT b.key, b.wording_id FROM json_each(?) AS q CROSS JOIN band AS b"
            " ON b.key = q.value",
            (json.dumps(wanted),),
        ):
            self._holders[key].append(text_id)
        self._templates = {key for key, some in self._holders.items() if TEMPLATE_ID in some}

    def add(self, text_ids: Iterable[int]) -> None:
        """Let new distinct texts be met as well."""
        for text_id in text_ids:
            for key in self.keys[text_id] - self._templates:
                self._holders[key].append(text_id)

    def candidates(self) -> dict[int, set[int]]:
        """For each distinct text, the others that it shares a band with."""
        return {
            probe: {
                other
                for key in own - self._templates
                for other in self._holders.get(key, ())
                if other != probe
            }
            for probe, own in self.keys.items()
        }

    def write(
        self, db: sqlite3.Connection, new: Iterable[int], known: Mapping[int, IndexedText]
    ) -> None:
        """Add the bands of new distinct texts, and retire those that too many clusters share."""
        worn = [
            key
            for key, some in self._holders.items()
            if len(some) > MAX_CLUSTERS_PER_BAND
            and key not in self._templates
            and len({known[text_id].cluster for text_id in some}) > MAX_CLUSTERS_PER_BAND
        ]
        db.executemany("DELETE FROM band WHERE key = ?", [(key,) for key in worn])
        self._templates.update(worn)
        rows = [(key, text_id) for text_id in new for key in self.keys[text_id] - self._templates]
        rows += [(key, TEMPLATE_ID) for key in worn]
        # In the order of the index, neighbours are written together.
        db.executemany("INSERT INTO band (key, wording_id) VALUES (?, ?)", sorted(rows))


def remove_from_index(db: sqlite3.Connection, signatures: Mapping[int, bytes]) -> None:
    """Take distinct texts, given with their signatures, out of the index."""
    if not signatures:
        return
    keys = band_keys(list(signatures.values()))
    db.executemany(
        "DELETE FROM band WHERE key = ? AND wording_id = ?",
        [(key, text_id) for text_id, own in zip(signatures, keys, strict=True) for key in own],
    )
