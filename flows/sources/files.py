"""Reads a file, or standard input, to a capture; what can't be read is a Rejected, and why."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from cleaners.model import Capture
from flows.sources import decompress, mhtml
from flows.sources.archives.reader import DEFAULT_MAX_BYTES, too_large_message
from flows.sources.discover import STDIN, InputRef, reject_input
from flows.sources.errors import DANGLING_LINK, TransientReadError, explain_os_error, is_transient
from flows.sources.formats import Format, media_type_of, split_compression
from flows.sources.timestamps import from_epoch_seconds
from warehouse.model import Rejected

_FILE_KINDS = (
    (stat.S_ISDIR, "it is a folder"),
    (stat.S_ISFIFO, "it is a pipe, not a file; to read from a pipe, give - as the source"),
    (stat.S_ISSOCK, "it is a socket, not a file"),
    (stat.S_ISCHR, "it is a device, not a file"),
    (stat.S_ISBLK, "it is a device, not a file"),
)


def read_file(
    found: InputRef, limit: int = DEFAULT_MAX_BYTES, patient: bool = False
) -> Capture | Rejected:
    """The capture in a file, of at most `limit` bytes before and after decompression.

    With `patient`, an error that may pass raises TransientReadError, for the caller to try again.
    """
    try:
        payload, captured_at = (
            _standard_input(limit) if found.path == STDIN else _file(found, limit)
        )
        named = split_compression(found.path)[1] if found.path != STDIN else ""
        ending = named or (decompress.sniffed(payload) if found.path == STDIN else "")
        if ending:
            payload = decompress.decompress(payload, ending, limit)
    except OSError as error:
        if patient and is_transient(error):
            raise TransientReadError(f"{found.locator}: {explain_os_error(error)}") from error
        dangling = isinstance(error, FileNotFoundError) and Path(found.path).is_symlink()
        why = DANGLING_LINK if dangling else explain_os_error(error)
        return reject_input(found.path, type(error).__name__, why)
    except decompress.Damaged as error:
        return reject_input(found.path, "Damaged", str(error))
    except decompress.TooLarge:
        return reject_input(found.path, "TooLarge", too_large_message(limit))
    except _NoFile as error:
        return reject_input(found.path, "NotAFile", str(error))
    media_type = None if found.path == STDIN else media_type_of(found.path)
    capture = Capture(found.locator, payload, media_type, captured_at=captured_at)
    try:
        return mhtml.extract_mhtml_page(capture) if found.format is Format.MHTML else capture
    except mhtml.NoPage as error:
        return reject_input(found.path, "NoPage", str(error))


class _NoFile(Exception):
    """Something in the file system that isn't a file."""


def _file(found: InputRef, limit: int) -> tuple[bytes, datetime]:
    # Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
    descriptor = os.open(found.path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise _NoFile(_file_kind(status.st_mode))
        if status.st_size > limit:
            raise decompress.TooLarge
        payload = _at_most(file.read, limit)
    return payload, from_epoch_seconds(status.st_mtime)


def _standard_input(limit: int) -> tuple[bytes, datetime]:
    return _at_most(sys.stdin.buffer.read, limit), datetime.now(UTC)


def _at_most(read_some: Callable[[int], bytes | None], limit: int) -> bytes:
    """All that can be read; raises TooLarge beyond `limit`, and never holds much more than that."""
    content = bytearray()
    while chunk := read_some(min(1 << 20, limit + 1 - len(content))):
        content += chunk
        if len(content) > limit:
            raise decompress.TooLarge
    return bytes(content)


def _file_kind(mode: int) -> str:
    return next((what for test, what in _FILE_KINDS if test(mode)), "it is not a file")
