"""Reads a text file in which a database exported several articles; each becomes a page."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from cleaners.encoding.decode import decode
from cleaners.model import Capture, Media, Rejection, StatedFacts
from cleaners.rules.documents import Document, find_documents
from flows.sources.archives.reader import (
    ArchiveRecord,
    ReadOptions,
    archive_record,
    record_locator,
)
from flows.sources.discover import InputRef
from flows.sources.errors import ReadError, ReadErrorKind, too_large
from flows.sources.streams import open_decompressed


def read_text_dump(ref: InputRef, after: int, options: ReadOptions) -> Iterator[ArchiveRecord]:
    """The articles after number `after`, counted from 1, with their bytes from the file."""
    with open_decompressed(ref.path) as stream:
        content = stream.read(options.max_bytes + 1)
    if len(content) > options.max_bytes:
        raise too_large(options.max_bytes)
    try:
        encoding = decode(content, Media.TEXT).encoding
    except Rejection as rejection:
        raise ReadError(ReadErrorKind.NO_PAGE, rejection.message) from rejection
    lines = content.decode(encoding, "replace").split("\n")
    pieces = content.split(b"\n")
    if len(pieces) != len(lines):  # the encoding has line ends of several bytes
        pieces, encoding = [line.encode() for line in lines], "utf-8"
    lines = [line.rstrip("\r") for line in lines]
    for number, part in enumerate(find_documents(lines) or [Document(0, len(lines))], 1):
        if number > after:
            payload = b"\n".join(pieces[part.start : part.stop])
            page = partial(_page, ref, number, part, payload, encoding)
            yield archive_record(ref, number, number, page)


def _page(ref: InputRef, number: int, part: Document, payload: bytes, charset: str) -> Capture:
    return Capture(
        record_locator(ref, number),
        payload,
        Media.TEXT,
        url=part.url,
        charset=charset,
        stated=StatedFacts(title=part.title) if part.title else None,
    )
