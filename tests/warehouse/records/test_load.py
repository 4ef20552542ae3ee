"""What goes in comes out, once, whole, or not at all."""

from __future__ import annotations

import dataclasses
import hashlib
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cleaners.model import DateSource, Media
from tests.warehouse.conftest import EVENING, MORNING, NOON, cleaned, load, rejected, rows, words
from warehouse.errors import WarehouseError
from warehouse.model import Counts, Known, PageKey, PageOutcome, RunStatus, Verdict
from warehouse.opening import open_warehouse
from warehouse.warehouse import Warehouse

TABLES = (
    "raw",
    "document",
    "block",
    "capture",
    "reject",
    "distinct_text",
    "recent_band",
    "band_pack",
    "common_band",
    "duplicate_pair",
    "site_block",
    "merged_site_block",
)


def sizes(warehouse: Warehouse) -> dict[str, object]:
    return {table: rows(warehouse, f"SELECT count(*) FROM {table}")[0][0] for table in TABLES}


def test_a_record_comes_out_as_its_page_went_in(warehouse: Warehouse) -> None:
    one = cleaned(
        "The first paragraph.\n\nÜber 東京.",
        "saved/a.txt",
        url="https://www.example.org/a",
        authors=("Ann Lee", "Бек Асанов"),
        repairs=("mojibake",),
    )
    (loaded,) = load(warehouse, one)
    assert loaded.document_id == 1
    record = warehouse.record(1)
    assert record is not None
    assert record.blocks == one.page.blocks
    assert record.text == one.page.text == "The first paragraph.\n\nÜber 東京."
    assert (record.title, record.authors) == ("A headline", ("Ann Lee", "Бек Асанов"))
    assert (record.url, record.site) == ("https://www.example.org/a", "example.org")
    assert (record.locator, record.first_seen) == ("saved/a.txt", NOON)
    assert (record.encoding, record.encoding_source) == ("utf-8", "valid UTF-8")
    assert record.repairs == ("mojibake",)
    assert (record.media_type, record.charset) == (Media.TEXT, None)
    assert (record.cluster_id, record.duplicate_of, record.similarity) == (1, None, None)
    assert record.sha256 == one.capture.key.sha256
    assert warehouse.raw(1) == one.payload


def test_the_report_counts_words_and_blocks(warehouse: Warehouse) -> None:
    (loaded,) = load(warehouse, cleaned("One two three.\n\nFour five.", "a.txt", title="News"))
    assert loaded.verdict is Verdict.ADDED
    assert (loaded.title, loaded.language, loaded.n_words) == ("News", "en", 5)
    assert (loaded.kept, loaded.removed) == (3, 1)


def test_a_page_of_no_bytes_and_no_text_is_kept_but_is_no_article(warehouse: Warehouse) -> None:
    load(warehouse, cleaned("", title=None))
    assert warehouse.raw(1) == b""
    assert rows(warehouse, "SELECT text, n_words FROM documents") == [("", 0)]
    assert rows(warehouse, "SELECT * FROM articles") == []


def test_a_missing_document_has_no_record_and_no_bytes(warehouse: Warehouse) -> None:
    assert warehouse.record(7) is None
    with pytest.raises(WarehouseError, match="there is no record 7"):
        warehouse.raw(7)


def test_loading_the_same_batch_again_adds_no_row(warehouse: Warehouse) -> None:
    batch = [cleaned(words(60, seed), f"{seed}.txt") for seed in range(5)]
    load(warehouse, *batch)
    before = sizes(warehouse)
    again = load(warehouse, *batch)
    known = warehouse.load(warehouse.begin_run("test"), [Known(one.capture) for one in batch])
    assert {one.verdict for one in again + known} == {Verdict.UNCHANGED}
    assert [one.document_id for one in known] == [1, 2, 3, 4, 5]
    assert sizes(warehouse) == before


def test_a_page_twice_in_a_batch_is_one_document_with_two_captures(warehouse: Warehouse) -> None:
    first, second = cleaned("Some text.", "a.txt"), cleaned("Some text.", "b.txt")
    loaded = load(warehouse, first, second)
    assert [one.verdict for one in loaded] == [Verdict.ADDED, Verdict.UNCHANGED]
    assert rows(warehouse, "SELECT locator, document_id FROM captures") == [
        ("a.txt", 1),
        ("b.txt", 1),
    ]


def test_the_earliest_capture_gives_address_and_site_whatever_comes_first(
    warehouse: Warehouse,
) -> None:
    for locator, at, url in [
        ("late.txt", EVENING, "https://late.example/"),
        ("b.txt", MORNING, "https://b.example/"),
        ("a.txt", MORNING, "https://www.a.example/"),
    ]:
        load(warehouse, cleaned("Some text.", locator, at=at, url=url))
    record = warehouse.record(1)
    assert record is not None
    assert (record.first_seen, record.locator) == (MORNING, "a.txt")
    assert (record.url, record.site) == ("https://www.a.example/", "a.example")


