"""Ingests sources into a warehouse, batch by batch: read, tell what is new, clean, load."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeVar

from flows import batches, steps
from flows.batches import Input
from flows.guards.guard import Crew
from flows.ledger import Blank, Ledger, ledger_of
from flows.limits import Limits
from flows.pipeline import in_order
from flows.shield import shielded
from flows.sources.addresses import Addresses
from flows.sources.errors import ReadFault
from flows.sources.fields import Mapping
from flows.sources.find import Inputs, check_sources, find, is_address
from flows.sources.reading import Options
from flows.sources.web.politeness import Politeness
from flows.steps import Failure, Item, Signed, Survey
from flows.tally import Tally
from flows.workers import Processes, Workers
from warehouse.model import Loaded, Outcome, RunStatus

if TYPE_CHECKING:
    from warehouse.sources import Mark
    from warehouse.warehouse import Warehouse

T = TypeVar("T")
Cleaning = Signed | Failure

CREW: Crew[Cleaning] = Crew(steps.sign_page, steps.prepare, steps.given_up)

_PAUSES = (0.2, 1.0, 3.0)


@dataclass(frozen=True, slots=True)
class Order:
    """What to ingest, into which warehouse, and how: all that a run depends on."""

    sources: tuple[str, ...]
    db: str
    jobs: int = 1
    pages_per_batch: int = batches.PAGES
    bytes_per_batch: int = batches.BYTES
    mapping: str | None = None
    force: bool = False
    lists: bool = False
    web: Politeness = field(default_factory=Politeness)
    runner: str | None = None
    limits: Limits = field(default_factory=Limits)

    def inputs(self) -> Inputs | Addresses:
        """What the sources stand for: pages; with `lists`, files are lists of addresses."""
        return Addresses(self.sources) if self.lists else find(self.sources)

    def batches(self, inputs: Inputs | Addresses, ledger: Ledger | None = None) -> batches.Batches:
        """The inputs, ready to be read; what the ledger knows as done is left out."""
        options = Options(self.limits.page_bytes, Mapping.parse(self.mapping))
        sizes = (self.pages_per_batch, self.bytes_per_batch)
        return batches.Batches(self._fetched(inputs, ledger), *sizes, options, ledger)

    def _fetched(self, inputs: Inputs | Addresses, ledger: Ledger | None) -> Iterable[Input]:
        if not self.lists and not any(is_address(source) for source in self.sources):
            return inputs
        from flows.sources.web.ahead import Ahead

        return Ahead(inputs, self.web, ledger or Blank())


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a run: its number and end, what was counted, and how long it took.

    `passed_over` files in the folders were no pages by their names, `other_records` of archives
    none by their kinds. `done_before` records were done by earlier runs and not read again.
    """

    run_id: int
    status: RunStatus
    tally: Tally
    seconds: float
    passed_over: int = 0
    other_records: int = 0
    done_before: int = 0


class Watch(Protocol):
    """Whoever wants to know how a run gets on."""

    def begun(self, run_id: int) -> None:
        """Told of the run's number, before anything is read."""

    def loaded(self, batch: Sequence[Outcome], loaded: Sequence[Loaded]) -> None:
        """Told of each batch once it is in the warehouse."""


class Steps(Protocol):
    """How the steps of a run are carried out: as they are, or as Prefect tasks."""

    def read(self, source: batches.Batches) -> list[Item]: ...
    def survey(self, warehouse: Warehouse, batch: Sequence[Item]) -> Survey: ...
    def load(
        self, warehouse: Warehouse, run_id: int, batch: Sequence[Outcome], marks: Sequence[Mark]
    ) -> list[Loaded]: ...
    def workers(self, order: Order) -> Workers[Cleaning]: ...


class InProcess:
    """The steps as plain calls, and cleaning in processes of this machine."""

    def read(self, source: batches.Batches) -> list[Item]:
        return read(source)

    def survey(self, warehouse: Warehouse, batch: Sequence[Item]) -> Survey:
        return steps.survey(warehouse, batch)

    def load(
        self, warehouse: Warehouse, run_id: int, batch: Sequence[Outcome], marks: Sequence[Mark]
    ) -> list[Loaded]:
        # No second try: SQLite itself waits for a minute for other writers.
        return load(warehouse, run_id, batch, marks)

    def workers(self, order: Order) -> Workers[Cleaning]:
        return Processes(CREW, order.jobs, order.limits)


