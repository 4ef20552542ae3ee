"""The interface to an open warehouse: everything that can be read, written or checked."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from cleaners.corrections import Correction
from cleaners.page import Page
from cleaners.site_rules import SiteRule
from cleaners.text.sketch import Sketch
from warehouse.answers import SkippedKind, Template
from warehouse.diagnosis import sqlite_errors_as_sentences
from warehouse.integrity.problems import Problem, Repair
from warehouse.model import Loaded, PageOutcome, Recleaned, Rejected, RunStatus
from warehouse.reading import WarehouseReader

if TYPE_CHECKING:
    from warehouse.records.resume import ResumeRecord


class Warehouse(WarehouseReader):
    """An open warehouse, made by `open_warehouse` or `open_readonly`; for one thread at a time.

    Every method raises WarehouseError, with a sentence that says what to do, if the file is locked,
    full, damaged or read-only, or if the requested item doesn't exist.
    """

    def begin_run(self, flow: str) -> int:
        """Open a run and return its ID; runs whose process has ended become `interrupted`."""
        from warehouse.records import runs

        with sqlite_errors_as_sentences(self.path):
            return runs.begin_run(self._db, flow, self._run_lock)

    def finish_run(
        self,
        run_id: int,
        status: RunStatus,
        timeout_s: float | None = None,
        skipped: Mapping[str, SkippedKind] = MappingProxyType({}),
    ) -> None:
        """Close a run with its final status; waits up to `timeout_s` for other writers.

        `skipped` is what the run skipped, by kind.
        """
        from warehouse.records import runs

        with sqlite_errors_as_sentences(self.path):
            runs.finish_run(self._db, run_id, status, timeout_s, skipped)

    def wait_for_write_lock(self) -> None:
        """Wait until no other process is writing. Every write does this by itself."""
        from warehouse.sqlite.transaction import transaction

        with sqlite_errors_as_sentences(self.path), transaction(self._db):
            return

    def load(
        self,
        run_id: int,
        outcomes: Sequence[PageOutcome],
        resume_records: Sequence[ResumeRecord] = (),
    ) -> list[Loaded]:
        """Store a batch in one transaction; returns a report for each input, in order.

        `resume_records` say which sources are complete once the batch is stored.
        """
        from warehouse.records import load

        with sqlite_errors_as_sentences(self.path):
            return load.load_batch(self._db, run_id, outcomes, resume_records)

    def replace_records(
        self,
        run_id: int,
        pages: Sequence[tuple[int, Page, Sketch]],
        rejects: Sequence[Rejected] = (),
    ) -> list[Loaded]:
        """Replace records, each given as a `Recleaned`, and add rejects, in one transaction."""
        from warehouse.records import replace as reload

        with sqlite_errors_as_sentences(self.path):
            return reload.replace_records(self._db, run_id, pages, rejects)

    def correct(
        self,
        document_id: int,
        pages: Mapping[int, Page | None],
        corrections: Sequence[Correction],
        undone: Sequence[Correction] = (),
        confirm: Callable[[], None] = lambda: None,
    ) -> set[int]:
        """Make and undo corrections of a document.

        `pages` has the document's page and those of its other versions, cleaned again. If pages of
        affected versions are missing, returns the IDs of those versions and changes nothing.
        `confirm` is called once nobody else can write; if it raises an exception, nothing changes.
        """
        from warehouse.records import replace

        with sqlite_errors_as_sentences(self.path):
            return replace.correct_document(
                self._db, document_id, pages, corrections, undone, confirm
            )

    def keep_template(self, template_id: str) -> Template:
        """Keep a recurring block on all pages of its site, including pages added later."""
        from warehouse.queries import templates

        with sqlite_errors_as_sentences(self.path):
            return templates.keep_template(self._db, template_id)

    def unkeep_template(self, template_id: str) -> Template:
        """Undo `keep_template`."""
        from warehouse.queries import templates

        with sqlite_errors_as_sentences(self.path):
            return templates.unkeep_template(self._db, template_id)

    def optimise(self) -> None:
        """Optimise the search index and statistics, and merge the write-ahead log into the file."""
        from warehouse import maintenance as upkeep

        with sqlite_errors_as_sentences(self.path):
            upkeep.optimise_file(self._db)

    def backup(self, path: str | os.PathLike[str]) -> None:
        """Copy a consistent snapshot of the warehouse; others may write meanwhile."""
        from warehouse import maintenance as upkeep

        with sqlite_errors_as_sentences(self.path):
            upkeep.backup_file(self._db, Path(path))

    def repair(self, kind: Repair, problems: Sequence[Problem]) -> None:
        """Apply one kind of repair, in one transaction, to the problems that `check` found."""
        from warehouse.integrity import repair

        with sqlite_errors_as_sentences(self.path):
            repair.apply_repair(self._db, kind, problems)

    def restore_records(self, pages: Sequence[Recleaned]) -> list[int]:
        """Replace the stored records that differ from these pages; returns their IDs.

        The indexes must be repaired afterwards, whatever state they were in.
        """
        from warehouse.records import replace

        with sqlite_errors_as_sentences(self.path):
            return replace.restore_records(self._db, pages)

    def add_site_rules(self, rules: Sequence[SiteRule]) -> list[SiteRule]:
        """Enter rules; their documents are outdated until they are cleaned again."""
        from warehouse import site_rules
        from warehouse.sqlite.transaction import transaction

        with sqlite_errors_as_sentences(self.path), transaction(self._db):
            return [site_rules.insert_rule(self._db, rule) for rule in rules]

    def delete_site_rule(self, rule_id: int) -> SiteRule:
        """Delete a rule; its documents are outdated until they are cleaned again."""
        from warehouse import site_rules
        from warehouse.sqlite.transaction import transaction

        with sqlite_errors_as_sentences(self.path), transaction(self._db):
            return site_rules.delete_rule(self._db, rule_id)
