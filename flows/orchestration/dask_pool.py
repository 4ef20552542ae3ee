"""Cleans on a Dask cluster: prefect-dask's task runner runs the task `clean`."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Any, Generic, Self, TypeVar
from uuid import uuid4

from cleaners.model import Capture
from flows.dask_address import scheduler_address
from flows.errors import RunnerError
from flows.orchestration.tasks import Opaque, clean_batch
from flows.workers.limits import Limits
from flows.workers.pool import PendingResults, max_pending_batches
from flows.workers.supervisor import SupervisorPool, WorkerSpec

T = TypeVar("T")

_CONNECT_TIMEOUT_S = 15


class DaskPool(Generic[T]):
    """The workers of a Dask cluster, which clean in supervised processes of their own.

    If a Dask worker dies, Dask moves its batch to another one. A batch that killed several workers
    is cleaned in this process's own workers. Raises RunnerError if there is no cluster at the
    address.
    """

    def __init__(self, spec: WorkerSpec[T], address: str, limits: Limits) -> None:
        threads = _cluster_threads(address)
        from prefect_dask.task_runners import DaskTaskRunner

        self._runner: Any = DaskTaskRunner(address=scheduler_address(address))
        self._plugin_name = f"presswash-{uuid4()}"
        self._spec, self._limits = spec, limits
        self._local_supervisors = SupervisorPool(spec, limits)
        # At least two, so that the cluster gets batches while this process loads.
        self._jobs = max(2, threads)

    @property
    def max_pending(self) -> int:
        return max_pending_batches(self._jobs)

    def __enter__(self) -> Self:
        from flows.orchestration.dask_worker import SupervisorPlugin

        self._runner.__enter__()
        plugin = SupervisorPlugin(self._spec, self._limits)
        self._runner.client.register_plugin(plugin, self._plugin_name)
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self._local_supervisors.stop()
        with suppress(OSError):
            self._runner.client.unregister_worker_plugin(self._plugin_name)
        self._runner.__exit__(None, None, None)

    def submit(self, captures: Sequence[Capture]) -> PendingResults[T]:
        from flows.orchestration.dask_worker import WorkerCleaner

        if not captures:
            return list
        batch = {"captures": Opaque(captures), "by": Opaque(WorkerCleaner(self._plugin_name))}
        return partial(self._result, self._runner.submit(clean_batch, batch), captures)

    def _result(self, future: Any, captures: Sequence[Capture]) -> list[T]:
        from distributed.comm.core import CommClosedError
        from distributed.scheduler import KilledWorker

        try:
            cleaned: list[T] = future.result().content
        except (KilledWorker, CommClosedError):
            return self._local_supervisors.clean(captures)
        return cleaned


def _cluster_threads(address: str) -> int:
    """How many batches the cluster cleans at once; raises RunnerError if there is no cluster."""
    distributed = _distributed()
    logging.getLogger("distributed").setLevel(logging.ERROR)
    try:
        with distributed.Client(
            scheduler_address(address), timeout=_CONNECT_TIMEOUT_S, set_as_default=False
        ) as client:
            threads = sum(client.nthreads().values())
    except OSError as error:
        raise RunnerError(f"no Dask scheduler answers at {address}: is it up?") from error
    if not threads:
        raise RunnerError(f"the Dask cluster at {address} has no workers: start some first.")
    return int(threads)


def _distributed() -> Any:
    try:
        import distributed
        import prefect_dask  # noqa: F401 - to report at once that it is missing
    except ImportError as error:
        raise RunnerError(
            f"a Dask cluster needs more packages ({error}): install presswash's extra 'dask'."
        ) from error
    return distributed
