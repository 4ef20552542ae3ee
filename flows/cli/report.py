"""Tells what came of an ingestion: a row a page where they are few, rejects, a line of counts."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Self

from flows.cli.options import command
from flows.cli.printing import Printer, harmless, on_stderr
from flows.cli.progress import Advance, unseen
from flows.cli.table import Column, table
from flows.runs.report import Observer
from flows.runs.tally import NO_ARTICLE, RunTally, outcome_label
from flows.words import counted
from warehouse.model import Loaded, PageOutcome, Verdict

if TYPE_CHECKING:
    from flows.runs.jobs import IngestJob
    from flows.runs.report import RunReport

_FEW = 40
_NO_PAGES = "hidden, or not named like a page"
_PAINT = {
    str(Verdict.ADDED): "green",
    NO_ARTICLE: "yellow",
    str(Verdict.UNCHANGED): "dim",
    str(Verdict.DUPLICATE): "yellow",
    str(Verdict.REJECTED): "red",
}


class Reporter(Observer):
    """Watches a run batch by batch; keeps few rows in memory, all of them on disk for --json."""

    def __init__(self, order: IngestJob, json: bool, dry_run: bool) -> None:
        self.tally = RunTally()
        self.report: RunReport | None = None
        self.passed_over = 0
        self.note = ""
        self.advance: Advance = unseen
        self._order, self._json, self._dry_run = order, json, dry_run
        self._printer = Printer()
        self._run_id: int | None = None
        self._began = time.monotonic()
        self._spool = tempfile.SpooledTemporaryFile(1 << 20, "w+", encoding="utf-8")  # noqa: SIM115

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *ending: object) -> None:
        self._spool.close()

    def on_started(self, run_id: int | None, tally: RunTally) -> None:
        """Takes note of the run's number, and of its tally."""
        self._run_id, self.tally = run_id, tally

    def on_loaded(self, batch: Sequence[PageOutcome], loaded: Sequence[Loaded]) -> None:  # noqa: ARG002
        """Takes note of a batch that was gone through."""
        self.advance(len(loaded))
        if self._json:
            for page in loaded:
                self._spool.write(self._printer.as_json(asdict(page)) + "\n")

    def on_finished(self, report: RunReport) -> None:
        """Takes note of how the run ended."""
        self.report, self.passed_over = report, report.passed_over

    def finish(self) -> None:
        """Says what came of it, on stdout."""
        status = "completed" if not self._dry_run else "dry run"
        if self._json:
            self._print_json(status)
            return
        printer, counts = self._printer, self.tally.counts
        if 0 < counts.seen <= _FEW:
            _pages(printer, self.tally.pages)
            printer.line()
        if counts.rejected:
            _rejects(printer, self.tally.rejects[:_FEW])
            if counts.rejected > _FEW:
                printer.line(f"… and {counts.rejected - _FEW:,} more")
            printer.line()
        printer.line(self._summary())
        self._say_what_was_left(printer)
        if self.note:
            printer.line(self.note)
        if not self._dry_run:
            self._say_next(printer)

    def _say_what_was_left(self, printer: Printer) -> None:
        """Says what was found among the sources and not read."""
        if self.passed_over:
            printer.line(f"{counted(self.passed_over, 'other file')} passed over: {_NO_PAGES}")
        if self.report and self.report.other_records:
            others = counted(self.report.other_records, "record")
            printer.line(f"{others} of archives passed over: pictures, errors and the like")
        if self.report and self.report.done_before:
            done = counted(self.report.done_before, "record")
            printer.line(f"{done} of archives done before, and not read again: --force does")

    def stopped(self) -> None:
        """Says on stderr how far it came when it was interrupted."""
        last = self.tally.last
        where = f"after {harmless(last)}" if last else "before the first batch was done"
        if self._json:
            self._print_json("completed" if self._was_completed() else "interrupted")
        seen = counted(self.tally.counts.seen, "page")
        if self._dry_run:
            what = f"{seen} looked at, nothing was written"
        elif self._was_completed():
            what = f"that was the last; {seen} done and in {self._order.db}"
        else:
            left = "what comes then is unread; run the same command again to go on"
            what = f"{seen} done and in {self._order.db}{self._dropped()}; {left}"
        on_stderr().line(f"presswash: interrupted {where}: {what}")

    def _was_completed(self) -> bool:
        """Whether the interrupt came when all was done."""
        return self.report is not None and str(self.report.status) == "completed"

    def _dropped(self) -> str:
        """What was read, or passed over, and isn't in the warehouse."""
        found = []
        if self.report and self.report.dropped:
            found.append(f", {self.report.dropped:,} more read and dropped")
        if self.passed_over:
            found.append(f", {counted(self.passed_over, 'other file')} passed over")
        return "".join(found)

    def _print_json(self, status: str) -> None:
        """One object, written as it is read back, so that a million pages fit in little memory."""
        head = {
            "run_id": self._run_id,
            "status": status,
            **asdict(self.tally.counts),
            "passed_over": self.passed_over,
            "other_records": self.report.other_records if self.report else 0,
            "done_before": self.report.done_before if self.report else 0,
            "dropped": self.report.dropped if self.report else 0,
            "seconds": round(self._seconds(), 3),
        }
        out = self._printer.stream
        out.write(self._printer.as_json(head)[:-1] + ', "pages": [')
        self._spool.seek(0)
        for number, line in enumerate(self._spool):
            out.write((", " if number else "") + line.rstrip("\n"))
        out.write("]}\n")

    def _seconds(self) -> float:
        return self.report.seconds if self.report else time.monotonic() - self._began

    def _summary(self) -> str:
        counts, seconds = self.tally.counts, self._seconds()
        would = "Dry run, nothing was written: " if self._dry_run else ""
        rate = counts.seen / seconds if seconds > 0 else 0.0
        return (
            f"{would}{counted(counts.seen, 'page')} seen:"
            f" {counts.added:,} added{self.tally.added_details()},"
            f" {counts.unchanged:,} unchanged, {counts.rejected:,} rejected"
            f" in {seconds:.1f} s ({rate:,.0f} pages/s)"
        )

    def _say_next(self, printer: Printer) -> None:
        """What a person may want to do now; on one line if it fits."""
        first = next((page.document_id for page in self.tally.pages if page.document_id), None)
        steps = [f"show {first} --explain", "search WORDS", "stats"]
        if first is None:
            steps = ["sql 'SELECT * FROM rejects'"]
        commands = [command(step, self._order.db) for step in steps]
        line = "Next: " + " · ".join(commands)
        if len(line) > printer.width:
            line = "Next:\n  " + "\n  ".join(commands)
        printer.line(printer.paint(line, "dim"))


