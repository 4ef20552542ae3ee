"""Plants the damage that `damages.toml` lists in a warehouse."""

from __future__ import annotations

import sqlite3
import tomllib
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from zstandard import ZstdCompressor


@dataclass(frozen=True, slots=True)
class Damage:
    """A damage, what a check must report about it, and what remains after a repair.

    `finds` and `at` are words of the problem and of its place. `left` are words of the problem that
    a repair can't fix, empty if there is none; `lost` are the views that then differ. With `deep`,
    only `check --deep` finds the damage.
    """

    name: str
    sql: str
    finds: str
    at: str = ""
    left: str = ""
    lost: tuple[str, ...] = ()
    deep: bool = False

    def plant(self, path: Path) -> None:
        """Damage the warehouse at `path`, whatever its constraints forbid."""
        with closing(sqlite3.connect(path, isolation_level=None)) as db:
            db.execute("PRAGMA ignore_check_constraints = ON")
            db.create_function("spread", 1, lambda text: text)
            db.create_function("zstd", 1, lambda text: ZstdCompressor().compress(text.encode()))
            db.executescript(self.sql)
            db.execute("PRAGMA writable_schema = RESET")


def _read() -> tuple[Damage, ...]:
    data = tomllib.loads(Path(__file__).with_name("damages.toml").read_text(encoding="utf-8"))
    return tuple(Damage(**row | {"lost": tuple(row.get("lost", ()))}) for row in data["damage"])


DAMAGES = _read()
