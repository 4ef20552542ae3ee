"""Reads the pages in a .zip archive, in the order in which it lists them."""

from __future__ import annotations

import lzma
import zipfile
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial

from cleaners.model import Capture
from flows.sources.archives.members import is_page_name, page_from_member
from flows.sources.archives.reader import ArchiveRecord, ReadOptions, Skipped, archive_record
from flows.sources.discover import InputRef
from flows.sources.errors import ReadError, ReadErrorKind, damaged, too_large
from flows.sources.file_formats import kind_of_name

_ENCRYPTED_FLAG = 1  # of a member's flags: APPNOTE.TXT, 4.4.4


def read_zip(ref: InputRef, after: int, options: ReadOptions) -> Iterator[ArchiveRecord]:
    """The pages after member number `after`; raises ReadError if the file isn't a ZIP archive."""
    try:
        archive = zipfile.ZipFile(ref.path)
    except (zipfile.BadZipFile, NotImplementedError, EOFError) as error:
        raise damaged(f"it is not a ZIP archive, or is cut off ({error})") from error
    with archive:
        for number, member in enumerate(archive.infolist(), 1):
            if number > after and not member.is_dir():
                page = partial(_page, ref, archive, member, options)
                yield archive_record(ref, member.filename, number, page)


def _page(
    ref: InputRef, archive: zipfile.ZipFile, member: zipfile.ZipInfo, options: ReadOptions
) -> Capture | Skipped:
    name = member.filename
    if not is_page_name(name):
        return Skipped(kind_of_name(name))
    if member.flag_bits & _ENCRYPTED_FLAG:
        why = "it is encrypted: unpack the archive with its password first"
        raise ReadError(ReadErrorKind.ENCRYPTED, why)
    if member.file_size > options.max_bytes:
        raise too_large(options.max_bytes)
    try:
        with archive.open(member) as file:
            content = file.read(options.max_bytes + 1)
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError) as error:
        raise damaged(f"it is damaged in the archive ({error})") from error
    except (NotImplementedError, RuntimeError) as error:
        raise damaged(f"its compression method can't be read ({error})") from error
    return page_from_member(ref, name, content, _modified_at(member), options)


def _modified_at(member: zipfile.ZipInfo) -> datetime | None:
    """When a member was modified. ZIP stores no time zone: UTC is the same on every machine."""
    try:
        return datetime(*member.date_time, tzinfo=UTC)
    except ValueError:
        return None
