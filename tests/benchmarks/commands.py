"""Runs every command on a damaged warehouse, each in a process of its own or one for all."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import time
import traceback

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


def main() -> None:
    """Print, as JSON, what each command said: its exit code, its complaint, and its seconds."""
    os.environ["PRESSWASH_DEBUG"] = "1"
    from flows.cli import run

    for arguments in json.loads(sys.argv[1]):
        out, err = io.StringIO(), io.StringIO()
        began = time.monotonic()
        trace = ""
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                code = run(arguments)
            except Exception:
                code, trace = 1, traceback.format_exc()
        print(json.dumps([arguments, code, err.getvalue(), trace, time.monotonic() - began]))
        sys.stdout.flush()


if __name__ == "__main__":
    main()
