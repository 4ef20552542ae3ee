"""Tables are read in the charset that they are in, and their dates as the whole column says."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

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
