"""Repairs a warehouse from its intact data, mainly by cleaning the raw bytes again."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.runs.cleaning import SketchedPage
from flows.runs.defer_signals import deferred_signals
from flows.runs.ingest import WORKER_SPEC
from flows.runs.jobs import CheckJob
from flows.runs.pipeline import in_order
from flows.runs.reclean import capture_of
from flows.runs.weights import load_weights, with_weights
from flows.workers.pool import ProcessPool
from warehouse.integrity.problems import Problem, Repair, repairable
from warehouse.model import Recleaned, Stored

if TYPE_CHECKING:
    from warehouse.warehouse import Warehouse

_PAGES = 64
# Some problems are found only after others are repaired, so check and repair are repeated.
_ROUNDS = 5


@dataclass(frozen=True, slots=True)
class RepairReport:
    """The problems that were repaired, and those that remain."""

    repaired: tuple[Problem, ...]
    left: tuple[Problem, ...]


def find_problems(job: CheckJob) -> list[Problem]:
    """All problems of a warehouse; an empty list if it is sound."""
    from warehouse.opening import open_to_check

    with open_to_check(job.db) as warehouse:
        return _problems(warehouse, job)


def repair_warehouse(job: CheckJob, on_stage: Callable[[str], None] | None = None) -> RepairReport:
    """Check a warehouse, repair what can be repaired, and check again.

    Each kind of repair is one transaction, so an error or interrupt leaves the warehouse no worse.
    `on_stage` is called with the name of each stage.
    """
    from warehouse.opening import open_to_check

    on_stage = on_stage or (lambda _stage: None)
    found: dict[Problem, None] = {}
    with open_to_check(job.db, repair=True) as warehouse:
        on_stage("checking")
        problems = _problems(warehouse, job)
        for _ in range(_ROUNDS):
            todo = [problem for problem in problems if problem.repair]
            if not todo or all(problem in found for problem in todo):
                break
            found |= dict.fromkeys(todo)
            _repair_all(warehouse, todo, job, on_stage)
            on_stage("checking")
            problems = _problems(warehouse, job)
    repaired = tuple(problem for problem in found if problem not in problems)
    return RepairReport(repaired, tuple(problems))


def _problems(warehouse: Warehouse, job: CheckJob) -> list[Problem]:
    problems = warehouse.check()
    return problems if problems or not job.deep else list(_differing(warehouse, job))


def _repair_all(
    warehouse: Warehouse,
    problems: Sequence[Problem],
    job: CheckJob,
    on_stage: Callable[[str], None],
) -> None:
    """Do each necessary kind of repair, in order."""
    kinds = {problem.repair for problem in problems}
    if Repair.RECORDS in kinds:
        # The search index and the duplicate index are derived from the records.
        kinds |= {Repair.SEARCH, Repair.DUPLICATES}
    if Repair.CAPTURES in kinds:
        kinds.add(Repair.DUPLICATES)
    for kind in (kind for kind in Repair if kind in kinds):
        on_stage(f"repairing: {kind}")
        concerned = [problem for problem in problems if problem.repair is kind]
        if kind is Repair.RECORDS:
            _reclean_records(warehouse, concerned, job)
        else:
            with deferred_signals():
                warehouse.repair(kind, concerned)


def _reclean_records(warehouse: Warehouse, problems: Sequence[Problem], job: CheckJob) -> None:
    """Clean documents again and store them; all documents if a problem doesn't name one."""
    named = {problem.document for problem in problems}
    wanted = [one for one in warehouse.documents_by_version() if None in named or one in named]
    with closing(_cleaned_again(warehouse, wanted, job)) as batches:
        for pages in batches:
            with deferred_signals():
                warehouse.restore_records(pages)


def _differing(warehouse: Warehouse, job: CheckJob) -> Iterator[Problem]:
    """Records of the current version that differ from what the cleaners make of the raw bytes."""
    from cleaners import VERSION

    weights = load_weights(job.weights)
    current = warehouse.documents_by_version(VERSION, weights.name if weights else None)
    with closing(_cleaned_again(warehouse, current, job)) as batches:
        for pages in batches:
            for document, wrong in warehouse.differing_records(pages).items():
                what = f"the record differs from its cleaned bytes ({wrong})"
                yield repairable(what, f"document {document}", Repair.RECORDS, document)


def _cleaned_again(
    warehouse: Warehouse, documents: Sequence[int], job: CheckJob
) -> Generator[list[Recleaned], None, None]:
    """The documents' pages, cleaned again, in batches; omits those that can't be cleaned."""
    starts = iter(range(0, len(documents), _PAGES))

    def take() -> list[Stored] | None:
        start = next(starts, None)
        if start is None:
            return None
        some = warehouse.stored_pages(documents[start : start + _PAGES])
        return [page for page in some if isinstance(page, Stored)]

    with ProcessPool(with_weights(WORKER_SPEC, job.weights), job.jobs, job.limits) as workers:
        for pages, cleaned in in_order(take, lambda some: list(map(capture_of, some)), workers):
            yield [
                Recleaned(page.document_id, result.page, result.sketch)
                for page, result in zip(pages, cleaned, strict=True)
                if isinstance(result, SketchedPage)
            ]
