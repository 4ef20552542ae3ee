"""Reads mail, especially newsletters: one message (.eml, .emlx) or many (mbox)."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.headerregistry import HeaderRegistry
from email.message import EmailMessage
from email.utils import getaddresses
from functools import partial
from typing import IO, Any

from cleaners.model import Capture, StatedFacts
from flows.sources.archives.reader import (
    ArchiveRecord,
    ReadOptions,
    Skipped,
    archive_record,
    record_locator,
)
from flows.sources.discover import InputRef
from flows.sources.errors import ReadError, ReadErrorKind, too_large
from flows.sources.file_formats import PAGE_MEDIA_TYPES
from flows.sources.streams import open_decompressed
from flows.sources.timestamps import parse_day, parse_timestamp

# Precedes each message of an mbox file (RFC 4155).
_SEPARATOR = b"From "
_HEADERS = HeaderRegistry()
# The email package takes memory with the square of a header's length.
_MAX_HEADER_CHARS = 1 << 14


def _header(name: str, value: str) -> Any:
    """Parse a header, or its start; it is kept as text if the email package fails ("From: a@[")."""
    value = value[:_MAX_HEADER_CHARS]
    try:
        return _HEADERS(name, value)
    except RecursionError:
        raise
    except Exception:  # the email package raises many kinds of errors
        return None if name.lower() == "content-disposition" else value


_POLICY = policy.default.clone(header_factory=_header)


def read_mail(ref: InputRef, after: int, options: ReadOptions) -> Iterator[ArchiveRecord]:
    """The messages after number `after`, counted from 1."""
    with open_decompressed(ref.path) as stream:
        for number, message in enumerate(_messages(stream, options.max_bytes), 1):
            if number > after:
                page = partial(_page, ref, number, message, options)
                yield archive_record(ref, number, number, page)


def _messages(stream: IO[bytes], max_bytes: int) -> Iterator[bytes]:
    """The messages; one over the limit is cut off just above `max_bytes`."""
    message, after_blank, is_mbox = bytearray(), True, None
    while line := stream.readline(max_bytes):
        if is_mbox is None and line[:20].strip().isdigit():
            # Apple Mail's .emlx: the message's length, the message, and a property list.
            yield stream.read(min(int(line[:20]), max_bytes + 1))
            return
        if is_mbox is None:
            is_mbox = line.startswith(_SEPARATOR)
        if is_mbox and after_blank and line.startswith(_SEPARATOR):
            if message.strip():
                yield bytes(message)
            message = bytearray()
        elif len(message) <= max_bytes:
            message += line[1:] if is_mbox and line.startswith(b">From ") else line
        after_blank = not line.strip()
    if message.strip():
        yield bytes(message)


def _page(ref: InputRef, number: int, content: bytes, options: ReadOptions) -> Capture | Skipped:
    """The text of a message, preferably its HTML part; raises ReadError."""
    if len(content) > options.max_bytes:
        raise too_large(options.max_bytes)
    try:
        message = message_from_bytes(content, policy=_POLICY)
        assert isinstance(message, EmailMessage)
        body = message.get_body(("html", "plain"))
        payload = body.get_payload(decode=True) if body else None
        subject, sender = str(message.get("Subject", "")), str(message.get("From", ""))
        sent = str(message.get("Date", ""))
    except RecursionError as error:
        raise ReadError(ReadErrorKind.NO_PAGE, "its parts are nested too deeply") from error
    if body is None or not isinstance(payload, bytes) or not payload.strip():
        if not message.keys():
            raise ReadError(
                ReadErrorKind.NO_PAGE, "it is not a mail message: it has no header lines"
            )
        return Skipped("messages without text")
    names = tuple(name for name, _ in getaddresses([sender]) if name)
    facts = StatedFacts(
        title=" ".join(subject.split()) or None, authors=names, published=parse_day(sent)
    )
    return Capture(
        record_locator(ref, number),
        payload,
        PAGE_MEDIA_TYPES[body.get_content_type()],
        charset=body.get_content_charset(),
        captured_at=parse_timestamp(sent),
        stated=facts,
    )
