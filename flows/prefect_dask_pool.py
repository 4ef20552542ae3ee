"""Cleans on a Dask cluster: the task `clean`, run by prefect-dask's task runner."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import BrokenExecutor
from typing import Any

from cleaners.model import Capture
from flows.errors import RunnerError
from flows.ingest import Cleaning
from flows.workers import Future

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


class DaskPool:
    """A cluster's workers. Dask moves a batch whose worker died to another one by itself.

    A batch that several workers died over comes back as BrokenExecutor, as from a process pool.
    """

    def __init__(self, address: str) -> None:
        _distributed()
        from prefect_dask.task_runners import DaskTaskRunner

        self._runner: Any = DaskTaskRunner(address=_tcp(address))
        self._runner.__enter__()  # type: ignore[no-untyped-call]

    def submit(self, captures: Sequence[Capture]) -> Future[list[Cleaning]]:
        from flows.prefect_ingest import Parcel, clean

        return _Opened(self._runner.submit(clean, {"captures": Parcel(captures)}))

    def close(self, kill: bool) -> None:  # noqa: ARG002 - batches nobody waits for are dropped
        self._runner.__exit__(None, None, None)


class _Opened:
    """A task's future whose result comes out of its parcel."""

    def __init__(self, future: Any) -> None:
        self._future = future

    def result(self) -> list[Cleaning]:
        from distributed.comm.core import CommClosedError
        from distributed.scheduler import KilledWorker

        try:
            cleaned: list[Cleaning] = self._future.result().content
        except (KilledWorker, CommClosedError) as error:
            raise BrokenExecutor(str(error)) from error
        return cleaned


def _tcp(address: str) -> str:
    return f"tcp://{address.removeprefix('dask://')}"


def _distributed() -> Any:
    try:
        import distributed
        import prefect_dask  # noqa: F401 - to say at once that it is missing
    except ImportError as error:
        raise RunnerError(
            f"a Dask cluster needs more packages ({error}): install presswash[dask]."
        ) from error
    return distributed
