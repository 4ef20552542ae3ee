"""Reads and verifies the raw bytes of pages, which are compressed in the warehouse."""

from __future__ import annotations

import hashlib
import sqlite3

from warehouse.errors import WarehouseError


class DamagedBytes(Exception):
    """Stored bytes are damaged; the message says how."""


def decompress_verified(data: bytes | None, size: int, sha256: bytes) -> bytes:
    """Decompress stored bytes; `size` and `sha256` are those of the original bytes.

    Raises DamagedBytes if they are missing, can't be decompressed, or differ from the original.
    """
    from zstandard import ZstdDecompressor, ZstdError, frame_content_size

    if data is None:
        raise DamagedBytes("the raw bytes are missing")
    try:
        # zstandard allocates the size that a frame declares, and a damaged one may declare
        # exabytes.
        payload = ZstdDecompressor().decompress(data) if frame_content_size(data) == size else None
    except ZstdError as error:
        raise DamagedBytes(f"the raw bytes can't be decompressed ({error})") from error
    if payload is None or hashlib.sha256(payload).digest() != sha256:
        raise DamagedBytes("the raw bytes don't have the SHA-256 recorded")
    return payload


def read_raw_bytes(db: sqlite3.Connection, document_id: int) -> bytes:
    """The bytes that a document was cleaned from. Raises WarehouseError if they are missing."""
    found = db.execute(
        "SELECT r.bytes, r.size, r.sha256"
        " FROM document AS d LEFT JOIN raw AS r ON r.id = d.raw_id WHERE d.id = ?",
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
