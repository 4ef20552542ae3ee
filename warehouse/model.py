"""What goes into a warehouse: pages and what came of loading them, as frozen dataclasses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from cleaners.model import Media, StatedFacts
from cleaners.page import Page

if TYPE_CHECKING:
    from cleaners.text.sketch import Sketch


class Relation(StrEnum):
    """How a document relates to the document that it duplicates."""

    SAME = "same"
    EXCERPT = "excerpt"
    VERSION = "version"


@dataclass(frozen=True, slots=True)
class RelationCounts:
    """How many documents duplicate another one, by relation."""

    same: int = 0
    excerpt: int = 0
    version: int = 0

    @property
    def total(self) -> int:
        return self.same + self.excerpt + self.version

    def without(self, relation: Relation | None) -> RelationCounts:
        """The counts of the others, leaving out one document with this relation."""
        if relation is None:
            return self
        return replace(self, **{str(relation): getattr(self, str(relation)) - 1})


@dataclass(frozen=True, slots=True)
class PageKey:
    """Identifies a document: its bytes and how to decode them. Cleaning depends on nothing else.

    `sha256` is 64 hexadecimal digits; `charset` is the declared one, None if none was declared.
    """

    sha256: str
    media_type: Media
    charset: str | None = None


@dataclass(frozen=True, slots=True)
class CaptureRecord:
    """Where and when a page was seen. `captured_at` is UTC, `YYYY-MM-DDTHH:MM:SSZ`.

    `rights` is what the server and the page say about the page's use, as words separated by commas.
    """

    locator: str
    key: PageKey
    url: str | None
    captured_at: str
    rights: str | None = None


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A cleaned page, and the sketch of its text."""

    capture: CaptureRecord
    payload: bytes
    page: Page
    sketch: Sketch
    stated: StatedFacts | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """A capture of a page that is already stored, or that occurs earlier in the same batch."""

    capture: CaptureRecord


@dataclass(frozen=True, slots=True)
class Rejected:
    """An input, or a stored page, that could not be read or cleaned.

    `sha256` is None if there were no bytes, and `document_id` is None if the page isn't stored.
    """

    locator: str
    sha256: str | None
    stage: str
    error: str
    message: str
    document_id: int | None = None


# The `error` of a stored page whose raw bytes are damaged.
DAMAGED_BYTES = "DamagedBytes"

PageOutcome: TypeAlias = Cleaned | Known | Rejected


class Verdict(StrEnum):
    """The outcome of one input.

    DUPLICATE is a document that was added and is a near-duplicate or another version of one added
    before it; `Loaded.relation` says which. When stored pages are cleaned again, ADDED and
    DUPLICATE are for records that changed.
    """

    ADDED = "added"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Loaded:
    """The report on one input.

    `kept` and `removed` count blocks. For a DUPLICATE, `duplicate_of` is the canonical document
    after the batch. If the document itself is canonical, `canonical_for` is set instead: the
    previous version, or the member of the cluster that was added first. `relation` says how the two
    are related, `similarity` is the share of words that they have in common (0 to 1), and
    `related_page` is the URL or locator of the other. For any other verdict these five are None.
    """

    verdict: Verdict
    locator: str
    document_id: int | None = None
    title: str | None = None
    language: str | None = None
    n_words: int = 0
    kept: int = 0
    removed: int = 0
    duplicate_of: int | None = None
    canonical_for: int | None = None
    relation: Relation | None = None
    similarity: float | None = None
    error: str | None = None
    message: str | None = None
    related_page: str | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """The number of inputs by outcome.

    seen = added + unchanged + rejected; `duplicates` are included in `added`.
    """

    seen: int = 0
    added: int = 0
    unchanged: int = 0
    duplicates: int = 0
    rejected: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.seen + other.seen,
            self.added + other.added,
            self.unchanged + other.unchanged,
            self.duplicates + other.duplicates,
            self.rejected + other.rejected,
        )

    @classmethod
    def of(cls, loaded: Iterable[Loaded]) -> Counts:
        """The counts of a batch."""
        verdicts = [one.verdict for one in loaded]
        duplicates = verdicts.count(Verdict.DUPLICATE)
        return cls(
            seen=len(verdicts),
            added=verdicts.count(Verdict.ADDED) + duplicates,
            unchanged=verdicts.count(Verdict.UNCHANGED),
            duplicates=duplicates,
            rejected=verdicts.count(Verdict.REJECTED),
        )


class RunStatus(StrEnum):
    """The status of a run. INTERRUPTED: its process ended without recording how."""

    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored page to be cleaned again; `url` and `locator` are from its canonical capture."""

    document_id: int
    key: PageKey
    payload: bytes
    url: str | None
    locator: str
    stated: StatedFacts | None = None


class Recleaned(NamedTuple):
    """A stored page that was cleaned again, and the sketch of its new text."""

    document_id: int
    page: Page
    sketch: Sketch
