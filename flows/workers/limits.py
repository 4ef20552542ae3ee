"""What a page may cost before it is given up: time, memory and bytes."""

from __future__ import annotations

from dataclasses import dataclass

_UNITS = ((1024**3, "GB"), (1024**2, "MB"), (1024, "KB"))


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one page; a page over one of them is a reject.

    `page_seconds` is how much of a processor's time cleaning it may take, so that what is rejected
    doesn't depend on what else the machine does. `page_memory` is how many bytes the process
    that cleans may have, its own 150 MB or so among them. `page_bytes` is how large the page may
    be, packed and unpacked.
    """

    page_seconds: float = 60.0
    page_memory: int = 2 * 1024**3
    page_bytes: int = 32 * 1024**2


def format_bytes(count: int) -> str:
    """A number of bytes for a person.

    >>> format_bytes(2 * 1024**3), format_bytes(1536), format_bytes(1500)
    ('2 GB', '1.5 KB', '1,500 bytes')
    """
    for unit, name in _UNITS:
        if count >= unit and count * 10 % unit == 0:
            return f"{count / unit:g} {name}"
    return f"{count:,} bytes"
