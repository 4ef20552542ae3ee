"""Reports an ingestion: a row for each page if there are few, the rejects, and the counts."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from typing import Self

from flows.cli.options import command
from flows.cli.output import Column, Output, notify
from flows.relations import relation_phrase
from flows.runs.report import Observer, RunReport
from flows.runs.tally import NO_ARTICLE, VERSION, RunTally, outcome_label
from flows.words import counted
from warehouse.model import Loaded, PageOutcome, Relation, RunStatus, Verdict

_MAX_ROWS = 40
_MAX_KINDS = 8
_STYLES = {
    str(Verdict.ADDED): "green",
    NO_ARTICLE: "yellow",
    str(Verdict.UNCHANGED): "dim",
    str(Verdict.DUPLICATE): "yellow",
    VERSION: "green",
    str(Verdict.REJECTED): "red",
}
_COLUMNS = (
    Column("page", fold=True),
    Column("outcome", fixed=True),
    Column("id", number=True),
    Column("lang", fixed=True),
    Column("words", number=True),
    Column("kept", number=True),
    Column("removed", number=True),
    Column("title", fold=True),
)
_COUNTS = range(4, 7)  # the columns that a narrow terminal leaves out
_NARROW = 80


class IngestReporter(Observer):
    """Observes an ingestion and prints its report; the rows for --json are kept on disk."""

    def __init__(self, db: str, *, json: bool, dry_run: bool, flow: bool, verbose: bool) -> None:
        self._verbose = verbose
        self._db, self._json, self._dry_run, self._flow = db, json, dry_run, flow
        self._output = Output()
        self._run_id: int | None = None
        self._tally = RunTally()
        self._report: RunReport | None = None
        self._spool = tempfile.SpooledTemporaryFile(1 << 20, "w+", encoding="utf-8")  # noqa: SIM115

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *ending: object) -> None:
        self._spool.close()

    def on_started(self, run_id: int | None, tally: RunTally) -> None:
        """Keeps the tally, for the report after an interrupt."""
        self._run_id, self._tally = run_id, tally

    def on_loaded(self, batch: Sequence[PageOutcome], loaded: Sequence[Loaded]) -> None:  # noqa: ARG002
        """Keeps the rows of a batch."""
        if self._json:
            self._spool.writelines(f"{self._output.as_json(_as_json(page))}\n" for page in loaded)

    def on_finished(self, report: RunReport) -> None:
        """Keeps the report, for the case of an interrupt."""
        self._report = report

    def print_report(self, report: RunReport) -> None:
        """Prints the report of a run that completed."""
        if self._json:
            self._print_json("dry run" if self._dry_run else "completed", report)
            return
        output, tally = self._output, report.tally
        if 0 < tally.counts.seen <= _MAX_ROWS:
            _print_pages(output, tally.pages)
            output.line()
        if tally.counts.rejected:
            _print_rejects(output, tally)
            output.line()
        output.line(self._summary(report))
        _print_skipped(output, report)
        if self._verbose:
            for name, kind in report.skipped_names:
                output.line(f"  skipped: {name} ({kind})")
        if self._dry_run:
            for locator, mapping in report.mappings.items():
                output.line(f"Fields of {locator}: --map {mapping}")
        if self._flow:
            from flows.orchestration.launch import artifacts_location

            output.line(artifacts_location())
        if not self._dry_run:
            self._print_next(tally)

    def print_interrupted(self) -> None:
        """Prints to stderr how far an interrupted run got."""
        report = self._report
        completed = report is not None and report.status is RunStatus.COMPLETED
        if self._json:
            self._print_json(
                "completed" if completed and not self._dry_run else "interrupted", report
            )
        last = self._tally.last
        where = f"after {last}" if last else "before the first batch was loaded"
        pages = counted(self._tally.counts.seen, "page")
        if self._dry_run:
            what = f"{pages} cleaned, nothing was written"
        elif completed:
            what = f"that was the last; {pages} loaded into {self._db}"
        else:
            what = (
                f"{pages} loaded into {self._db}{_dropped(report)}; run the same command again to"
                " go on with the rest"
            )
        notify(f"interrupted {where}: {what}")

    def _print_json(self, status: str, report: RunReport | None) -> None:
        """Writes one object piece by piece, so that a million pages take little memory."""
        counts = self._tally.counts
        head = {
            "run_id": self._run_id,
            "status": status,
            **asdict(counts),
            "passed_over": report.skipped_files if report else 0,
            "other_records": report.other_records if report else 0,
            "mappings": dict(report.mappings) if report else {},
            **({"skipped": report.skipped_names} if report and self._verbose else {}),
            "skipped_kinds": dict(report.skipped_kinds) if report else {},
            "done_before": report.done_before if report else 0,
            "dropped": report.dropped if report else 0,
            "seconds": round(report.seconds, 3) if report else 0.0,
        }
        out = self._output.stream
        out.write(self._output.as_json(head)[:-1] + ', "pages": [')
        self._spool.seek(0)
        for number, line in enumerate(self._spool):
            out.write((", " if number else "") + line.rstrip("\n"))
        out.write("]}\n")

    def _summary(self, report: RunReport) -> str:
        counts, seconds = report.tally.counts, report.seconds
        dry = "Dry run, nothing was written: " if self._dry_run else ""
        rate = counts.seen / seconds if seconds > 0 else 0.0
        return (
            f"{dry}{counted(counts.seen, 'page')} seen:"
            f" {counts.added:,} added{report.tally.added_details()},"
            f" {counts.unchanged:,} unchanged, {counts.rejected:,} rejected"
            f" in {seconds:.1f} s ({rate:,.0f} pages/s)"
        )

    def _print_next(self, tally: RunTally) -> None:
        """Prints commands to run next; on one line if they fit."""
        first = next((page.document_id for page in tally.pages if page.document_id), None)
        steps = [f"show {first} --explain", "search WORDS", "stats"]
        if first is None:
            steps = ["sql 'SELECT * FROM rejects'"]
        commands = [command(step, self._db) for step in steps]
        line = "Next: " + " · ".join(commands)
        for part in [line] if len(line) <= self._output.width else ["Next:", *commands]:
            self._output.line((part, "dim"))


def _print_pages(output: Output, pages: Sequence[Loaded]) -> None:
    shown = [*range(len(_COLUMNS))]
    if output.interactive and output.width < _NARROW:
        shown = [place for place in shown if place not in _COUNTS]
    rows = ([row[place] for place in shown] for row in map(_row, pages))
    output.table([_COLUMNS[place] for place in shown], rows)


def _as_json(page: Loaded) -> dict[str, object]:
    """A page's row as a JSON object; its keys stay the same in all versions."""
    return {
        {"canonical_for": "stands_for"}.get(key, key): value for key, value in asdict(page).items()
    }


