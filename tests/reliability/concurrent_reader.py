"""Reads a warehouse while others write to it, in a separate process: `python -m … DB`.

Ends when its standard input does, and prints how many answers it got, the longest of them in
seconds, and what went wrong.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.flows.conftest import ROOT
from warehouse.opening import open_readonly
from warehouse.warehouse import Warehouse

_COUNT = "SELECT count(*), coalesce(sum(length(text)), 0) FROM documents"


@dataclass(frozen=True, slots=True)
class ReaderResult:
    """A reader's queries: how many, the longest, errors, and how often the count fell."""

    answers: int
    longest_s: float
    errors: list[str]
    lost: int


class Reader:
    """Queries an existing warehouse while the context is open."""

    def __init__(self, db: Path) -> None:
        self._db = db
        self.seen = ReaderResult(0, 0.0, ["it saw nothing"], 0)

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, str(self._db)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        out, _ = self._process.communicate(timeout=60)
        self.seen = ReaderResult(**json.loads(out))


def read(db: Path, stop: threading.Event) -> ReaderResult:
    """Searches, counts and looks up until told to stop: on one connection, and on new ones."""
    longest, answers, errors, lost, last = 0.0, 0, [], 0, 0

    def ask(warehouse: Warehouse) -> None:
        nonlocal lost, last
        warehouse.search("council harbour")
        ((count, _),) = warehouse.sql(_COUNT).rows
        lost, last = lost + (int(str(count)) < last), int(str(count))

    def ask_anew() -> None:
        with open_readonly(db) as another:
            ask(another)

    with open_readonly(db) as warehouse:
        looks: tuple[Callable[[], None], ...] = (lambda: ask(warehouse), ask_anew)
        while not stop.is_set():
            for look in looks:
                began = time.monotonic()
                try:
                    look()
                except Exception as error:
                    errors.append(str(error))
                longest = max(longest, time.monotonic() - began)
                answers += 1
    return ReaderResult(answers, round(longest, 3), errors[:5], lost)


def _main(db: Path) -> None:
    from dataclasses import asdict

    stop = threading.Event()

    def wait() -> None:
        sys.stdin.read()
        stop.set()

    threading.Thread(target=wait, daemon=True).start()
    print(json.dumps(asdict(read(db, stop))))


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
