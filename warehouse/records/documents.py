"""Stores documents with their raw bytes, blocks, captures and full-text entries."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit

from cleaners.corrections import Correction, apply_corrections
from cleaners.model import Media, StatedFacts
from cleaners.page import Page
from cleaners.site_rules import SiteRule, apply_rules
from cleaners.text.folding import folded_or_none
from cleaners.text.sketch import Sketch
from warehouse.blocks import delete_blocks, insert_blocks
from warehouse.dedup.shared_paragraphs import find_shared
from warehouse.model import CaptureRecord, Cleaned, PageKey
from warehouse.records.raw_bytes import insert_raws
from warehouse.sqlite.ids import id_list

# The columns of `document` that come from a page, in the order of what `page_columns` returns.
PAGE_COLUMNS = (
    "page_url",
    "title",
    "authors",
    "published",
    "published_source",
    "modified",
    *("description", "image", "site_name", "section", "tags"),
    "language",
    "n_words",
    "encoding",
    "encoding_source",
    "repairs",
    "quality",
    "disagreement",
    "notes",
    "page_type",
    "folded_title",
)
# Joins `document AS d` to its earliest capture, which provides its locator and URL.
CANONICAL_CAPTURE = (
    "capture AS c ON c.document_id = d.id AND (c.captured_at, c.locator) ="
    " (SELECT captured_at, locator FROM capture WHERE document_id = d.id"
    "  ORDER BY captured_at, locator LIMIT 1)"
)

# The host of a URL within a path. Some servers make one slash of two.
_INNER_HOST = re.compile(r"(?<=/)https?:/+([\w-]+(?:\.[\w-]+)+)(?::\d+)?(?=/|$)", re.IGNORECASE)
# One parameter for each key; SQLite accepts at most 32,766 in a statement.
_KEYS_PER_STATEMENT = 10_000


@dataclass(frozen=True, slots=True)
class PageToStore:
    """A page to be stored, its text, and the sketch of the text."""

    page: Page
    text: str
    sketch: Sketch

    @classmethod
    def of(cls, page: Page, sketch: Sketch) -> PageToStore:
        """A page to store, with the sketch of its text."""
        return cls(page, page.text, sketch)

    @classmethod
    def corrected(
        cls,
        page: Page,
        sketch: Sketch,
        rules: Sequence[SiteRule],
        corrections: Sequence[Correction],
    ) -> PageToStore:
        """A page to store, with the rules of its site and its own corrections applied.

        `sketch` is that of the page's own text.
        """
        if not rules and not corrections:
            return cls.of(page, sketch)
        other = apply_corrections(apply_rules(page, rules), corrections)
        return cls.of(other, Sketch.of(other.text))


def document_ids(db: sqlite3.Connection, keys: Sequence[PageKey]) -> dict[PageKey, int]:
    """The IDs of the stored documents by key, read with few statements for a whole batch."""
    wanted = set(keys)
    hashes = list({bytes.fromhex(key.sha256) for key in wanted})
    found: dict[PageKey, int] = {}
    for start in range(0, len(hashes), _KEYS_PER_STATEMENT):
        some = hashes[start : start + _KEYS_PER_STATEMENT]
        rows = db.execute(
            "SELECT lower(hex(r.sha256)), d.media_type, d.charset, d.id"  # noqa: S608 - only "?"
            " FROM raw AS r JOIN document AS d ON d.raw_id = r.id"
            f" WHERE r.sha256 IN ({', '.join('?' * len(some))})",
            some,
        )
        for sha256, media_type, charset, document in rows:
            key = PageKey(sha256, Media(media_type), charset or None)
            if key in wanted:
                found[key] = document
    return found


def insert_documents(
    db: sqlite3.Connection,
    new: Mapping[int, Cleaned],
    pages_to_store: Mapping[int, PageToStore],
    version: int,
) -> None:
    """Add documents with the given IDs, and their facts, blocks and full-text entries."""
    if not new:
        return
    # Pages of one site are compressed together.
    by_site = sorted(new.values(), key=lambda one: site_of(one.capture.url or one.page.url) or "")
    raws = insert_raws(db, {one.capture.key.sha256: one.payload for one in by_site})
    db.executemany(
        "INSERT INTO document (id, raw_id, media_type, charset, first_seen, cleaner_version,"  # noqa: S608
        f" weights, {', '.join(PAGE_COLUMNS)})"
        f" VALUES (?, ?, ?, ?, ?, ?, ?{', ?' * len(PAGE_COLUMNS)})",
        [
            (
                document,
                raws[one.capture.key.sha256],
                one.capture.key.media_type.value,
                one.capture.key.charset or "",
                one.capture.captured_at,
                version,
                one.page.weights,
                *page_columns(pages_to_store[document]),
            )
            for document, one in new.items()
        ],
    )
    stated = ((document, one.stated) for document, one in new.items() if one.stated is not None)
    db.executemany(
        "INSERT INTO stated_facts (document_id, facts) VALUES (?, ?)",
        [(document, json.dumps(asdict(facts), ensure_ascii=False)) for document, facts in stated],
    )
    insert_content(db, pages_to_store)


def stated_facts(facts: str | None) -> StatedFacts | None:
    """The facts in a row of `stated_facts`; None if there is no row."""
    if facts is None:
        return None
    values = json.loads(facts)
    lists = {name: tuple(values[name]) for name in ("authors", "notes")}
    return StatedFacts(**{**values, **lists})


def page_columns(page_to_store: PageToStore) -> tuple[str | float | None, ...]:
    """The values of PAGE_COLUMNS."""
    page = page_to_store.page
    return (
        page.url,
        page.title,
        _json_list(page.authors),
        page.published,
        page.published_source,
        page.modified,
        page.description,
        page.image,
        page.site_name,
        page.section,
        _json_list(page.tags),
        page.language,
        page_to_store.sketch.n_words,
        page.encoding,
        page.encoding_source,
        _json_list(page.repairs),
        page.quality,
        page.disagreement,
        _json_list(page.notes),
        page.page_type.value,
        folded_or_none(page.title),
    )


def _json_list(values: Sequence[str]) -> str:
    # Most lists are empty, and a call to `dumps` with an option makes a new encoder.
    return json.dumps(values, ensure_ascii=False) if values else "[]"


def insert_content(db: sqlite3.Connection, pages_to_store: Mapping[int, PageToStore]) -> None:
    """Add the blocks of documents, and their entries in the full-text index."""
    _insert_blocks(db, pages_to_store)
    index_text(db, pages_to_store)


def replace_content(db: sqlite3.Connection, pages_to_store: Mapping[int, PageToStore]) -> None:
    """Replace the metadata and blocks of documents, but not their full-text entries."""
    delete_blocks(db, pages_to_store)
    db.executemany(
        f"UPDATE document SET {' = ?, '.join(PAGE_COLUMNS)} = ? WHERE id = ?",  # noqa: S608
        [(*page_columns(one), document) for document, one in pages_to_store.items()],
    )
    _insert_blocks(db, pages_to_store)


def mark_cleaned(db: sqlite3.Connection, pages: Iterable[tuple[int, Page]], version: int) -> None:
    """Note what cleaned documents, and that their records are up to date.

    A record that didn't change gets its `disagreement`, too, if that was unknown.
    """
    db.executemany(
        "UPDATE document SET cleaner_version = ?, weights = ?, disagreement = ?, is_outdated = 0"
        " WHERE id = ?",
        [(version, page.weights, page.disagreement, document) for document, page in pages],
    )


def index_text(db: sqlite3.Connection, documents: Iterable[int]) -> None:
    """Add stored documents to the full-text index, in which they must not be yet."""
    db.execute(
        "INSERT INTO article_search (rowid, title, text)"
        " SELECT id, title, text FROM search_text WHERE id IN (SELECT value FROM json_each(?))",
        (id_list(documents),),
    )


def _insert_blocks(db: sqlite3.Connection, pages_to_store: Mapping[int, PageToStore]) -> None:
    blocks = {document: one.page.blocks for document, one in pages_to_store.items()}
    insert_blocks(db, blocks, find_shared(db, blocks))


def insert_captures(
    db: sqlite3.Connection, run_id: int, captures: Iterable[tuple[int, CaptureRecord]]
) -> None:
    """Add captures that aren't stored yet.

    If two captures of a document have the same locator and second but different URLs, the smaller
    URL is kept, so that the result doesn't depend on their order.
    """
    db.executemany(
        "INSERT INTO capture (document_id, captured_at, locator, url, run_id, rights)"
        " VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET url = excluded.url"
        " WHERE excluded.url IS NOT NULL AND (url IS NULL OR excluded.url < url)",
        [
            (document, seen.captured_at, seen.locator, seen.url, run_id, seen.rights)
            for document, seen in captures
        ],
    )


def refresh_first_seen(db: sqlite3.Connection, documents: Iterable[int]) -> list[int]:
    """Update time and site from the canonical captures.

    Returns the IDs of the documents whose time is now earlier, or whose site is another one.
    """
    rows = db.execute(
        "SELECT d.id, d.first_seen, d.site, d.page_url, c.captured_at, c.url"  # noqa: S608
        f" FROM document AS d JOIN {CANONICAL_CAPTURE}"
        " WHERE d.id IN (SELECT value FROM json_each(?))",
        (id_list(documents),),
    ).fetchall()
    moved, changed = [], []
    for document, first_seen, site, page_url, captured_at, url in rows:
        host = site_of(url or page_url)
        if captured_at < first_seen or host != site:
            moved.append(document)
        if (first_seen, site) != (captured_at, host):
            changed.append((captured_at, host, document))
    db.executemany("UPDATE document SET first_seen = ?, site = ? WHERE id = ?", changed)
    return moved


def site_of(url: str | None) -> str | None:
    """The host of a URL without `www.`; None if it has no host.

    A web archive has the whole URL of a page in its own path; the page's site is the inner one.

    >>> site_of("https://www.example.org:8080/news?id=1")
    'example.org'
    >>> site_of("https://archive.example/web/2026/https://www.example.org/news")
    'example.org'
    """
    try:
        host = urlsplit(url).hostname if url else None
        inner = _INNER_HOST.findall(urlsplit(url).path) if url else []
    except ValueError:
        return None
    host = inner[-1].casefold() if inner else host
    return host.removeprefix("www.") or None if host else None
