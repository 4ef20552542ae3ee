"""Runs every command on a corrupted warehouse, in a separate process."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.flows.conftest import path_for_others, story

READ_COMMANDS = (
    ["search", "ferry"],
    ["show", "8"],
    ["show", "8", "--explain"],
    ["stats"],
    ["export", "out.jsonl"],
    ["sql", "SELECT * FROM documents"],
    ["sql", "SELECT * FROM blocks"],
    ["duplicates"],
    ["check"],
)
WRITE_COMMANDS = (
    ["ingest", "--no-flow", "more"],
    ["reclean", "--all"],
    ["check", "--repair"],
    ["maintain"],
)
TIMEOUT_S = 300


@dataclass(frozen=True, slots=True)
class CommandOutcome:
    """The result of a command: its exit code, what it printed on stderr, and its seconds."""

    command: str
    code: int
    message: str
    seconds: float

    @property
    def is_bad(self) -> bool:
        """Whether it was anything but success, or a sentence of what is wrong."""
        told = self.message.startswith("presswash: ") and "unexpected" not in self.message
        return self.code not in (0, 1) or (bool(self.message) and not told)


def run_commands(folder: Path, commands: tuple[list[str], ...]) -> list[CommandOutcome]:
    """Run commands on the warehouse in a folder, all in one process; raises where that dies."""
    (folder / "more").mkdir(exist_ok=True)
    (folder / "more" / "page.txt").write_text(story(7), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "tests.flows.all_commands", json.dumps(commands)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
        timeout=TIMEOUT_S,
        env={**os.environ, "PYTHONPATH": path_for_others()},
    )
    return [CommandOutcome(*json.loads(line)) for line in done.stdout.splitlines()]


def main() -> None:
    """Print, as JSON, what each command said."""
    from flows.cli import run

    for arguments in json.loads(sys.argv[1]):
        out, err = io.StringIO(), io.StringIO()
        began = time.monotonic()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run(arguments)
        said = [" ".join(arguments), code, err.getvalue(), time.monotonic() - began]
        print(json.dumps(said), flush=True)


if __name__ == "__main__":
    main()
