"""The half of a warehouse that reads: records, search, SQL, duplicates, runs, what is outdated."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, Self

from cleaners.page import Page
from cleaners.site_rules import SiteRule
from warehouse.answers import (
    DocumentComparison,
    DuplicateCluster,
    History,
    Hit,
    QueryStream,
    QueryTable,
    Record,
    RuledBlock,
    SiteDrift,
    Stats,
    Template,
)
from warehouse.diagnosis import sqlite_errors_as_sentences
from warehouse.integrity.problems import Problem
from warehouse.model import (
    CaptureRecord,
    PageKey,
    PageOutcome,
    Recleaned,
    Rejected,
    Stored,
)
from warehouse.queries.filters import NO_FILTERS, Filters
from warehouse.queries.snapshot import snapshot
from warehouse.records.run_lock import RunLock

if TYPE_CHECKING:
    from warehouse.queries.browse import Overview, Run, RunDetails, Surroundings, UnsureRecord
    from warehouse.records.resume import ArchiveProgress, FileFingerprint, Validators


class WarehouseReader:
    """The methods of a Warehouse that change nothing."""

    def __init__(self, db: sqlite3.Connection, path: Path, *, readonly: bool = False) -> None:
        self._db = db
        self.path = path
        self._run_lock = RunLock(os.path.realpath(path))
        self.readonly = readonly

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
        self._db.close()
        self._run_lock.close()

    def known(self, keys: Sequence[PageKey]) -> set[PageKey]:
        """The keys whose documents are stored."""
        from warehouse.records import documents

        with sqlite_errors_as_sentences(self.path):
            return set(documents.document_ids(self._db, keys))

    def corrected_outcomes(self, outcomes: Sequence[PageOutcome]) -> list[PageOutcome]:
        """The outcomes of a batch with each new page as it would be stored; writes nothing.

        The rules of its site and the corrections of its other versions are applied to it.
        """
        from warehouse.records import load

        with sqlite_errors_as_sentences(self.path), snapshot(self._db):
            return load.corrected_outcomes(self._db, outcomes)

    def captured_file(self, locator: str, fingerprint: FileFingerprint) -> CaptureRecord | None:
        """The capture of a file's page; None if the file wasn't read or has changed."""
        from warehouse.records import resume as sources

        with sqlite_errors_as_sentences(self.path):
            return sources.captured_file(self._db, locator, fingerprint)

    def archive_progress(
        self, locator: str, fingerprint: FileFingerprint, options: str
    ) -> ArchiveProgress | None:
        """How far an archive was read with the same options; None if it has changed."""
        from warehouse.records import resume as sources

        with sqlite_errors_as_sentences(self.path):
            return sources.archive_progress(self._db, locator, fingerprint, options)

    def validators(self, locator: str) -> Validators | None:
        """The validators of a fetched page for the next request; None if there are none."""
        from warehouse.records import resume as sources

        with sqlite_errors_as_sentences(self.path):
            return sources.validators(self._db, locator)

    def outdated_pages(
        self, version: int, weights: str | None, after_id: int, limit: int
    ) -> list[Stored | Rejected]:
        """Up to `limit` pages with IDs above `after_id` that other cleaners cleaned.

        That is one older than `version`, or one with other weights; with version 0, neither counts.
        Pages whose sites have got other rules since are among them.
        """
        from warehouse.records import replace as reload

        with sqlite_errors_as_sentences(self.path):
            return reload.outdated_pages(self._db, version, weights, after_id, limit)

    def search(
        self,
        words: str,
        limit: int = 20,
        *,
        every: bool = False,
        filters: Filters = NO_FILTERS,
    ) -> list[Hit]:
        """Documents that have all the words in title or text and match the filters, best first.

        Each cluster is represented by its best match; with `every`, all matches are returned.
        """
        from warehouse.queries import search

        with sqlite_errors_as_sentences(self.path):
            return search.search_documents(self._db, words, limit, every=every, filters=filters)

    def record(self, document_id: int) -> Record | None:
        """All facts and blocks of a document; None if no document has this ID."""
        from warehouse.queries import record as query

        with sqlite_errors_as_sentences(self.path):
            return query.read_record(self._db, document_id)

    def raw(self, document_id: int) -> bytes:
        """The bytes that a document was cleaned from."""
        from warehouse.records import raw_bytes as raws

        with sqlite_errors_as_sentences(self.path):
            return raws.read_raw_bytes(self._db, document_id)

    def sql(self, query: str, timeout_s: float = 30.0, max_rows: int = 10_000) -> QueryTable:
        """The result of one read-only SQL statement, at most `max_rows` rows."""
        from warehouse.queries import sql

        with sqlite_errors_as_sentences(self.path):
            return sql.query_table(self.path, query, timeout_s, max_rows)

    @contextmanager
    def stream_sql(
        self, query: str, timeout_s: float = 30.0, overrun: Callable[[], None] | None = None
    ) -> Iterator[QueryStream]:
        """The result of one read-only SQL statement, row by row, without a limit on rows.

        `overrun` is called in another thread if a single step exceeds the time limit.
        """
        from warehouse.queries import sql

        guard = partial(sqlite_errors_as_sentences, self.path)
        with sql.query_stream(self.path, query, timeout_s, overrun, guard) as answer:
            yield answer

    def clusters(self, limit: int = 20, members: int | None = None) -> list[DuplicateCluster]:
        """The largest clusters of near-duplicates, each with up to `members` members, or all."""
        from warehouse.queries import clusters

        with sqlite_errors_as_sentences(self.path):
            return clusters.largest_clusters(self._db, limit, members)

    def compare(self, first: int, second: int) -> DocumentComparison:
        """Two documents side by side, and how similar they are."""
        from warehouse.queries import clusters

        with sqlite_errors_as_sentences(self.path):
            return clusters.compare_documents(self._db, first, second)

    def history(self, wanted: int | str) -> History:
        """The versions of an article, found by document ID or by the URL that it has now."""
        from warehouse.queries import history

        with sqlite_errors_as_sentences(self.path):
            return history.read_history(self._db, wanted)

    def templates(self, site: str | None = None, limit: int = 20) -> list[Template]:
        """The blocks that recur on sites, or on one site, including those that are kept."""
        from warehouse.queries import templates

        with sqlite_errors_as_sentences(self.path):
            return templates.read_templates(self._db, site, limit)

    def newest_document(self) -> int:
        """The ID of the newest document; 0 if there is none."""
        from warehouse.queries import health

        with sqlite_errors_as_sentences(self.path):
            return health.newest_document(self._db)

    def site_drift(self, after: int) -> list[SiteDrift]:
        """The sites whose documents with IDs above `after` differ from those before."""
        from warehouse.queries import health

        with sqlite_errors_as_sentences(self.path):
            return health.find_drift(self._db, after)

    def stats(self) -> Stats:
        """The contents of the warehouse in numbers."""
        from warehouse.queries import stats

        with sqlite_errors_as_sentences(self.path):
            return stats.count_warehouse(self._db)

    def newest(self, limit: int, before: int | None, filters: Filters = NO_FILTERS) -> list[Hit]:
        """Up to `limit` of the newest documents that match, with IDs below `before`."""
        from warehouse.queries import browse

        with sqlite_errors_as_sentences(self.path):
            return browse.newest_documents(self._db, limit, before, filters)

    def overview(self) -> Overview:
        """What came in recently, what was removed, and what to look at first."""
        from warehouse.queries import browse

        with sqlite_errors_as_sentences(self.path):
            return browse.read_overview(self._db)

    def unsure_records(self, limit: int) -> list[UnsureRecord]:
        """Up to `limit` of the newest records, those that the cleaners are least sure of first."""
        from warehouse.queries import browse

        with sqlite_errors_as_sentences(self.path):
            return browse.unsure_records(self._db, limit)

    def surroundings(self, document_id: int) -> Surroundings:
        """The captures of a document, and the members of its cluster."""
        from warehouse.queries import browse

        with sqlite_errors_as_sentences(self.path):
            return browse.read_surroundings(self._db, document_id)

    def runs(self, limit: int) -> tuple[Run, ...]:
        """Up to `limit` runs, the newest first."""
        from warehouse.queries import browse

        with sqlite_errors_as_sentences(self.path):
            return browse.newest_runs(self._db, limit)

    def run_details(self, run_id: int) -> RunDetails | None:
        """A run, with what it rejected and removed; None if no run has this ID."""
        from warehouse.queries import browse

        with sqlite_errors_as_sentences(self.path):
            return browse.read_run(self._db, run_id)

    def export(
        self,
        path: str | os.PathLike[str],
        what: str = "articles",
        filters: Filters = NO_FILTERS,
    ) -> int:
        """Write a view to a .parquet, .jsonl or .csv file; returns the number of rows.

        `what` is "articles", "documents", "versions" or "blocks".
        """
        from warehouse.queries import export

        with sqlite_errors_as_sentences(self.path):
            return export.export_view(self._db, Path(path), export.view_named(what), filters)

    def export_stream(
        self,
        stream: BinaryIO,
        ending: str,
        what: str = "articles",
        filters: Filters = NO_FILTERS,
    ) -> int:
        """Write a view to a binary stream, in the format of an extension such as ".csv"."""
        from warehouse.queries import export

        view = export.view_named(what)
        with sqlite_errors_as_sentences(self.path):
            return export.stream_view(self._db, stream, view, ending, filters)

    def check(self) -> list[Problem]:
        """All problems found in the warehouse; an empty list if it is sound."""
        from warehouse.integrity import check

        with sqlite_errors_as_sentences(self.path):
            return check.check_warehouse(self._db, self.path, readonly=self.readonly)

    def unused_strings(self) -> int:
        """How many strings and removals no block refers to any more."""
        from warehouse.records import unused_strings

        with sqlite_errors_as_sentences(self.path):
            return unused_strings.count_unused_strings(self._db)

    def stored_pages(self, ids: Sequence[int]) -> list[Stored | Rejected]:
        """The pages of these documents, with their raw bytes."""
        from warehouse.records import replace

        with sqlite_errors_as_sentences(self.path):
            return replace.stored_pages(self._db, ids)

    def differing_records(self, pages: Sequence[Recleaned]) -> dict[int, str]:
        """For each recleaned page whose stored record differs: the ID, and what differs."""
        from warehouse.records import replace

        with sqlite_errors_as_sentences(self.path):
            return replace.differing_records(self._db, pages)

    def pages_as_corrected(self, pages: Sequence[Recleaned]) -> dict[int, Page]:
        """Recleaned pages with corrections and the rules of their sites applied, by document."""
        from warehouse.records import replace

        with sqlite_errors_as_sentences(self.path):
            return replace.pages_as_corrected(self._db, pages)

    def site_rules(self, site: str | None = None) -> list[SiteRule]:
        """The rules of all sites, or of one, in the order in which they were made."""
        from warehouse import site_rules

        with sqlite_errors_as_sentences(self.path):
            return site_rules.list_rules(self._db, site)

    def site_of(self, document_id: int) -> str | None:
        """The site of a document, or else the folder or archive that it was read from."""
        from warehouse import site_rules

        with sqlite_errors_as_sentences(self.path):
            return site_rules.sites_of(self._db, [document_id]).get(document_id)

    def ruled_blocks(self, rule: SiteRule) -> list[RuledBlock]:
        """The stored blocks that a rule is about, but for those that a person corrected."""
        from warehouse import site_rules

        with sqlite_errors_as_sentences(self.path):
            return list(site_rules.ruled_blocks(self._db, rule))

    def documents_by_version(
        self, version: int | None = None, weights: str | None = None
    ) -> list[int]:
        """The IDs of all documents, or of those cleaned by one version with some weights."""
        from warehouse.records import replace

        with sqlite_errors_as_sentences(self.path):
            return replace.ids_cleaned_by(self._db, version, weights)
