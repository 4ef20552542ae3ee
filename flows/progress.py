"""Tells the caller of the Python API how far its work has come."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flows.runs.jobs import IngestJob
    from flows.runs.report import Observer, RunReport
    from flows.runs.tally import RunTally
    from warehouse.model import Loaded, PageOutcome


Progress = Callable[[str, int, int | None], None]
"""Called with the name of a stage, the number of steps done, and the number of all steps.

The last is None if it is unknown.
"""


Waiting = Callable[[str], None]
"""Called with a sentence about what a run waits for, or what it has started."""


def progress_observer(
    stage: str, progress: Progress | None, inner: Observer | None = None, total: int | None = None
) -> Observer | None:
    """An observer that calls a progress callback after each batch, and forwards all calls."""
    if progress is None:
        return inner
    from flows.runs.report import Observer

    passed_on, report_progress = inner or Observer(), progress

    class BatchProgress(Observer):
        def on_started(self, run_id: int | None, tally: RunTally) -> None:
            self._tally = tally
            passed_on.on_started(run_id, tally)

        def on_loaded(self, batch: Sequence[PageOutcome], loaded: Sequence[Loaded]) -> None:
            report_progress(stage, self._tally.counts.seen, total)
            passed_on.on_loaded(batch, loaded)

        def on_finished(self, report: RunReport) -> None:
            passed_on.on_finished(report)

    return BatchProgress()


def count_inputs(job: IngestJob) -> int | None:
    """How many pages a job reads; None if it can't be known before reading or fetching."""
    from flows.runs.batches import inputs_of
    from flows.sources.discover import InputRef, check_sources
    from flows.sources.file_formats import SINGLE_PAGE_FORMATS, Format

    check_sources(job.sources)
    total = 0
    for item in inputs_of(job):
        if isinstance(item, InputRef) and (
            item.format not in SINGLE_PAGE_FORMATS or item.format is Format.URL
        ):
            return None
        total += 1
    return total


def stage_reporter(progress: Progress | None) -> Callable[[str], None] | None:
    """A progress callback for work with stages whose steps aren't counted."""
    return (lambda stage: progress(stage, 0, None)) if progress else None


def ignore(_what: str) -> None:
    """The callback if the caller passed none."""
