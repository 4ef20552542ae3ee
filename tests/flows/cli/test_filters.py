"""`search` and `export` choose records by language, site, date and quality; `-` is a stream."""

from __future__ import annotations

import csv
import io
import json

import pytest
from pyarrow import parquet

from cleaners.model import PageType
from tests.flows.conftest import Presswash

PAGES = (
    ("a", "The ferry came in at noon and the harbour was full of people.", "2024-05-01"),
    ("b", "A ferry sank last night off the northern coast, the guard said.", "2024-06-02"),
)


@pytest.fixture(autouse=True)
def filled(presswash: Presswash) -> None:
    lines = [
        {"text": f"{text} {text}", "url": f"https://{host}.example.org/x", "published": day}
        for host, text, day in PAGES
    ]
    with open("pages.jsonl", "w", encoding="utf-8") as file:  # noqa: PTH123
        file.writelines(json.dumps(line) + "\n" for line in lines)
    assert presswash("ingest", "--no-flow", "pages.jsonl").code == 0


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ((), {"a", "b"}),
        (("--site", "b.example.org"), {"b"}),
        (("--site", "c.org,example.org"), {"a", "b"}),
        (("--lang", "en"), {"a", "b"}),
        (("--lang", "de"), set()),
        (("--lang", "EN-gb"), {"a", "b"}),
        (("--site", "https://www.b.example.org/x"), {"b"}),
        (("--since", "2024-05", "--until", "2024-05-31"), {"a"}),
        (("--since", "2024-05-02", "--until", "2024"), {"b"}),
        (("--quality", "0"), {"a", "b"}),
        (("--type", ",".join(PageType)), {"a", "b"}),
        (("--type", ",".join(PageType).upper()), {"a", "b"}),
    ],
)
def test_search_and_export_give_the_records_that_fit(
    presswash: Presswash, options: tuple[str, ...], found: set[str]
) -> None:
    hits = json.loads(presswash("search", "ferr*", "--json", *options).out)
    assert {hit["site"][0] for hit in hits} == found
    rows = [json.loads(line) for line in presswash("export", "-", *options).out.splitlines()]
    assert {row["site"][0] for row in rows} == found


@pytest.mark.parametrize("command", [("search", "ferry"), ("export", "out.csv")])
@pytest.mark.parametrize(
    "wrong",
    [
        ("--since", "yesterday"),
        ("--since", "2024-13"),
        ("--until", "2024-02-30"),
        ("--since", "2025", "--until", "2024-12-31"),
        ("--lang", "english"),
        ("--quality", "80"),
        ("--type", "x"),
    ],
)
def test_an_option_that_means_nothing_is_wrong_usage(
    presswash: Presswash, command: tuple[str, ...], wrong: tuple[str, ...]
) -> None:
    ran = presswash(*command, *wrong)
    assert (ran.code, ran.out) == (2, "")
    assert wrong[1] in ran.err


def test_a_search_says_that_its_options_left_nothing(presswash: Presswash) -> None:
    assert "No record has" in presswash("search", "walrus").out
    assert "No record that fits the options has" in presswash("search", "ferry", "--lang", "de").out


def test_a_dash_writes_any_form_to_standard_output(presswash: Presswash) -> None:
    (head, *rows) = csv.reader(io.StringIO(presswash("export", "-", "--format", "csv").out))
    assert (head[0], len(rows)) == ("id", 2)
    assert presswash("export", "-", "--what", "blocks").out.count("\n") >= 2
    assert presswash("export", "-", "--format", "xlsx").code == 2
    assert presswash("export", "out.csv", "--format", "parquet").code == 2
    assert presswash("export", "out.parquet", "--format", "parquet").code == 0
    assert parquet.read_table("out.parquet").num_rows == 2
