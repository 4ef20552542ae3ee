"""Reads the pages in a .zip archive, in the order of its directory."""

from __future__ import annotations

import lzma
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from shutil import copyfileobj
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO

from cleaners.model import Capture
from flows.sources.archives.members import (
    MemberKind,
    kind_of_member,
    page_from_member,
    unpacked_archive,
)
from flows.sources.archives.reader import (
    ArchiveRecord,
    NestedArchive,
    ReadOptions,
    Skipped,
    archive_record,
)
from flows.sources.archives.zip_names import member_names
from flows.sources.archives.zip_recovery import recovered_archive
from flows.sources.discover import InputRef
from flows.sources.errors import ReadError, ReadErrorKind, damaged, too_large
from flows.sources.file_formats import kind_of_name
from flows.sources.sniff_format import SNIFFED_BYTES, format_by_content
from flows.sources.streams import open_seekable

# A bit of a member's flags (APPNOTE.TXT, 4.4.4).
_ENCRYPTED_FLAG = 1


def read_zip(ref: InputRef, after: int, options: ReadOptions) -> Iterator[ArchiveRecord]:
    """The pages after member number `after`; raises ReadError if it isn't a ZIP archive.

    If its end, with the directory, is cut off, the error follows the pages that can be read.
    """
    with open_seekable(ref.path) as file:
        yield from _members(ref, file, after, options)


def _members(
    ref: InputRef, file: IO[bytes], after: int, options: ReadOptions
) -> Iterator[ArchiveRecord]:
    damage: ReadError | None = None
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, NotImplementedError, EOFError) as error:
        damage = damaged(f"it is not a ZIP archive, or is cut off ({error})")
        archive = _recovered(file, damage)
    except UnicodeDecodeError as error:
        # A name in it is declared as UTF-8, and is not.
        with TemporaryFile() as copy:
            file.seek(0)
            copyfileobj(file, copy)
            recovered = _recovered(copy, damaged(f"its directory can't be read ({error})"))
            yield from _pages(ref, recovered, after, options)
        return
    yield from _pages(ref, archive, after, options)
    if damage:
        raise damage


def _pages(
    ref: InputRef, archive: zipfile.ZipFile, after: int, options: ReadOptions
) -> Iterator[ArchiveRecord]:
    with archive, TemporaryDirectory() as folder:
        names = member_names(archive.infolist())
        for number, (member, name) in enumerate(zip(archive.infolist(), names, strict=True), 1):
            if number > after and not name.endswith("/"):
                page = partial(_page, _Member(ref, archive, member, name), options, folder)
                yield archive_record(ref, name, number, page)


def _recovered(file: IO[bytes], damage: ReadError) -> zipfile.ZipFile:
    archive = recovered_archive(file)
    if archive is None:
        raise damage
    return archive


@dataclass(frozen=True, slots=True)
class _Member:
    ref: InputRef
    archive: zipfile.ZipFile
    info: zipfile.ZipInfo
    name: str


def _page(member: _Member, options: ReadOptions, folder: str) -> Capture | Skipped | NestedArchive:
    name, info = member.name, member.info
    kind = kind_of_member(name)
    if kind is MemberKind.OTHER:
        return Skipped(kind_of_name(name))
    if info.flag_bits & _ENCRYPTED_FLAG:
        why = "it is encrypted: unpack the archive with its password first"
        raise ReadError(ReadErrorKind.ENCRYPTED, why)
    if info.file_size > options.max_bytes and kind is MemberKind.PAGE:
        raise too_large(options.max_bytes)
    try:
        with member.archive.open(info) as file:
            if kind is MemberKind.ARCHIVE:
                return unpacked_archive(member.ref, name, file, folder)
            content = file.read(SNIFFED_BYTES)
            if kind is MemberKind.UNKNOWN and not format_by_content(content):
                return Skipped(kind_of_name(name))
            content += file.read(options.max_bytes + 1)
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError) as error:
        raise damaged(f"it is damaged in the archive ({error})") from error
    except (NotImplementedError, RuntimeError) as error:
        raise damaged(f"its compression method can't be read ({error})") from error
    return page_from_member(member.ref, name, content, _modified_at(info), options, folder)


def _modified_at(member: zipfile.ZipInfo) -> datetime | None:
    """When a member was modified. ZIP has no time zone; UTC gives the same everywhere."""
    try:
        return datetime(*member.date_time, tzinfo=UTC)
    except ValueError:
        return None
