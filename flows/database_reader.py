"""The half of the Python API that reads a warehouse: records, search, SQL, duplicates, export."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, Self

if TYPE_CHECKING:
    from datasketch import MinHash

    from cleaners.site_rules import SiteRule
    from warehouse.answers import (
        DocumentComparison,
        DuplicateCluster,
        History,
        Hit,
        QueryStream,
        QueryTable,
        Record,
        Stats,
        Template,
    )
    from warehouse.queries.browse import UnsureRecord
    from warehouse.queries.filters import Filters
    from warehouse.warehouse import Warehouse

_MAX_ID = 2**63 - 1  # SQLite's largest integer


class DatabaseReader:
    """The methods of a Database that change nothing."""

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
        require_ids(record_id)
        return self._open.record(record_id)

    def raw(self, record_id: int) -> bytes:
        """The bytes that a document was cleaned from."""
        require_ids(record_id)
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
        require_ids(first, second)
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
            require_ids(wanted)
        return self._open.history(wanted)

    def templates(self, site: str | None = None, limit: int = 20) -> list[Template]:
        """The blocks that recur on the pages of sites, or of one site, and are marked as template.

        Blocks that a person keeps are included. Within a site, those on the most pages come first.
        """
        return self._open.templates(site, limit)

    def unsure(self, limit: int = 20) -> list[UnsureRecord]:
        """Up to `limit` of the newest records, those that the cleaners are least sure of first.

        Correcting these improves the cleaners the most. Records that a person has corrected are
        left out.
        """
        return self._open.unsure_records(limit)

    def rules(self, site: str | None = None) -> list[SiteRule]:
        """The rules that people made for sites, or for one, the oldest first."""
        return self._open.site_rules(site)

    def unused_strings(self) -> int:
        """How many stored strings no block refers to any more; `maintain` deletes them."""
        return self._open.unused_strings()

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


def require_ids(*record_ids: int) -> None:
    """Raise RequestError for a number that can't be the ID of a record."""
    from warehouse.errors import RequestError

    for record_id in record_ids:
        if not 1 <= record_id <= _MAX_ID:
            raise RequestError(f"{record_id} can't be a record's id: ids start at 1")
