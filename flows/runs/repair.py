"""Repairs a warehouse by what is still right in it, above all the raw bytes, cleaned again."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.runs.defer_signals import deferred_signals
from flows.runs.ingest import WORKER_SPEC
from flows.runs.jobs import CheckJob
from flows.runs.pipeline import in_order
from flows.runs.reclean import capture_of
from flows.runs.steps import SketchedPage
from flows.workers.pool import ProcessPool
from warehouse.integrity.problems import Problem, Repair, repairable
from warehouse.model import Recleaned, Stored

if TYPE_CHECKING:
    from warehouse.warehouse import Warehouse

_PAGES = 64
# What is found only when something else is mended is mended in the next round.
_ROUNDS = 5


@dataclass(frozen=True, slots=True)
class RepairReport:
    """What was repaired, and what is wrong still: a warehouse without that is sound."""

    repaired: tuple[Problem, ...]
    left: tuple[Problem, ...]


def find_problems(job: CheckJob) -> list[Problem]:
    """Everything found wrong; an empty list where the warehouse is sound."""
    from warehouse.opening import open_to_check

    with open_to_check(job.db) as warehouse:
        return _problems(warehouse, job)


def repair_warehouse(job: CheckJob, on_stage: Callable[[str], None] | None = None) -> RepairReport:
    """Repairs what can be derived of everything that a check finds, and checks again.

    Each kind of repair is one transaction: an error or an interrupt leaves a warehouse that is no
    worse. `on_stage` is called with the name of each stage.
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
    """Does each kind of repair that is needed, in their order."""
    kinds = {problem.repair for problem in problems}
    if Repair.RECORDS in kinds:
        # What was derived of the records is made of them again.
        kinds |= {Repair.SEARCH, Repair.DUPLICATES}
    for kind in (kind for kind in Repair if kind in kinds):
        on_stage(f"repairing: {kind}")
        concerned = [problem for problem in problems if problem.repair is kind]
        if kind is Repair.RECORDS:
            _reclean_records(warehouse, concerned, job)
        else:
            with deferred_signals():
                warehouse.repair(kind, concerned)


def _reclean_records(warehouse: Warehouse, problems: Sequence[Problem], job: CheckJob) -> None:
    """Cleans documents again, all of them where a problem doesn't say which, and stores that."""
    named = {problem.document for problem in problems}
    wanted = [one for one in warehouse.documents_by_version() if None in named or one in named]
    with closing(_cleaned_again(warehouse, wanted, job)) as batches:
        for pages in batches:
            with deferred_signals():
                warehouse.restore_records(pages)


def _differing(warehouse: Warehouse, job: CheckJob) -> Iterator[Problem]:
    """The records that aren't what the cleaners make of the bytes; older cleaners made others."""
    from cleaners import VERSION

    current = warehouse.documents_by_version(VERSION)
    with closing(_cleaned_again(warehouse, current, job)) as batches:
        for pages in batches:
            for document, wrong in warehouse.differing_records(pages).items():
                what = f"the record isn't what its bytes say ({wrong})"
                yield repairable(what, f"document {document}", Repair.RECORDS, document)


def _cleaned_again(
    warehouse: Warehouse, documents: Sequence[int], job: CheckJob
) -> Generator[list[Recleaned], None, None]:
    """The pages of documents, cleaned again, some at a time; without those that can't be."""
    starts = iter(range(0, len(documents), _PAGES))

    def take() -> list[Stored] | None:
        start = next(starts, None)
        if start is None:
            return None
        some = warehouse.stored_pages(documents[start : start + _PAGES])
        return [page for page in some if isinstance(page, Stored)]

    with ProcessPool(WORKER_SPEC, job.jobs, job.limits) as workers:
        for pages, cleaned in in_order(take, lambda some: list(map(capture_of, some)), workers):
            yield [
                Recleaned(page.document_id, result.page, result.sketch)
                for page, result in zip(pages, cleaned, strict=True)
                if isinstance(result, SketchedPage)
            ]
