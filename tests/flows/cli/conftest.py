"""A page to correct, and the blocks of records."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.flows.conftest import Presswash, story

PAGE = "\n\n".join(
    [
        "Share on Facebook",
        story(5).strip(),
        "A note of the keeper of the lighthouse on tides, gulls and the price of lamp oil.",
        "© 2024 The Gazette. All rights reserved.",
    ]
)
NOTE = "keeper of the lighthouse"


@pytest.fixture
def page(presswash: Presswash, tmp_path: Path) -> Path:
    """A warehouse with one page, which has a share label, a story, a note and a footer."""
    (tmp_path / "page.txt").write_text(PAGE, encoding="utf-8")
    assert presswash("ingest", "--no-flow", "page.txt").code == 0
    return tmp_path / "presswash.db"


def place(presswash: Presswash, text: str, record_id: int = 1) -> int:
    """The number of the block of a record that has a text."""
    blocks = presswash("show", record_id, "--json").json["blocks"]
    return next(number for number, block in enumerate(blocks) if text in block["text"])


def block(presswash: Presswash, text: str, record_id: int = 1) -> dict[str, object]:
    """The block of a record that has a text."""
    blocks: list[dict[str, object]] = presswash("show", record_id, "--json").json["blocks"]
    return next(block for block in blocks if text in str(block["text"]))
