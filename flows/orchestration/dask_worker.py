"""Supervised processes inside the workers of a Dask cluster, for as long as a run uses them."""

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
    """Gives each worker supervisors; they stop with the run, and also if the run was killed."""

    def __init__(self, spec: WorkerSpec[Any], limits: Limits) -> None:
        self._spec, self._limits = spec, limits

    def setup(self, worker: Worker) -> None:  # noqa: ARG002 - an argument of Dask's
        self.supervisors = SupervisorPool(self._spec, self._limits)

    def teardown(self, worker: Worker) -> None:  # noqa: ARG002 - an argument of Dask's
        self.supervisors.stop()


@dataclass(frozen=True, slots=True)
class WorkerCleaner:
    """Cleans with the supervisors that the plugin of a name gave to the current worker."""

    plugin_name: str

    def clean(self, captures: Sequence[Capture]) -> list[Any]:
        """The result for each page, in order."""
        plugin = get_worker().plugins[self.plugin_name]
        assert isinstance(plugin, SupervisorPlugin)
        try:
            return plugin.supervisors.clean(captures)
        except SupervisorStopped:
            # As a KeyboardInterrupt it would end the worker, which others may be using.
            raise RuntimeError("the run that these pages belong to has ended") from None
