"""Reads the URL and the time that browsers and tools write into the pages that they save."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import replace
from datetime import datetime

from cleaners.model import Capture
from flows.sources.errors import too_large
from flows.sources.timestamps import parse_timestamp

_HEAD_BYTES = 1 << 14
# Chrome, Edge and Internet Explorer: "saved from url=(0023)https://example.org/a".
_BROWSER = re.compile(rb"<!--\s*saved from url=\(\d+\)(https?://\S+)\s*-->", re.IGNORECASE)
_SINGLE_FILE = re.compile(
    rb"<!--\s*Page saved with SingleFile\s+url:\s*(https?://\S+)(?:\s+saved date:\s*([^\r\n]+))?"
)
_HTTRACK = re.compile(
    rb"<!--\s*Mirrored from (\S+) by HTTrack Website Copier[^,>]*,\s*([^>]+?)\s*-->"
)
_SAVE_PAGE_WE = re.compile(rb"<meta name=.?savepage-(url|date).? content=[\"']([^\"'>]+)")
_END_OF_ZIP = b"PK\x05\x06"  # APPNOTE.TXT, 4.3.16
_MAX_ZIP_END_BYTES = 1 << 17
_ZONE = re.compile(r"\s*(?:GMT)?([+-]\d{4})?\s*(?:\([^)]*\))?$")


def with_saved_address(capture: Capture) -> Capture:
    """Add the URL and the time of saving that a saved page states to its capture."""
    if capture.url:
        return capture
    head = capture.payload[:_HEAD_BYTES]
    url, date = _stated(head)
    if url is None:
        return capture
    found = _saved_at(date) if date else None
    return replace(capture, url=url, captured_at=found or capture.captured_at)


def with_page_inside(capture: Capture, max_bytes: int) -> Capture:
    """Unpack the page from a file that is an HTML page and a ZIP archive at once.

    SingleFile saves such files: the outer page only unpacks the inner one, index.html.
    """
    if _END_OF_ZIP not in capture.payload[-_MAX_ZIP_END_BYTES:]:
        return capture
    try:
        with (
            zipfile.ZipFile(io.BytesIO(capture.payload)) as archive,
            archive.open("index.html") as file,
        ):
            page = file.read(max_bytes + 1)
    except (zipfile.BadZipFile, KeyError, RuntimeError, NotImplementedError, zlib.error, EOFError):
        return capture
    if len(page) > max_bytes:
        raise too_large(max_bytes)
    return replace(capture, payload=page)


def _stated(head: bytes) -> tuple[str | None, str | None]:
    """The URL and the date, as the page states them."""
    if found := _SINGLE_FILE.search(head):
        return _text(found[1]), _text(found[2])
    if found := _BROWSER.search(head):
        return _text(found[1]), None
    if found := _HTTRACK.search(head):
        return f"http://{_text(found[1])}", _text(found[2])
    metas: dict[bytes, bytes] = dict(_SAVE_PAGE_WE.findall(head))
    return _text(metas.get(b"url")), _text(metas.get(b"date"))


def _text(value: bytes | None) -> str | None:
    return value.decode("utf-8", "replace").strip() if value else None


def _saved_at(date: str) -> datetime | None:
    """The time in a date as JavaScript prints it, or in another common format.

    >>> _saved_at("Tue May 21 2024 18:00:00 GMT+0200 (Central European Summer Time)")
    datetime.datetime(2024, 5, 21, 16, 0, tzinfo=datetime.timezone.utc)
    """
    zone = _ZONE.search(date)
    plain = date[: zone.start()].strip() if zone else date
    try:
        found = datetime.strptime(
            f"{plain} {zone[1] if zone and zone[1] else '+0000'}", "%a %b %d %Y %H:%M:%S %z"
        )
    except ValueError:
        return parse_timestamp(date)
    return parse_timestamp(found)
