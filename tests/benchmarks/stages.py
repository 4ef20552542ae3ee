"""Attributes the CPU time of an ingestion to its stages and functions, by looking often at it."""

from __future__ import annotations

import json
import pickle
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from flows.runs import cleaning, steps
from flows.runs.batches import BatchReader
from flows.sources.discover import DiscoveredInputs
from warehouse.opening import open_warehouse

_INTERVAL_S = 0.001
_MOST_ROWS = 60
_ROOT = str(Path(__file__).parents[2])
# The first that a frame's file has in its path, from the innermost frame out.
_STAGES = (
    ("/trafilatura/", "trafilatura"),
    ("/cleaners/blocks/", "blocks: walk the tree, cut lines"),
    ("/cleaners/encoding/", "encoding: decode, look for mojibake"),
    ("/cleaners/classifier/", "classifier: features and networks"),
    ("/cleaners/rules/", "rules: reasons, structure, overrides"),
    ("/cleaners/repeats", "repeats in a page"),
    ("/cleaners/metadata/", "metadata"),
    ("/cleaners/text/", "text: languages, shingles, signatures"),
    ("/cleaners/", "cleaners: what joins them"),
    ("/warehouse/", "load"),
    ("/flows/sources/", "read"),
    ("/flows/", "read"),
    ("/benchmarks/", "pipe: pickle and unpickle"),
)


@dataclass(frozen=True, slots=True)
class Samples:
    """How many samples of CPU time found each stage, and each function of the cleaners.

    `own` counts a sample for the innermost of these functions, whose calls into other libraries and
    into C are its own. `with_calls` counts it for all that were running.
    """

    stages: Counter[str] = field(default_factory=Counter)
    own: Counter[str] = field(default_factory=Counter)
    with_calls: Counter[str] = field(default_factory=Counter)

    def add(self, frame: FrameType) -> None:
        """Count what a frame works for."""
        self.stages[stage_of(frame)] += 1
        running = functions_of(frame)
        self.own.update(running[:1])
        self.with_calls.update({*running})


@contextmanager
def sampled() -> Iterator[Samples]:
    """Samples what CPU time is spent on."""
    found = Samples()

    def look(_signal: int, frame: FrameType | None) -> None:
        if frame:
            found.add(frame)

    before = signal.signal(signal.SIGPROF, look)
    signal.setitimer(signal.ITIMER_PROF, _INTERVAL_S, _INTERVAL_S)
    try:
        yield found
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def stage_of(frame: FrameType) -> str:
    """The stage that a frame works for."""
    innermost: FrameType | None = frame
    while innermost:
        path = innermost.f_code.co_filename.removeprefix(_ROOT)
        for part, stage in _STAGES:
            if part in path:
                return stage
        innermost = innermost.f_back
    return "other"


def functions_of(frame: FrameType) -> list[str]:
    """The functions of the cleaners that are running, innermost first."""
    found = []
    outer: FrameType | None = frame
    while outer:
        code, outer = outer.f_code, outer.f_back
        path = code.co_filename.removeprefix(_ROOT)
        if path.startswith("/cleaners/"):
            # Nested functions and generators count for the function around them.
            name = code.co_qualname.partition(".<")[0]
            found.append(f"{path.removeprefix('/cleaners/').removesuffix('.py')}: {name}")
    return found


def ingest_in_one_process(source: str, db: Path) -> int:
    """Does what an ingestion with one worker does, in this process; gives how many pages."""
    batches, pages = BatchReader(DiscoveredInputs([source])), 0
    with open_warehouse(db) as warehouse:
        run = warehouse.begin_run("stages")
        while batch := batches.take():
            new = steps.partition_batch(warehouse, batch)
            results = [
                pickle.loads(pickle.dumps(cleaning.clean_and_sketch(one), protocol=5))
                for one in new.new_pages
            ]
            pages += len(results)
            warehouse.load(run, steps.batch_to_load(new, results).outcomes, new.marks)
    return pages


def main(source: str) -> None:
    """Prints the CPU milliseconds a page of each stage and of the dearest functions as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        ingest_in_one_process(source, Path(folder, "warm.db"))
        began = time.process_time()
        with sampled() as found:
            pages = ingest_in_one_process(source, Path(folder, "stages.db"))
        # The system takes fewer samples than it was asked for.
        share = (time.process_time() - began) * 1000 / pages / found.stages.total()
    costs = {}
    for table in ("stages", "own", "with_calls"):
        counts: Counter[str] = getattr(found, table)
        costs[table] = {name: round(n * share, 2) for name, n in counts.most_common(_MOST_ROWS)}
    print(json.dumps(costs))


if __name__ == "__main__":
    main(sys.argv[1])
