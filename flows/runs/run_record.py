"""Keeps a run's entry in the warehouse's book: begun once, and ended whatever ends it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from flows.runs.defer_signals import deferred_signals
from warehouse.model import RunStatus

if TYPE_CHECKING:
    from warehouse.warehouse import Warehouse

_LEAVING_S = 5.0  # that a run which can't go on waits for other writers


@contextmanager
def recorded_run(
    warehouse: Warehouse,
    flow: str,
    on_finished: Callable[[int, RunStatus], None] = lambda _run, _status: None,
) -> Iterator[int]:
    """A run of `flow`: completed, failed where an error is raised, or else interrupted.

    `ended` is told its number and status when it has ended, in every case.
    """
    run_id, status = None, RunStatus.INTERRUPTED
    try:
        warehouse.wait_for_write_lock()
        with deferred_signals():
            run_id = warehouse.begin_run(flow)
        yield run_id
        status = RunStatus.COMPLETED
    except Exception:
        status = RunStatus.FAILED
        raise
    finally:
        if run_id is not None:
            with deferred_signals():
                _finish(warehouse, run_id, status)
                on_finished(run_id, status)


def _finish(warehouse: Warehouse, run_id: int, status: RunStatus) -> None:
    if status is RunStatus.COMPLETED:
        warehouse.finish_run(run_id, status)
        return
    # The error that ended the run isn't hidden by another; the next run says `interrupted`.
    with suppress(Exception):
        warehouse.finish_run(run_id, status, _LEAVING_S)
