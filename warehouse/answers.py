"""What a warehouse answers: records, search hits, tables, clusters, versions and statistics."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from cleaners.corrections import Correction
from cleaners.model import Block, DateSource, Media, PageType
from warehouse.model import Relation, RelationCounts

if TYPE_CHECKING:
    from cleaners.text.alignment import Alignment


class FactSource(StrEnum):
    """Where a fact comes from: the page itself, its source (such as a feed), or a person."""

    PAGE = "page"
    STATED = "stated"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Record:
    """Everything known about one document: the columns of `documents`, and its blocks.

    `containment` is the share of the shorter of this text and that of `duplicate_of` that is in the
    longer one; None for a version. `related_page` is the URL or locator of `duplicate_of`.
    `n_versions` counts the versions of its article, including itself. `quality`, from 0 to 1, is
    how sure the cleaners are of the result, and `notes` say what they doubt. `other_corrections`
    were made on other versions and don't apply to this one. `weights` names those of the classifier
    that cleaned it; None for the shipped ones.
    """

    id: int
    sha256: str
    media_type: Media
    charset: str | None
    url: str | None
    locator: str
    site: str | None
    title: str | None
    authors: tuple[str, ...]
    published: str | None
    language: str | None
    text: str
    n_words: int
    cluster_id: int
    duplicate_of: int | None
    relation: Relation | None
    similarity: float | None
    containment: float | None
    related_page: str | None
    n_versions: int
    cleaner_version: int
    weights: str | None
    first_seen: str
    title_source: FactSource
    encoding: str
    encoding_source: str
    repairs: tuple[str, ...]
    published_source: DateSource | None
    modified: str | None
    description: str | None
    image: str | None
    site_name: str | None
    section: str | None
    tags: tuple[str, ...]
    page_type: PageType
    blocks: tuple[Block, ...]
    quality: float
    notes: tuple[str, ...]
    corrections: tuple[Correction, ...] = ()
    other_corrections: tuple[Correction, ...] = ()


@dataclass(frozen=True, slots=True)
class RuledBlock:
    """A stored block that a rule of its site is about, with its document and present reason."""

    document_id: int
    title: str | None
    text: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class Hit:
    """A search result; a higher `score` is better.

    In `snippet`, matches are enclosed in the characters U+0002 and U+0003. `cluster_id` is the
    canonical document of the cluster. If that is another document, `duplicate_of`, `relation`,
    `similarity` and `containment` say how this one relates to it, and `related_page` is its URL or
    locator. `more` counts the other members of the cluster besides these two.
    """

    id: int
    title: str | None
    site: str | None
    url: str | None
    published: str | None
    language: str | None
    snippet: str
    score: float
    cluster_id: int
    duplicate_of: int | None
    relation: Relation | None
    similarity: float | None
    containment: float | None
    related_page: str | None
    more: RelationCounts


Value: TypeAlias = str | int | float | bytes | None


@dataclass(frozen=True, slots=True)
class QueryTable:
    """The result of a query; `truncated` if there were more rows than requested."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    truncated: bool


@dataclass(frozen=True, slots=True)
class QueryStream:
    """The result of a query, whose rows are fetched as they are read."""

    columns: tuple[str, ...]
    rows: Iterator[tuple[Value, ...]]


@dataclass(frozen=True, slots=True)
class ClusterMember:
    """A document in a cluster, and how similar it is to the cluster's canonical document.

    `similarity` is the share of words that the two have in common, and `containment` the larger of
    the shares of one that is in the other. For the canonical document itself both are 1, and
    `relation` is None.
    """

    relation: Relation | None
    id: int
    site: str | None
    title: str | None
    url: str | None
    locator: str
    first_seen: str
    n_words: int
    similarity: float
    containment: float


@dataclass(frozen=True, slots=True)
class DuplicateCluster:
    """A cluster of near-duplicates: the canonical document's ID and the members, that one first."""

    id: int
    size: int
    members: tuple[ClusterMember, ...]


