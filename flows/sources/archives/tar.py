"""Reads the pages in a .tar archive, also a compressed one, from its start to its end."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator

from flows.sources import streams
from flows.sources.archives import members
from flows.sources.archives.reader import (
    ArchiveRecord,
    ReadOptions,
    reject_record,
    too_large_message,
)
from flows.sources.decompress import Damaged
from flows.sources.discover import InputRef
from flows.sources.timestamps import from_epoch_seconds

# Headers that tell of the next member its long name, or what is odd of it: all are kept in memory.
_EXTENDED_HEADER_TYPES = (
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
)
_MAX_HEADER_BYTES = 1 << 20


class _BoundedTarInfo(tarfile.TarInfo):
    """A member whose headers aren't read where they are as large as only a bomb's are."""

    def _proc_member(self, archive: tarfile.TarFile) -> tarfile.TarInfo:
        if self.type in _EXTENDED_HEADER_TYPES and self.size > _MAX_HEADER_BYTES:
            raise tarfile.ReadError(f"a header of {self.size:,} bytes")
        member: tarfile.TarInfo = super()._proc_member(archive)  # type: ignore[misc]
        return member


def read_tar(found: InputRef, after: int, options: ReadOptions) -> Iterator[ArchiveRecord]:
    """The pages behind member number `after`; raises Damaged where the archive is no good."""
    try:
        with (
            streams.opened(found.path) as stream,
            tarfile.open(fileobj=stream, mode="r|", tarinfo=_BoundedTarInfo) as archive,
        ):
            for number, member in enumerate(iter(archive.next, None), 1):
                # It would remember every member otherwise.
                setattr(archive, "members", [])  # noqa: B010 - not among the declared ones
                if number > after and not member.isdir():
                    yield _record(archive, member, number, found, options)
    except tarfile.TarError as error:
        raise Damaged(f"it is no tar archive, or cut off ({error})") from error


def _record(
    archive: tarfile.TarFile,
    member: tarfile.TarInfo,
    number: int,
    found: InputRef,
    options: ReadOptions,
) -> ArchiveRecord:
    name = member.name
    if not member.isreg() or not members.is_page_name(name):
        return ArchiveRecord(None, number)
    if member.size > options.max_bytes:
        return ArchiveRecord(
            reject_record(found, name, "TooLarge", too_large_message(options.max_bytes)), number
        )
    file = archive.extractfile(member)
    content = file.read() if file else b""
    if len(content) < member.size:
        raise Damaged(f"it is cut off in {name}")
    at = from_epoch_seconds(member.mtime)
    return ArchiveRecord(members.page_from_member(found, name, content, at, options), number)
