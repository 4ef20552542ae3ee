"""Stores the raw bytes of pages, compressed several pages at a time, and reads them.

Pages of one site have much in common, and even other pages compress better together. The row of a
pack's first page has the compressed bytes of all its pages. The rows of the others have none, and
say which row has them and where in the pack the page starts.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from itertools import chain

from warehouse.errors import WarehouseError
from warehouse.sqlite.ids import id_list, next_id
from warehouse.sqlite.transaction import transaction

# A pack has at most so many bytes before compression, unless it has a single page. HTML pages of
# one site take 40 % less than in packs of 256 kB. Larger packs save less again, take longer to
# read, and lose more pages if they are damaged.
PACK_BYTES = 1 << 21
# Level 9 takes twice as long and saves 4 %.
_ZSTD_LEVEL = 5

# What `decompress_verified` needs, and the tables that have it, after `document AS d`.
PAYLOAD_COLUMNS = (
    "CASE WHEN length(r.bytes) > 0 THEN r.bytes ELSE p.bytes END, r.pack_start, r.size, r.sha256"
)
PAYLOAD_TABLES = "LEFT JOIN raw AS r ON r.id = d.raw_id LEFT JOIN raw AS p ON p.id = r.pack_id"


class DamagedBytes(Exception):
    """Stored bytes are damaged; the message says how."""


def insert_raws(db: sqlite3.Connection, payloads: Mapping[str, bytes]) -> dict[str, int]:
    """Store bytes that aren't stored yet, given by SHA-256; returns all their IDs by SHA-256."""
    hashes = [bytes.fromhex(sha256) for sha256 in payloads]
    ids: dict[str, int] = dict(
        db.execute(
            "SELECT lower(hex(sha256)), id FROM raw"  # noqa: S608 - only "?"
            f" WHERE sha256 IN ({', '.join('?' * len(hashes))})",
            hashes,
        )
    )
    following = next_id(db, "raw")
    rows: list[tuple[int, bytes, int, bytes, int | None, int]] = []
    for pack in _packs({sha256: one for sha256, one in payloads.items() if sha256 not in ids}):
        new = dict(enumerate(pack, following))
        following += len(pack)
        ids |= {sha256: raw for raw, sha256 in new.items()}
        for raw, data, first, start in _compressed({raw: pack[one] for raw, one in new.items()}):
            sha256 = new[raw]
            rows.append((raw, bytes.fromhex(sha256), len(pack[sha256]), data, first, start))
    db.executemany(
        "INSERT INTO raw (id, sha256, size, bytes, pack_id, pack_start) VALUES (?, ?, ?, ?, ?, ?)",
        rows,
    )
    return ids


def combine_packs(db: sqlite3.Connection) -> None:
    """Compress small packs of one site together; one transaction for each new pack.

    Pages of a site that come a few at a time make such packs. Packs that are damaged, or that
    another process changes meanwhile, are left as they are.
    """
    for packs in _combinations(db):
        pages = sorted({*chain(*packs.values())})
        with suppress(DamagedBytes), transaction(db):
            # Another process may have combined one of these packs with others since.
            if pages == _pages_of(db, packs):
                _combine(db, pages)


def _combinations(db: sqlite3.Connection) -> list[dict[int, list[int]]]:
    """The old packs that make up each new pack: by pack ID, the IDs of its pages."""
    combinations: list[dict[int, list[int]]] = []
    last, total = None, 0
    for pack, site, size, pages in db.execute(
        "SELECT coalesce(r.pack_id, r.id), min(d.group_id) AS site, sum(r.size) AS total,"
        " json_group_array(r.id)"
        " FROM raw AS r LEFT JOIN document AS d ON d.raw_id = r.id"
        " GROUP BY coalesce(r.pack_id, r.id)"
        " HAVING count(d.group_id) = count(*) AND min(d.group_id) = max(d.group_id) AND total < ?"
        " ORDER BY site, min(r.id)",
        (PACK_BYTES // 2,),
    ):
        if site != last or total + size > PACK_BYTES:
            combinations.append({})
            last, total = site, 0
        combinations[-1][pack] = json.loads(pages)
        total += size
    return [packs for packs in combinations if len(packs) > 1]


def _pages_of(db: sqlite3.Connection, packs: Collection[int]) -> list[int]:
    """The IDs of all pages of packs, in ascending order."""
    return [
        page
        for (page,) in db.execute(
            "SELECT id FROM raw WHERE coalesce(pack_id, id) IN (SELECT value FROM json_each(?))"
            " ORDER BY id",
            (id_list(packs),),
        )
    ]


def _combine(db: sqlite3.Connection, pages: list[int]) -> None:
    payloads = {
        raw: decompress_verified(*stored)
        for raw, *stored in db.execute(
            f"SELECT r.id, {PAYLOAD_COLUMNS} FROM raw AS r LEFT JOIN raw AS p ON p.id = r.pack_id"  # noqa: S608
            " WHERE r.id IN (SELECT value FROM json_each(?)) ORDER BY r.id",
            (id_list(pages),),
        )
    }
    db.executemany(
        "UPDATE raw SET bytes = ?, pack_id = ?, pack_start = ? WHERE id = ?",
        [(data, pack, start, raw) for raw, data, pack, start in _compressed(payloads)],
    )


def _compressed(payloads: Mapping[int, bytes]) -> Iterator[tuple[int, bytes, int | None, int]]:
    """Yield the ID, bytes, pack and start of each page of a pack, given by ID."""
    from zstandard import ZstdCompressor

    first, start = next(iter(payloads)), 0
    for raw, payload in payloads.items():
        if raw == first:
            data = ZstdCompressor(level=_ZSTD_LEVEL).compress(b"".join(payloads.values()))
            yield raw, data, None, start
        else:
            yield raw, b"", first, start
        start += len(payload)


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
        f"SELECT {PAYLOAD_COLUMNS} FROM document AS d {PAYLOAD_TABLES} WHERE d.id = ?",  # noqa: S608 - ours
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
