"""What a run reports: calls to an observer while it runs, and a report at the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from flows.runs.tally import RunTally
from warehouse.model import Loaded, PageOutcome, RunStatus

OnLoaded = Callable[[Sequence[PageOutcome], Sequence[Loaded]], None]


@dataclass(frozen=True, slots=True)
class RunReport:
    """The results of a run. `run_id` is None for a dry run.

    `skipped_files` counts files in folders that aren't pages, and `other_records` archive records
    that aren't; `skipped_kinds` counts both by kind, such as image/png or .css, and `skipped_names`
    lists the first of them with name and kind. `done_before` counts archive records that earlier
    runs completed. `mappings` has the fields by which tables were read, in the syntax of --map.
    `dropped` counts inputs that an incomplete run had read but not loaded.
    """

    run_id: int | None
    status: RunStatus
    tally: RunTally
    seconds: float
    skipped_files: int = 0
    other_records: int = 0
    done_before: int = 0
    dropped: int = 0
    skipped_kinds: Mapping[str, int] = field(default_factory=dict)
    skipped_names: Sequence[tuple[str, str]] = ()
    mappings: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def empty(cls) -> RunReport:
        """The report of a run that had nothing to read."""
        return cls(None, RunStatus.COMPLETED, RunTally(), 0.0)


class Observer:
    """Follows a run. Subclass it and override methods; by default they do nothing."""

    def on_started(self, run_id: int | None, tally: RunTally) -> None:
        """Called before anything is read; `tally` grows with each batch that is loaded."""

    def on_loaded(self, batch: Sequence[PageOutcome], loaded: Sequence[Loaded]) -> None:
        """Called after each batch has been loaded and added to the tally."""

    def on_finished(self, report: RunReport) -> None:
        """Called when the run has ended, also after an error or an interrupt."""
