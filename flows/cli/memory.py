"""A bound to the memory of commands whose work is of somebody else's making."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.cli.errors import Complaint

MOST = 2 * 1024**3  # bytes, beyond what the process has already


@contextmanager
def bounded_memory(most: int = MOST) -> Iterator[None]:
    """Lets the process take so much more memory, and no more, where the system can see to that."""
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
        raise Complaint("the answer takes too much memory: ask for less of it.") from None
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
