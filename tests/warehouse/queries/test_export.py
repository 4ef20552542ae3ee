"""The articles leave as Parquet, JSON Lines or CSV, whole or not at all."""

from __future__ import annotations

import csv
import json
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import pytest
from pyarrow import parquet

from tests.warehouse.conftest import MORNING, cleaned, load, words
from warehouse.errors import RequestError, WarehouseError
from warehouse.queries.export import ExportView
from warehouse.queries.filters import Filters
from warehouse.warehouse import Warehouse

STORY = words(40)


@pytest.fixture(autouse=True)
def three_pages(warehouse: Warehouse) -> None:
    load(
        warehouse,
        cleaned(
            STORY, "a.txt", at=MORNING, url="https://www.example.org/a", authors=("Ann", "Бек")
        ),
        cleaned(STORY + " too", "b.txt"),
        cleaned('A "quoted", line\n\nand\r\nanother', "c.txt", title=None, language=None),
        cleaned("", "empty.txt", title=None),
    )


def articles(warehouse: Warehouse) -> list[dict[str, object]]:
    table = warehouse.sql("SELECT * FROM articles ORDER BY id")
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    lists = ("authors", "tags")
    return [row | {name: json.loads(str(row[name])) for name in lists} for row in rows]


def parquet_rows(path: Path) -> list[dict[str, object]]:
    """The rows of a Parquet file, its days and times as the views write them."""

    def as_text(value: object) -> object:
        if isinstance(value, datetime):
            return value.strftime("%Y-%m-%dT%H:%M:%SZ")
        return value.isoformat() if isinstance(value, date) else value

    rows = parquet.read_table(path).to_pylist()
    return [{name: as_text(value) for name, value in row.items()} for row in rows]


@pytest.mark.parametrize("view", ExportView)
def test_every_form_holds_the_columns_and_rows_of_the_view(
    warehouse: Warehouse, tmp_path: Path, view: ExportView
) -> None:
    newer = cleaned(STORY + " now", "a.txt", url="https://example.org/a")
    load(warehouse, newer)
    rows = warehouse.sql(f"SELECT * FROM {view}")
    assert rows.rows
    for ending in ("jsonl", "csv", "parquet"):
        assert warehouse.export(tmp_path / f"out.{ending}", view) == len(rows.rows)
    lines = (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    assert {tuple(record) for record in records} == {rows.columns}
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        assert next(csv.reader(file)) == list(rows.columns)
    assert parquet_rows(tmp_path / "out.parquet") == records


def test_other_views_are_refused(warehouse: Warehouse, tmp_path: Path) -> None:
    with pytest.raises(RequestError, match=r"choose one of articles, documents, versions, blocks"):
        warehouse.export(tmp_path / "out.csv", "runs")


def test_json_lines_hold_every_article_with_authors_as_a_list(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    assert warehouse.export(tmp_path / "out.jsonl") == 2
    lines = (tmp_path / "out.jsonl").read_text(encoding="utf-8").split("\n")
    assert lines.pop() == ""
    assert [json.loads(line) for line in lines] == articles(warehouse)
    assert "Бек" in lines[0]


def test_csv_holds_every_article_with_authors_joined(warehouse: Warehouse, tmp_path: Path) -> None:
    assert warehouse.export(tmp_path / "out.csv") == 2
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["authors"] for row in rows] == ["Ann; Бек", ""]
    assert [row["text"] for row in rows] == [one["text"] for one in articles(warehouse)]
    assert [int(row["cluster_size"]) for row in rows] == [2, 1]


def test_parquet_holds_every_article_in_row_groups(
    warehouse: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warehouse.queries.export._ROWS_PER_GROUP", 1)
    assert warehouse.export(tmp_path / "out.PARQUET") == 2
    table = parquet.read_table(tmp_path / "out.PARQUET")
    assert parquet_rows(tmp_path / "out.PARQUET") == articles(warehouse)
    assert parquet.ParquetFile(tmp_path / "out.PARQUET").num_row_groups == 2
    assert str(table.schema.field("authors").type) == "list<element: string>"


def test_an_empty_warehouse_exports_no_rows(tmp_path: Path, warehouse: Warehouse) -> None:
    warehouse._db.execute("UPDATE document SET n_words = 0")
    for ending in ("parquet", "jsonl", "csv"):
        assert warehouse.export(tmp_path / f"out.{ending}") == 0
    columns = list(warehouse.sql("SELECT * FROM articles").columns)
    assert parquet.read_table(tmp_path / "out.parquet").column_names == columns


def test_an_unknown_ending_is_refused_with_those_that_are_known(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    with pytest.raises(RequestError, match=r"\.parquet, \.jsonl, \.csv"):
        warehouse.export(tmp_path / "out.xlsx")


def test_a_folder_that_is_not_there_is_named(warehouse: Warehouse, tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match="can't be written"):
        warehouse.export(tmp_path / "nowhere" / "out.csv")


def test_an_export_that_fails_leaves_the_older_file_and_no_rest(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    target = tmp_path / "exports" / "out.jsonl"
    target.parent.mkdir()
    target.write_text("older")
    warehouse._db.execute("PRAGMA ignore_check_constraints = ON")
    warehouse._db.execute("UPDATE document SET authors = 'no JSON' WHERE id = 3")
    with pytest.raises(WarehouseError, match="is damaged"):
        warehouse.export(target)
    assert target.read_text() == "older"
    assert [file.name for file in target.parent.iterdir()] == ["out.jsonl"]


def test_an_export_may_be_read_by_whoever_may_read_new_files(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    warehouse.export(tmp_path / "out.csv")
    (tmp_path / "plain").touch()
    assert (tmp_path / "out.csv").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_dates_are_dates_in_parquet(warehouse: Warehouse, tmp_path: Path) -> None:
    warehouse.export(tmp_path / "out.parquet")
    table = parquet.read_table(tmp_path / "out.parquet")
    assert str(table.schema.field("published").type) == "date32[day]"
    assert str(table.schema.field("first_seen").type) == "timestamp[ms, tz=UTC]"
    assert table["published"][0].as_py() == date(2024, 5, 1)
    assert table["first_seen"][0].as_py() == datetime(2024, 5, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize("view", ExportView)
def test_only_the_rows_of_documents_that_fit_are_written(
    warehouse: Warehouse, tmp_path: Path, view: ExportView
) -> None:
    everything = warehouse.export(tmp_path / "out.jsonl", view)
    some = warehouse.export(tmp_path / "out.jsonl", view, Filters(sites=("example.org",)))
    assert 0 < some <= everything
    assert warehouse.export(tmp_path / "out.jsonl", view, Filters(since="2025")) == 0
    assert warehouse.export(tmp_path / "out.jsonl", view, Filters(until="2024")) == everything


def test_a_view_is_written_to_a_stream(warehouse: Warehouse, tmp_path: Path) -> None:
    for ending in (".jsonl", ".csv", ".parquet"):
        stream = BytesIO()
        warehouse.export(tmp_path / f"out{ending}")
        assert warehouse.export_stream(stream, ending) == 2
        assert stream.getvalue() == (tmp_path / f"out{ending}").read_bytes()
