"""Every command on a warehouse that was corrupted, in a process of its own."""

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

READING = (
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
WRITING = (
    ["ingest", "--no-flow", "more"],
    ["reclean", "--all"],
    ["check", "--repair"],
    ["maintain"],
)
LONGEST_S = 300


@dataclass(frozen=True, slots=True)
class Said:
    """What a command said: its exit code, its complaint, and its seconds."""

    command: str
    code: int
    complaint: str
    seconds: float

    @property
    def bad(self) -> bool:
        """Whether it was anything but success, or a sentence of what is wrong."""
        told = self.complaint.startswith("presswash: ") and "unexpected" not in self.complaint
        return self.code not in (0, 1) or (bool(self.complaint) and not told)


def undergo(folder: Path, commands: tuple[list[str], ...]) -> list[Said]:
    """Run commands on the warehouse in a folder, all in one process; raises where that dies."""
    (folder / "more").mkdir(exist_ok=True)
    (folder / "more" / "page.txt").write_text(story(7), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "tests.flows.all_commands", json.dumps(commands)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
        timeout=LONGEST_S,
        env={**os.environ, "PYTHONPATH": path_for_others()},
    )
    return [Said(*json.loads(line)) for line in done.stdout.splitlines()]


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
