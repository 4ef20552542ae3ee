"""The warehouse as the rest of presswash sees it: an open file and what can be asked of it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from cleaners.model import Page
from cleaners.text.sketch import Sketch
from warehouse.diagnosis import explained
from warehouse.integrity.problems import Problem, Repair
from warehouse.model import (
    Answer,
    Cluster,
    Damaged,
    Hit,
    Loaded,
    Outcome,
    PageKey,
    Pair,
    Recleaned,
    Record,
    Rejected,
    RunStatus,
    Sighting,
    Stats,
    Stored,
    Table,
)
from warehouse.records.run_lock import Presence

if TYPE_CHECKING:
    from warehouse.records.resume import Mark, Progress, Stamp, Validators


class Warehouse:
    """An open warehouse, made by `open_warehouse` or `open_readonly`; for one thread at a time.

    Every method raises WarehouseError, with a sentence that says what to do, where the file is
    locked, full, damaged or read-only, and where what was asked for doesn't exist.
    """

    def __init__(self, db: sqlite3.Connection, path: Path, *, readonly: bool = False) -> None:
        self._db = db
        self.path = path
        self._presence = Presence(os.path.realpath(path))
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
        """Close the file; closing twice is harmless."""
        self._db.close()
        self._presence.close()

    def begin_run(self, flow: str) -> int:
        """Open a run and return its id; runs whose process is gone become `interrupted`."""
        from warehouse.records import runs

        with explained(self.path):
            return runs.begin_run(self._db, flow, self._presence)

    def finish_run(self, run_id: int, status: RunStatus, patience_s: float | None = None) -> None:
        """Close a run with the status that it came to; others are waited for as long as given."""
        from warehouse.records import runs

        with explained(self.path):
            runs.finish_run(self._db, run_id, status, patience_s)

    def await_turn(self) -> None:
        """Wait until nobody else writes, as every write does by itself."""
        from warehouse.sqlite.transaction import transaction

        with explained(self.path), transaction(self._db):
            return

    def known(self, keys: Sequence[PageKey]) -> set[PageKey]:
        """Those of the keys whose documents are stored."""
        from warehouse.records import documents

        with explained(self.path):
            return set(documents.document_ids(self._db, keys))

    def load(
        self, run_id: int, outcomes: Sequence[Outcome], marks: Sequence[Mark] = ()
    ) -> list[Loaded]:
        """Store a batch in one transaction, and say in its order what became of each input.

        `marks`, entered with it, say what of the sources is done and needn't be read again.
        """
        from warehouse.records import load

        with explained(self.path):
            return load.load(self._db, run_id, outcomes, marks)

    def page_read(self, locator: str, stamp: Stamp) -> Sighting | None:
        """The sighting of a file's page, if the file was read and is still as it was."""
        from warehouse.records import resume as sources

        with explained(self.path):
            return sources.page_read(self._db, locator, stamp)

    def archive_read(self, locator: str, stamp: Stamp, options: str) -> Progress | None:
        """How far an archive was read with the same options, if it is still as it was."""
        from warehouse.records import resume as sources

        with explained(self.path):
            return sources.archive_read(self._db, locator, stamp, options)

    def validators(self, locator: str) -> Validators | None:
        """What to ask a fetched page's server with, to be told whether it has changed."""
        from warehouse.records import resume as sources

        with explained(self.path):
            return sources.validators(self._db, locator)

    def outdated(self, version: int, after_id: int, limit: int) -> list[Stored | Damaged]:
        """Up to `limit` pages after `after_id` that a cleaner older than `version` cleaned."""
        from warehouse.records import replace as reload

        with explained(self.path):
            return reload.outdated(self._db, version, after_id, limit)

    def reload(
        self,
        run_id: int,
        pages: Sequence[tuple[int, Page, Sketch]],
        rejects: Sequence[Rejected] = (),
    ) -> list[Loaded]:
        """Replace records, each given as a `Recleaned`, and enter rejects, in one transaction."""
        from warehouse.records import replace as reload

        with explained(self.path):
            return reload.reload(self._db, run_id, pages, rejects)

    def search(self, words: str, limit: int = 20) -> list[Hit]:
        """Articles that have all the words in title or text, best first."""
        from warehouse.queries import search

        with explained(self.path):
            return search.search(self._db, words, limit)

    def record(self, document_id: int) -> Record | None:
        """All that is known of a document, or None where there is none of that id."""
        from warehouse.queries import record as query

        with explained(self.path):
            return query.record(self._db, document_id)

    def raw(self, document_id: int) -> bytes:
        """The bytes that a document was cleaned from."""
        from warehouse.records import raw_bytes as raws

        with explained(self.path):
            return raws.raw(self._db, document_id)

    def sql(self, query: str, timeout_s: float = 30.0, max_rows: int = 10_000) -> Table:
        """The answer to one read-only SQL statement, up to `max_rows` rows of it."""
        from warehouse.queries import sql

        with explained(self.path):
            return sql.sql(self.path, query, timeout_s, max_rows)

    @contextmanager
    def ask(
        self, query: str, timeout_s: float = 30.0, overrun: Callable[[], None] | None = None
    ) -> Iterator[Answer]:
        """The answer to one read-only SQL statement, row by row, however many there are.

        `overrun` is called from another thread where a single step outlasts the time.
        """
        from warehouse.queries import sql

        with explained(self.path), sql.ask(self.path, query, timeout_s, overrun) as answer:
            yield answer

    def clusters(self, limit: int = 20, members: int | None = None) -> list[Cluster]:
        """The largest clusters of near-duplicates, each with so many of its members, or all."""
        from warehouse.queries import clusters

        with explained(self.path):
            return clusters.clusters(self._db, limit, members)

    def pair(self, first: int, second: int) -> Pair:
        """Two documents side by side, and how alike they are."""
        from warehouse.queries import clusters

        with explained(self.path):
            return clusters.pair(self._db, first, second)

    def stats(self) -> Stats:
        """What is in the warehouse, counted."""
        from warehouse.queries import stats

        with explained(self.path):
            return stats.stats(self._db)

    def export(self, path: str | os.PathLike[str]) -> int:
        """Write the articles to a .parquet, .jsonl or .csv file; returns how many there were."""
        from warehouse.queries import export

        with explained(self.path):
            return export.export(self._db, Path(path))

    def optimise(self) -> None:
        """Make the search index and the statistics fresh, and fold the log into the file."""
        from warehouse import maintenance as upkeep

        with explained(self.path):
            upkeep.optimise(self._db)

    def backup(self, path: str | os.PathLike[str]) -> None:
        """Copy the warehouse as it is at one moment; others may write meanwhile."""
        from warehouse import maintenance as upkeep

        with explained(self.path):
            upkeep.backup(self._db, Path(path))

    def check(self) -> list[Problem]:
        """Everything found wrong in the warehouse; an empty list where it is sound."""
        from warehouse.integrity import check

        with explained(self.path):
            return check.check(self._db, self.path, readonly=self.readonly)

    def repair(self, kind: Repair, problems: Sequence[Problem]) -> None:
        """Do one kind of repair in one transaction, for the problems of it that `check` found."""
        from warehouse.integrity import repair

        with explained(self.path):
            repair.repair(self._db, kind, problems)

    def stored(self, ids: Sequence[int]) -> list[Stored | Damaged]:
        """The pages of documents, with their raw bytes."""
        from warehouse.records import replace

        with explained(self.path):
            return replace.stored_pages(self._db, ids)

    def rewrite(self, pages: Sequence[Recleaned]) -> list[int]:
        """Put the records of pages in the place of those stored that differ; returns their ids.

        The indexes are to be repaired afterwards, whatever state they were in.
        """
        from warehouse.records import replace

        with explained(self.path):
            return replace.rewrite(self._db, pages)

    def differing(self, pages: Sequence[Recleaned]) -> dict[int, str]:
        """Of pages cleaned again, the documents whose records say otherwise, and in what."""
        from warehouse.records import replace

        with explained(self.path):
            return replace.differing(self._db, pages)

    def documents_by_version(self, version: int | None = None) -> list[int]:
        """The ids of all documents, or of those that one version of the cleaners cleaned."""
        from warehouse.records import replace

        with explained(self.path):
            return replace.ids_cleaned_by(self._db, version)
