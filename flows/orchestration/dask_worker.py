"""Runs supervised processes inside the workers of a Dask cluster for the duration of a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from distributed import Worker, get_worker
from distributed.diagnostics.plugin import WorkerPlugin

from cleaners.model import Capture
from flows.workers.limits import Limits
from flows.workers.supervisor import SupervisorPool, SupervisorStopped, WorkerSpec


class SupervisorPlugin(WorkerPlugin):
    """Gives each Dask worker supervisors; they stop when the run ends or is killed."""

    def __init__(self, spec: WorkerSpec[Any], limits: Limits) -> None:
        self._spec, self._limits = spec, limits

    def setup(self, worker: Worker) -> None:  # noqa: ARG002 - an argument of Dask's
        self.supervisors = SupervisorPool(self._spec, self._limits)

    def teardown(self, worker: Worker) -> None:  # noqa: ARG002 - an argument of Dask's
        self.supervisors.stop()


@dataclass(frozen=True, slots=True)
class WorkerCleaner:
    """Cleans with the supervisors that the named plugin started on the current worker."""

    plugin_name: str

    def clean(self, captures: Sequence[Capture]) -> list[Any]:
        """Clean the pages; returns their results in order."""
        plugin = get_worker().plugins[self.plugin_name]
        assert isinstance(plugin, SupervisorPlugin)
        try:
            return plugin.supervisors.clean(captures)
        except SupervisorStopped:
            # A KeyboardInterrupt would end the Dask worker, which other runs may be using.
            raise RuntimeError("the run that these pages belong to has ended") from None
