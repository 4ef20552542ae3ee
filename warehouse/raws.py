"""The bytes as they came, compressed in the warehouse."""

from __future__ import annotations

import sqlite3

from warehouse.errors import WarehouseError


def unpacked(data: bytes) -> bytes:
    """Stored bytes, decompressed. Raises zstandard.ZstdError where they are damaged."""
    from zstandard import ZstdDecompressor

    return ZstdDecompressor().decompress(data)


def raw(db: sqlite3.Connection, document_id: int) -> bytes:
    """The bytes that a document was cleaned from. Raises WarehouseError where there are none."""
    from zstandard import ZstdError

    found = db.execute(
        "SELECT bytes FROM raw WHERE id = (SELECT raw_id FROM document WHERE id = ?)",
        (document_id,),
    ).fetchone()
    if found is None:
        raise WarehouseError(f"there is no document {document_id}: `presswash search` shows ids.")
    try:
        return unpacked(found[0])
    except ZstdError as error:
        raise WarehouseError(
            f"the stored bytes of document {document_id} are damaged: run `presswash check`."
        ) from error
