"""Groups the inputs of sources into batches of up to 64 pages or 8 MB."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, runtime_checkable

from cleaners.model import Capture
from flows.runs.jobs import IngestJob
from flows.runs.step_runner import Step
from flows.sources import files
from flows.sources.archives.field_mapping import FieldMapping
from flows.sources.archives.read_archive import read_archive
from flows.sources.archives.reader import ArchiveRecord, NestedArchive, ReadOptions, Skipped
from flows.sources.discover import (
    MAX_SKIPPED_NAMES,
    STDIN,
    DiscoveredInputs,
    InputRef,
    is_url,
)
from flows.sources.errors import ReadError, ReadErrorKind, TransientReadError, rejected
from flows.sources.file_formats import SINGLE_PAGE_FORMATS
from flows.sources.resume_state import EmptyResumeState, ResumeState, fingerprint_of
from flows.sources.rights import page_rights, refuse_reserved
from flows.sources.timestamps import format_timestamp, from_epoch_seconds
from flows.sources.url_lists import UrlListInputs
from flows.sources.web.responses import FetchedPage
from warehouse.model import Known, Rejected
from warehouse.records.resume import (
    ArchiveProgress,
    ArchiveRead,
    FileFingerprint,
    FileRead,
    PageFetched,
    ResumeRecord,
)

PAGES_PER_BATCH = 64
BYTES_PER_BATCH = 8 * 1024 * 1024

# After this many temporary errors in a batch, unreadable inputs are rejected.
_MAX_FAULTS = 3
# Pages from the web may come slowly. After this many seconds, those that have arrived are loaded.
_FETCH_SECONDS = 10.0

SourceInput = InputRef | Rejected | Known | FetchedPage
BatchItem = Capture | Known | Rejected


@dataclass(frozen=True, slots=True)
class ReadBatch:
    """Inputs in order, and how far their sources have been read once these are loaded.

    The last batch may have marks but no items, if an archive ends without another page.
    """

    items: tuple[BatchItem, ...]
    marks: tuple[ResumeRecord, ...] = ()


@runtime_checkable
class Closeable(Protocol):
    """Inputs with work in progress, such as pages being fetched."""

    def close(self) -> None: ...


class BatchReader:
    """Reads inputs in batches; after a TransientReadError, `take` resumes where it stopped.

    What earlier runs completed isn't read again: a file's page is returned as Known, and an
    archive's records are skipped and counted in `done_before`. `skipped_records` counts archive
    records that aren't pages by kind, and `skipped_files` counts files in folders that aren't.
    """

    def __init__(
        self,
        inputs: Iterable[SourceInput],
        pages: int = PAGES_PER_BATCH,
        size: int = BYTES_PER_BATCH,
        options: ReadOptions | None = None,
        resume_state: ResumeState | None = None,
        discovered: DiscoveredInputs | UrlListInputs | None = None,
    ) -> None:
        self._source = inputs
        self._discovered = discovered
        self._inputs: Iterator[SourceInput] = iter(inputs)
        self._pages, self._size = pages, size
        self._options = options or ReadOptions()
        self._resume_state = resume_state or EmptyResumeState()
        self._taken: list[BatchItem] = []
        self._marks: list[ResumeRecord] = []
        self._bytes = 0
        self._faults = 0
        self._again: InputRef | None = None
        self._open: _OpenArchive | None = None
        self.done_before = 0
        self.skipped_records: Counter[str] = Counter()
        self._skipped_names: list[tuple[str, str]] = []

    @property
    def other_records(self) -> int:
        """How many archive records weren't pages."""
        return self.skipped_records.total()

    @property
    def mappings(self) -> dict[str, str]:
        """The fields of the tables read so far, by locator, in the syntax of --map."""
        return dict(self._options.found_mappings)

    @property
    def skipped_names(self) -> list[tuple[str, str]]:
        """The names and kinds of the first 1,000 skipped files and the first 1,000 records."""
        files = self._discovered.skipped_names if self._discovered else []
        return [*files, *self._skipped_names]

    @property
    def skipped_kinds(self) -> dict[str, int]:
        """How many files and records were skipped, by kind, the most frequent first."""
        files = self._discovered.skipped_kinds if self._discovered else Counter[str]()
        return dict((self.skipped_records + files).most_common())

    @property
    def skipped_files(self) -> int:
        return self._discovered.n_skipped if self._discovered else 0

    def take(self) -> ReadBatch | None:
        """The next batch in order; None at the end.

        Raises TransientReadError for an error that may be temporary; after three of them in one
        batch, unreadable inputs are rejected.
        """
        began = time.monotonic()
        while len(self._taken) < self._pages and self._bytes < self._size:
            if self._open:
                self._read_on(self._open)
                continue
            item = self._again or next(self._inputs, None)
            if item is None:
                break
            self._again = None
            if isinstance(item, Rejected | Known):
                self._taken.append(item)
            elif isinstance(item, FetchedPage):
                self._keep(item)
                if time.monotonic() - began > _FETCH_SECONDS:
                    break
            elif item.format in SINGLE_PAGE_FORMATS:
                self._read(item)
            else:
                self._begin(item)
        if self._open:
            self._marks += self._open.marks(finished=False)
        batch = ReadBatch(tuple(self._taken), tuple(self._marks))
        self._taken, self._marks = [], []
        self._bytes = self._faults = 0
        return batch if batch.items or batch.marks else None

    def close(self) -> None:
        """End the inputs' work in progress."""
        if isinstance(self._source, Closeable):
            self._source.close()

    def _read(self, found: InputRef) -> None:
        """Read a file of one page, unless an earlier run has read it and it is unchanged."""
        stamp = fingerprint_of(found.path) if found.path != STDIN else None
        done = self._resume_state.captured_file(found.locator, stamp) if stamp else None
        if done:
            self._taken.append(Known(done))
            return
        try:
            item = files.read_file(found, self._options.max_bytes, patient=self._patient)
        except TransientReadError:
            self._faults += 1
            self._again = found
            raise
        if isinstance(item, Capture) and stamp and item.captured_at:
            at = format_timestamp(item.captured_at)
            self._marks.append(FileRead(len(self._taken), stamp, at, item.url))
        self._add(item)

    def _keep(self, fetched: FetchedPage) -> None:
        """Add a fetched page, and its validators for the next request."""
        capture = fetched.capture
        assert capture.captured_at is not None
        at = format_timestamp(capture.captured_at)
        place = len(self._taken)
        self._marks.append(PageFetched(place, fetched.etag, fetched.last_modified, at, capture.url))
        self._add(capture)

    @property
    def _patient(self) -> bool:
        return self._faults < _MAX_FAULTS

    def _begin(self, found: InputRef) -> None:
        """Open an archive where the last run stopped, unless it is finished and unchanged."""
        stamp, options = fingerprint_of(found.path), self._options.resume_key
        done = self._resume_state.archive_progress(found.locator, stamp, options) if stamp else None
        progress = done or ArchiveProgress(0, 0, finished=False)
        self.done_before += progress.records
        if not progress.finished:
            self._open = _OpenArchive(found, stamp, self._options, progress)

    def _read_on(self, archive: _OpenArchive) -> None:
        try:
            entry = archive.next(patient=self._patient)
        except TransientReadError:
            self._faults += 1
            raise
        if entry is None or entry.ends_early:
            self._open = None
            self._marks += archive.marks(finished=entry is None)
        if entry is None:
            return
        if isinstance(entry.item, Skipped):
            self.skipped_records[entry.item.kind] += 1
            if len(self._skipped_names) < MAX_SKIPPED_NAMES:
                self._skipped_names.append((entry.item.locator, entry.item.kind))
        elif not isinstance(entry.item, NestedArchive):
            self._add(entry.item)

    def _add(self, item: Capture | Rejected) -> None:
        if isinstance(item, Capture):
            item = self._with_rights(item)
        self._taken.append(item)
        self._bytes += len(item.payload) if isinstance(item, Capture) else 0

    def _with_rights(self, capture: Capture) -> Capture | Rejected:
        """Add what the page says about its use to the capture; a reject if that forbids it."""
        rights = tuple(dict.fromkeys((*capture.rights, *page_rights(capture))))
        try:
            if self._options.respect_tdm:
                refuse_reserved(rights)
        except ReadError as error:
            return rejected(capture.locator, error)
        return replace(capture, rights=rights) if rights else capture


