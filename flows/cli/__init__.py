"""The command line: a thin layer over the Python API, with a small file for each command."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Sequence

__all__ = ["main", "run"]


def main() -> None:
    """The program `presswash`."""
    # The tables of phrases are tens of thousands of small objects that are never freed: collecting
    # garbage as often as by default takes a tenth of a short run.
    gc.set_threshold(100_000, 20, 20)
    # A page's matrices are small: threads would cost more than they save, and jobs use the cores.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    code = run(sys.argv[1:])
    # The command is complete: an interrupt during Python's shutdown would print a traceback.
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
