"""Stores the entries of the band index in SQLite, packed many to a row.

An entry is one 64-bit number: the key of a band, as 32 unsigned bits, and the ID of a text that has
it. New entries are appended to the last row of `recent_band`. When that is full, the next turn
begins. Each turn moves a slice of the key space from all recent rows to `band_pack`, which has a
row for each bucket of keys. So a batch rewrites few pages of the file, however large the index is.
How many buckets a slice has depends only on the turn in which it was moved last.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

from warehouse.dedup.bands import BANDS
from warehouse.dedup.parameters import MAX_TEXTS_PER_BAND

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Entries: TypeAlias = NDArray[np.uint64]

BAND_TABLES = ("recent_band", "band_pack", "common_band")
ENTRIES_PER_TURN = 64 * BANDS
# Each slice has its turn once in so many turns. After them, all of a recent row has been moved.
SLICES = 32
_SLICE_SHIFT = 27
_ENTRY_BYTES = 8
# A bucket has at most so many entries, and at least half as many, if keys are spread evenly. The
# keys of a bucket have their first byte in common, which is not stored with each of them.
_ENTRIES_PER_BUCKET = 128
_MIN_BUCKET_BITS = 8
_KEY_BYTES = 3
# A bucket has at most so many texts of one key, which is enough to tell that it is common. The
# others are in `common_band`, each in a row, so that the cost of a common key is bounded.
_MAX_PACKED = MAX_TEXTS_PER_BAND + 1


def append(db: sqlite3.Connection, entries: Entries) -> None:
    """Add entries that aren't stored yet."""
    last = db.execute("SELECT turn, entries FROM recent_band ORDER BY turn DESC LIMIT 1")
    turn, data = last.fetchone() or (0, b"")
    data += entries.tobytes()
    size = _ENTRY_BYTES * ENTRIES_PER_TURN
    while True:
        db.execute("INSERT OR REPLACE INTO recent_band VALUES (?, ?)", (turn, data[:size]))
        data = data[size:]
        if not data:
            return
        turn += 1
        _move_slice(db, turn)


def read(db: sqlite3.Connection, keys: Entries) -> Entries:
    """The entries with these sorted keys, sorted; of a common key, not all."""
    import numpy as np

    entries = np.concatenate([_recent(db, keys), _packed(db, keys, only=True)])
    return np.sort(entries[_among(entries >> np.uint64(32), keys)])


def remove(db: sqlite3.Connection, gone: Entries) -> None:
    """Remove entries, given sorted."""
    import numpy as np

    for turn, data in db.execute("SELECT turn, entries FROM recent_band").fetchall():
        entries = np.frombuffer(_joined([data], _ENTRY_BYTES)[0], dtype="<u8")
        is_gone = _among(entries, gone)
        if is_gone.any():
            left = (entries[~is_gone].tobytes(), turn)
            db.execute("UPDATE recent_band SET entries = ? WHERE turn = ?", left)
    keys = np.unique(gone >> np.uint64(32))
    entries = _packed(db, keys)
    kept = np.union1d(entries[~_among(entries, gone)], _no_longer_common(db, gone, entries))
    db.executemany(
        "DELETE FROM band_pack WHERE start = ?", [(start,) for start in _bucket_starts(db, keys)]
    )
    shifts = _bucket_shifts(_last_turn(db))
    for shift in {*shifts} - {0}:
        _write(db, kept[np.array(shifts)[_slices(kept)] == shift], shift)


def missing(db: sqlite3.Connection, entries: Entries) -> Entries:
    """Those of the given entries that aren't stored."""
    import numpy as np

    stored = read(db, np.unique(entries >> np.uint64(32)))
    unpacked = entries[~_among(entries, stored)]
    rows = db.execute(
        "SELECT c.key << 32 | c.text_id FROM json_each(?) AS q JOIN common_band AS c"
        " ON c.key = q.value >> 32 & 0xffffffff AND c.text_id = q.value & 0xffffffff",
        (json.dumps(unpacked.view(np.int64).tolist()),),
    )
    common = np.array([entry for (entry,) in rows], dtype=np.int64).view(np.uint64)
    return unpacked[~_among(unpacked, np.sort(common))]


def count(db: sqlite3.Connection) -> int:
    """How many entries are stored."""
    (packed,) = db.execute(
        "SELECT coalesce(sum(length(entries) / (? + id_bytes)), 0) FROM band_pack", (_KEY_BYTES,)
    ).fetchone()
    (common,) = db.execute("SELECT count(*) FROM common_band").fetchone()
    return len(_recent(db)) + int(packed) + int(common)


