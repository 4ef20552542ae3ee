"""The jobs that a run can do, as plain data.

A job holds no open file or connection, so it can be stored as JSON and sent to other processes.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from flows.default_values import DEFAULT_BACKUPS, DEFAULT_JOBS, DEFAULT_KEEP
from flows.sources.web.politeness import Politeness
from flows.workers.limits import Limits


@dataclass(frozen=True, slots=True)
class IngestJob:
    """What to ingest, into which warehouse, and how.

    `jobs` is the number of worker processes. `mapping` names the fields of JSON Lines and Parquet
    files. `force` reads again what earlier runs have read. With `url_lists`, files have one URL per
    line. `runner` is the address of a Dask scheduler, for runs as a flow.
    """

    sources: tuple[str, ...]
    db: str
    jobs: int = DEFAULT_JOBS
    mapping: str | None = None
    force: bool = False
    url_lists: bool = False
    web: Politeness = field(default_factory=Politeness)
    runner: str | None = None
    limits: Limits = field(default_factory=Limits)
    weights: str | None = None

    @property
    def flow(self) -> str:
        """The name of the flow that runs this job."""
        return "collect" if self.url_lists else "ingest"

    def flow_parameters(self) -> dict[str, Any]:
        """The parameters of that flow, by name, as JSON values."""
        parameters = {**asdict(self), "sources": list(self.sources)}
        del parameters["url_lists"]
        return parameters


@dataclass(frozen=True, slots=True)
class RecleanJob:
    """Which warehouse to reclean: the documents of older cleaners or, with `everything`, all.

    With `ruled`, only those whose sites have got other rules.
    """

    db: str
    everything: bool = False
    jobs: int = DEFAULT_JOBS
    limits: Limits = field(default_factory=Limits)
    weights: str | None = None
    ruled: bool = False


@dataclass(frozen=True, slots=True)
class CheckJob:
    """Which warehouse to check or repair; `deep` also cleans every page again and compares."""

    db: str
    deep: bool = False
    jobs: int = DEFAULT_JOBS
    limits: Limits = field(default_factory=Limits)
    weights: str | None = None


@dataclass(frozen=True, slots=True)
class MaintenanceJob:
    """Which warehouse to maintain; the newest `keep` backups stay in the folder `backups`."""

    db: str
    jobs: int = DEFAULT_JOBS
    backups: str = DEFAULT_BACKUPS
    keep: int = DEFAULT_KEEP
    limits: Limits = field(default_factory=Limits)
    weights: str | None = None
