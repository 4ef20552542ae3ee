"""Fuzzes the targets one after the other, each in a process of its own, and says what came of it.

    python -m tests.fuzz.run [--seconds 60] [TARGET …]

Inputs that reach new code are kept in build/fuzz/ for the next run. One that breaks a promise is
written to build/fuzz/found/: move it to tests/fuzz/cases/TARGET/ under a name that says what it is.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from pathlib import Path

from tests.fuzz.targets import TARGETS

ROOT = Path(__file__).parents[2]
WORK = ROOT / "build" / "fuzz"
CASES = Path(__file__).parent / "cases"
_HUNG = 20  # seconds; ordinary inputs of the same size take a tenth of one
_LONGEST = 20_000  # bytes of an input
_SLOW = {"decode": 1_500, "clean": 3_000}  # the same where a longer one takes too long
_MEMORY = 4096  # MB
_DONE = re.compile(r"^stat::number_of_executed_units:\s+(\d+)|^Done (\d+) runs", re.MULTILINE)


def main() -> int:
    """Fuzz as the command line says; 1 where something was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    given = parser.parse_args()
    found = [_fuzz(name, given.seconds) for name in given.targets or TARGETS]
    return 1 if any(found) else 0


def _fuzz(target: str, seconds: int) -> bool:
    """Fuzz one target and say how many inputs it was given; whether one broke a promise."""
    corpus, findings = WORK / target, WORK / "found"
    corpus.mkdir(parents=True, exist_ok=True)
    findings.mkdir(exist_ok=True)
    longest = _SLOW.get(target, _LONGEST)
    _plant(target, corpus, longest)
    command = [
        *(sys.executable, "-m", "tests.fuzz.child", target),
        *(f"-max_total_time={seconds}", f"-timeout={_HUNG}", f"-max_len={longest}"),
        *(f"-rss_limit_mb={_MEMORY}", "-print_final_stats=1", "-verbosity=1"),
        f"-dict={Path(__file__).parent / 'words.dict'}",
        *(f"-artifact_prefix={findings}/{target}-", str(corpus)),
    ]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    said = (result.stdout + result.stderr).decode(errors="replace")
    (WORK / f"{target}.log").write_text(said, encoding="utf-8")
    tried = [int(a or b) for a, b in _DONE.findall(said)]
    broken = result.returncode != 0
    what = f"BROKEN, see {WORK / target}.log" if broken else "nothing found"
    print(f"{target:8} {max(tried, default=0):>9,} inputs  {what}", flush=True)
    return broken


def _plant(target: str, corpus: Path, longest: int) -> None:
    """Puts what a target begins with into its corpus: the seeds, and the cases of earlier runs."""
    chosen = b"" if target in {"html", "text"} else b"\0"
    for file in [*(ROOT / "seeds").iterdir(), *(CASES / target).glob("*")]:
        name = f"{'case' if file.parent.parent == CASES else 'seed'}-{file.name}"
        begins = b"" if file.parent.parent == CASES else chosen
        (corpus / name).write_bytes((begins + file.read_bytes())[:longest])


if __name__ == "__main__":
    sys.exit(main())