def _recent(db: sqlite3.Connection, keys: Entries | None = None) -> Entries:
    """The entries that haven't been moved to packs; all, or those that may have one of the keys."""
    import numpy as np

    rows = db.execute("SELECT turn, entries FROM recent_band").fetchall()
    data, counts = _joined([data for _, data in rows], _ENTRY_BYTES)
    entries = np.frombuffer(data, dtype="<u8")
    turns = np.repeat(np.array([turn for turn, _ in rows], dtype=np.int64), counts)
    last = max((turn for turn, _ in rows), default=0)
    if keys is not None:
        # Nearly all entries have other keys, and half a key shows it.
        places = np.flatnonzero(_bitmap(keys)[entries.view("<u2")[2::4]])
        entries, turns = entries[places], turns[places]
    found: Entries = entries[(_slices(entries) - turns - 1) % SLICES >= last - turns]
    return found


def _packed(db: sqlite3.Connection, keys: Entries, *, only: bool = False) -> Entries:
    """The entries of all buckets that have one of the keys, in the order of the buckets.

    If `only`, those that may have one of the keys.
    """
    rows = db.execute(
        "SELECT p.start, p.id_bytes, p.entries FROM json_each(?) AS q"
        " JOIN band_pack AS p ON p.start = q.value",
        (json.dumps(_bucket_starts(db, keys)),),
    )
    return _unpacked(rows.fetchall(), keys if only else None)


def _bitmap(numbers: Entries) -> NDArray[np.bool_]:
    """Which 16-bit numbers are the last bits of one of these numbers."""
    import numpy as np

    found = np.zeros(1 << 16, dtype=np.bool_)
    found[numbers & np.uint64(0xFFFF)] = True
    return found


