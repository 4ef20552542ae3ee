"""The Python API: cleans a page, and works with a warehouse; the command line uses it."""

from __future__ import annotations

import codecs
import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from cleaners.model import Capture, Media
from cleaners.page import Page
from flows.database_reader import DatabaseReader, require_ids
from flows.default_values import DEFAULT_BACKUPS, DEFAULT_JOBS, DEFAULT_KEEP
from flows.progress import (
    Progress,
    Waiting,
    count_inputs,
    ignore,
    progress_observer,
    stage_reporter,
)

if TYPE_CHECKING:
    from cleaners.site_rules import SiteRule
    from flows.corrections import CorrectionRequest
    from flows.runs.maintain import MaintenanceReport
    from flows.runs.preview import RecleanPreview
    from flows.runs.repair import RepairReport
    from flows.runs.report import Observer, RunReport
    from flows.runs.site_rules import RuleChange, RulePreview
    from flows.sources.web.politeness import Politeness
    from flows.workers.limits import Limits
    from warehouse.answers import Record, Template
    from warehouse.integrity.problems import Problem


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


class Database(DatabaseReader):
    """A warehouse, made by `presswash.open`; for one thread at a time.

    Every method raises WarehouseError, with a sentence that says what to do, if the file is locked,
    full, damaged or read-only.
    """

    def _writable(self) -> str:
        """The path, for operations that open the file themselves to write to it."""
        if self.readonly:
            from warehouse.errors import RequestError

            raise RequestError(f"{self.path} is open for reading only: open it without readonly.")
        return str(self.path)

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
            observer = progress_observer("ingesting", progress, observer, count_inputs(job))
        if dry_run:
            from flows.runs.dry_run import dry_run as run_dry

            return run_dry(job, observer)
        if flow:
            from flows.orchestration.launch import run_as_flow

            return run_as_flow(job, observer, waiting or ignore)
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
        return reclean_documents(job, progress_observer("recleaning", progress))

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
        return preview_reclean(job, progress_observer("recleaning", progress))

    def keep_template(self, template_id: str) -> Template:
        """Keep a block on all pages of its site, including pages added later.

        `template_id` is an ID from `templates`, or its first digits. Raises RequestError if no
        template has that ID, or if several match.
        """
        self._writable()
        return self._open.keep_template(template_id)

    def unkeep_template(self, template_id: str) -> Template:
        """Undo `keep_template`."""
        self._writable()
        return self._open.unkeep_template(template_id)

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
    ) -> Record:
        """Correct a record; returns the corrected record.

        `keep` and `remove` are positions in `Record.blocks`; `reason` is why those are removed, by
        default "boilerplate". A title or day of "" says that the page has none. `undo` names the
        corrections to undo: those of blocks by their positions, and "title", "authors" or
        "published". `person` is who corrects, by default the user of this process. The stored page
        is cleaned again, now and whenever its record is rebuilt, and the correction overrides every
        cleaner. Raises RequestError for an impossible correction.
        """
        from flows.corrections import CorrectionRequest

        correction = CorrectionRequest(
            keep=tuple(keep),
            remove=tuple(remove),
            reason=reason,
            title=title,
            authors=None if authors is None else tuple(authors),
            published=published,
            undo=tuple(map(str, undo)),
            person=person,
        )
        return self.apply_correction(record_id, correction)

    def apply_correction(
        self,
        record_id: int,
        correction: CorrectionRequest,
        confirm: Callable[[Record], None] | None = None,
    ) -> Record:
        """Correct a record as `correct` does.

        `confirm` gets the record just before it is corrected, when nobody else can write any more;
        if it raises an exception, nothing is corrected.
        """
        from flows.runs.correct import correct_record

        self._writable()
        require_ids(record_id)
        return correct_record(self._open, record_id, correction, confirm, self._weights)

    def preview_rule(
        self, record_id: int, *, correction: CorrectionRequest, by: str | None = None
    ) -> list[RulePreview]:
        """What a correction of one record would change if it applied to all pages of its site."""
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
        """Add rules that apply the correction of one record to all pages of its site.

        The stored pages with such blocks are cleaned again; if that is interrupted, `reclean`
        completes it. The rules also apply to pages that are added later.
        """
        self._writable()
        rules = self._open.add_site_rules(self._proposed_rules(record_id, correction, by))
        return self._clean_by_rules(rules, jobs, limits, progress)

    def delete_rule(
        self,
        rule_id: int,
        *,
        jobs: int = DEFAULT_JOBS,
        limits: Limits | None = None,
        progress: Progress | None = None,
    ) -> RuleChange:
        """Delete a rule, and clean its pages again. Raises RequestError for an unknown rule."""
        self._writable()
        require_ids(rule_id)
        return self._clean_by_rules([self._open.delete_site_rule(rule_id)], jobs, limits, progress)

    def _proposed_rules(
        self, record_id: int, correction: CorrectionRequest, by: str | None
    ) -> list[SiteRule]:
        from cleaners.site_rules import RuleBy
        from flows.runs.site_rules import proposed_rules
        from warehouse.errors import RequestError

        require_ids(record_id)
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
        report = reclean_documents(job, progress_observer("recleaning", progress))
        counts = report.tally.counts
        return RuleChange(tuple(rules), counts.seen - counts.rejected)

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
        with run_lock(path, waiting or ignore):
            job = CheckJob(path, deep, jobs, limits or Limits(), self._weights)
            return repair_warehouse(job, stage_reporter(progress))

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
        with run_lock(job.db, waiting or ignore):
            return maintain(job, stage_reporter(progress))

    def backup(self, path: str | os.PathLike[str]) -> None:
        """Copy a consistent snapshot of the warehouse; others may write meanwhile."""
        self._open.backup(path)
