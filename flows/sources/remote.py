"""Reads files in object stores (s3://, gs://, …) through fsspec."""

from __future__ import annotations

import errno
import glob
import io
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import unquote

from flows.sources.errors import ReadError, ReadErrorKind, UnsupportedSource
from flows.sources.timestamps import parse_timestamp

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]+)://", re.IGNORECASE)
STORE_SCHEMES = ("s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "oci", "memory")
# The keys under which file systems report when a file was modified.
_TIMES = ("LastModified", "last_modified", "mtime", "updated", "modified", "created")
_MISSING = (FileNotFoundError, NotADirectoryError, IsADirectoryError)


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A remote file; `modified_at` is None if the file system doesn't report it."""

    url: str
    size: int
    modified_at: datetime | None


def is_remote(source: str) -> bool:
    """Whether a source is the URL of a file or folder in an object store."""
    scheme = _SCHEME.match(source)
    return scheme is not None and scheme[1].lower() in STORE_SCHEMES


def local_path(source: str) -> str:
    """The path in a file:// URL; any other source is returned as it is.

    >>> local_path("file:///srv/a%20page.html"), local_path("pages")
    ('/srv/a page.html', 'pages')
    """
    if not source.lower().startswith("file://"):
        return source
    return unquote(source[len("file://") :].removeprefix("localhost"))


def require_file_system(source: str) -> None:
    """Raise UnsupportedSource if no library is installed for the scheme of a remote URL."""
    import fsspec

    scheme = source.partition("://")[0].lower()
    try:
        fsspec.get_filesystem_class(scheme)
    except (ImportError, ValueError) as error:
        raise UnsupportedSource(
            f"{source}: no library for {scheme}:// is installed ({error}). For s3:// and gs://,"
            " pip install 'presswash[remote]' adds it."
        ) from error


def open_file(path: str) -> IO[bytes]:
    """Open a local or remote file; both support seeking.

    Opening and reading a remote file raise OSError or ReadError.
    """
    if not is_remote(path):
        return Path(path).open("rb")
    with _errors(path):
        system, inner = _system(path)
        return io.BufferedReader(_StoredFile(path, system.open(inner, "rb")))


def describe(url: str) -> RemoteFile:
    """The size and time of a remote file; raises OSError or ReadError."""
    with _errors(url):
        system, inner = _system(url)
        facts = system.info(inner)
        if facts.get("type") == "directory":
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), url)
    return _remote_file(url, facts)


def expand(source: str) -> tuple[list[str], bool]:
    """The URLs of the files that a remote source stands for, sorted, and if it is a folder.

    A folder stands for all files below it, and a pattern for the files that match. Raises OSError
    or ReadError.
    """
    with _errors(source):
        system, inner = _system(source)
        # A process that runs for days must see new files.
        system.invalidate_cache()
        if system.isdir(inner):
            found: list[str] = system.find(inner)
            return sorted(map(system.unstrip_protocol, found)), True
        if glob.has_magic(inner):
            found = [one for one in system.glob(inner) if not system.isdir(one)]
            if found:
                return sorted(map(system.unstrip_protocol, found)), False
        system.info(inner)
        return [system.unstrip_protocol(inner)], False


class _StoredFile(io.RawIOBase):
    """A file in an object store. Raises the errors of `_errors`."""

    def __init__(self, url: str, file: IO[bytes]) -> None:
        self._url, self._file = url, file

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        with _errors(self._url):
            content = self._file.read(len(buffer))
        buffer[: len(content)] = content
        return len(content)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        with _errors(self._url):
            return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()


def _system(url: str) -> tuple[AbstractFileSystem, str]:
    import fsspec

    system, inner = fsspec.core.url_to_fs(url)
    return system, inner


def _remote_file(url: str, facts: dict[str, Any]) -> RemoteFile:
    times = (parse_timestamp(facts[name]) for name in _TIMES if facts.get(name))
    modified_at = next((found for found in times if found), None)
    return RemoteFile(url, int(facts.get("size") or 0), modified_at and modified_at.astimezone(UTC))


@contextmanager
def _errors(url: str) -> Iterator[None]:
    """Convert the errors of the file systems' libraries to OSError with an errno, or ReadError."""
    try:
        yield
    except _MISSING as error:
        number = error.errno or errno.ENOENT
        raise FileNotFoundError(number, os.strerror(number), url) from error
    except PermissionError as error:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), url) from error
    except Exception as error:
        if isinstance(error, OSError) and error.errno:
            raise
        why = " ".join(str(error).split())[:200] or type(error).__name__
        raise ReadError(ReadErrorKind.NO_ANSWER, f"its store can't be read ({why})") from error