def _unpacked(rows: Sequence[tuple[int, int, bytes]], keys: Entries | None = None) -> Entries:
    """The entries of rows, in their order; all, or those that may have one of the keys."""
    import numpy as np

    found: list[Entries] = [np.zeros(0, dtype=np.uint64)]
    for id_bytes in sorted({id_bytes for _, id_bytes, _ in rows}):
        size = id_bytes + _KEY_BYTES
        some = [(start, data) for start, width, data in rows if width == id_bytes]
        data, counts = _joined([data for _, data in some], size)
        stored = np.frombuffer(data, dtype=np.uint8).reshape(-1, size)
        places = np.arange(len(stored))
        if keys is not None:
            # The last two bytes of an entry, which are the middle of its key.
            middles = np.frombuffer(data, dtype="<u2")[size // 2 - 1 :: size // 2]
            places = np.flatnonzero(_bitmap(keys >> np.uint64(8))[middles])
        row_of = np.searchsorted(counts.cumsum(), places, side="right")
        octets = np.zeros((len(places), _ENTRY_BYTES), dtype=np.uint8)
        for byte in range(min(4, id_bytes)):
            octets[:, byte] = stored[places, byte]
        for byte in range(_KEY_BYTES):
            octets[:, 4 + byte] = stored[places, id_bytes + byte]
        octets[:, 7] = np.array([start >> 24 for start, _ in some], dtype=np.uint8)[row_of]
        found.append(octets.view("<u8").ravel())
    return np.concatenate(found)


def _joined(blobs: list[bytes], size: int) -> tuple[bytes, NDArray[np.int64]]:
    """The entries of all rows together, and how many each row has."""
    import numpy as np

    lengths = np.array([*map(len, blobs)], dtype=np.int64)
    if (lengths % size).any():  # a row is damaged
        blobs = [data[: len(data) // size * size] for data in blobs]
    return b"".join(blobs), lengths // size


def _move_slice(db: sqlite3.Connection, turn: int) -> None:
    """Move the entries of a slice, as a turn begins, and drop the row of which all has been moved.

    No entry of this slice has been moved since the row was begun that is dropped now.
    """
    import numpy as np

    rows = db.execute("SELECT entries FROM recent_band").fetchall()
    recent = np.frombuffer(_joined([data for (data,) in rows], _ENTRY_BYTES)[0], dtype="<u8")
    first_bytes = recent.view(np.uint8)[_ENTRY_BYTES - 1 :: _ENTRY_BYTES]
    entries = np.sort(recent[first_bytes >> (_SLICE_SHIFT - 24) == turn % SLICES])
    shift = _bucket_shift(turn)
    keys = entries >> np.uint64(32)
    if shift == _bucket_shift(turn - SLICES):
        packed = _packed(db, keys)
    else:
        # Each bucket is divided.
        first = turn % SLICES << _SLICE_SHIFT
        bounds = (first, first + (1 << _SLICE_SHIFT) - 1)
        packed = _unpacked(
            db.execute(
                "SELECT start, id_bytes, entries FROM band_pack WHERE start BETWEEN ? AND ?", bounds
            ).fetchall()
        )
        db.execute("DELETE FROM band_pack WHERE start BETWEEN ? AND ?", bounds)
    # Timsort: both are sorted but for where rows meet.
    together = np.sort(np.concatenate([packed, entries]), kind="stable")
    _write(db, together, shift)
    db.execute("DELETE FROM recent_band WHERE turn <= ?", (turn - SLICES,))


def _write(db: sqlite3.Connection, entries: Entries, shift: int) -> None:
    """Store all entries of some buckets, given sorted, in place of what these have."""
    import numpy as np

    if not len(entries):
        return
    keys = entries >> np.uint64(32)
    first = np.flatnonzero(np.append(True, keys[1:] != keys[:-1]))
    ranks = np.arange(len(keys)) - np.repeat(first, np.diff(np.append(first, len(keys))))
    is_packed = ranks < _MAX_PACKED
    rows = [(entry >> 32, entry & 0xFFFFFFFF) for entry in entries[~is_packed].tolist()]
    db.executemany("INSERT OR IGNORE INTO common_band (key, text_id) VALUES (?, ?)", rows)
    entries, keys = entries[is_packed], keys[is_packed]
    id_bytes = 3 if int((entries & np.uint64(0xFFFFFFFF)).max()) < 1 << 24 else 5
    size = id_bytes + _KEY_BYTES
    octets = entries.astype("<u8").view(np.uint8).reshape(-1, _ENTRY_BYTES)
    stored = np.zeros((len(entries), size), dtype=np.uint8)
    for byte in range(min(4, id_bytes)):
        stored[:, byte] = octets[:, byte]
    for byte in range(_KEY_BYTES):
        stored[:, id_bytes + byte] = octets[:, 4 + byte]
    data = stored.tobytes()
    buckets = keys >> np.uint64(shift)
    ends = [*(np.flatnonzero(buckets[1:] != buckets[:-1]) + 1).tolist(), len(buckets)]
    db.executemany(
        "INSERT OR REPLACE INTO band_pack (start, id_bytes, entries) VALUES (?, ?, ?)",
        [
            (int(buckets[start]) << shift, id_bytes, data[size * start : size * end])
            for start, end in zip([0, *ends], ends, strict=False)
        ],
    )


def _no_longer_common(db: sqlite3.Connection, gone: Entries, packed: Entries) -> Entries:
    """Remove entries of common keys; returns those that there is now room for in the buckets."""
    import numpy as np

    keys = np.unique(gone >> np.uint64(32))
    common = db.execute(
        "SELECT DISTINCT q.value FROM json_each(?) AS q JOIN common_band AS c ON c.key = q.value",
        (json.dumps(keys.tolist()),),
    ).fetchall()
    found: list[int] = []
    for (key,) in common:
        texts = [(key, entry & 0xFFFFFFFF) for entry in gone.tolist() if entry >> 32 == key]
        db.executemany("DELETE FROM common_band WHERE key = ? AND text_id = ?", texts)
        of_key = packed[packed >> np.uint64(32) == key]
        room = _MAX_PACKED - int((~_among(of_key, gone)).sum())
        rows = db.execute(
            "SELECT text_id FROM common_band WHERE key = ? ORDER BY text_id LIMIT ?", (key, room)
        ).fetchall()
        db.executemany(
            "DELETE FROM common_band WHERE key = ? AND text_id = ?",
            [(key, text) for (text,) in rows],
        )
        found += [key << 32 | text for (text,) in rows]
    return np.array(found, dtype=np.uint64)


def _slices(entries: Entries) -> NDArray[np.int64]:
    import numpy as np

    return (entries >> np.uint64(32 + _SLICE_SHIFT)).astype(np.int64)


def _last_turn(db: sqlite3.Connection) -> int:
    return int(db.execute("SELECT coalesce(max(turn), 0) FROM recent_band").fetchone()[0])


def _bucket_shift(turn: int) -> int:
    """The bits of a key that don't decide its bucket, in a slice that was moved in a turn.

    0 if no turn has moved the slice yet.
    """
    if turn <= 0:
        return 0
    entries = turn * ENTRIES_PER_TURN
    return 32 - max(_MIN_BUCKET_BITS, (entries // _ENTRIES_PER_BUCKET).bit_length())


def _bucket_shifts(last_turn: int) -> list[int]:
    """The `_bucket_shift` of each slice."""
    return [_bucket_shift(last_turn - (last_turn - one) % SLICES) for one in range(SLICES)]


def _bucket_starts(db: sqlite3.Connection, keys: Entries) -> list[int]:
    """The first key of each bucket that may have one of the keys."""
    import numpy as np

    shifts = np.array(_bucket_shifts(_last_turn(db)), dtype=np.uint64)
    shift = shifts[(keys >> np.uint64(_SLICE_SHIFT)).astype(np.int64)]
    keys, shift = keys[shift > 0], shift[shift > 0]
    found: list[int] = np.unique(keys >> shift << shift).tolist()
    return found


def _among(some: Entries, others: Entries) -> NDArray[np.bool_]:
    """Which of some numbers are among other, sorted ones."""
    import numpy as np

    if not len(others):
        return np.zeros(len(some), dtype=np.bool_)
    places = np.searchsorted(others, some)
    found: NDArray[np.bool_] = others[np.minimum(places, len(others) - 1)] == some
    return found
