"""The Python API: cleans a page, and works with a warehouse; the command line uses it."""

from __future__ import annotations

import codecs
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, Self

from cleaners.model import Capture, Media, Page
from flows.default_values import DEFAULT_BACKUPS, DEFAULT_JOBS, DEFAULT_KEEP

if TYPE_CHECKING:
    from datasketch import MinHash

    from cleaners.site_rules import SiteRule
    from flows.corrections import CorrectionRequest
    from flows.runs.jobs import IngestJob
    from flows.runs.maintain import MaintenanceReport
    from flows.runs.preview import RecleanPreview
    from flows.runs.repair import RepairReport
    from flows.runs.report import Observer, RunReport
    from flows.runs.site_rules import RuleChange, RulePreview
    from flows.runs.tally import RunTally
    from flows.sources.web.politeness import Politeness
    from flows.workers.limits import Limits
    from warehouse.integrity.problems import Problem
    from warehouse.model import (
        DocumentComparison,
        DuplicateCluster,
        History,
        Hit,
        Loaded,
        PageOutcome,
        QueryStream,
        QueryTable,
        Record,
        Stats,
        Template,
    )
    from warehouse.queries.browse import UnsureRecord
    from warehouse.queries.filters import Filters
    from warehouse.warehouse import Warehouse

Progress = Callable[[str, int, int | None], None]
"""Called with the name of a stage, the number of steps done, and the number of all steps.

The last is None if it is unknown.
"""
Waiting = Callable[[str], None]
"""Called with a sentence about what a run waits for, or what it has started."""

_MAX_ID = 2**63 - 1  # SQLite's largest integer


def clean(
    payload: bytes | str,
    charset: str | None = None,
    media_type: str | None = None,
    *,
    weights: str | os.PathLike[str] | None = None,
) -> Page:
    """Clean one page: every block, kept or removed, and the facts about the page.

    `charset` is the encoding that the server declared, for bytes. A `str` is taken as decoded text.
    `media_type` is "text/html" or "text/plain"; without it, the content decides. Raises Rejection
    if the page can't be cleaned, and ValueError for another media type.

    >>> html = b"<title>Bridge opens</title><p>The bridge over the Maren opened on Monday.</p>"
    >>> page = clean(html)
    >>> page.text
    'The bridge over the Maren opened on Monday.'
    """
    from cleaners import clean as clean_capture
    from flows.runs.weights import classifier_of, load_weights

    media = Media(media_type) if media_type else None
    loaded = load_weights(os.fspath(weights)) if weights is not None else None
    classifier = classifier_of(loaded) if loaded else None
    if isinstance(payload, bytes):
        return clean_capture(Capture("", payload, media, charset=charset), classifier)
    # A byte order mark settles the encoding, whatever the text itself declares.
    encoded = codecs.BOM_UTF8 + payload.encode("utf-8", "replace")
    page = clean_capture(Capture("", encoded, media), classifier)
    return replace(page, encoding_source="given as text")


def open_database(
    path: str | os.PathLike[str],
    *,
    readonly: bool = False,
    create: bool = True,
    weights: str | os.PathLike[str] | None = None,
) -> Database:
    """A warehouse to work with; use it as a context manager, which closes it at the end.

    The file is opened, and created if necessary, when it is first used. So a damaged file can still
    be checked and repaired. With `readonly`, or with `create=False`, the file must exist. Raises
    WarehouseError if it doesn't.
    """
    if (readonly or not create) and not os.access(path, os.F_OK):
        from warehouse.opening import open_readonly

        open_readonly(path).close()  # raises the error that says so
    return Database(path, readonly=readonly, weights=weights)


