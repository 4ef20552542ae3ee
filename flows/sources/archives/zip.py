"""Reads the pages in a .zip archive, in the order in which it lists them."""

from __future__ import annotations

import lzma
import zipfile
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime

from flows.sources.archives import members
from flows.sources.archives.reader import Entry, Options, refused_record, too_large
from flows.sources.decompress import Damaged
from flows.sources.discover import Found

_ENCRYPTED = 1  # of the flags of a member: APPNOTE.TXT, 4.4.4


def read(found: Found, after: int, options: Options) -> Iterator[Entry]:
    """The pages behind member number `after`; raises Damaged where it is no archive."""
    try:
        archive = zipfile.ZipFile(found.path)
    except (zipfile.BadZipFile, NotImplementedError, EOFError) as error:
        raise Damaged(f"it is no ZIP archive, or cut off ({error})") from error
    with archive:
        for number, member in enumerate(archive.infolist(), 1):
            if number > after and not member.is_dir():
                yield _entry(archive, member, number, found, options)


def _entry(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, number: int, found: Found, options: Options
) -> Entry:
    name = member.filename
    if not members.wanted(name):
        return Entry(None, number)
    if member.flag_bits & _ENCRYPTED:
        why = "it is encrypted: unpack the archive with its password first"
        return Entry(refused_record(found, name, "Encrypted", why), number)
    if member.file_size > options.limit:
        return Entry(refused_record(found, name, "TooLarge", too_large(options.limit)), number)
    try:
        with archive.open(member) as file:
            content = file.read(options.limit + 1)
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError) as error:
        why = f"it is damaged in the archive ({error})"
        return Entry(refused_record(found, name, "Damaged", why), number)
    except (NotImplementedError, RuntimeError) as error:
        why = f"the way it is compressed can't be read ({error})"
        return Entry(refused_record(found, name, "Damaged", why), number)
    return Entry(members.page(found, name, content, _moment(member), options), number)


def _moment(member: zipfile.ZipInfo) -> datetime | None:
    """A member's time, which has no zone: it is taken for UTC, so that it is the same anywhere."""
    try:
        return datetime(*member.date_time, tzinfo=UTC)
    except ValueError:
        return None
