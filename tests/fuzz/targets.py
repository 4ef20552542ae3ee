"""What must hold for any bytes at all: one function a target, for atheris and for kept cases alike.

A function raises AssertionError, or whatever the product wrongly raises, where something doesn't
hold. The first byte of an input chooses among the forms that the rest of it comes in.
"""

from __future__ import annotations

import gzip
import re
import tempfile
from collections.abc import Callable, Iterable
from itertools import pairwise
from pathlib import Path

from cleaners import clean
from cleaners.blocks.html import html_blocks, parse_html
from cleaners.blocks.raw import RawPage
from cleaners.blocks.text import text_blocks
from cleaners.clean import printed_text
from cleaners.encoding.decode import decode
from cleaners.encoding.sniff import detect_media
from cleaners.model import Capture, Kind, Media, Rejection
from cleaners.page import Page
from flows.sources.archives import warc as warcs
from flows.sources.archives.reader import ArchiveRecord, ReadOptions
from flows.sources.discover import InputRef
from flows.sources.file_formats import Format
from flows.sources.web.feeds import MAX_URLS, extract_links
from warehouse.model import Rejected

_CHARSETS = (None, "utf-8", "windows-1251", "iso-8859-1", "shift_jis", "utf-16", "gbk", "no-such")
_MEDIA = (Media.TEXT, Media.HTML, None)
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_LIMIT = 1 << 20


def decode_holds(data: bytes) -> None:
    """Bytes are text without anything unseen in it, the same every time, or are refused."""
    choice, payload = data[:1] or b"\0", data[1:]
    media = Media.HTML if choice[0] & 1 else Media.TEXT
    charset = _CHARSETS[(choice[0] >> 1) % len(_CHARSETS)]
    try:
        found = decode(payload, media, charset)
    except Rejection as refused:
        assert refused.message
        return
    assert found.text.strip()
    assert not _UNSEEN.search(found.text)
    assert found == decode(payload, media, charset)


def html_holds(data: bytes) -> None:
    """The blocks of HTML are made of the text in its tree, in its order."""
    html = data.decode("utf-8", "replace")
    page = html_blocks(html)
    _holds_together(page)
    root = parse_html(html).root
    text = root.text(deep=True) if root is not None else ""
    assert _in_order((block.text for block in page.blocks), text)


def text_holds(data: bytes) -> None:
    """The blocks of text have all that is in it but white space, in its order."""
    text = data.decode("utf-8", "replace")
    page = text_blocks(text)
    _holds_together(page)
    assert _letters(block.list_mark + block.text for block in page.blocks) == _letters([text])


def clean_holds(data: bytes) -> None:
    """A page is made of its own text, marked and not deleted; its clean text is clean."""
    choice, payload = data[:1] or b"\0", data[1:]
    capture = Capture("page", payload, _MEDIA[choice[0] % len(_MEDIA)])
    try:
        page = clean(capture)
    except Rejection as refused:
        assert refused.message
        return
    media = detect_media(capture)
    text = decode(payload, media).text
    _is_marked(page)
    if media is Media.TEXT:
        assert _letters(block.text for block in page.blocks) == _letters([text])
    else:
        root = parse_html(text).root
        source = root.text(deep=True) if root is not None else ""
        assert _in_order((block.text for block in page.blocks), source)
    assert page == clean(capture)
    if media is Media.TEXT and page.text:
        again = clean(Capture("clean", printed_text(page).encode(), media))
        assert all(block.kept for block in again.blocks)


def warc_holds(data: bytes) -> None:
    """An archive gives pages and rejects, however it is damaged, and goes on behind any record."""
    form, content = (data[:1] or b"\0")[0] % 4, data[1:]
    ending = ("", ".gz", ".gz", ".zst")[form]
    packed = gzip.compress(content, 1) if form == 1 else content
    with tempfile.TemporaryDirectory(dir=_in_memory()) as folder:
        path = Path(folder) / f"pages.warc{ending}"
        path.write_bytes(packed)
        entries = _read(path)
        assert all(before.position <= after.position for before, after in pairwise(entries))
        pages = [entry.item for entry in entries if isinstance(entry.item, Capture)]
        assert all(len(page.payload) <= _LIMIT for page in pages)
        sound = [n for n, entry in enumerate(entries) if not isinstance(entry.item, Rejected)]
        if sound:
            middle = sound[len(sound) // 2]
            rest = entries[middle + 1 :]
            if not any(isinstance(entry.item, Rejected) for entry in entries):
                assert _read(path, entries[middle].position) == rest


def feed_holds(data: bytes) -> None:
    """A list of addresses gives those that can be fetched, each once, or is none."""
    choice, content = (data[:1] or b"\0")[0] % 2, data[1:]
    links = extract_links(content, "https://news.example/feed", ("text/xml", "")[choice])
    if links is not None:
        assert len(links.urls) <= MAX_URLS
        assert len(set(links.urls)) == len(links.urls)
        assert all(one.startswith(("http:", "https:")) for one in links.urls)


TARGETS: dict[str, Callable[[bytes], None]] = {
    "decode": decode_holds,
    "html": html_holds,
    "text": text_holds,
    "warc": warc_holds,
    "feed": feed_holds,
    "clean": clean_holds,
}


def _read(path: Path, after: int = 0) -> list[ArchiveRecord]:
    return list(
        warcs.read_warc(
            InputRef("pages", str(path), Format.WARC), after, ReadOptions(max_bytes=_LIMIT)
        )
    )


def _in_memory() -> str | None:
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


def _holds_together(page: RawPage) -> None:
    """Every block has text and stands in an element, and every element in one before it."""
    assert all(block.text for block in page.blocks)
    assert all(0 <= block.container < len(page.containers) for block in page.blocks)
    assert all(-1 <= one.parent < place for place, one in enumerate(page.containers))


def _is_marked(page: Page) -> None:
    """Every block is kept, or is gone for a reason that is said; the text is of those kept."""
    for block in page.blocks:
        assert block.text
        if block.removal is not None:
            assert block.removal.detail
            assert 0 <= block.removal.confidence <= 1
            assert block.kind is not Kind.TITLE
    assert 0 <= page.quality <= 1
    kept = [block.text for block in page.blocks if block.kept and block.kind is not Kind.TITLE]
    assert page.text == "\n\n".join(kept)


def _letters(texts: Iterable[str]) -> str:
    return "".join("".join(text.split()) for text in texts)


def _in_order(texts: Iterable[str], source: str) -> bool:
    """Whether the characters of texts, white space aside, stand in a source in their order."""
    rest = iter(source)
    return all(char in rest for char in _letters(texts))
