"""Every page in seeds/ comes out as seeds_expected.jsonl, and so seeds/README.md, says.

One object a file: `outcome` is record, empty (cleaned, no text left) or reject; `keep` holds the
article's blocks in order, without the title; `drop` the blocks that must go, each with its
reason, or null where several would be fair. A paragraph printed twice is in both. Neighbouring
inline labels may come out as one block, so a dropped text may be a part of a removed block.
`error` is the stage that rejects; `same_story_as` the other half of a near-duplicate pair.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from cleaners import clean
from cleaners.model import Block, Capture, Kind, Media, Rejection
from cleaners.page import Page

SEEDS = Path(__file__).parent.parent / "seeds"
LINES = (Path(__file__).parent / "seeds_expected.jsonl").read_text(encoding="utf-8").splitlines()
EXPECTED = [json.loads(line) for line in LINES]
RECORDS = [row for row in EXPECTED if row["outcome"] == "record"]


def cleaned(name: str) -> Page:
    media = Media.HTML if name.endswith(".html") else Media.TEXT
    return clean(Capture(name, (SEEDS / name).read_bytes(), media))


def plain(text: str) -> str:
    return " ".join(text.split())


def body(page: Page) -> list[str]:
    return [plain(b.text) for b in page.blocks if b.kept and b.kind is not Kind.TITLE]


def removed_as(page: Page, text: str) -> list[Block]:
    return [b for b in page.blocks if plain(text) in plain(b.text) and not b.kept]


def name_of(row: dict[str, Any]) -> str:
    return str(row["file"])


def test_every_seed_has_an_expectation_and_a_row_in_the_readme() -> None:
    files = {p.name for p in SEEDS.iterdir()} - {"README.md"}
    assert files == {row["file"] for row in EXPECTED}
    readme = (SEEDS / "README.md").read_text(encoding="utf-8")
    assert [name for name in sorted(files) if f"`{name}`" not in readme] == []


@pytest.mark.parametrize("row", RECORDS, ids=name_of)
def test_a_seed_keeps_its_body_once_in_order_and_nothing_else(row: dict[str, Any]) -> None:
    assert body(cleaned(row["file"])) == [plain(line) for line in row["keep"]]


@pytest.mark.parametrize("row", RECORDS, ids=name_of)
def test_a_seed_gives_its_title_authors_date_language_and_encoding(row: dict[str, Any]) -> None:
    page = cleaned(row["file"])
    found = {
        "title": page.title,
        "authors": list(page.authors),
        "published": page.published,
        "language": page.language,
        "encoding": page.encoding,
    }
    assert found == {key: row[key] for key in found}


@pytest.mark.parametrize("row", RECORDS, ids=name_of)
def test_what_a_seed_drops_is_still_there_with_the_reason_it_names(row: dict[str, Any]) -> None:
    page = cleaned(row["file"])
    wrong = []
    for text, reason in row["drop"]:
        blocks = removed_as(page, text)
        given = {b.removal.reason.value for b in blocks if b.removal}
        if not blocks or (reason and reason not in given):
            wrong.append((text[:80], reason, given))
    assert wrong == []


@pytest.mark.parametrize("row", [row for row in EXPECTED if row["outcome"] == "empty"], ids=name_of)
def test_a_seed_of_nothing_but_chrome_is_a_record_without_text(row: dict[str, Any]) -> None:
    page = cleaned(row["file"])
    assert page.text == ""
    assert page.blocks
    assert all(b.removal for b in page.blocks if b.kind is not Kind.TITLE)


@pytest.mark.parametrize(
    "row", [row for row in EXPECTED if row["outcome"] == "reject"], ids=name_of
)
def test_a_seed_that_is_no_page_is_rejected_at_the_stage_it_names(row: dict[str, Any]) -> None:
    with pytest.raises(Rejection) as caught:
        cleaned(row["file"])
    assert caught.value.stage.value == row["error"]
    assert caught.value.message
