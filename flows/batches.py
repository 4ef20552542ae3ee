"""Cuts what sources yield into batches: tens of pages or some megabytes, whichever is first."""

from __future__ import annotations

from collections.abc import Iterable

from cleaners.model import Capture
from flows.sources import files
from flows.sources.errors import ReadFault
from flows.sources.find import Found
from warehouse.model import Rejected

PAGES = 64
BYTES = 8 * 1024 * 1024

_FAULTS_BORNE = 3


class Batches:
    """Reads inputs batch by batch; after a ReadFault, `take` goes on where it was."""

    def __init__(
        self,
        inputs: Iterable[Found | Rejected],
        pages: int = PAGES,
        size: int = BYTES,
        limit: int = files.DEFAULT_LIMIT,
    ) -> None:
        self._inputs = iter(inputs)
        self._pages, self._size, self._limit = pages, size, limit
        self._taken: list[Capture | Rejected] = []
        self._bytes = 0
        self._faults = 0
        self._again: Found | None = None

    def take(self) -> list[Capture | Rejected]:
        """The next batch in order, empty at the end.

        Raises ReadFault when the file system falters; after three in one batch, what can't be
        read is rejected.
        """
        while len(self._taken) < self._pages and self._bytes < self._size:
            item = self._again or next(self._inputs, None)
            if item is None:
                break
            self._again = None
            self._taken.append(self._read(item) if isinstance(item, Found) else item)
        batch, self._taken = self._taken, []
        self._bytes = self._faults = 0
        return batch

    def _read(self, found: Found) -> Capture | Rejected:
        try:
            item = files.read(found, self._limit, patient=self._faults < _FAULTS_BORNE)
        except ReadFault:
            self._faults += 1
            self._again = found
            raise
        self._bytes += len(item.payload) if isinstance(item, Capture) else 0
        return item
