"""Fuzzes one target with atheris, coverage-guided, until libFuzzer's options say to stop."""

from __future__ import annotations

import sys
from importlib import import_module
from pkgutil import walk_packages

_UNFUZZED = ("training", "flows.sources.archives.parquet")


def main() -> None:
    """Take the target's name off the command line, and leave the rest to libFuzzer."""
    import atheris  # in requirements-fuzz.lock; nothing else needs it

    with atheris.instrument_imports(include=["cleaners", "flows.sources"]):
        # Everything now: what is imported while it is used would go unwatched.
        for room in ("cleaners", "flows.sources"):
            for module in walk_packages(import_module(room).__path__, f"{room}."):
                if not any(name in module.name for name in _UNFUZZED):
                    import_module(module.name)
        from tests.fuzz.targets import TARGETS
    target = TARGETS[sys.argv.pop(1)]
    atheris.Setup(sys.argv, target)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
