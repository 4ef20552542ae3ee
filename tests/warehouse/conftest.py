"""Pages made by hand, and warehouses to put them in."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from cleaners.model import Block, Kind, Media, Removal
from cleaners.page import Page
from cleaners.reasons import Reason
from cleaners.text.sketch import Sketch
from warehouse.model import CaptureRecord, Cleaned, Loaded, PageKey, PageOutcome, Rejected
from warehouse.opening import open_warehouse
from warehouse.warehouse import Warehouse

MORNING = "2024-05-01T08:00:00Z"
NOON = "2024-05-01T12:00:00Z"
EVENING = "2024-05-01T20:00:00Z"


def words(count: int, seed: int = 0) -> str:
    """A text of so many words, the same for the same seed."""
    source = random.Random(seed)
    return " ".join(f"word{source.randrange(5000)}" for _ in range(count))


def edited(text: str, share: float, seed: int = 0) -> str:
    """The text with a run of its words replaced: about `share` of its shingles are others."""
    parts = text.split()
    run = int(len(parts) * share)
    return " ".join(words(run, seed + 1_000_000).split() + parts[run:])


def page(text: str, *, title: str | None = "A headline", **facts: object) -> Page:
    """A page of plain text: a title, one kept block a paragraph, and a removed share button."""
    blocks = [Block(paragraph) for paragraph in text.split("\n\n") if paragraph]
    if title:
        blocks.insert(0, Block(title, Kind.TITLE))
    removal = Removal(Reason.SHARE, "vocabulary", "share words: share, tweet", 0.9)
    blocks.append(Block("Share Tweet", Kind.LIST_ITEM, removal, "body/ul.share/li", 1.0))
    known: dict[str, object] = {"language": "en", "published": "2024-05-01"} | facts
    return Page(Media.TEXT, "utf-8", "valid UTF-8", tuple(blocks), title=title, **known)  # type: ignore[arg-type]


def signed(one: Page) -> Sketch:
    """The sketch of a page's text."""
    return Sketch.of(one.text)


def cleaned(
    text: str,
    locator: str = "a.txt",
    *,
    at: str = NOON,
    url: str | None = None,
    payload: bytes | None = None,
    **facts: object,
) -> Cleaned:
    """A page that was cleaned; its bytes are its text unless others are given."""
    payload = text.encode() if payload is None else payload
    key = PageKey(hashlib.sha256(payload).hexdigest(), Media.TEXT)
    made = page(text, **facts)  # type: ignore[arg-type]
    return Cleaned(CaptureRecord(locator, key, url, at), payload, made, signed(made))


def rejected(locator: str = "empty.html", message: str = "there is nothing in it") -> Rejected:
    """An input that was given up."""
    return Rejected(locator, None, "read", "EmptyInput", message)


def load(warehouse: Warehouse, *outcomes: PageOutcome) -> list[Loaded]:
    """Load one batch in a run of its own."""
    return warehouse.load(warehouse.begin_run("test"), outcomes)


def found_ids(warehouse: Warehouse, query: str) -> list[int]:
    """The IDs of the records that a search finds, the best first."""
    return [hit.id for hit in warehouse.search(query)]


def rows(warehouse: Warehouse, query: str) -> list[tuple[object, ...]]:
    """The rows of a query."""
    return list(warehouse.sql(query).rows)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a warehouse may be made."""
    return tmp_path / "presswash.db"


@pytest.fixture
def warehouse(path: Path) -> Iterator[Warehouse]:
    """A new warehouse."""
    with open_warehouse(path) as opened:
        yield opened
