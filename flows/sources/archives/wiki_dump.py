"""Reads a MediaWiki XML dump; the newest revision of each article becomes a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import quote

from cleaners.model import Capture, Media, StatedFacts
from flows.sources.archives.reader import (
    ArchiveRecord,
    ReadOptions,
    Skipped,
    archive_record,
    record_locator,
)
from flows.sources.archives.records import stated_language
from flows.sources.discover import InputRef
from flows.sources.errors import ReadError, ReadErrorKind, damaged, too_large
from flows.sources.streams import open_decompressed
from flows.sources.timestamps import parse_timestamp

if TYPE_CHECKING:
    from lxml.etree import _Element

# The XML elements to read.
_READ = ("mediawiki", "siteinfo", "revision", "page", "logitem")
# The namespace of articles.
_ARTICLES = "0"
# The numbers of the namespaces whose links show no text: files and categories.
_HIDDEN_KEYS = frozenset(("6", "14"))
_HIDDEN = frozenset(("file", "image", "category"))
# An element of a dump that takes more bytes than this ends the reading, because the XML parser
# holds all of it in memory. MediaWiki's own limit for a text is 2 MB.
_MAX_ELEMENT_BYTES = 128 * 1024 * 1024


@dataclass(slots=True)
class _Wiki:
    """The wiki's properties from the head of the dump."""

    language: str | None = None
    article_path: str | None = None
    hidden: frozenset[str] = field(default=_HIDDEN)


class _BoundedStream:
    """A stream of XML that refuses to go on when an element in it doesn't end."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._read = 0

    def read(self, size: int) -> bytes:
        """The next bytes; raises ReadError when too many came since an element ended."""
        self._read += size
        if self._read > _MAX_ELEMENT_BYTES:
            raise too_large(_MAX_ELEMENT_BYTES)
        return self._stream.read(size)

    def note_end(self) -> None:
        """Says that an element has ended."""
        self._read = 0


def read_wiki_dump(ref: InputRef, after: int, options: ReadOptions) -> Iterator[ArchiveRecord]:
    """The articles after page number `after`, counted from 1; other namespaces are skipped.

    Holds one page in memory. Raises ReadError for damage, which ends the reading.
    """
    from lxml import etree

    wiki, number, newest = _Wiki(), 0, dict[str, str]()
    with open_decompressed(ref.path) as stream:
        bounded = _BoundedStream(stream)
        events = etree.iterparse(
            bounded,
            events=("start", "end"),
            tag=tuple(f"{{*}}{name}" for name in _READ),
            resolve_entities=False,
            no_network=True,
            huge_tree=True,
        )
        try:
            for event, element in events:
                name = etree.QName(element).localname
                bounded.note_end()
                if event == "start":
                    code = element.get("{http://www.w3.org/XML/1998/namespace}lang")
                    wiki.language = wiki.language or stated_language(code)
                elif name == "siteinfo":
                    _read_head(element, wiki)
                elif name == "revision":
                    newest = max(_texts(element), newest, key=_revision_time)
                    _forget_text(element)
                elif name == "logitem":
                    _forget(element)
                elif name == "page":
                    number += 1
                    facts = _texts(element) | {f"revision {key}": newest[key] for key in newest}
                    newest = {}
                    _forget(element)
                    if number > after:
                        title = facts.get("title", "")
                        page = partial(_page, ref, facts, wiki, options)
                        yield archive_record(ref, title or number, number, page)
        except etree.XMLSyntaxError as error:
            raise damaged(f"the dump is cut off or is not XML ({error.msg})") from error
    if not number:
        raise ReadError(ReadErrorKind.NO_PAGES, "it is a wiki dump without pages")


def _read_head(siteinfo: _Element, wiki: _Wiki) -> None:
    base = siteinfo.findtext("{*}base") or ""
    if base.startswith(("http:", "https:")):
        # The main page's URL. All article URLs begin with the same path.
        wiki.article_path = base.rpartition("/")[0] + "/"
    named = siteinfo.iterfind("{*}namespaces/{*}namespace")
    wiki.hidden = _HIDDEN | {
        str(one.text).lower() for one in named if one.get("key") in _HIDDEN_KEYS and one.text
    }


def _texts(element: Any) -> dict[str, str]:
    """The text of an element's children, by name; "" for those without text."""
    return {child.tag.rpartition("}")[2]: child.text or "" for child in element}


def _forget(element: Any) -> None:
    """Free a page that has been read, and the siblings before it."""
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]


def _forget_text(revision: Any) -> None:
    """Free a revision that has been read, and the one before it.

    A page's history may have thousands.
    """
    revision.clear()
    before = revision.getprevious()
    if before is not None and before.tag == revision.tag:
        revision.getparent().remove(before)


def _revision_time(facts: dict[str, str]) -> str:
    return facts.get("timestamp", "")


def _page(ref: InputRef, facts: dict[str, str], wiki: _Wiki, options: ReadOptions) -> Any:
    from flows.sources.wikitext import wikitext_to_html, without_unclosed_markup

    if facts.get("ns", _ARTICLES) != _ARTICLES:
        return Skipped("wiki pages that aren't articles")
    text = facts.get("revision text", "")
    if "redirect" in facts or text[:9].upper() == "#REDIRECT":
        return Skipped("redirects")
    if facts.get("revision model", "wikitext") not in {"wikitext", ""}:
        return Skipped("wiki pages that aren't text")
    if len(text) > options.max_bytes:
        raise too_large(options.max_bytes)
    text, note = without_unclosed_markup(text)
    content = wikitext_to_html(text, wiki.hidden)
    if not content:
        raise ReadError(ReadErrorKind.NO_TEXT, "it has no text of its own")
    title = " ".join(facts.get("title", "").split())
    name = quote(title.replace(" ", "_"), safe="/:(),'!*;@")
    return Capture(
        record_locator(ref, title),
        f"<article>{content}</article>".encode("utf-8", "replace"),
        Media.HTML,
        url=wiki.article_path + name if wiki.article_path and title else None,
        charset="utf-8",
        captured_at=parse_timestamp(facts.get("revision timestamp")),
        stated=StatedFacts(
            title=title or None, language=wiki.language, notes=(note,) if note else ()
        ),
    )
