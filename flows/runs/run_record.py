"""Keeps the row of a run in the warehouse, and closes it however the run ends."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.errors import RunStalled
from flows.runs.defer_signals import deferred_signals
from warehouse.answers import SkippedKind
from warehouse.model import RunStatus

if TYPE_CHECKING:
    from warehouse.warehouse import Warehouse

# How long a failed run waits for other writers to close its row.
_CLOSE_TIMEOUT_S = 5.0


@dataclass(slots=True)
class RunRecord:
    """An active run; `status` and `seconds` are set when it ends."""

    id: int
    status: RunStatus = RunStatus.RUNNING
    seconds: float = 0.0


@contextmanager
def recorded_run(
    warehouse: Warehouse,
    flow: str,
    on_finished: Callable[[RunRecord], None] = lambda _run: None,
    skipped: Callable[[], Mapping[str, SkippedKind]] = dict,
) -> Iterator[RunRecord]:
    """Record a run of `flow`, which ends as completed, failed or interrupted.

    It ends as failed if an error is raised, and as interrupted after Ctrl-C or SIGTERM.
    `on_finished` is called in every case, before a signal that arrived meanwhile is delivered.
    `skipped` returns what the run skipped, by kind.
    """
    began = time.monotonic()
    run, status = None, RunStatus.INTERRUPTED
    try:
        warehouse.wait_for_write_lock()
        with deferred_signals():
            run = RunRecord(warehouse.begin_run(flow))
        yield run
        status = RunStatus.COMPLETED
    except (Exception, RunStalled):
        status = RunStatus.FAILED
        raise
    finally:
        if run is not None:
            with deferred_signals():
                _finish(warehouse, run.id, status, skipped())
                run.status, run.seconds = status, time.monotonic() - began
                on_finished(run)


def _finish(
    warehouse: Warehouse, run_id: int, status: RunStatus, skipped: Mapping[str, SkippedKind]
) -> None:
    if status is RunStatus.COMPLETED:
        warehouse.finish_run(run_id, status, skipped=skipped)
        return
    # A second error must not hide the one that ended the run. The next run marks it as interrupted.
    with suppress(Exception):
        warehouse.finish_run(run_id, status, _CLOSE_TIMEOUT_S, skipped)
