"""Reads the pages in a .tar archive, also a compressed one, from its start to its end."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator

from flows.sources import streams
from flows.sources.archives import members
from flows.sources.archives.reader import Entry, Options, refused_record, too_large
from flows.sources.decompress import Damaged
from flows.sources.discover import Found
from flows.sources.timestamps import of_seconds

# Headers that tell of the next member its long name, or what is odd of it: all are kept in memory.
_TOLD = (tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, tarfile.XHDTYPE, tarfile.XGLTYPE,
         tarfile.SOLARIS_XHDTYPE)  # fmt: skip
_LONGEST = 1 << 20


class _Member(tarfile.TarInfo):
    """A member whose headers aren't read where they are as large as only a bomb's are."""

    def _proc_member(self, archive: tarfile.TarFile) -> tarfile.TarInfo:
        if self.type in _TOLD and self.size > _LONGEST:
            raise tarfile.ReadError(f"a header of {self.size:,} bytes")
        member: tarfile.TarInfo = super()._proc_member(archive)  # type: ignore[misc]
        return member


def read(found: Found, after: int, options: Options) -> Iterator[Entry]:
    """The pages behind member number `after`; raises Damaged where the archive is no good."""
    try:
        with (
            streams.opened(found.path) as stream,
            tarfile.open(fileobj=stream, mode="r|", tarinfo=_Member) as archive,
        ):
            for number, member in enumerate(iter(archive.next, None), 1):
                # It would remember every member otherwise.
                setattr(archive, "members", [])  # noqa: B010 - not among the declared ones
                if number > after and not member.isdir():
                    yield _entry(archive, member, number, found, options)
    except tarfile.TarError as error:
        raise Damaged(f"it is no tar archive, or cut off ({error})") from error


def _entry(
    archive: tarfile.TarFile, member: tarfile.TarInfo, number: int, found: Found, options: Options
) -> Entry:
    name = member.name
    if not member.isreg() or not members.wanted(name):
        return Entry(None, number)
    if member.size > options.limit:
        return Entry(refused_record(found, name, "TooLarge", too_large(options.limit)), number)
    file = archive.extractfile(member)
    content = file.read() if file else b""
    if len(content) < member.size:
        raise Damaged(f"it is cut off in {name}")
    at = of_seconds(member.mtime)
    return Entry(members.page(found, name, content, at, options), number)