def test_the_address_in_the_page_is_used_where_the_capture_has_none(warehouse: Warehouse) -> None:
    one = cleaned("Some text.")
    page = dataclasses.replace(one.page, url="https://www.example.org/canonical")
    load(warehouse, dataclasses.replace(one, page=page))
    record = warehouse.record(1)
    assert record is not None
    assert (record.url, record.site) == ("https://www.example.org/canonical", "example.org")


def test_an_address_that_is_none_gives_no_site(warehouse: Warehouse) -> None:
    load(warehouse, cleaned("Some text.", url="https://[broken/"))
    assert rows(warehouse, "SELECT url, site FROM documents") == [("https://[broken/", None)]


def test_the_same_bytes_read_in_two_ways_are_two_documents_and_stored_once(
    warehouse: Warehouse,
) -> None:
    one = cleaned("Some text.")
    key = PageKey(one.capture.key.sha256, Media.TEXT, "windows-1251")
    other = dataclasses.replace(one, capture=dataclasses.replace(one.capture, key=key))
    load(warehouse, one)
    load(warehouse, other)
    assert sizes(warehouse)["document"] == 2
    assert sizes(warehouse)["raw"] == 1
    assert warehouse.known([key, PageKey(key.sha256, Media.HTML)]) == {key}


def test_known_finds_only_what_is_stored(warehouse: Warehouse) -> None:
    one = cleaned("Some text.")
    load(warehouse, one)
    missing = PageKey(hashlib.sha256(b"other").hexdigest(), Media.TEXT)
    assert warehouse.known([one.capture.key, missing]) == {one.capture.key}
    assert warehouse.known([]) == set()


def test_a_reject_seen_again_is_the_same_row_with_the_newer_run(warehouse: Warehouse) -> None:
    for _ in range(2):
        run = warehouse.begin_run("test")
        (loaded,) = warehouse.load(run, [rejected()])
        assert (loaded.verdict, loaded.error) == (Verdict.REJECTED, "EmptyInput")
    assert rows(warehouse, "SELECT locator, stage, error, message, run_id FROM rejects") == [
        ("empty.html", "read", "EmptyInput", "there is nothing in it", 2)
    ]


def test_the_run_counts_what_came_of_its_batches(warehouse: Warehouse) -> None:
    text = words(100)
    run = warehouse.begin_run("test")
    batch: list[PageOutcome] = [
        cleaned(text, "a"),
        cleaned(text + " more", "b"),
        cleaned(text, "c"),
    ]
    batch.append(rejected("d"))
    total = Counts()
    for _ in range(2):
        total += Counts.of(warehouse.load(run, batch))
    warehouse.finish_run(run, RunStatus.COMPLETED)
    expected = Counts(seen=8, added=2, unchanged=4, duplicates=1, rejected=2)
    assert total == expected
    assert rows(
        warehouse, "SELECT status, seen, added, unchanged, duplicates, rejected FROM runs"
    ) == [("completed", *dataclasses.astuple(expected))]


@pytest.mark.parametrize("bad", ["known", "bytes", "time", "stage"])
def test_a_load_that_fails_half_way_leaves_nothing(warehouse: Warehouse, bad: str) -> None:
    load(warehouse, cleaned(words(50, 9), "before.txt"))
    before = sizes(warehouse)
    good, other = cleaned(words(50, 1), "good.txt"), cleaned(words(50, 2), "bad.txt")
    run = warehouse.begin_run("test")
    choices: dict[str, PageOutcome] = {
        "known": Known(other.capture),
        "bytes": dataclasses.replace(other, payload=b"others"),
        "time": cleaned(words(50, 2), "bad.txt", at="yesterday"),
        "stage": dataclasses.replace(rejected(), stage="nowhere"),
    }
    batch: list[PageOutcome] = [good, choices[bad]]
    with pytest.raises(Exception, match=r"bad\.txt|CHECK"):
        warehouse.load(run, batch)
    assert sizes(warehouse) == before
    assert rows(warehouse, f"SELECT seen FROM runs WHERE id = {run}") == [(0,)]
    assert warehouse.check() == []
    (loaded,) = warehouse.load(run, [good])
    assert loaded.document_id == 2


KILLED_BEFORE_THE_COMMIT = """
import os, signal, sys
from tests.warehouse.conftest import cleaned, words
from warehouse.opening import open_warehouse
from warehouse.records import load
load.add_counts = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
with open_warehouse(sys.argv[1]) as warehouse:
    run = warehouse.begin_run("test")
    warehouse.load(run, [cleaned(words(50, n), str(n)) for n in range(1, 30)])
"""


def test_a_process_killed_while_loading_leaves_what_was_committed_and_no_more(path: Path) -> None:
    with open_warehouse(path) as warehouse:
        load(warehouse, cleaned(words(50), "before.txt"))
        before = sizes(warehouse)
    script = [sys.executable, "-c", KILLED_BEFORE_THE_COMMIT, str(path)]
    assert subprocess.run(script, check=False).returncode == -signal.SIGKILL
    with open_warehouse(path) as warehouse:
        assert sizes(warehouse) == before
        assert warehouse.check() == []
        warehouse.begin_run("test")
        assert rows(warehouse, "SELECT status FROM runs WHERE id = 2") == [("interrupted",)]


