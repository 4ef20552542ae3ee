"""Reads a page from a member of a .zip or .tar archive."""

from __future__ import annotations

from datetime import datetime

from cleaners.model import Capture
from flows.sources.archives.reader import ReadOptions, record_locator
from flows.sources.discover import InputRef
from flows.sources.errors import too_large
from flows.sources.file_formats import (
    SINGLE_PAGE_FORMATS,
    Format,
    format_of,
    media_type_of,
    split_compression,
)
from flows.sources.mhtml import extract_mhtml_page
from flows.sources.non_pages import refuse_non_pages
from flows.sources.streams import decompress


def is_page_name(name: str) -> bool:
    """Whether a member's name is that of a page, and not hidden."""
    last = name.rstrip("/").rpartition("/")[2]
    is_hidden = last.startswith(".") or "__MACOSX/" in name
    return format_of(name) in SINGLE_PAGE_FORMATS and not is_hidden


def page_from_member(
    ref: InputRef, name: str, content: bytes, modified_at: datetime | None, options: ReadOptions
) -> Capture:
    """The page in a member, decompressed as its own name says; raises ReadError."""
    if len(content) > options.max_bytes:
        raise too_large(options.max_bytes)
    if extension := split_compression(name)[1]:
        content = decompress(content, extension, options.max_bytes)
    locator = record_locator(ref, name)
    capture = Capture(locator, content, media_type_of(name), captured_at=modified_at)
    if format_of(name) is Format.MHTML:
        return extract_mhtml_page(capture)
    refuse_non_pages(capture)
    return capture