def _row(page: Loaded) -> list[object]:
    label = outcome_label(page)
    outcome = label, _STYLES[label]
    if page.verdict is Verdict.REJECTED:
        return [page.locator, outcome, *[""] * 5, page.message]
    if page.document_id is None and page.verdict is Verdict.UNCHANGED:
        return [page.locator, outcome, *[""] * 6]
    counts = (page.n_words, page.kept, page.removed)
    return [page.locator, outcome, page.document_id, page.language, *counts, _title(page)]


def _title(page: Loaded) -> str:
    title = page.title or ""
    if page.relation is None:
        return title
    if page.duplicate_of is not None:
        phrase = relation_phrase(
            page.relation, page.duplicate_of, page.similarity, page=page.related_page
        )
        return f"({phrase}) {title}"
    what = "new version of" if page.relation is Relation.VERSION else "canonical for"
    similarity = "" if page.similarity is None else f", similarity {page.similarity:.0%}"
    return f"({what} {page.related_page} (id {page.canonical_for}){similarity}) {title}"


def _print_rejects(output: Output, tally: RunTally) -> None:
    output.line(("Rejected:", "red"))
    for page in tally.rejects[:_MAX_ROWS]:
        output.line(f"  {page.locator}: {page.message or ''}")
    if tally.counts.rejected > _MAX_ROWS:
        output.line(f"… and {tally.counts.rejected - _MAX_ROWS:,} more")


def _print_skipped(output: Output, report: RunReport) -> None:
    """Prints how many files and records of the sources were skipped."""
    skipped = [
        counted(report.skipped_files, "file") if report.skipped_files else "",
        counted(report.other_records, "archive record") if report.other_records else "",
    ]
    if any(skipped):
        output.line(f"{' and '.join(filter(None, skipped))} skipped: {_kinds(report)}")
    if report.done_before:
        records = counted(report.done_before, "archive record")
        output.line(f"{records} ingested before and not read again; --force reads them")


def _kinds(report: RunReport) -> str:
    """How many of what kind were skipped, the most frequent kinds by name."""
    kinds = [f"{kind} ({count:,})" for kind, count in report.skipped_kinds.items()]
    rest = f" and {len(kinds) - _MAX_KINDS} more kinds" if len(kinds) > _MAX_KINDS else ""
    return ", ".join(kinds[:_MAX_KINDS]) + rest


def _dropped(report: RunReport | None) -> str:
    """How many inputs were read or skipped and aren't in the warehouse."""
    found = []
    if report and report.dropped:
        found.append(f", {report.dropped:,} more read and dropped")
    if report and report.skipped_files:
        found.append(f", {counted(report.skipped_files, 'other file')} skipped")
    return "".join(found)