class _OpenArchive:
    """An archive that is being read."""

    def __init__(
        self,
        found: InputRef,
        stamp: FileFingerprint | None,
        options: ReadOptions,
        done: ArchiveProgress,
    ) -> None:
        self._found, self._stamp, self._options = found, stamp, options
        self._place, self._records = done.last_position, done.records
        self._entries: Iterator[ArchiveRecord] | None = None

    def next(self, patient: bool) -> ArchiveRecord | None:
        """The next record, None at the end; after a TransientReadError, the one that failed."""
        if self._entries is None:
            self._entries = read_archive(self._found, self._place, self._options, patient)
        try:
            entry = next(self._entries, None)
        except TransientReadError:
            self._entries = None
            raise
        if entry is None or entry.ends_early:
            return entry
        self._place = entry.position
        if isinstance(entry.item, Capture):
            self._records += 1
            return replace(entry, item=self._dated(entry.item))
        return entry

    def marks(self, finished: bool) -> list[ResumeRecord]:
        """How far the archive was read; nothing if it is no longer a file."""
        if self._stamp is None:
            return []
        progress = ArchiveProgress(self._place, self._records, finished)
        return [ArchiveRead(self._found.locator, self._stamp, self._options.resume_key, progress)]

    def _dated(self, capture: Capture) -> Capture:
        """The capture; if it has no date, it gets the archive's modification time."""
        if capture.captured_at or not self._stamp:
            return capture
        return replace(capture, captured_at=from_epoch_seconds(self._stamp.modified_ns / 1e9))


