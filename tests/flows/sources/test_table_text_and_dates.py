"""Tables are read in the charset that they are in, and their dates as the whole column says."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.sources.archives.field_mapping import FieldMapping
from flows.sources.archives.records import date_orders
from tests.flows.conftest import Presswash, story

TEXTS = {
    "fr": "Le traversier a été retiré du service jeudi après l'ouverture de la portière d'étrave,"
    " déjà réparée deux fois cet été, à cinq milles au large.",
    "ru": "Паром сняли с линии в четверг после того, как носовая дверь, уже дважды"
    " отремонтированная этим летом, открылась в море.",
    "pl": "Prom został wycofany z użytku w czwartek, gdy furta dziobowa, dwukrotnie naprawiana tego"
    " lata, otworzyła się pięć mil od brzegu.",
    "ja": "フェリーは木曜日に運航を停止した。二度修理された船首扉が沖合で開いたためである。",
}


def cleaned(presswash: Presswash, path: str | Path) -> list[Any]:
    return [json.loads(line) for line in presswash("clean", path, "--json").out.splitlines()]


def table(language: str, delimiter: str = ",", dates: tuple[str, ...] = ("2024-05-01",)) -> str:
    out = io.StringIO(newline="")
    rows = csv.writer(out, delimiter=delimiter)
    rows.writerow(["title", "text", "published"])
    text = TEXTS[language]
    rows.writerows([f"{text[:18]} {n}", (text + " ") * (2 + n), day] for n, day in enumerate(dates))
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "charset", "language", "delimiter"),
    [
        ("a.csv", "latin-1", "fr", ","),
        ("a.csv", "cp1252", "fr", ";"),
        ("a.csv", "cp1250", "pl", ";"),
        ("a.csv", "cp1251", "ru", ";"),
        ("a.csv", "cp932", "ja", ","),
        ("a.tsv", "utf-16", "pl", "\t"),
        ("a.csv", "utf-16-le", "ru", ";"),
        ("a.csv", "utf-8-sig", "ru", "|"),
    ],
)
def test_a_table_is_read_in_its_charset(
    presswash: Presswash, name: str, charset: str, language: str, delimiter: str
) -> None:
    Path(name).write_bytes(table(language, delimiter).encode(charset))
    (page,) = cleaned(presswash, name)
    assert page["title"] == f"{TEXTS[language][:18]} 0"
    assert TEXTS[language] in page["text"]


@pytest.mark.parametrize(
    ("charset", "language"), [("latin-1", "fr"), ("cp1251", "ru"), ("utf-16-le", "pl")]
)
@pytest.mark.parametrize("indent", [None, 1])
def test_json_is_read_in_its_charset(
    presswash: Presswash, charset: str, language: str, indent: int | None
) -> None:
    text = (TEXTS[language] + " ") * 3
    record = {"title": text[:18], "text": text}
    content = json.dumps([record] if indent else record, ensure_ascii=False, indent=indent)
    Path("a.jsonl").write_bytes(content.encode(charset))
    (page,) = cleaned(presswash, "a.jsonl")
    assert page["title"] == text[:18].strip()
    assert TEXTS[language] in page["text"]


def test_a_bad_byte_does_not_change_the_charset_of_a_table(presswash: Presswash) -> None:
    content = table("fr").encode().replace("é".encode(), b"\xe9", 1)
    Path("a.csv").write_bytes(content)
    (page,) = cleaned(presswash, "a.csv")
    assert page["title"] == f"{TEXTS['fr'][:18]} 0"
    record = json.dumps({"title": "Été à l'île", "text": story(1)}, ensure_ascii=False).encode()
    Path("a.jsonl").write_bytes(record.replace("à".encode(), b"\xe0"))
    (page,) = cleaned(presswash, "a.jsonl")
    assert page["title"] == "Été à l'île"


@pytest.mark.parametrize("n_quotes", [1, 40])
@pytest.mark.parametrize("charset", ["utf-8", "cp1252"])
def test_each_row_of_a_table_is_read_in_its_own_charset(
    presswash: Presswash, charset: str, n_quotes: int
) -> None:
    rows = [
        f'Pier{chr(0x2019) * (n < n_quotes)} {n},"{story(n)}"'.encode("cp1252") for n in range(300)
    ]
    rows += [f'Fähre in Zürich,"{story(400)}"'.encode(charset)]
    Path("a.csv").write_bytes(b"\n".join([b"title,text", *rows]))
    titles = [page["title"] for page in cleaned(presswash, "a.csv")]
    assert (titles[0], titles[299:]) == ("Pier’ 0", ["Pier 299", "Fähre in Zürich"])


def test_letters_that_could_be_utf8_are_read_in_the_charset_of_their_table(
    presswash: Presswash,
) -> None:
    title = "L’école"  # two letters of it could be one in UTF-8
    text = f'title,text\n{title},"{TEXTS["fr"] * 3}"\n'
    Path("a.csv").write_bytes(text.encode("mac-roman"))
    (page,) = cleaned(presswash, "a.csv")
    assert page["title"] == title


def as_csv(dates: list[str]) -> None:
    Path("a.csv").write_text(table("fr", ",", tuple(dates)), encoding="utf-8")


def as_json_lines(dates: list[str]) -> None:
    lines = (json.dumps({"text": story(n), "published": day}) for n, day in enumerate(dates))
    Path("a.jsonl").write_text("\n".join(lines), encoding="utf-8")


def as_parquet(dates: list[str]) -> None:
    columns = {"text": [story(n) for n, _ in enumerate(dates)], "published": dates}
    pq.write_table(pa.table(columns), "a.parquet")


@pytest.mark.parametrize(
    ("dates", "days"),
    [
        (["03/04/2024", "13/02/2024"], ["2024-04-03", "2024-02-13"]),
        (["03/04/2024", "02/13/2024 10:00"], ["2024-03-04", "2024-02-13"]),
        (["03-04-2024", "31-12-2023"], ["2024-04-03", "2023-12-31"]),
        (["12/31/2023", "03.04.2024", "05/06/2024"], ["2023-12-31", "2024-04-03", "2024-05-06"]),
        (["03.04.2024", "12.31.2023"], ["2024-03-04", "2023-12-31"]),
        (["31/12/2023"] * 101 + ["03/04/2024"], ["2023-12-31"] * 101 + ["2024-04-03"]),
        (["03/04/2024", "05/06/2024"], [None, None]),
        (["03/04/2024", "13/02/2024", "02/13/2024"], [None, "2024-02-13", "2024-02-13"]),
    ],
)
@pytest.mark.parametrize("write", [as_csv, as_json_lines, as_parquet])
def test_a_column_s_dates_tell_the_order_of_day_and_month(
    presswash: Presswash,
    write: Callable[[list[str]], None],
    dates: list[str],
    days: list[str | None],
) -> None:
    write(dates)
    (path,) = Path().glob("a.*")
    pages = cleaned(presswash, path)
    assert [page["published"] for page in pages] == days
    if None in days:
        presswash("ingest", path)
        noted = presswash("sql", "SELECT notes FROM quality").out
        assert "published is not a clear date: 03/04/2024" in noted


@pytest.mark.parametrize(
    ("day", "n_read"), [("31.12.2024", 100), ("31/12/2024", 100), ("1/2/2024", 600)]
)
def test_a_table_is_looked_through_only_for_dates_that_may_be_ambiguous(
    day: str, n_read: int
) -> None:
    read = 0

    def records() -> Iterator[dict[str, str]]:
        nonlocal read
        for _ in range(500):
            read += 1
            yield {"text": "A", "published": day, "fetched": day}

    date_orders(records, FieldMapping(text="text", date="fetched", published="published"))
    assert read == n_read
