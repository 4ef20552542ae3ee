"""Reads the pages in a .tar archive, which may be compressed, in a single pass."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from functools import partial
from tempfile import TemporaryDirectory
from typing import Self

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
from flows.sources.discover import InputRef
from flows.sources.errors import damaged, rejected, too_large
from flows.sources.file_formats import kind_of_name
from flows.sources.sniff_format import SNIFFED_BYTES, format_by_content
from flows.sources.streams import open_decompressed
from flows.sources.timestamps import from_epoch_seconds

# Headers with the next member's long name or attributes. tarfile keeps each of them in memory.
_EXTENDED_HEADER_TYPES = (
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
)
_MAX_HEADER_BYTES = 1 << 20
# Attributes that are stated once for all members. tarfile copies them for each.
_MAX_GLOBAL_ATTRIBUTES = 1000
# The attribute of an archive with the place of the first damaged header.
_DAMAGE = "first_damage"


class _BoundedTarInfo(tarfile.TarInfo):
    """A member that rejects extended headers so large that they must be an attack.

    If a header is damaged, it is the next intact member; the archive keeps the place of the damage.
    """

    @classmethod
    def fromtarfile(cls, archive: tarfile.TarFile) -> Self:
        file = archive.fileobj
        assert file is not None
        damage = 0
        while True:
            block = file.read(tarfile.BLOCKSIZE)
            try:
                member = cls.frombuf(block, archive.encoding or "utf-8", archive.errors or "strict")
            except tarfile.HeaderError:
                # Blank blocks end an archive, except inside a member whose header is damaged.
                is_end = len(block) < tarfile.BLOCKSIZE or not (damage or block.strip(b"\x00"))
                if archive.offset == 0 or is_end:
                    raise
                if not damage:
                    damage = file.tell() - tarfile.BLOCKSIZE
                    setattr(archive, _DAMAGE, getattr(archive, _DAMAGE, damage))
                continue
            member.offset = file.tell() - tarfile.BLOCKSIZE
            return member._proc_member(archive)  # type: ignore[return-value]

    def _proc_member(self, archive: tarfile.TarFile) -> tarfile.TarInfo:
        if self.type in _EXTENDED_HEADER_TYPES and self.size > _MAX_HEADER_BYTES:
            raise tarfile.ReadError(f"a header of {self.size:,} bytes")
        if (n_attributes := len(archive.pax_headers)) > _MAX_GLOBAL_ATTRIBUTES:
            raise tarfile.ReadError(f"{n_attributes:,} attributes for all members")
        try:
            member: tarfile.TarInfo = super()._proc_member(archive)  # type: ignore[misc]
        except RecursionError:
            # Each header with a long name or attributes reads the next one.
            raise tarfile.ReadError("too many headers for one member") from None
        return member


def read_tar(ref: InputRef, after: int, options: ReadOptions) -> Iterator[ArchiveRecord]:
    """The pages after member number `after`; raises ReadError if the archive is damaged."""
    try:
        with (
            open_decompressed(ref.path) as stream,
            tarfile.open(fileobj=stream, mode="r|", tarinfo=_BoundedTarInfo) as archive,
            TemporaryDirectory() as folder,
        ):
            number = 0
            for number, member in enumerate(iter(archive.next, None), 1):
                # Otherwise tarfile would keep all members in memory.
                setattr(archive, "members", [])  # noqa: B010 - not among the declared attributes
                if number <= after or member.isdir():
                    continue
                kind = kind_of_member(member.name) if member.isreg() else MemberKind.OTHER
                if kind is MemberKind.OTHER:
                    what = kind_of_name(member.name) if member.isreg() else "links"
                    yield archive_record(ref, member.name, number, partial(Skipped, what))
                    continue
                if kind is MemberKind.ARCHIVE:
                    file = archive.extractfile(member)
                    assert file is not None
                    nested = partial(unpacked_archive, ref, member.name, file, folder)
                    yield archive_record(ref, member.name, number, nested)
                    continue
                # A truncated member ends the archive, so it must not become a reject of its own.
                content = _content(archive, member, options.max_bytes)
                page = partial(_page, ref, member, content, options, kind, folder)
                yield archive_record(ref, member.name, number, page)
            if (damage := getattr(archive, _DAMAGE, None)) is not None:
                why = f"it is damaged at byte {damage:,}; reading continues with the next member"
                yield ArchiveRecord(rejected(ref.locator, damaged(why)), number + 1)
            if _has_more(archive):
                why = "another archive follows its end: unpack it and name the files"
                yield ArchiveRecord(rejected(ref.locator, damaged(why)), number + 1)
    except tarfile.TarError as error:
        raise damaged(f"it is not a tar archive, or is cut off ({error})") from error


def _has_more(archive: tarfile.TarFile) -> bool:
    """Whether anything but padding follows the end of an archive."""
    assert archive.fileobj is not None
    while piece := archive.fileobj.read(1 << 16):
        if piece.strip(b"\x00"):
            return True
    return False


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo, max_bytes: int) -> bytes | None:
    """A member's bytes; None if it is over the limit."""
    if member.size > max_bytes:
        return None
    file = archive.extractfile(member)
    content = file.read() if file else b""
    if len(content) < member.size:
        raise damaged(f"it is cut off in {member.name}")
    return content


def _page(
    ref: InputRef,
    member: tarfile.TarInfo,
    content: bytes | None,
    options: ReadOptions,
    kind: MemberKind,
    folder: str,
) -> Capture | Skipped | NestedArchive:
    if kind is MemberKind.UNKNOWN and not (content and format_by_content(content[:SNIFFED_BYTES])):
        return Skipped(kind_of_name(member.name))
    if content is None:
        raise too_large(options.max_bytes)
    modified_at = from_epoch_seconds(member.mtime)
    return page_from_member(ref, member.name, content, modified_at, options, folder)
