"""Ways to corrupt a file: what a failing disk, a crash or another program does to it."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

PAGE = 4096

Corruption = Callable[[Path, random.Random], str]


def scattered(path: Path, source: random.Random) -> str:
    """Random bytes at random offsets."""
    content = bytearray(path.read_bytes())
    count = source.choice((1, 8, 64, 512))
    for _ in range(count):
        content[source.randrange(len(content))] = source.randrange(256)
    path.write_bytes(content)
    return f"{count} bytes anywhere"


def page(path: Path, source: random.Random) -> str:
    """A whole page of noise, of zeros, or another page's."""
    content = bytearray(path.read_bytes())
    pages = len(content) // PAGE
    number, other = source.randrange(pages), source.randrange(pages)
    what = source.choice(("noise", "zeros", "another"))
    content[number * PAGE : (number + 1) * PAGE] = {
        "noise": source.randbytes(PAGE),
        "zeros": bytes(PAGE),
        "another": content[other * PAGE : (other + 1) * PAGE],
    }[what]
    path.write_bytes(content)
    return f"page {number}: {what}"


def page_head(path: Path, source: random.Random) -> str:
    """Bytes in the head of a page of a tree, where its cells are listed."""
    content = bytearray(path.read_bytes())
    start = source.randrange(len(content) // PAGE) * PAGE + (0 if source.random() < 0.8 else 100)
    for _ in range(source.choice((1, 4, 16))):
        content[start + source.randrange(64)] = source.randrange(256)
    path.write_bytes(content)
    return f"head of page {start // PAGE}"


def header(path: Path, source: random.Random) -> str:
    """Bytes of the file's header."""
    content = bytearray(path.read_bytes())
    place = source.randrange(16, 100)
    content[place] = source.randrange(256)
    path.write_bytes(content)
    return f"header byte {place}"


def magic(path: Path, source: random.Random) -> str:
    """The file's first bytes."""
    content = bytearray(path.read_bytes())
    content[:16] = source.randbytes(16)
    path.write_bytes(content)
    return "magic"


def cut(path: Path, source: random.Random) -> str:
    """The file ends early."""
    content = path.read_bytes()
    length = source.choice((0, 1, 99, 100, 512, PAGE, source.randrange(len(content))))
    path.write_bytes(content[:length])
    return f"cut to {length}"


def grown(path: Path, source: random.Random) -> str:
    """Noise behind its end."""
    path.write_bytes(path.read_bytes() + source.randbytes(source.randrange(1, 3 * PAGE)))
    return "grown"


def log(path: Path, source: random.Random) -> str:
    """Noise for a log, an index of the log, or a journal."""
    side = source.choice(("-wal", "-shm", "-journal"))
    lead = source.choice(
        (b"", b"\x37\x7f\x06\x82\x00\x2d\xe2\x18", b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7")
    )
    path.with_name(path.name + side).write_bytes(lead + source.randbytes(3 * PAGE))
    return f"noise as {side}"


CORRUPTIONS: tuple[Corruption, ...] = (
    scattered,
    page_head,
    page,
    scattered,
    page_head,
    header,
    cut,
    log,
    grown,
    magic,
)


def corrupt(path: Path, number: int) -> str:
    """Corrupt a file in the way of that number, the same each time; says how."""
    return CORRUPTIONS[number % len(CORRUPTIONS)](path, random.Random(number))
