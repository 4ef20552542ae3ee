"""Sources for the reliability tests: every format, with duplicates and damaged records."""

from __future__ import annotations

import gzip
import os
import random
from pathlib import Path

from tests.flows.archive_writers import (
    AT,
    dated,
    html,
    response,
    write_jsonl,
    write_warc,
    write_zip,
)
from tests.flows.conftest import ROOT, story

SOURCES = ("pages", "crawl.warc.gz", "news.jsonl", "bundle.zip", "missing.html")


def write_sources(folder: Path, size: int, seeds: bool = False) -> tuple[str, ...]:
    """Some four times `size` inputs in a folder, the same in every test; gives their names.

    Text and HTML, stories that others republish, copies of the same bytes, archives whose pages
    the folder has too, and a dozen inputs that become rejects.
    """
    rng = random.Random(7)
    pages = folder / "pages"
    pages.mkdir(parents=True)
    for number in range(size):
        _write(pages / f"{number:03}-story.txt", story(number, 3 + number % 5).encode())
        if number % 4 == 0:
            wire = story(number, 3 + number % 5).replace("on Monday", "at the weekend", 1)
            _write(pages / f"{number:03}-wire.txt", wire.encode())
        if number % 5 == 0:
            _write(pages / f"{number:03}-copy.txt", story(number, 3 + number % 5).encode())
        if number % 3 == 0:
            _write(pages / f"{number:03}.html", html(number + size))
        if number % 9 == 0:
            _write(pages / f"{number:03}-empty.html", b"")
            cut = gzip.compress(rng.randbytes(600))[:-9]
            _write(pages / f"{number:03}-cut.txt.gz", cut)
    for seed in sorted((ROOT / "seeds").iterdir()) if seeds else ():
        if seed.suffix in {".html", ".txt"}:
            _write(pages / f"seed-{seed.name}", seed.read_bytes())
    kind = "Content-Type: text/html; charset=utf-8"
    third = range(size, size + size // 2)
    answers = [response(number, html(number), kind) for number in third]
    write_warc(folder / "crawl.warc.gz", answers)
    records = [{"text": story(number, 4), "url": f"https://a.example/{number}"} for number in third]
    write_jsonl(folder / "news.jsonl", [*records, {"text": ""}, *records[:3]])
    members = {f"{number:03}.html": html(number + 3) for number in third}
    write_zip(folder / "bundle.zip", members | {"picture.html": b"\x89PNG\r\n\x1a\n" + bytes(64)})
    return SOURCES


def _write(path: Path, content: bytes) -> None:
    dated(path, content)
    # Some are captured in one second: then the fuller one stands for its cluster.
    moment = AT + len(content) % 3
    os.utime(path, (moment, moment))
