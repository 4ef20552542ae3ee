"""Reads the pages in a .zip archive, in the order in which it lists them."""

from __future__ import annotations

import lzma
import zipfile
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime

from flows.sources.archives import members
from flows.sources.archives.reader import (
    ArchiveRecord,
    ReadOptions,
    reject_record,
    too_large_message,
)
from flows.sources.decompress import Damaged
from flows.sources.discover import InputRef

_ENCRYPTED_FLAG = 1  # of the flags of a member: APPNOTE.TXT, 4.4.4


def read_zip(found: InputRef, after: int, options: ReadOptions) -> Iterator[ArchiveRecord]:
    """The pages behind member number `after`; raises Damaged where it is no archive."""
    try:
        archive = zipfile.ZipFile(found.path)
    except (zipfile.BadZipFile, NotImplementedError, EOFError) as error:
        raise Damaged(f"it is no ZIP archive, or cut off ({error})") from error
    with archive:
        for number, member in enumerate(archive.infolist(), 1):
            if number > after and not member.is_dir():
                yield _record(archive, member, number, found, options)


def _record(
    archive: zipfile.ZipFile,
    member: zipfile.ZipInfo,
    number: int,
    found: InputRef,
    options: ReadOptions,
) -> ArchiveRecord:
    name = member.filename
    if not members.is_page_name(name):
        return ArchiveRecord(None, number)
    if member.flag_bits & _ENCRYPTED_FLAG:
        why = "it is encrypted: unpack the archive with its password first"
        return ArchiveRecord(reject_record(found, name, "Encrypted", why), number)
    if member.file_size > options.max_bytes:
        return ArchiveRecord(
            reject_record(found, name, "TooLarge", too_large_message(options.max_bytes)), number
        )
    try:
        with archive.open(member) as file:
            content = file.read(options.max_bytes + 1)
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError) as error:
        why = f"it is damaged in the archive ({error})"
        return ArchiveRecord(reject_record(found, name, "Damaged", why), number)
    except (NotImplementedError, RuntimeError) as error:
        why = f"the way it is compressed can't be read ({error})"
        return ArchiveRecord(reject_record(found, name, "Damaged", why), number)
    return ArchiveRecord(
        members.page_from_member(found, name, content, _modified_at(member), options), number
    )


def _modified_at(member: zipfile.ZipInfo) -> datetime | None:
    """A member's time, which has no zone: it is taken for UTC, so that it is the same anywhere."""
    try:
        return datetime(*member.date_time, tzinfo=UTC)
    except ValueError:
        return None
