"""The book of runs says who works, and who went without a word."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.warehouse.conftest import rows
from warehouse.errors import WarehouseError
from warehouse.model import RunStatus
from warehouse.opening import open_warehouse
from warehouse.sqlite.process import ProcessIdentity, this_process
from warehouse.warehouse import Warehouse


def test_a_run_is_opened_and_closed_with_its_times(warehouse: Warehouse) -> None:
    run = warehouse.begin_run("ingest")
    ((status, finished),) = rows(warehouse, "SELECT status, finished_at FROM runs")
    assert (run, status, finished) == (1, "running", None)
    warehouse.finish_run(run, RunStatus.FAILED)
    ((flow, status, ordered, form),) = rows(
        warehouse,
        "SELECT flow, status, started_at <= finished_at,"
        " finished_at GLOB '20[0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'"
        " FROM runs",
    )
    assert (flow, status, ordered, form) == ("ingest", "failed", 1, 1)


def test_a_run_that_is_not_there_cannot_be_closed(warehouse: Warehouse) -> None:
    with pytest.raises(WarehouseError, match="there is no run 3"):
        warehouse.finish_run(3, RunStatus.COMPLETED)


def test_the_next_run_marks_those_whose_process_is_gone_as_interrupted(path: Path) -> None:
    script = (
        "import sys; from warehouse.opening import open_warehouse;"
        "open_warehouse(sys.argv[1]).begin_run('ingest')"
    )
    subprocess.run([sys.executable, "-c", script, str(path)], check=True)
    with open_warehouse(path) as warehouse:
        assert rows(warehouse, "SELECT status FROM runs") == [("running",)]
        warehouse.begin_run("ingest")
        warehouse.begin_run("ingest")
        assert rows(warehouse, "SELECT status FROM runs") == [
            ("interrupted",),
            ("running",),
            ("running",),
        ]


def test_a_later_process_with_the_same_number_is_another_one() -> None:
    here = this_process()
    assert not here.has_ended
    assert ProcessIdentity(here.host, os.getpid(), "some other time").has_ended


def test_nothing_is_said_of_the_processes_of_another_machine() -> None:
    assert not ProcessIdentity("another-host.example", 1, "long ago").has_ended