def inputs_of(job: IngestJob) -> DiscoveredInputs | UrlListInputs:
    """The inputs of a job's sources: pages or, with `url_lists`, the URLs in files."""
    return UrlListInputs(job.sources) if job.url_lists else DiscoveredInputs(job.sources, job.db)


def open_reader(
    job: IngestJob, resume_state: ResumeState | None = None, pages_per_batch: int | None = None
) -> BatchReader:
    """A reader of a job's sources, which skips those that `resume_state` lists as done."""
    discovered = inputs_of(job)
    return BatchReader(
        _fetched(job, discovered, resume_state or EmptyResumeState()),
        pages_per_batch or PAGES_PER_BATCH,
        options=ReadOptions(
            job.limits.page_bytes, FieldMapping.parse(job.mapping), job.web.respect_tdm
        ),
        resume_state=resume_state,
        discovered=discovered,
    )


def _fetched(
    job: IngestJob, discovered: DiscoveredInputs | UrlListInputs, resume_state: ResumeState
) -> Iterable[SourceInput]:
    """The inputs, with the pages at URLs fetched."""
    inputs = (_unless_own(item, job.db) for item in discovered)
    if not job.url_lists and not any(is_url(source) for source in job.sources):
        return inputs
    from flows.sources.web.prefetch import Prefetcher

    return Prefetcher(inputs, job.web, resume_state)


def _unless_own(item: InputRef | Rejected, db: str) -> InputRef | Rejected:
    """Reject the warehouse itself, which `*` also matches: reading it would drop its locks."""
    if isinstance(item, Rejected) or not Path(item.path).name.startswith(Path(db).name):
        return item
    own, path = os.path.realpath(db), os.path.realpath(item.path)
    is_lock = path.startswith(f"{own}.") and path.endswith(".lock")
    if is_lock or path in {own, f"{own}-wal", f"{own}-shm", f"{own}.id"}:
        why = "it is the warehouse itself"
        return rejected(item.locator, ReadError(ReadErrorKind.OWN_WAREHOUSE, why))
    return item


def _read(reader: BatchReader) -> ReadBatch | None:
    """Read the next batch; None at the end."""
    return reader.take()


READ_BATCH = Step("read", _read, retry_on=(TransientReadError,))
