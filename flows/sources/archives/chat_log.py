"""Reads a chat that a messenger exported or copied as text; each message becomes a page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from cleaners.encoding.decode import decode
from cleaners.model import Capture, Media, Rejection, StatedFacts
from flows.sources.archives.reader import (
    ArchiveRecord,
    ReadOptions,
    Skipped,
    archive_record,
    record_locator,
)
from flows.sources.chat_lines import ChatMessage, chat_day, chat_messages, is_month_first
from flows.sources.discover import InputRef
from flows.sources.errors import ReadError, ReadErrorKind, too_large
from flows.sources.streams import open_decompressed

_LEFT_OUT = re.compile(
    r"[\u200e\u200f]*(?:<[^<>]{3,40}>|\S+ \((?:file attached|Datei angehängt|файл добавлен)\)|"
    r"(?:image|video|audio|sticker|document|GIF|Contact card) (?:omitted|weggelassen))",
    re.I,
)

# The messenger's own notices are no longer than this.
_MAX_NOTICE_CHARS = 200


def read_chat_log(ref: InputRef, after: int, options: ReadOptions) -> Iterator[ArchiveRecord]:
    """The messages after number `after`, counted from 1."""
    with open_decompressed(ref.path) as stream:
        content = stream.read(options.max_bytes + 1)
    if len(content) > options.max_bytes:
        raise too_large(options.max_bytes)
    try:
        text = decode(content, Media.TEXT).text
    except Rejection as rejection:
        raise ReadError(ReadErrorKind.NO_PAGE, rejection.message) from rejection
    messages = list(chat_messages(text.splitlines()))
    month_first = is_month_first(message.day for message in messages)
    for number, message in enumerate(messages, 1):
        if number > after:
            page = partial(_page, ref, number, message, month_first)
            yield archive_record(ref, number, number, page)


def _page(ref: InputRef, number: int, message: ChatMessage, month_first: bool) -> Capture | Skipped:
    text = "\n".join(message.lines).strip()
    if not message.name and len(text) < _MAX_NOTICE_CHARS:
        return Skipped("service messages")
    if not text or _LEFT_OUT.fullmatch(text):
        return Skipped("messages without text")
    facts = StatedFacts(
        authors=(" ".join(message.name.split()),) if message.name else (),
        published=chat_day(message.day, month_first),
        is_message=True,
    )
    locator = record_locator(ref, number)
    return Capture(locator, text.encode(), Media.TEXT, charset="utf-8", stated=facts)