class Database:
    """A warehouse, made by `presswash.open`; for one thread at a time.

    Every method raises WarehouseError, with a sentence that says what to do, if the file is locked,
    full, damaged or read-only.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        readonly: bool = False,
        weights: str | os.PathLike[str] | None = None,
    ) -> None:
        self.path = Path(path)
        self.readonly = readonly
        self._weights = None if weights is None else os.fspath(weights)
        self._warehouse: Warehouse | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; closing it twice is harmless."""
        if self._warehouse:
            self._warehouse.close()
            self._warehouse = None

    @property
    def _open(self) -> Warehouse:
        """The open warehouse."""
        if self._warehouse is None:
            from warehouse.opening import open_readonly, open_warehouse

            opener = open_readonly if self.readonly else open_warehouse
            self._warehouse = opener(self.path)
        return self._warehouse

    def _writable(self) -> str:
        """The path, for operations that open the file themselves to write to it."""
        if self.readonly:
            from warehouse.errors import RequestError

            raise RequestError(f"{self.path} is open for reading only: open it without readonly.")
        return str(self.path)

    # Loading

    def ingest(  # noqa: PLR0913
        self,
        sources: str | Iterable[str],
        *,
        jobs: int = DEFAULT_JOBS,
        url_lists: bool = False,
        mapping: str | None = None,
        force: bool = False,
        fetch: Politeness | None = None,
        limits: Limits | None = None,
        dry_run: bool = False,
        flow: bool = False,
        runner: str | None = None,
        observer: Observer | None = None,
        progress: Progress | None = None,
        waiting: Waiting | None = None,
    ) -> RunReport:
        """Clean pages and load those that are new. Repeating the call adds nothing.

        `sources` are paths of files, folders and archives, globs, and URLs of pages, feeds and
        sitemaps; with `url_lists`, files have one URL per line. `jobs` is the number of worker
        processes. `mapping` names the fields of JSON Lines and Parquet that hold the page
        ("text=content,url=link"). `force` reads again what earlier runs have read. `dry_run` writes
        nothing and doesn't look for near-duplicates. `flow` runs the job as a Prefect flow, on the
        Dask cluster at `runner` (dask://HOST:PORT) if one is given. `observer` is called with every
        batch.

        A page that can't be cleaned is counted as rejected and doesn't end the run. Raises
        UnsupportedSource for a source of an unknown kind, before anything is read, and RunnerError
        if Prefect or the cluster can't be reached.
        """
        from flows.runs.ingest import ingest
        from flows.runs.jobs import IngestJob
        from flows.sources.web.politeness import Politeness
        from flows.workers.limits import Limits

        job = IngestJob(
            (sources,) if isinstance(sources, str) else tuple(sources),
            str(self.path) if dry_run else self._writable(),
            jobs,
            url_lists=url_lists,
            mapping=mapping,
            force=force,
            web=fetch or Politeness(),
            runner=runner,
            limits=limits or Limits(),
            weights=self._weights,
        )
        if progress:
            observer = _observer("ingesting", progress, observer, _count_inputs(job))
        if dry_run:
            from flows.runs.dry_run import dry_run as run_dry

            return run_dry(job, observer)
        if flow:
            from flows.orchestration.launch import run_as_flow

            return run_as_flow(job, observer, waiting or _ignore)
        return ingest(job, observer)

    def reclean(
        self,
        *,
        everything: bool = False,
        jobs: int = DEFAULT_JOBS,
        limits: Limits | None = None,
        progress: Progress | None = None,
    ) -> RunReport:
        """Clean again, from the stored bytes, what an older version cleaned, or `everything`.

        A document that can no longer be cleaned stays as it was and is counted as rejected.
        """
        from flows.runs.jobs import RecleanJob
        from flows.runs.reclean import reclean_documents
        from flows.workers.limits import Limits

        job = RecleanJob(self._writable(), everything, jobs, limits or Limits(), self._weights)
        return reclean_documents(job, _observer("recleaning", progress))

    def preview_reclean(
        self,
        *,
        everything: bool = False,
        jobs: int = DEFAULT_JOBS,
        limits: Limits | None = None,
        progress: Progress | None = None,
    ) -> RecleanPreview:
        """What `reclean` would change, without changing any record."""
        from flows.runs.jobs import RecleanJob
        from flows.runs.preview import preview_reclean
        from flows.workers.limits import Limits

        job = RecleanJob(self._writable(), everything, jobs, limits or Limits(), self._weights)
        return preview_reclean(job, _observer("recleaning", progress))

    # Reading

    def search(
        self,
        words: str,
        limit: int = 20,
        *,
        every: bool = False,
        filters: Filters | None = None,
    ) -> list[Hit]:
        """Records that have all the words in title or text, the best match first.

        Each cluster is represented by its best match, and `more` says what else is in the cluster;
        with `every`, all matching records are returned. Words in double quotes are a phrase, and
        ferr* is every word that begins with "ferr"; there are no operators. With `filters`, only
        records that match them are returned.
        """
        from warehouse.queries.filters import NO_FILTERS

        return self._open.search(words, limit, every=every, filters=filters or NO_FILTERS)

    def get(self, record_id: int) -> Record | None:
        """All facts and blocks of a document; None if no document has this ID."""
        _require_ids(record_id)
        return self._open.record(record_id)

    def raw(self, record_id: int) -> bytes:
        """The bytes that a document was cleaned from."""
        _require_ids(record_id)
        return self._open.raw(record_id)

    def query(self, sql: str, *, timeout: float = 30.0, limit: int = 10_000) -> QueryTable:
        """The result of one SELECT, at most `limit` rows; `timeout` is in seconds.

        docs/warehouse.md lists the views and their columns. Raises WarehouseError for a statement
        that fails, writes, or takes too long.
        """
        return self._open.sql(sql, timeout, limit)

    def rows(
        self, sql: str, *, timeout: float = 30.0, overrun: Callable[[], None] | None = None
    ) -> AbstractContextManager[QueryStream]:
        """The result of one SELECT, row by row, without a limit on rows.

        `timeout` is in seconds. `overrun` is called in another thread if a single step exceeds it.
        """
        return self._open.stream_sql(sql, timeout, overrun)

    def duplicates(self, limit: int = 20, members: int | None = None) -> list[DuplicateCluster]:
        """The largest clusters of near-duplicates, each with up to `members` members, or all."""
        return self._open.clusters(limit, members)

    def compare(self, first: int, second: int) -> DocumentComparison:
        """Two records, and how similar they are. Raises WarehouseError if one doesn't exist."""
        _require_ids(first, second)
        if first == second:
            from warehouse.errors import RequestError

            raise RequestError(f"record {first} can't be compared with itself: give two")
        return self._open.compare(first, second)

    def history(self, wanted: int | str) -> History:
        """The versions of an article, found by the ID of a record or by its URL.

        `compare` shows what changed between two of them. Raises WarehouseError if nothing is
        stored.
        """
        if isinstance(wanted, int):
            _require_ids(wanted)
        return self._open.history(wanted)

    def templates(self, site: str | None = None, limit: int = 20) -> list[Template]:
        """The blocks that recur on the pages of sites, or of one site, and are marked as template.

        Blocks that a person keeps are included. Within a site, those on the most pages come first.
        """
        return self._open.templates(site, limit)

    def keep_template(self, template_id: str) -> Template:
        """Keep a block on all pages of its site, including pages added later.

        `template_id` is an ID from `templates`, or its first digits. Raises WarehouseError if no
        template has that ID, and RequestError if several match.
        """
        self._writable()
        return self._open.keep_template(template_id)

    def unkeep_template(self, template_id: str) -> Template:
        """Undo `keep_template`."""
        self._writable()
        return self._open.unkeep_template(template_id)

    def unsure(self, limit: int = 20) -> list[UnsureRecord]:
        """Up to `limit` of the newest records, those that the cleaners are least sure of first.

        Correcting these improves the cleaners the most. Records that a person has corrected are
        left out.
        """
        return self._open.unsure_records(limit)

    def correct(  # noqa: PLR0913
        self,
        record_id: int,
        *,
        keep: Iterable[int] = (),
        remove: Iterable[int] = (),
        reason: str | None = None,
        title: str | None = None,
        authors: Iterable[str] | None = None,
        published: str | None = None,
        undo: Iterable[int | str] = (),
        person: str = "",
        confirm: Callable[[Record], None] | None = None,
    ) -> Record:
        """Correct a record; returns the corrected record.

        `keep` and `remove` are positions in `Record.blocks`; `reason` is why those are removed, by
        default "boilerplate". A title or day of "" says that the page has none. `undo` takes
        corrections back: of blocks by their positions, and "title", "authors" or "published".
        `person` is who corrects, by default the user of this process. The stored page is cleaned
        again, now and whenever its record is rebuilt, and the correction overrides every cleaner.
        `confirm` gets the record just before it is corrected, while nobody else can write; if it
        raises an exception, nothing is corrected.
        Raises RequestError for an impossible correction.
        """
        from flows.corrections import CorrectionRequest
        from flows.runs.correct import correct_record

        self._writable()
        _require_ids(record_id)
        asked = CorrectionRequest(
            keep=tuple(keep),
            remove=tuple(remove),
            reason=reason,
            title=title,
            authors=None if authors is None else tuple(authors),
            published=published,
            undo=tuple(map(str, undo)),
            person=person,
        )
        return correct_record(self._open, record_id, asked, confirm, self._weights)

    def preview_rule(
        self, record_id: int, *, correction: CorrectionRequest, by: str | None = None
    ) -> list[RulePreview]:
        """What it would change to do on all pages of a site what is asked for one record."""
        from flows.runs.site_rules import preview_rule

        rules = self._proposed_rules(record_id, correction, by)
        return [preview_rule(self._open, rule) for rule in rules]

    def add_rules(
        self,
        record_id: int,
        *,
        correction: CorrectionRequest,
        by: str | None = None,
        jobs: int = DEFAULT_JOBS,
        limits: Limits | None = None,
        progress: Progress | None = None,
    ) -> RuleChange:
        """Keep or remove, on all pages of a site, what is asked for blocks of one record.

        The stored pages that have such blocks are cleaned again, now; if that is interrupted,
        `reclean` goes on with it. Rules hold for pages that come later, too.
        """
        self._writable()
        rules = self._open.add_site_rules(self._proposed_rules(record_id, correction, by))
        return self._clean_by_rules(rules, jobs, limits, progress)

    def rules(self, site: str | None = None) -> list[SiteRule]:
        """The rules that people made for sites, or for one, the oldest first."""
        return self._open.site_rules(site)

    def delete_rule(
        self,
        rule_id: int,
        *,
        jobs: int = DEFAULT_JOBS,
        limits: Limits | None = None,
        progress: Progress | None = None,
    ) -> RuleChange:
        """Delete a rule, and clean the pages again that it was about. RequestError if none is."""
        self._writable()
        _require_ids(rule_id)
        return self._clean_by_rules([self._open.delete_site_rule(rule_id)], jobs, limits, progress)

    def _proposed_rules(
        self, record_id: int, correction: CorrectionRequest, by: str | None
    ) -> list[SiteRule]:
        from cleaners.site_rules import RuleBy
        from flows.runs.site_rules import proposed_rules
        from warehouse.errors import RequestError

        _require_ids(record_id)
        if by is not None and by not in list(RuleBy):
            raise RequestError(f"a rule recognises blocks by path or by text, not by {by!r}.")
        return proposed_rules(self._open, record_id, correction, RuleBy(by) if by else None)

    def _clean_by_rules(
        self,
        rules: list[SiteRule],
        jobs: int,
        limits: Limits | None,
        progress: Progress | None,
    ) -> RuleChange:
        from flows.runs.jobs import RecleanJob
        from flows.runs.reclean import reclean_documents
        from flows.runs.site_rules import RuleChange
        from flows.workers.limits import Limits

        job = RecleanJob(str(self.path), False, jobs, limits or Limits(), self._weights, ruled=True)
        report = reclean_documents(job, _observer("recleaning", progress))
        counts = report.tally.counts
        return RuleChange(tuple(rules), counts.seen - counts.rejected)

    def stats(self) -> Stats:
        """The contents of the warehouse in numbers."""
        return self._open.stats()

    def export(
        self,
        path: str | os.PathLike[str] | BinaryIO,
        what: str = "articles",
        *,
        filters: Filters | None = None,
        ending: str = ".jsonl",
    ) -> int:
        """Write a view to a .parquet, .jsonl or .csv file; returns the number of rows.

        `what` is "articles", "documents", "versions" or "blocks". With `filters`, only the rows of
        matching records are written. `path` may be a binary stream such as `sys.stdout.buffer`;
        then `ending` chooses the format.
        """
        from warehouse.queries.filters import NO_FILTERS

        chosen = filters or NO_FILTERS
        if isinstance(path, str | os.PathLike):
            return self._open.export(path, what, chosen)
        return self._open.export_stream(path, ending, what, chosen)

    # Maintenance

    def check(
        self, *, deep: bool = False, jobs: int = DEFAULT_JOBS, limits: Limits | None = None
    ) -> list[Problem]:
        """All problems found in the warehouse; an empty list if it is sound.

        `deep` also cleans every page again and compares the records.
        """
        from flows.runs.jobs import CheckJob
        from flows.runs.repair import find_problems
        from flows.workers.limits import Limits

        return find_problems(
            CheckJob(str(self.path), deep, jobs, limits or Limits(), self._weights)
        )

    def repair(
        self,
        *,
        deep: bool = False,
        jobs: int = DEFAULT_JOBS,
        limits: Limits | None = None,
        progress: Progress | None = None,
        waiting: Waiting | None = None,
    ) -> RepairReport:
        """Rebuild what can be derived from the rest of the warehouse, and check again.

        `waiting` is called once, with a sentence, if another run holds the warehouse.
        """
        from flows.runs.jobs import CheckJob
        from flows.runs.lock import run_lock
        from flows.runs.repair import repair_warehouse
        from flows.workers.limits import Limits

        path = self._writable()
        self.close()
        with run_lock(path, waiting or _ignore):
            job = CheckJob(path, deep, jobs, limits or Limits(), self._weights)
            return repair_warehouse(job, _stages(progress))

    def maintain(
        self,
        *,
        backups: str | os.PathLike[str] = DEFAULT_BACKUPS,
        keep: int = DEFAULT_KEEP,
        jobs: int = DEFAULT_JOBS,
        limits: Limits | None = None,
        progress: Progress | None = None,
        waiting: Waiting | None = None,
    ) -> MaintenanceReport:
        """Check, reclean what older versions cleaned, optimise, and back up into a folder.

        The newest `keep` backups stay. If the check finds a problem, raises CheckFailed before
        anything is changed. `waiting` is called once, with a sentence, if another run holds the
        warehouse.
        """
        from flows.runs.jobs import MaintenanceJob
        from flows.runs.lock import run_lock
        from flows.runs.maintain import maintain
        from flows.workers.limits import Limits

        job = MaintenanceJob(
            self._writable(), jobs, os.fspath(backups), keep, limits or Limits(), self._weights
        )
        with run_lock(job.db, waiting or _ignore):
            return maintain(job, _stages(progress))

    def backup(self, path: str | os.PathLike[str]) -> None:
        """Copy a consistent snapshot of the warehouse; others may write meanwhile."""
        self._open.backup(path)

    # datasketch

    def signatures(self) -> Iterator[tuple[int, MinHash]]:
        """Yield the ID of each article with the datasketch MinHash of its text's shingles.

        These are the signatures by which presswash finds near-duplicates: 128 permutations, seed 1,
        scheme "affine32". An article shorter than a shingle has an empty MinHash.
        """
        from flows.signatures import minhash

        with self.rows("SELECT id, text FROM articles ORDER BY id", timeout=86_400.0) as answer:
            for record_id, text in answer.rows:
                assert isinstance(record_id, int)
                yield record_id, minhash(str(text))

    def similar(self, signature: MinHash, threshold: float = 0.5) -> list[tuple[int, float]]:
        """The IDs of the articles similar to a MinHash, and their estimated Jaccard similarities.

        The most similar comes first; `threshold` is the minimum similarity, 0 to 1. Raises
        ValueError if the MinHash was made with other parameters than those of `signatures`.
        """
        found = ((one, signature.jaccard(other)) for one, other in self.signatures())
        return sorted(
            ((one, likeness) for one, likeness in found if likeness >= threshold),
            key=lambda pair: (-pair[1], pair[0]),
        )


def _observer(
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


def _count_inputs(job: IngestJob) -> int | None:
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


def _require_ids(*record_ids: int) -> None:
    """Raise RequestError for a number that can't be the ID of a record."""
    from warehouse.errors import RequestError

    for record_id in record_ids:
        if not 1 <= record_id <= _MAX_ID:
            raise RequestError(f"{record_id} can't be a record's id: ids start at 1")


def _stages(progress: Progress | None) -> Callable[[str], None] | None:
    """A progress callback for work with stages whose steps aren't counted."""
    return (lambda stage: progress(stage, 0, None)) if progress else None


def _ignore(_what: str) -> None:
    """The callback if the caller passed none."""
