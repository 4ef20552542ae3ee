"""Stores the raw bytes of pages, compressed several pages at a time, and reads them.

Pages of one site have much in common, and even other pages compress better together. The row of a
pack's first page has the compressed bytes of all its pages. The rows of the others have none, and
say which row has them and where in the pack the page starts.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Mapping
from functools import lru_cache

from warehouse.errors import WarehouseError
from warehouse.sqlite.ids import next_id

# A pack has at most so many bytes before compression, unless it has a single page. Larger packs
# save at most 3 % more, take longer to read, and lose more pages if they are damaged.
PACK_BYTES = 1 << 18
# Level 9 takes twice as long and saves 4 %.
_ZSTD_LEVEL = 5

# What `decompress_verified` needs, and the tables that have it, after `document AS d`.
COLUMNS = (
    "CASE WHEN length(r.bytes) > 0 THEN r.bytes ELSE p.bytes END, r.pack_start, r.size, r.sha256"
)
JOINED = "LEFT JOIN raw AS r ON r.id = d.raw_id LEFT JOIN raw AS p ON p.id = r.pack_id"


class DamagedBytes(Exception):
    """Stored bytes are damaged; the message says how."""


def insert_raws(db: sqlite3.Connection, payloads: Mapping[str, bytes]) -> dict[str, int]:
    """Store bytes that aren't stored yet, given by SHA-256; returns all their IDs by SHA-256."""
    from zstandard import ZstdCompressor

    hashes = [bytes.fromhex(sha256) for sha256 in payloads]
    ids: dict[str, int] = dict(
        db.execute(
            "SELECT lower(hex(sha256)), id FROM raw"  # noqa: S608 - only "?"
            f" WHERE sha256 IN ({', '.join('?' * len(hashes))})",
            hashes,
        )
    )
    compressor = ZstdCompressor(level=_ZSTD_LEVEL)
    following = next_id(db, "raw")
    rows: list[tuple[int, bytes, int, bytes, int | None, int]] = []
    for pack in _packs({sha256: one for sha256, one in payloads.items() if sha256 not in ids}):
        first, start = following, 0
        for sha256, payload in pack.items():
            is_first = following == first
            data = compressor.compress(b"".join(pack.values())) if is_first else b""
            pack_id = None if is_first else first
            rows.append((following, bytes.fromhex(sha256), len(payload), data, pack_id, start))
            ids[sha256] = following
            following += 1
            start += len(payload)
    db.executemany(
        "INSERT INTO raw (id, sha256, size, bytes, pack_id, pack_start) VALUES (?, ?, ?, ?, ?, ?)",
        rows,
    )
    return ids


def _packs(payloads: Mapping[str, bytes]) -> Iterator[dict[str, bytes]]:
    """The bytes of each pack, by SHA-256, in the order given."""
    pack: dict[str, bytes] = {}
    size = 0
    for sha256, payload in payloads.items():
        if pack and size + len(payload) > PACK_BYTES:
            yield pack
            pack, size = {}, 0
        pack[sha256] = payload
        size += len(payload)
    if pack:
        yield pack


def decompress_verified(data: bytes | None, start: int, size: int, sha256: bytes) -> bytes:
    """A page's original bytes, of the given size and hash, which start at `start` in its pack.

    Raises DamagedBytes if they are missing, can't be decompressed, or differ from the original.
    """
    from zstandard import ZstdError, frame_content_size

    if data is None:
        raise DamagedBytes("the raw bytes are missing")
    end = start + size
    try:
        # zstandard allocates the size that a frame declares, and a damaged one may declare
        # exabytes.
        is_fit = end <= frame_content_size(data) <= max(end, PACK_BYTES)
        payload = _decompressed(data)[start:end] if is_fit else None
    except ZstdError as error:
        raise DamagedBytes(f"the raw bytes can't be decompressed ({error})") from error
    if payload is None or hashlib.sha256(payload).digest() != sha256:
        raise DamagedBytes("the raw bytes don't have the SHA-256 recorded")
    return payload


# The pages of a pack are often read one after the other.
@lru_cache(maxsize=1)
def _decompressed(data: bytes) -> bytes:
    from zstandard import ZstdDecompressor

    return ZstdDecompressor().decompress(data)


def read_raw_bytes(db: sqlite3.Connection, document_id: int) -> bytes:
    """The bytes that a document was cleaned from. Raises WarehouseError if they are missing."""
    found = db.execute(
        f"SELECT {COLUMNS} FROM document AS d {JOINED} WHERE d.id = ?",  # noqa: S608 - ours
        (document_id,),
    ).fetchone()
    if found is None:
        raise WarehouseError(f"there is no record {document_id}: `presswash search` shows ids.")
    try:
        return decompress_verified(*found)
    except DamagedBytes as error:
        raise WarehouseError(
            f"the stored bytes of document {document_id} are damaged: run `presswash check`."
        ) from error
