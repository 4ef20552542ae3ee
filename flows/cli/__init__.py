"""The command line: a thin mirror of the Python API, one small file for each group of commands."""

from __future__ import annotations

import sys
from collections.abc import Sequence

__all__ = ["main", "run"]


def main() -> None:
    """The program `presswash`."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Runs one command line and gives its exit code: 0, 1 for failure, 2 for bad usage."""
    from flows.cli.app import invoke

    return invoke(list(arguments))
