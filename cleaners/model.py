"""The data types that the packages exchange: captures in, cleaned pages out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from cleaners.reasons import Reason


class Cleaner(StrEnum):
    """Which rule removed a block: the module of `cleaners/` that holds it, or a person."""

    CLASSIFIER = "classifier"
    PHRASES = "phrases"
    POSITION = "position"
    MARKUP = "markup"
    CAPTIONS = "captions"
    BYLINES = "bylines"
    FOREIGN_SCRIPT = "foreign_script"
    REPEATS = "repeats"
    PERSON = "person"

    __hash__ = str.__hash__


class Kind(StrEnum):
    """What a block is in its page, whether it is kept or not."""

    TITLE = "title"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    CAPTION = "caption"
    TABLE_ROW = "table_row"
    QUOTE = "quote"
    CODE = "code"


class DateSource(StrEnum):
    """Where the day of publication was read, the most trusted first."""

    PERSON = "person"  # only of a record, which a person corrected
    STATED = "stated"  # by the source beside the page: a field of a table, a feed's entry
    JSON_LD = "json-ld"
    META = "meta"
    DATE_LINE = "date line"
    PAGE = "page"


class PageType(StrEnum):
    """What kind of page it is, which decides what its main content is."""

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
    """What a source states of a page beside the page itself: fields of a table, a feed's entry.

    They override what the page seems to say. `published` is an ISO 8601 date, `language` a code of
    ISO 639. `is_message` is true for a message of a chat, which is all content, however short.
    `notes` say which of its fields could not be used.
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

    `locator` says where the bytes were read (a path, a URL, `archive#record`);
    `url` is the page's own address where the source knows it. `media_type` is
    None where it must be detected from the bytes. `captured_at` is in UTC.
    `rights` are words that the server and the page say about its use: noai.
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

    `cleaner` is a `Cleaner`, or the name that an older version recorded. `detail` explains the
    removal to a reader. `same_as` is the index in `Page.blocks` of the block that this one
    repeats; the warehouse keeps it only as part of `detail`.
    """

    reason: Reason
    cleaner: str
    detail: str
    confidence: float = 1.0
    same_as: int | None = field(default=None, compare=False)

    # Blocks come from other processes by the hundred: dataclass's own pickling takes twice as long.
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

    `path` is the block's place in the HTML tree (`article/div.story/p`), empty
    for a page of plain text; `links` is the share of its characters that stand
    inside links, 0 to 1. `anchors` has the text and the address of each link; the warehouse
    doesn't keep them.
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
    """The text of a payload, its encoding, how that was found, and the repairs."""

    text: str
    encoding: str
    source: str
    repairs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """A cleaned page: all blocks in order, kept and removed, and its metadata.

    `published` is an ISO 8601 date, to the day: times on pages seldom name their zone. `modified`
    is the day of the last update, where the page says it. `description`, `image` (an absolute
    URL), `site_name`, `section` and `tags` are what the page's metadata state. `quality` says how
    sure it is, from 0 to 1, that the page has main content; `notes` why it may have none.
    """

    media_type: Media
    encoding: str
    encoding_source: str
    blocks: tuple[Block, ...]
    title: str | None = None
    authors: tuple[str, ...] = ()
    published: str | None = None
    published_source: DateSource | None = None
    modified: str | None = None
    language: str | None = None
    url: str | None = None
    description: str | None = None
    image: str | None = None
    site_name: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    repairs: tuple[str, ...] = ()
    quality: float = 1.0
    notes: tuple[str, ...] = ()
    page_type: PageType = PageType.OTHER

    @property
    def text(self) -> str:
        """The article's text: the kept blocks but the title, a blank line between each."""
        return "\n\n".join(b.text for b in self.blocks if b.kept and b.kind is not Kind.TITLE)

    @property
    def markdown(self) -> str:
        """The title and the text as Markdown: headings, lists, tables, code, quotes and links."""
        from cleaners.markdown import to_markdown

        return to_markdown(self)


class Rejection(Exception):
    """A capture that can't be cleaned: the stage that gave up, the kind of error, a sentence."""

    def __init__(self, stage: Stage, error: str, message: str) -> None:
        super().__init__(message)
        self.stage = stage
        self.error = error
        self.message = message

    def __reduce__(self) -> tuple[type[Rejection], tuple[Stage, str, str]]:
        return type(self), (self.stage, self.error, self.message)
