"""What can be wrong with a source: a kind that isn't read, or a file system that falters."""

from __future__ import annotations

import errno
import os

# Worth another try: a network file system that went away for a moment, an interrupted call.
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

DANGLING_LINK = "it is a symbolic link to something that isn't there"

_OS_ERROR_MESSAGES = {
    errno.ENOENT: "there is no such file or folder",
    errno.ENOTDIR: "a part of its path is a file, not a folder",
    errno.EACCES: "this user may not read it",
    errno.EPERM: "this user may not read it",
    errno.ELOOP: "it is a symbolic link that leads back to itself",
    errno.ENAMETOOLONG: "its name is longer than the file system allows",
    errno.EMFILE: "too many files are open",
    errno.ENFILE: "too many files are open",
    errno.ENXIO: "it is a socket or a device, not a file",
}


class UnsupportedSource(ValueError):
    """A source of a kind that presswash can't read; its str is a sentence for whoever gave it."""


class TransientReadError(Exception):
    """A read that failed for a reason that may pass: the same call may succeed a moment later."""


def is_transient(error: OSError) -> bool:
    """Whether reading again may help."""
    return error.errno in _TRANSIENT_ERRNOS


def explain_unexpected(error: Exception) -> str:
    """What an error that no reader expects means to a person: a file made to cause it, mostly."""
    lines = str(error).strip().splitlines() or ["it gives no reason"]
    return f"it can't be read ({lines[0][:200]})"


def explain_os_error(error: OSError) -> str:
    """What an operating system's error means to a person."""
    known = _OS_ERROR_MESSAGES.get(error.errno or 0)
    return known or (os.strerror(error.errno).lower() if error.errno else str(error))
