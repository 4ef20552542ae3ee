"""Limits the memory of a command that runs the user's SQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.cli.errors import CommandError

MAX_EXTRA_BYTES = 2 * 1024**3  # bytes, in addition to what the process already uses


@contextmanager
def bounded_memory(most: int = MAX_EXTRA_BYTES) -> Iterator[None]:
    """Limits how much more memory the process may take, on systems that support it."""
    try:
        import resource

        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except (ImportError, OSError):
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = pages * resource.getpagesize() + most
    if soft != resource.RLIM_INFINITY:
        wanted = min(wanted, soft)
    resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))
    try:
        yield
    except MemoryError:
        raise CommandError("the result needs too much memory: query less data.") from None
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
