"""What a run says of itself: a report at its end, and calls of an observer on its way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flows.runs.tally import RunTally
from warehouse.model import Loaded, PageOutcome, RunStatus

OnLoaded = Callable[[Sequence[PageOutcome], Sequence[Loaded]], None]


@dataclass(frozen=True, slots=True)
class RunReport:
    """What came of a run. `run_id` is None for a dry run.

    `passed_over` files in folders are no pages by their names; `other_records` of archives are
    none by their types. `done_before` records were done by earlier runs and not read again.
    `dropped` inputs of a run that didn't complete were read and not loaded.
    """

    run_id: int | None
    status: RunStatus
    tally: RunTally
    seconds: float
    passed_over: int = 0
    other_records: int = 0
    done_before: int = 0
    dropped: int = 0


class Observer:
    """Follows a run; to be subclassed. Each method does nothing here."""

    def on_started(self, run_id: int | None, tally: RunTally) -> None:
        """Called before anything is read; `tally` grows with each batch that is loaded."""

    def on_loaded(self, batch: Sequence[PageOutcome], loaded: Sequence[Loaded]) -> None:
        """Called after each batch that was loaded and added to the tally."""

    def on_finished(self, report: RunReport) -> None:
        """Called when the run has ended, also after an error or an interrupt."""
