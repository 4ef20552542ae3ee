"""Turns saved web pages into clean, deduplicated records in an SQLite warehouse.

Clean one page:

>>> import presswash
>>> page = presswash.clean("<title>Bridge opens</title><p>The bridge opened on Monday.</p>")
>>> page.title, page.text
('Bridge opens', 'The bridge opened on Monday.')

Load pages into a warehouse, and ask it:

>>> with presswash.open("news.db") as db:
...     report = db.ingest("seeds")
...     hit = db.search("avalanche")[0]
>>> report.tally.counts.rejected, hit.title
(2, "Mountain village opens the valley's first avalanche school")
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cleaners.corrections import Corrected, Correction
    from cleaners.model import Block, Kind, Media, PageType, Rejection, Removal, Stage
    from cleaners.page import Page
    from cleaners.reasons import Reason
    from cleaners.site_rules import SiteRule
    from cleaners.text.alignment import Alignment
    from flows.api import Database, clean
    from flows.api import open_database as open  # noqa: A004
    from flows.corrections import CorrectionRequest
    from flows.errors import CheckFailed, LockTimeout, RunnerError
    from flows.progress import Progress, Waiting
    from flows.runs.maintain import MaintenanceReport
    from flows.runs.preview import RecleanPreview
    from flows.runs.repair import RepairReport
    from flows.runs.report import Observer, RunReport
    from flows.runs.site_rules import RuleChange, RulePreview
    from flows.runs.tally import RunTally
    from flows.sources.errors import UnsupportedSource
    from flows.sources.web.politeness import Politeness
    from flows.workers.limits import Limits
    from warehouse.answers import (
        ClusterMember,
        DocumentComparison,
        DoubtfulPage,
        DuplicateCluster,
        History,
        Hit,
        QueryStream,
        QueryTable,
        ReasonCount,
        Record,
        Stats,
        Template,
        ValueCount,
        Version,
    )
    from warehouse.errors import RequestError, WarehouseBusy, WarehouseError
    from warehouse.integrity.problems import Problem, Repair
    from warehouse.model import Counts, Loaded, Relation, RelationCounts, RunStatus, Verdict
    from warehouse.queries.browse import UnsureRecord
    from warehouse.queries.filters import Filters

# Where each name is defined. A module is imported when one of its names is first used, so that
# `import presswash` costs nothing.
_MODULES = {
    "cleaners.corrections": "Corrected Correction",
    "cleaners.model": "Block Kind Media PageType Rejection Removal Stage",
    "cleaners.page": "Page",
    "cleaners.reasons": "Reason",
    "cleaners.site_rules": "SiteRule",
    "cleaners.text.alignment": "Alignment",
    "flows.api": "Database clean open=open_database",
    "flows.corrections": "CorrectionRequest",
    "flows.errors": "CheckFailed LockTimeout RunnerError",
    "flows.progress": "Progress Waiting",
    "flows.runs.report": "Observer RunReport",
    "flows.runs.tally": "RunTally",
    "flows.runs.maintain": "MaintenanceReport",
    "flows.runs.preview": "RecleanPreview",
    "flows.runs.repair": "RepairReport",
    "flows.runs.site_rules": "RuleChange RulePreview",
    "flows.sources.errors": "UnsupportedSource",
    "flows.sources.web.politeness": "Politeness",
    "flows.workers.limits": "Limits",
    "warehouse.errors": "RequestError WarehouseBusy WarehouseError",
    "warehouse.integrity.problems": "Problem Repair",
    "warehouse.queries.browse": "UnsureRecord",
    "warehouse.queries.filters": "Filters",
    "warehouse.model": "Counts Loaded Relation RelationCounts RunStatus Verdict",
    "warehouse.answers": "ClusterMember DocumentComparison DoubtfulPage DuplicateCluster History"
    " Hit QueryStream QueryTable ReasonCount Record Stats Template ValueCount Version",
}
_PLACES = {
    name.partition("=")[0]: (module, name.rpartition("=")[2])
    for module, names in _MODULES.items()
    for name in names.split()
}

__all__ = [
    "Alignment",
    "Block",
    "CheckFailed",
    "ClusterMember",
    "Corrected",
    "Correction",
    "CorrectionRequest",
    "Counts",
    "Database",
    "DocumentComparison",
    "DoubtfulPage",
    "DuplicateCluster",
    "Filters",
    "History",
    "Hit",
    "Kind",
    "Limits",
    "Loaded",
    "LockTimeout",
    "MaintenanceReport",
    "Media",
    "Observer",
    "Page",
    "PageType",
    "Politeness",
    "Problem",
    "Progress",
    "QueryStream",
    "QueryTable",
    "Reason",
    "ReasonCount",
    "RecleanPreview",
    "Record",
    "Rejection",
    "Relation",
    "RelationCounts",
    "Removal",
    "Repair",
    "RepairReport",
    "RequestError",
    "RuleChange",
    "RulePreview",
    "RunReport",
    "RunStatus",
    "RunTally",
    "RunnerError",
    "SiteRule",
    "Stage",
    "Stats",
    "Template",
    "UnsupportedSource",
    "UnsureRecord",
    "ValueCount",
    "Verdict",
    "Version",
    "Waiting",
    "WarehouseBusy",
    "WarehouseError",
    "clean",
    "open",
]


def __getattr__(name: str) -> object:
    if name not in _PLACES:
        raise AttributeError(f"module 'presswash' has no attribute {name!r}")
    module, attribute = _PLACES[name]
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return list(__all__)