@dataclass(frozen=True, slots=True)
class DocumentComparison:
    """Two documents compared; `relation` is None if they aren't near-duplicates of each other.

    Two members of one cluster may not be: each is a near-duplicate of the canonical document.
    """

    first: Record
    second: Record
    alignment: Alignment
    relation: Relation | None

    @property
    def alike(self) -> bool:
        """Whether they are near-duplicates of each other."""
        return self.relation is not None

    @property
    def are_versions(self) -> bool:
        """Whether they are versions of one article."""
        return _current_version(self.first) == _current_version(self.second)

    @property
    def in_one_cluster(self) -> bool:
        """Whether they are in the same cluster."""
        return self.first.cluster_id == self.second.cluster_id


def _current_version(record: Record) -> int | None:
    return record.duplicate_of if record.relation is Relation.VERSION else record.id


@dataclass(frozen=True, slots=True)
class Version:
    """A document as a version of an article. `captured_at` is its last capture.

    `similarity_to_previous` is the share of words, 0 to 1, that it has in common with the previous
    version; None if there is none.
    """

    document_id: int
    url: str | None
    locator: str
    title: str | None
    captured_at: str
    n_words: int
    similarity_to_previous: float | None
    is_current: bool


@dataclass(frozen=True, slots=True)
class History:
    """The versions of an article, oldest first; `current` is the ID of the last one.

    `address` is normalised, and None if the page has no address. `other_articles` are the current
    versions of other articles that had the same address.
    """

    address: str | None
    current: int
    versions: tuple[Version, ...]
    other_articles: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """A block that recurs on the pages of a site.

    It appears on `pages` pages and is marked as template on `marked` of them. `is_kept` says that a
    person decided to keep it. `text` is an example, None if the block no longer recurs.
    """

    id: str
    site: str
    pages: int
    marked: int
    is_kept: bool
    text: str | None


@dataclass(frozen=True, slots=True)
class ValueCount:
    """How many have one value; `name` is None for those without a value, such as a language."""

    name: str | None
    count: int


@dataclass(frozen=True, slots=True)
class SiteDrift:
    """An average over a site's new pages, and over its pages of the thirty days before (0 to 1).

    `measure` is "kept", "quality", "undated" or "emptied", as in the view site_health.
    """

    site: str
    measure: str
    pages: int
    now: float
    before: float

    @property
    def what(self) -> str:
        """The measure in words."""
        return {
            "kept": "the share of text that is kept",
            "quality": "the quality",
            "undated": "the share of pages without a date",
            "emptied": "the share of pages without text",
        }[self.measure]

    def __str__(self) -> str:
        return (
            f"{self.site} may have changed:"
            f" {self.what} is {self.now:.2f} over {self.pages:,} new pages;"
            f" it was {self.before:.2f} in the thirty days before"
        )


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """How much was removed for one reason, in blocks and in characters."""

    reason: str
    blocks: int
    characters: int


@dataclass(frozen=True, slots=True)
class DoubtfulPage:
    """A document that the cleaners are unsure of; `page` is its URL or locator."""

    id: int
    page: str
    quality: float
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SkippedKind:
    """How many inputs of one kind a run skipped, and the names of some of them."""

    count: int
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stats:
    """The contents of a warehouse in numbers. Sizes are in bytes.

    documents = articles + duplicates + without_article. `duplicates` counts the documents that
    another one represents, and `relations` breaks them down; `without_article` counts those without
    any text. `words`, `languages`, `sites` and `page_types` are about articles. `templates` counts
    the different blocks that recur on a site and are marked, and `kept_templates` those that a
    person keeps. `clusters` counts clusters of two or more documents, and `largest_cluster` is the
    size of the largest. `raw_bytes` is the size of the pages, `stored_raw_bytes` their compressed
    size, and `file_bytes` the size of the whole warehouse. `skipped` is what the last ingestion
    skipped, by kind. `doubtful` are the pages that the cleaners are least sure of.
    """

    documents: int
    articles: int
    duplicates: int
    relations: RelationCounts
    without_article: int
    templates: int
    kept_templates: int
    clusters: int
    largest_cluster: int
    captures: int
    rejects: int
    runs: int
    words: int
    blocks_kept: int
    blocks_removed: int
    raw_bytes: int
    stored_raw_bytes: int
    file_bytes: int
    languages: tuple[ValueCount, ...]
    sites: tuple[ValueCount, ...]
    page_types: tuple[ValueCount, ...]
    removals: tuple[ReasonCount, ...]
    doubtful: tuple[DoubtfulPage, ...]
    skipped: tuple[ValueCount, ...] = ()
