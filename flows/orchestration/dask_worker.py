"""Guards inside the workers of a Dask cluster, for as long as a run uses them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from distributed import Worker, get_worker
from distributed.diagnostics.plugin import WorkerPlugin

from cleaners.model import Capture
from flows.runs.ingest import WORKER_SPEC, PageResult
from flows.workers.limits import Limits
from flows.workers.supervisor import SupervisorPool, SupervisorStopped


class SupervisorPlugin(WorkerPlugin):
    """Gives each worker guards; they end with the run, and by themselves if that was killed."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits

    def setup(self, worker: Worker) -> None:  # noqa: ARG002 - Dask's to give
        self.guards = SupervisorPool(WORKER_SPEC, self._limits)

    def teardown(self, worker: Worker) -> None:  # noqa: ARG002 - Dask's to give
        self.guards.stop()


@dataclass(frozen=True, slots=True)
class WorkerCleaner:
    """Cleans by the guards, of a name, of the worker that this is called on."""

    name: str

    def clean(self, captures: Sequence[Capture]) -> list[PageResult]:
        """What came of each page, in order."""
        plugin = get_worker().plugins[self.name]
        assert isinstance(plugin, SupervisorPlugin)
        try:
            return plugin.guards.clean(captures)
        except SupervisorStopped:
            # An interrupt would end the worker, which others may be using.
            raise RuntimeError("the run that these pages are of has ended") from None
