"""The data types that the packages exchange; a cleaned page is in `cleaners/page.py`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from cleaners.reasons import Reason


class Cleaner(StrEnum):
    """What removed a block: a module of `cleaners/`, a rule of a site, or a person."""

    CLASSIFIER = "classifier"
    PHRASES = "phrases"
    POSITION = "position"
    MARKUP = "markup"
    CAPTIONS = "captions"
    BYLINES = "bylines"
    FOREIGN_SCRIPT = "foreign_script"
    REPEATS = "repeats"
    SITE_RULE = "site_rule"
    PERSON = "person"

    __hash__ = str.__hash__


class Kind(StrEnum):
    """The role of a block in its page, for kept and removed blocks alike.

    A new kind also needs:

    - its number in `warehouse/blocks.py`: add it at the end of the kinds;
    - a migration in `warehouse/schema/migrations/`: the table `block` has a CHECK of the numbers,
      and the view `full_block` has their names;
    - a rule in `cleaners/block_kinds.py` that gives it;
    - its form in `cleaners/markdown.py`, unless it is written as a paragraph is.
    """

    TITLE = "title"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    CAPTION = "caption"
    TABLE_ROW = "table_row"
    QUOTE = "quote"
    CODE = "code"
    BYLINE = "byline"  # the line with the author and time of a forum post


class DateSource(StrEnum):
    """Where the publication date was found, the most trusted source first."""

    PERSON = "person"  # a correction; only in stored records
    STATED = "stated"  # outside the page: a table column, a feed entry
    JSON_LD = "json-ld"
    META = "meta"
    DATE_LINE = "date line"
    PAGE = "page"


class PageType(StrEnum):
    """The type of a page. It decides what counts as main content."""

    ARTICLE = "article"
    FORUM = "forum"
    DOCUMENTATION = "documentation"
    PRODUCT = "product"
    SERVICE = "service"
    LISTING = "listing"
    COLLECTION = "collection"
    OTHER = "other"


class Stage(StrEnum):
    """The step at which an input was rejected."""

    READ = "read"
    DECODE = "decode"
    CLEAN = "clean"


class Media(StrEnum):
    """The media types of pages."""

    HTML = "text/html"
    TEXT = "text/plain"


@dataclass(frozen=True, slots=True)
class StatedFacts:
    """Facts about a page that its source gives outside the page: table columns, a feed entry.

    They override what is found in the page. `published` is an ISO 8601 date and `language` an ISO
    639 code. `is_message` is True for a chat message, which is content however short it is. `notes`
    name the fields that could not be used.
    """

    title: str | None = None
    authors: tuple[str, ...] = ()
    published: str | None = None
    language: str | None = None
    description: str | None = None
    is_message: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Capture:
    """A page as a source yields it.

    `locator` says where the bytes were read (a path, a URL, `archive#record`). `url` is the page's
    own URL if the source knows it. `media_type` is None if it must be detected from the bytes.
    `captured_at` is in UTC. `rights` are the usage directives of the server and the page, such as
    `noai`.
    """

    locator: str
    payload: bytes
    media_type: Media | None = None
    url: str | None = None
    charset: str | None = None
    captured_at: datetime | None = None
    stated: StatedFacts | None = None
    rights: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Removal:
    """Why a block was removed, by which cleaner, and the confidence, 0 to 1.

    `cleaner` is a `Cleaner`, or a name recorded by an older version. `detail` explains the removal
    to a reader. `same_as` is the index in `Page.blocks` of the block that this one repeats; the
    warehouse stores it only as part of `detail`.
    """

    reason: Reason
    cleaner: str
    detail: str
    confidence: float = 1.0
    same_as: int | None = field(default=None, compare=False)

    # Worker processes send blocks by the hundred, and this is twice as fast as default pickling.
    def __reduce__(self) -> tuple[type[Removal], tuple[object, ...]]:
        return Removal, (
            self.reason,
            self.cleaner,
            self.detail,
            self.confidence,
            self.same_as,
        )


@dataclass(frozen=True, slots=True)
class Block:
    """The unit of cleaning: one paragraph, line, heading, list item or table row.

    `path` is the block's place in the HTML tree (`article/div.story/p`), empty for plain text.
    `links` is the share of its characters inside links, 0 to 1. `anchors` has the text and URL of
    each link; the warehouse doesn't store it.
    """

    text: str
    kind: Kind = Kind.PARAGRAPH
    removal: Removal | None = None
    path: str = ""
    links: float = 0.0
    anchors: tuple[tuple[str, str], ...] = field(default=(), compare=False)

    def __reduce__(self) -> tuple[type[Block], tuple[object, ...]]:
        return Block, (self.text, self.kind, self.removal, self.path, self.links, self.anchors)

    @property
    def kept(self) -> bool:
        """Whether the block is part of the clean text."""
        return self.removal is None


@dataclass(frozen=True, slots=True)
class Decoded:
    """The decoded text of a payload, its encoding, the source of the encoding, and the repairs."""

    text: str
    encoding: str
    source: str
    repairs: tuple[str, ...] = ()


class Rejection(Exception):
    """Raised for a capture that can't be cleaned.

    `stage` is where it failed, `error` the kind of error, and `message` a sentence for the user.
    """

    def __init__(self, stage: Stage, error: str, message: str) -> None:
        super().__init__(message)
        self.stage = stage
        self.error = error
        self.message = message

    def __reduce__(self) -> tuple[type[Rejection], tuple[Stage, str, str]]:
        return type(self), (self.stage, self.error, self.message)
