"""Reads one page from a file or from standard input."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable
from datetime import UTC, datetime

from cleaners.model import Capture, StatedFacts
from flows.sources.archives.reader import DEFAULT_MAX_BYTES
from flows.sources.discover import STDIN, InputRef
from flows.sources.errors import (
    ReadError,
    ReadErrorKind,
    TransientReadError,
    explain_read_error,
    is_transient,
    rejected,
    too_large,
)
from flows.sources.file_formats import Format, media_type_of
from flows.sources.mhtml import extract_mhtml_page
from flows.sources.non_pages import refuse_non_pages, refuse_source_code
from flows.sources.remote import describe, is_remote, open_file
from flows.sources.saved_page import with_page_inside, with_saved_address
from flows.sources.sniff_format import decompress_page
from flows.sources.timestamps import from_epoch_seconds
from flows.sources.web_archive import extract_web_archive_page
from warehouse.model import Rejected

_FILE_KINDS = (
    (stat.S_ISDIR, "it is a folder"),
    (stat.S_ISFIFO, "it is a pipe, not a file; to read from a pipe, give - as the source"),
    (stat.S_ISSOCK, "it is a socket, not a file"),
    (stat.S_ISCHR, "it is a device, not a file"),
    (stat.S_ISBLK, "it is a device, not a file"),
)


def read_file(
    ref: InputRef, max_bytes: int = DEFAULT_MAX_BYTES, patient: bool = False
) -> Capture | Rejected:
    """Read the page in a file, of at most `max_bytes` before and after decompression.

    Returns a reject if it can't be read. With `patient`, an error that may be temporary raises
    TransientReadError instead, so that the caller can retry.
    """
    try:
        return _capture(ref, max_bytes)
    except (OSError, ReadError) as error:
        if patient and is_transient(error):
            raise TransientReadError(f"{ref.locator}: {explain_read_error(error)}") from error
        return rejected(ref.locator, error)


def _capture(ref: InputRef, max_bytes: int) -> Capture:
    if ref.path == STDIN:
        payload, captured_at = _standard_input(max_bytes)
        name, media_type = "", None
    else:
        payload, captured_at = _file(ref.path, max_bytes)
        name, media_type = ref.path, media_type_of(ref.path)
    payload, damage = decompress_page(payload, name, max_bytes)
    notes = tuple(note for note in (ref.note, damage) if note)
    stated = StatedFacts(notes=notes) if notes else None
    capture = Capture(ref.locator, payload, media_type, captured_at=captured_at, stated=stated)
    if ref.format is Format.MHTML:
        return extract_mhtml_page(capture)
    if ref.format is Format.WEBARCHIVE:
        return extract_web_archive_page(capture)
    refuse_source_code(name)
    capture = with_page_inside(capture, max_bytes)
    refuse_non_pages(capture)
    return with_saved_address(capture)


def _file(path: str, max_bytes: int) -> tuple[bytes, datetime]:
    if is_remote(path):
        found = describe(path)
        if found.size > max_bytes:
            raise too_large(max_bytes)
        with open_file(path) as file:
            return _at_most(file.read, max_bytes), found.modified_at or datetime.now(UTC)
    # Without O_NONBLOCK, opening a pipe that nobody writes to would block forever.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(descriptor, "rb", buffering=0) as local:
        status = os.fstat(local.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise ReadError(ReadErrorKind.NOT_A_FILE, _file_kind(status.st_mode))
        if status.st_size > max_bytes:
            raise too_large(max_bytes)
        payload = _at_most(local.read, max_bytes)
    return payload, from_epoch_seconds(status.st_mtime)


def _standard_input(max_bytes: int) -> tuple[bytes, datetime]:
    return _at_most(sys.stdin.buffer.read, max_bytes), datetime.now(UTC)


def _at_most(read_some: Callable[[int], bytes | None], max_bytes: int) -> bytes:
    """Read the whole content; raises ReadError once it exceeds `max_bytes`."""
    content = bytearray()
    while chunk := read_some(min(1 << 20, max_bytes + 1 - len(content))):
        content += chunk
        if len(content) > max_bytes:
            raise too_large(max_bytes)
    return bytes(content)


def _file_kind(mode: int) -> str:
    return next((what for test, what in _FILE_KINDS if test(mode)), "it is not a file")