def _pages(printer: Printer, pages: Sequence[Loaded]) -> None:
    columns = (
        Column("page", keep_end=True, least=16),
        Column("outcome", fixed=True, colours=_PAINT),
        Column("id", number=True),
        Column("lang", fixed=True),
        Column("words", number=True, extra=True),
        Column("kept", number=True, extra=True),
        Column("removed", number=True, extra=True),
        Column("title"),
    )
    rows: list[Sequence[object]] = []
    for page in pages:
        if page.verdict is Verdict.REJECTED:
            rows.append((page.locator, page.verdict, "", "", "", "", "", page.message))
            continue
        if page.document_id is None and page.verdict is Verdict.UNCHANGED:
            rows.append((page.locator, page.verdict, "", "", "", "", "", ""))
            continue
        rows.append(
            (
                page.locator,
                outcome_label(page),
                page.document_id,
                page.language,
                page.n_words,
                page.kept,
                page.removed,
                _title(page),
            )
        )
    table(printer, columns, rows, fit=True)


def _rejects(printer: Printer, pages: Sequence[Loaded]) -> None:
    printer.line(printer.paint("Rejected:", "red"))
    for page in pages:
        printer.line(f"  {harmless(page.locator)}: {harmless(page.message or '')}")


def _title(page: Loaded) -> str:
    title = page.title or ""
    if page.duplicate_of is None and page.canonical_for is None:
        return title
    like = "" if page.similarity is None else f", {page.similarity:.0%} alike"
    if page.duplicate_of is None:
        return f"(stands for {page.canonical_for}{like}) {title}"
    return f"(as {page.duplicate_of}{like}) {title}"
