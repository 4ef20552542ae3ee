"""What `presswash sql` prints, and how it fails."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.flows.conftest import Presswash


def test_sql_answers_as_a_table_as_json_and_as_csv(presswash: Presswash, filled: Path) -> None:
    query = "SELECT id, title, NULL AS lacking FROM articles ORDER BY id LIMIT 2"
    table = presswash("sql", query).out.splitlines()
    assert table[0].split() == ["id", "title", "lacking"]
    assert len(table) == 3
    assert presswash("sql", query, "--json").json[0]["id"] == 1
    lines = list(csv.reader(io.StringIO(presswash("sql", query, "--csv").out)))
    assert lines[0] == ["id", "title", "lacking"]
    assert lines[1][0] == "1"


def test_sql_limits_a_table_and_gives_machines_everything(
    presswash: Presswash, filled: Path
) -> None:
    numbers = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500)"
        " SELECT i FROM n"
    )
    assert [row["i"] for row in presswash("sql", numbers, "--json").json] == [*range(1, 2501)]
    ran = presswash("sql", numbers, "--csv")
    assert (ran.err, len(ran.out.splitlines())) == ("", 2501)
    ran = presswash("sql", numbers, "--csv", "--limit", "1500")
    assert len(ran.out.splitlines()) == 1501
    assert "more than the 1,500 rows shown" in ran.err
    ran = presswash("sql", numbers)
    assert len(ran.out.splitlines()) == 1001
    assert "more than the 1,000 rows shown" in ran.err
    assert presswash("sql", "SELECT 1 WHERE 0", "--json").json == []


def test_sql_says_when_there_are_more_rows(presswash: Presswash, filled: Path) -> None:
    ran = presswash("sql", "SELECT id FROM articles", "--limit", "2", "--json")
    assert len(ran.json) == 2
    assert "more than the 2 rows shown: raise --limit" in ran.err


def test_sql_as_json_has_every_column_and_no_number_that_json_lacks(
    presswash: Presswash, filled: Path
) -> None:
    query = "SELECT 9e999 AS x, -9e999 AS y, 1 AS a, 2 AS a, 3 AS a, 0.5 AS z"
    ran = presswash("sql", query, "--json")
    (row,) = json.loads(ran.out, parse_constant=pytest.fail)
    assert row == {"x": None, "y": None, "a": 1, "a:1": 2, "a:2": 3, "z": 0.5}


def test_sql_that_takes_too_long_says_how_to_allow_it_more(
    presswash: Presswash, filled: Path
) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    ran = presswash("sql", endless, "--timeout", "0.05")
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert "longer than 0.05 s" in ran.err
    assert "--timeout" in ran.err


def test_a_statement_of_nothing_but_a_comment_is_bad_usage(
    presswash: Presswash, filled: Path
) -> None:
    ran = presswash("sql", "/* nothing */")
    assert (ran.code, ran.err.count("\n")) == (2, 1)


@pytest.mark.parametrize(
    "query", ["DELETE FROM document", "SELEC 1", "SELECT nothing FROM articles"]
)
def test_sql_that_fails_is_a_sentence(presswash: Presswash, filled: Path, query: str) -> None:
    ran = presswash("sql", query)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.count("\n") == 1
