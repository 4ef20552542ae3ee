"""Cleans on a Dask cluster: the task `clean`, run by prefect-dask's task runner."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Any, Self
from uuid import uuid4

from cleaners.model import Capture
from flows.errors import RunnerError
from flows.runs.ingest import WORKER_SPEC, PageResult
from flows.workers.limits import Limits
from flows.workers.pool import PendingResults, max_pending_batches
from flows.workers.supervisor import SupervisorPool

_PATIENCE_S = 15


def cluster_threads(address: str) -> int:
    """How many batches a cluster cleans at once; raises RunnerError where there is none."""
    distributed = _distributed()
    logging.getLogger("distributed").setLevel(logging.ERROR)
    try:
        with distributed.Client(_tcp(address), timeout=_PATIENCE_S, set_as_default=False) as client:
            threads = sum(client.nthreads().values())
    except OSError as error:
        raise RunnerError(f"no Dask scheduler answers at {address}: is it up?") from error
    if not threads:
        raise RunnerError(f"the Dask cluster at {address} has no workers: start some first.")
    return int(threads)


class DaskWorkers:
    """A cluster's workers, each of which cleans in guarded processes of its own.

    Dask moves a batch whose worker died to another one by itself. A batch that several workers
    died over is cleaned here.
    """

    def __init__(self, address: str, jobs: int, limits: Limits) -> None:
        _distributed()
        from prefect_dask.task_runners import DaskTaskRunner

        self._runner: Any = DaskTaskRunner(address=_tcp(address))
        self._name = f"presswash-{uuid4()}"
        self._limits = limits
        self._local_supervisors = SupervisorPool(WORKER_SPEC, limits)
        self._jobs = jobs

    @property
    def max_pending(self) -> int:
        return max_pending_batches(self._jobs)

    def __enter__(self) -> Self:
        from flows.orchestration.dask_worker import SupervisorPlugin

        self._runner.__enter__()
        self._runner.client.register_plugin(SupervisorPlugin(self._limits), self._name)
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self._local_supervisors.stop()
        with suppress(OSError):
            self._runner.client.unregister_worker_plugin(self._name)
        self._runner.__exit__(None, None, None)

    def submit(self, captures: Sequence[Capture]) -> PendingResults[PageResult]:
        from flows.orchestration.dask_worker import WorkerCleaner
        from flows.orchestration.tasks import Opaque, clean_batch

        if not captures:
            return list
        parcels = {"captures": Opaque(captures), "by": Opaque(WorkerCleaner(self._name))}
        return partial(self._result, self._runner.submit(clean_batch, parcels), captures)

    def _result(self, future: Any, captures: Sequence[Capture]) -> list[PageResult]:
        from distributed.comm.core import CommClosedError
        from distributed.scheduler import KilledWorker

        try:
            cleaned: list[PageResult] = future.result().content
        except (KilledWorker, CommClosedError):
            return self._local_supervisors.clean(captures)
        return cleaned


def _tcp(address: str) -> str:
    return f"tcp://{address.removeprefix('dask://')}"


def _distributed() -> Any:
    try:
        import distributed
        import prefect_dask  # noqa: F401 - to say at once that it is missing
    except ImportError as error:
        raise RunnerError(
            f"a Dask cluster needs more packages ({error}): install presswash's extra 'dask'."
        ) from error
    return distributed
