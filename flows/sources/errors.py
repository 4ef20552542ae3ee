"""The errors of reading sources, and the rejects made from them."""

from __future__ import annotations

import errno
import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from cleaners.model import Stage

if TYPE_CHECKING:
    from warehouse.model import Rejected

# Errors worth a retry, such as a network file system that is briefly unavailable.
_TRANSIENT_ERRNOS = frozenset(
    {
        errno.EAGAIN,
        errno.EBUSY,
        errno.EINTR,
        errno.EIO,
        errno.ENETDOWN,
        errno.ENETUNREACH,
        errno.ESTALE,
        errno.ETIMEDOUT,
    }
)

_OS_ERROR_MESSAGES = {
    errno.ENOENT: "there is no such file or folder",
    errno.ENOTDIR: "a part of its path is a file, not a folder",
    errno.EACCES: "permission denied",
    errno.EPERM: "permission denied",
    errno.ELOOP: "it is a symbolic link that leads back to itself",
    errno.ENAMETOOLONG: "its name is longer than the file system allows",
    errno.EMFILE: "too many files are open",
    errno.ENFILE: "too many files are open",
    errno.ENXIO: "it is a socket or a device, not a file",
}


class UnsupportedSource(ValueError):
    """A source of a kind that presswash can't read; str() gives a sentence for the user."""


class MissingSource(FileNotFoundError):
    """None of the sources for a new warehouse exists; str() gives a sentence for the user."""


class TransientReadError(Exception):
    """A read error that may be temporary: the same call may succeed later."""


class ReadErrorKind(StrEnum):
    """Why an input can't be read; the values are stored in the view `rejects`."""

    BAD_ADDRESS = "BadAddress"
    DAMAGED = "Damaged"
    ENCRYPTED = "Encrypted"
    HTTP_ERROR = "HttpError"
    NO_ANSWER = "NoAnswer"
    NO_PAGE = "NoPage"
    NO_PAGES = "NoPages"
    NO_RECORD = "NoRecord"
    NO_TEXT = "NoText"
    NOT_A_FILE = "NotAFile"
    OWN_WAREHOUSE = "OwnWarehouse"
    PRIVATE_ADDRESS = "PrivateAddress"
    REDIRECTS = "Redirects"
    RESERVED = "Reserved"
    ROBOTS = "Robots"
    TOO_DEEP = "TooDeep"
    TOO_LARGE = "TooLarge"
    TOO_SLOW = "TooSlow"
    UNMAPPED = "Unmapped"


class ReadError(Exception):
    """An input, or a record of an archive, can't be read: the kind of error and a message."""

    def __init__(self, kind: ReadErrorKind, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def damaged(message: str) -> ReadError:
    """A ReadError for an input whose bytes are damaged."""
    return ReadError(ReadErrorKind.DAMAGED, message)


def too_large(max_bytes: int) -> ReadError:
    """A ReadError for a page over the size limit."""
    return ReadError(
        ReadErrorKind.TOO_LARGE,
        f"it is larger than the limit of {max_bytes:,} bytes (page_bytes in presswash.toml)",
    )


def rejected(locator: str, error: Exception) -> Rejected:
    """The reject for an input that could not be read because of any error."""
    from warehouse.model import Rejected

    kind = error.kind if isinstance(error, ReadError) else type(error).__name__
    return Rejected(locator, None, str(Stage.READ), str(kind), explain_read_error(error))


def is_transient(error: Exception) -> bool:
    """Whether reading again may succeed."""
    return isinstance(error, OSError) and error.errno in _TRANSIENT_ERRNOS


def explain_os_error(error: OSError) -> str:
    """An operating system error in plain words."""
    if isinstance(error, FileNotFoundError) and _is_link(error.filename):
        return "it is a symbolic link to a file that doesn't exist"
    known = _OS_ERROR_MESSAGES.get(error.errno or 0)
    return known or (os.strerror(error.errno).lower() if error.errno else str(error))


def explain_read_error(error: Exception) -> str:
    """A read error in plain words."""
    if isinstance(error, ReadError):
        return str(error)
    if isinstance(error, OSError):
        return explain_os_error(error)
    # No reader expects this error. Mostly the input was crafted to cause it.
    lines = str(error).strip().splitlines() or ["no reason given"]
    return f"it can't be read ({lines[0][:200]})"


def _is_link(path: object) -> bool:
    return isinstance(path, str) and Path(path).is_symlink()
