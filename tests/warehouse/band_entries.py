"""SQL that changes the entries of the band index: 32 of each text, in the order of the texts.

For warehouses of few pages, all of whose entries are in one row.
"""

from __future__ import annotations

from warehouse.dedup.bands import BANDS


def _entry(text: int, key: int) -> bytes:
    return (key << 32 | text).to_bytes(8, "little")


def add_band(text: int, key: int) -> str:
    """Add a band to a text, which may not be there."""
    return f"UPDATE recent_band SET entries = CAST(entries || x'{_entry(text, key).hex()}' AS BLOB)"


def remove_bands(text: int, count: int = 1) -> str:
    """Remove the bands of a text that have the greatest keys."""
    return _replaced(text, count, b"")


def change_band(text: int, key: int) -> str:
    """Give the band of a text that has the greatest key another key."""
    return _replaced(text, 1, _entry(text, key))


def _replaced(text: int, count: int, entries: bytes) -> str:
    end = 8 * BANDS * text
    start = end - 8 * count
    return (
        f"UPDATE recent_band SET entries = CAST(substr(entries, 1, {start}) || x'{entries.hex()}'"
        f" || substr(entries, {end + 1}) AS BLOB)"
    )
