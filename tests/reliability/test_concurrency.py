"""Several runs at once on one warehouse give the same as one run, and readers never wait."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reliability.cli_process import Program
from tests.reliability.concurrent_runs import (
    assert_same_as_one_run,
    backup_of,
    ingest_concurrently,
    overlapping_sources,
)
from tests.reliability.kill_trials import reference_run
from tests.reliability.sample_sources import write_sources


@pytest.mark.timeout(600)
def test_four_concurrent_ingests_with_reclean_and_maintain_give_the_same_as_one(
    tmp_path: Path,
) -> None:
    sources = write_sources(tmp_path, 10)
    program = Program(tmp_path, pages=4)
    reference = reference_run(program, sources)
    besides = [("reclean", "--all"), ("maintain",)]
    together = ingest_concurrently(program, overlapping_sources(sources), besides, "one.db")
    assert_same_as_one_run(program, together, reference, "one.db")
    assert together.reader.answers > 0
    assert program.run("check", "--db", str(backup_of(tmp_path / "backups"))).code == 0
