"""Four ingestions at once, a reader that never waits, reclean and maintain beside them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from flows.orchestration.server import prefect_api
from tests.reliability.cli_process import Program
from tests.reliability.concurrent_reader import ReaderResult
from tests.reliability.concurrent_runs import (
    assert_same_as_one_run,
    backup_of,
    ingest_concurrently,
    overlapping_sources,
)
from tests.reliability.kill_trials import reference_run
from tests.reliability.sample_sources import write_sources

ROUNDS = 5
LONGEST_S = 2.0

Report = Callable[[str, dict[str, object]], None]


@pytest.mark.timeout(3600)
def test_what_runs_at_once_leaves_what_one_run_does_and_readers_do_not_wait(
    tmp_path: Path, report: Report
) -> None:
    sources = write_sources(tmp_path, 40, seeds=True)
    program = Program(tmp_path)
    reference = reference_run(program, sources)
    orders = [
        [*order, "--jobs", jobs]
        for order, jobs in zip(overlapping_sources(sources), "1212", strict=True)
    ]
    seen: list[ReaderResult] = []
    for number in range(ROUNDS):
        db, folder = f"{number}.db", f"backups{number}"
        besides = [("reclean", "--all"), ("maintain", "--backups", folder)]
        together = ingest_concurrently(program, orders, besides, db)
        assert_same_as_one_run(program, together, reference, db)
        assert program.run("check", "--db", str(backup_of(tmp_path / folder))).code == 0
        seen.append(together.reader)
    longest = max(one.longest_s for one in seen)
    figures = {
        "rounds of 4 ingestions, reclean, maintain": ROUNDS,
        "documents": reference.timings.documents,
        "answers": sum(one.answers for one in seen),
        "the longest answer, s": longest,
        "of each round": [one.longest_s for one in seen],
        "bound": LONGEST_S,
    }
    report("concurrency", figures)
    assert longest < LONGEST_S


@pytest.mark.timeout(3600)
def test_reclean_and_maintain_beside_a_flow_run_leave_what_one_run_does(
    tmp_path: Path, report: Report
) -> None:
    sources = write_sources(tmp_path, 24)
    reference = reference_run(Program(tmp_path), sources)
    with prefect_api(print) as url:
        program = Program(tmp_path, variables=(("PREFECT_API_URL", url),))
        orders = [[*sources, "--flow"], [*sources, "--no-flow"]]
        besides = [("reclean", "--all"), ("maintain",)]
        together = ingest_concurrently(program, orders, besides, "one.db")
    assert_same_as_one_run(program, together, reference, "one.db")
    said = together.results[-1].err
    report("beside a flow run", {"maintain said": said, "longest_s": together.reader.longest_s})