def test_a_run_that_was_never_begun_loads_nothing(warehouse: Warehouse) -> None:
    with pytest.raises(WarehouseError, match="there is no run 5"):
        warehouse.load(5, [])


def test_the_views_have_the_columns_that_people_build_on(warehouse: Warehouse) -> None:
    documented = {
        "articles": "id, url, locator, site, title, authors, published, language, text, n_words, "
        "cluster_size, first_seen, quality, title_source, description, page_type, "
        "published_source, modified, image, site_name, section, tags",
        "documents": "id, sha256, url, locator, site, title, authors, published, language, text, "
        "n_words, cluster_id, duplicate_of, similarity, cleaner_version, first_seen, "
        "relation, title_source, description, page_type, published_source, modified, "
        "image, site_name, section, tags, weights",
        "blocks": "document_id, position, kind, text, kept, reason, cleaner, detail",
        "versions": "url, document_id, captured_at, n_words, similarity_to_previous, is_current",
        "captures": "locator, url, document_id, sha256, captured_at, run_id, rights",
        "rejects": "locator, stage, error, message, run_id, at, rejected_at",
        "runs": "id, flow, started_at, finished_at, status, seen, added, unchanged, duplicates, "
        "rejected, skipped",
    }
    for view, columns in documented.items():
        assert ", ".join(warehouse.sql(f"SELECT * FROM {view}").columns) == columns


def test_a_record_has_what_its_page_states_for_links(warehouse: Warehouse) -> None:
    stated = {
        "description": "Two hours late.",
        "image": "https://img.example/a.jpg",
        "site_name": "The Quay",
        "section": "Local",
        "tags": ("Ferry", "Gale"),
    }
    load(warehouse, cleaned(words(50), **stated), cleaned(words(60, 1), "b.txt"))
    found = [(*list(stated.values())[:4], '["Ferry", "Gale"]'), (None, None, None, None, "[]")]
    for view in ("articles", "documents"):
        assert rows(warehouse, f"SELECT {', '.join(stated)} FROM {view}") == found
    record = warehouse.record(1)
    assert record is not None
    assert {name: getattr(record, name) for name in stated} == stated


def test_a_record_says_where_its_date_was_read_and_when_it_was_last_changed(
    warehouse: Warehouse,
) -> None:
    dates = {"published_source": DateSource.DATE_LINE, "modified": "2024-06-03"}
    load(warehouse, cleaned(words(50), **dates), cleaned(words(60, 1), "b.txt"))
    found = [("date line", "2024-06-03"), (None, None)]
    for view in ("articles", "documents"):
        assert rows(warehouse, f"SELECT published_source, modified FROM {view}") == found
    record = warehouse.record(1)
    assert record is not None
    assert (record.published_source, record.modified) == (DateSource.DATE_LINE, "2024-06-03")


def test_paths_and_details_of_many_blocks_are_stored_once(warehouse: Warehouse) -> None:
    load(warehouse, *(cleaned(words(30, n), f"{n}.txt") for n in range(3)))
    load(warehouse, cleaned(words(30, 3), "3.txt"))
    assert rows(warehouse, "SELECT text FROM block_string") == [
        ("body/ul.share/li",),
        ("Share Tweet",),
    ]
    assert rows(warehouse, "SELECT detail FROM removal") == [("share words: share, tweet",)]
    for document in (1, 4):
        record = warehouse.record(document)
        assert record is not None
        share = record.blocks[-1]
        assert share.removal is not None
        assert (share.path, share.removal.detail) == (
            "body/ul.share/li",
            "share words: share, tweet",
        )
        assert [block.path for block in record.blocks[:-1]] == ["", ""]
    assert rows(warehouse, "SELECT DISTINCT detail FROM blocks WHERE NOT kept") == [
        ("share words: share, tweet",)
    ]
    assert warehouse.check() == []


def test_a_text_that_no_other_block_has_is_stored_with_its_block(warehouse: Warehouse) -> None:
    load(warehouse, cleaned(words(30), "a.txt"))
    assert rows(warehouse, "SELECT text FROM block_string") == [("body/ul.share/li",)]
    load(warehouse, cleaned(words(30, 1), "b.txt"), cleaned(words(30, 2), "c.txt"))
    assert len(rows(warehouse, "SELECT text FROM block_string")) == 2
    texts = rows(warehouse, "SELECT DISTINCT text FROM blocks WHERE NOT kept")
    assert len(texts) == 1
    assert warehouse.check() == []


def test_a_string_that_blocks_refer_to_and_that_is_lost_is_found(warehouse: Warehouse) -> None:
    load(warehouse, cleaned(words(30), "a.txt"))
    warehouse._db.execute("DELETE FROM block_string WHERE text LIKE 'body%'")
    (problem,) = warehouse.check()
    assert (problem.what, problem.where) == (
        "blocks refer to a string that isn't there",
        "document 1",
    )
    assert warehouse.record(1) is not None
