"""The command line: a thin mirror of the Python API, one small file for each group of commands."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Sequence

__all__ = ["main", "run"]


def main() -> None:
    """The program `presswash`."""
    # The wording tables are tens of thousands of small objects that all stay: looking for garbage
    # among them as often as Python does by default takes a tenth of a short run.
    gc.set_threshold(100_000, 20, 20)
    # A page's matrices are small: threads would cost more than they save, and jobs have the cores.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    code = run(sys.argv[1:])
    # All is said and done: an interrupt of Python's own tidying up would be told as an error.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(code)


def run(arguments: Sequence[str]) -> int:
    """Runs one command line and gives its exit code: 0, 1 for failure, 2 for bad usage."""
    try:
        from flows.cli.app import invoke
    except KeyboardInterrupt:
        sys.stderr.write("presswash: interrupted\n")
        return 130
    return invoke(list(arguments))
