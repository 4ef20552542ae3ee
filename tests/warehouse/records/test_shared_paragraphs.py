"""A paragraph that several pages have is stored once, and each of them has it."""

from __future__ import annotations

from pathlib import Path

from tests.warehouse.conftest import cleaned, load, page, rows, signed, words
from warehouse.model import Recleaned
from warehouse.warehouse import Warehouse

PARAGRAPHS = [words(40, n) for n in range(4)]
STORY = "\n\n".join(PARAGRAPHS)
COPY = "\n\n".join([words(30, 90), *PARAGRAPHS[1:]])


def texts(warehouse: Warehouse) -> list[object]:
    return [text for (text,) in rows(warehouse, "SELECT text FROM documents ORDER BY id")]


def stored(warehouse: Warehouse) -> list[object]:
    """The paragraphs that blocks have themselves, in order."""
    query = "SELECT text FROM block WHERE removal_id IS NULL AND kind <> 0 AND text <> ''"
    return [text for (text,) in rows(warehouse, f"{query} ORDER BY id")]


def replace(warehouse: Warehouse, document: int, text: str) -> None:
    made = page(text)
    warehouse.replace_records(
        warehouse.begin_run("reclean"), [Recleaned(document, made, signed(made))]
    )


def test_paragraphs_of_a_copy_are_stored_once(warehouse: Warehouse) -> None:
    load(warehouse, cleaned(STORY, "here/a.txt"))
    load(warehouse, cleaned(COPY, "there/b.txt"), cleaned(COPY + "\n\nThe end.", "there/c.txt"))
    assert texts(warehouse) == [STORY, COPY, COPY + "\n\nThe end."]
    assert sorted(map(str, stored(warehouse))) == sorted([*PARAGRAPHS, words(30, 90), "The end."])
    (origins,) = rows(warehouse, "SELECT group_concat(DISTINCT text_of >> 20) FROM block")
    assert origins == ("1,2",)
    word = PARAGRAPHS[2].split()[3]
    query = f"SELECT rowid FROM article_search WHERE article_search MATCH '{word}' ORDER BY 1"
    assert rows(warehouse, query) == [(1,), (2,), (3,)]
    assert warehouse.check() == []


def test_a_copy_keeps_its_text_when_the_first_page_changes(warehouse: Warehouse) -> None:
    load(warehouse, cleaned(STORY, "here/a.txt"))
    load(warehouse, cleaned(COPY, "there/b.txt"))
    replace(warehouse, 1, words(60, 50))
    assert texts(warehouse) == [words(60, 50), COPY]
    assert warehouse.check() == []
    replace(warehouse, 1, STORY)
    assert texts(warehouse) == [STORY, COPY]
    assert len(stored(warehouse)) == 5
    replace(warehouse, 2, words(60, 51))
    assert texts(warehouse) == [STORY, words(60, 51)]
    assert warehouse.check() == []


def test_a_paragraph_that_the_site_repeats_is_marked_where_it_is_stored_once(
    path: Path, warehouse: Warehouse
) -> None:
    standing = words(40, 70)
    for number in range(6):
        text = "\n\n".join([words(80, number), standing])
        url = f"https://example.org/{number}"
        load(warehouse, cleaned(text, f"{number}.html", url=url, title=f"Story {number}"))
    assert stored(warehouse).count(standing) == 0
    assert rows(
        warehouse,
        "SELECT count(*), min(text), max(text) FROM blocks WHERE NOT kept AND cleaner = 'site'",
    ) == [(6, standing, standing)]
    assert standing not in "".join(map(str, texts(warehouse)))
    assert warehouse.check() == []