def ingest(order: Order, watch: Watch | None = None) -> Report:
    """Runs an order in this process and tells `watch` how it gets on.

    Raises UnsupportedSource and WarehouseError before anything is read. An interrupt leaves the
    batches that were loaded, marks the run as interrupted, and is raised again.
    """
    return run(order, InProcess(), "collect" if order.lists else "ingest", watch)


def run(order: Order, how: Steps, flow: str, watch: Watch | None = None) -> Report:
    """Carries an order out step by step; its run in the warehouse always gets an end."""
    from warehouse.connection import open_warehouse

    check_sources(order.sources)
    began = time.monotonic()
    tally, inputs = Tally(), order.inputs()
    with how.workers(order) as workers, open_warehouse(order.db) as warehouse:
        run_id = warehouse.begin_run(flow)
        try:
            if watch:
                watch.begun(run_id)
            with closing(order.batches(inputs, ledger_of(warehouse, order.force))) as source:
                for batch, loaded in _drive(source, workers, how, warehouse, run_id):
                    tally.add(batch, loaded)
                    if watch:
                        watch.loaded(batch, loaded)
        except BaseException as error:
            failed = isinstance(error, Exception)
            _finish_anyhow(warehouse, run_id, failed)
            raise
        warehouse.finish_run(run_id, RunStatus.COMPLETED)
    seconds = time.monotonic() - began
    return Report(
        run_id,
        RunStatus.COMPLETED,
        tally,
        seconds,
        passed_over=inputs.passed_over,
        other_records=source.other_records,
        done_before=source.done_before,
    )


def _drive(
    source: batches.Batches,
    workers: Workers[Cleaning],
    how: Steps,
    warehouse: Warehouse,
    run_id: int,
) -> Iterator[tuple[Sequence[Outcome], list[Loaded]]]:
    """Batches through the steps: many may be cleaned at once, one is loaded after the other."""

    def take() -> tuple[Survey, Sequence[Mark]] | None:
        batch = how.read(source)
        # Even a batch of nothing may end an archive.
        return (how.survey(warehouse, batch), source.marks) if batch or source.marks else None

    for (surveyed, marks), cleaned in in_order(take, lambda taken: taken[0].fresh, workers):
        batch = steps.outcomes(surveyed, cleaned)
        yield batch, how.load(warehouse, run_id, batch, marks)


def read(source: batches.Batches) -> list[Item]:
    """Reads the next batch; a file system that falters is given some seconds."""
    return again(source.take, lambda error: isinstance(error, ReadFault))


def load(
    warehouse: Warehouse, run_id: int, batch: Sequence[Outcome], marks: Sequence[Mark] = ()
) -> list[Loaded]:
    """Loads one batch in one transaction; an interrupt waits until it is done, all or nothing.

    What it has done of the sources is entered after it: a crash between the two costs reading it
    again, and nothing else.
    """
    with shielded():
        loaded = warehouse.load(run_id, batch)
        if marks:
            warehouse.note(marks, loaded)
    return loaded


def again(call: Callable[[], T], worth_it: Callable[[Exception], bool]) -> T:
    """Calls, and calls again after a pause for as long as the error is one that may pass."""
    for pause in _PAUSES:
        try:
            return call()
        except Exception as error:
            if not worth_it(error):
                raise
            time.sleep(pause)
    return call()


def is_locked(error: BaseException) -> bool:
    """Whether a load failed because another program is writing to the warehouse."""
    return "locked" in str(error) or "in use by another process" in str(error)


def _finish_anyhow(warehouse: Warehouse, run_id: int, failed: bool) -> None:
    """Gives a run its end without hiding the error that ended it, should that fail too."""
    try:
        with shielded():
            warehouse.finish_run(run_id, RunStatus.FAILED if failed else RunStatus.INTERRUPTED)
    except Exception:
        # The next run marks it as interrupted.
        return
