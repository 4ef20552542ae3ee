"""Opens connections to the file of a warehouse, without checking its content."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

BUSY_TIMEOUT_S = 60.0
_CACHE_KIB = 131_072


def decode_lossy(data: bytes) -> str:
    """Decode a text of a damaged warehouse, which may not be valid UTF-8."""
    return data.decode("utf-8", "replace")


def connect(path: Path, mode: str, *, immutable: bool = False) -> sqlite3.Connection:
    """A connection with explicit transactions; `mode` is SQLite's: ro, rw or rwc."""
    immutable = immutable or (mode == "ro" and _is_out_of_reach(path))
    uri = f"{path.absolute().as_uri()}?mode={mode}" + ("&immutable=1" if immutable else "")
    # A flow may open the warehouse in one thread and use it in another, but never in two at once.
    db = sqlite3.connect(
        uri, uri=True, isolation_level=None, timeout=BUSY_TIMEOUT_S, check_same_thread=False
    )
    db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    return db


def _is_out_of_reach(path: Path) -> bool:
    """Whether SQLite can't create its side files beside a warehouse, and none exist now."""
    log = path.with_name(path.name + "-wal")
    return not os.access(path.parent, os.W_OK) and not log.exists()
