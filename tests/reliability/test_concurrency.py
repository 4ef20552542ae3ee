"""Several runs at once on one warehouse leave what one run does, and readers never wait."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reliability.cli_process import Program
from tests.reliability.concurrent_runs import assert_as_one, backup_of, ingest_together, overlapping
from tests.reliability.kill_trials import undisturbed
from tests.reliability.sample_sources import write_corpus


@pytest.mark.timeout(600)
def test_four_ingestions_at_once_with_reclean_and_maintain_leave_what_one_does(
    tmp_path: Path,
) -> None:
    sources = write_corpus(tmp_path, 10)
    program = Program(tmp_path, pages=4)
    whole = undisturbed(program, sources)
    besides = [("reclean", "--all"), ("maintain",)]
    together = ingest_together(program, overlapping(sources), besides, "one.db")
    assert_as_one(program, together, whole, "one.db")
    assert together.seen.answers > 0
    assert program.run("check", "--db", str(backup_of(tmp_path / "backups"))).code == 0
