"""The worst that people type into `presswash sql` and `search` changes and breaks nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.flows.conftest import Presswash, program, write_stories

NUMBERS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)"

REFUSED = (
    "ATTACH 'evil.db' AS evil",
    "ATTACH ':memory:' AS evil",
    "ATTACH DATABASE 'file:presswash.db?mode=rwc' AS evil",
    "DETACH main",
    "VACUUM",
    "VACUUM INTO 'evil.db'",
    "PRAGMA writable_schema = ON",
    "PRAGMA journal_mode = DELETE",
    "PRAGMA journal_mode",
    "PRAGMA query_only = OFF",
    "PRAGMA user_version = 9",
    "PRAGMA wal_checkpoint(TRUNCATE)",
    "PRAGMA temp_store_directory = '/tmp'",
    "PRAGMA hard_heap_limit = 0",
    "PRAGMA optimize",
    "PRAGMA integrity_check",
    "SELECT * FROM pragma_journal_mode",
    "SELECT load_extension('evil')",
    "SELECT load_extension('./evil.so', 'init')",
    "SELECT fts3_tokenizer('simple', x'0000000000000000')",
    "SELECT readfile('/etc/passwd')",
    "SELECT writefile('evil', 'x')",
    "SELECT edit('x', 'vi')",
    "INSERT INTO setting VALUES ('a', 'b')",
    "INSERT INTO setting VALUES ('a', 'b') RETURNING name",
    "WITH x AS (SELECT 1) INSERT INTO setting SELECT 'a', 'b'",
    "WITH gone AS (DELETE FROM block RETURNING 1) SELECT * FROM gone",
    "DELETE FROM block RETURNING *",
    "REPLACE INTO setting VALUES ('a', 'b')",
    "UPDATE document SET title = 'x' RETURNING id",
    "EXPLAIN DELETE FROM block",
    "EXPLAIN QUERY PLAN UPDATE block SET text = ''",
    "INSERT INTO article_search (article_search) VALUES ('rebuild')",
    "INSERT INTO article_search (article_search, rank) VALUES ('pgsz', 64)",
    "CREATE TABLE t (a)",
    "CREATE TEMP TABLE t (a)",
    "CREATE TEMP VIEW articles AS SELECT 1",
    "CREATE TEMP TRIGGER t AFTER INSERT ON run BEGIN SELECT 1; END",
    "CREATE VIRTUAL TABLE t USING fts5vocab (article_search, row)",
    "CREATE VIRTUAL TABLE temp.t USING dbstat",
    "ALTER TABLE block RENAME TO b",
    "DROP TABLE block",
    "REINDEX",
    "ANALYZE",
    "BEGIN",
    "BEGIN IMMEDIATE",
    "BEGIN EXCLUSIVE",
    "COMMIT",
    "ROLLBACK",
    "SAVEPOINT evil",
    "RELEASE evil",
    "SELECT 1; DELETE FROM block",
    "SELECT 1; SELECT 2",
)

WRONG = (
    "SELECT",
    "SELECT 'unfinished",
    'SELECT "unfinished',
    "SELECT [unfinished",
    "SELECT /* unfinished",
    "SELECT 1 -- comment\nFROM",
    "SELECT 1 \0 FROM x",
    "SELECT '\ud800'",
    "SELECT ?",
    "SELECT :name",
    "SELECT * FROM generate_series(1, 1000000000)",
    "SELECT * FROM article_search('\"')",
    "SELECT * FROM article_search('NEAR(')",
    "SELECT * FROM article_search('a AND')",
    "SELECT * FROM article_search('nowhere:a')",
    "SELECT json('{')",
    "SELECT json_extract('[', '$')",
    "SELECT abs(-9223372036854775808)",
    "SELECT sum(9223372036854775807) FROM (SELECT 1 UNION ALL SELECT 2)",
    "SELECT * FROM nowhere",
    "SELECT " + "(" * 2000 + "1" + ")" * 2000,
    "SELECT " + "+".join(["1"] * 5000),
    "SELECT " + ", ".join(["1"] * 5000),
    "SELECT 1 UNION " * 2000 + "SELECT 1",
    "SELECT * FROM " + ", ".join(["run"] * 100),
    "SELECT " + "x" * 100_000,
    "SELECT json('" + "[" * 50_000 + "')",
)

# In a process of its own each: some of these take a gigabyte, or end by force.
HEAVY = (
    "SELECT zeroblob(2000000000)",
    "SELECT randomblob(2000000000)",
    "SELECT printf('%.*c', 2000000000, 'x')",
    "SELECT hex(zeroblob(60000000))",
    "SELECT replace(hex(zeroblob(1000000)), '0', hex(zeroblob(1000)))",
    f"{NUMBERS} SELECT group_concat(x, hex(zeroblob(1000000))) FROM n",
    f"{NUMBERS} SELECT max(x) FROM n",
    f"{NUMBERS} SELECT x FROM n ORDER BY x DESC",
    f"{NUMBERS} SELECT json_group_array(x) FROM n",
    f"{NUMBERS} SELECT count(DISTINCT x) FROM n",
    f"{NUMBERS} SELECT hex(zeroblob(30000000)), x FROM n",
    f"{NUMBERS} SELECT a.x FROM n AS a, n AS b WHERE a.x = b.x AND a.x < 0",
    "SELECT count(*) FROM blocks AS a, blocks AS b, blocks AS c, blocks AS d, blocks AS e, blocks",
    # One step of these takes longer than anybody waits.
    "SELECT instr(hex(zeroblob(10000000)), hex(zeroblob(5000000)) || '1')",
    "SELECT count(*) FROM article_search(replace(hex(zeroblob(100000)), '0', 'a OR ') || 'b')",
    "SELECT hex(zeroblob(25000000)) LIKE '%' || substr(hex(zeroblob(20000)), 1, 40000) || '1'",
)

ANSWERED = (
    "SELECT * FROM sqlite_schema",
    "SELECT name FROM pragma_table_info('document')",
    "SELECT 1 -- and no more",
    "SELECT CAST(x'ff41' AS TEXT)",
    "SELECT char(0), char(55296), 9e999, -0.0, x''",
    "SELECT '; DELETE FROM block'",
    "EXPLAIN SELECT 1",
    "SELECT count(*) FROM article_search('council OR \"town 1\"')",
    "SELECT value FROM json_each('[1, [2]]')",
    "SELECT 'a' LIKE '" + "%" * 40_000 + "'",
    "SELECT '" + "x" * 60_000 + "'",
)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sound")
    write_stories(folder / "pages", 20)
    assert program("ingest", "--no-flow", "pages", cwd=folder).returncode == 0
    return folder / "presswash.db"


@pytest.fixture
def db(presswash: Presswash, sound: Path) -> Path:
    """A warehouse beside which there is nothing."""
    shutil.copy(sound, "presswash.db")
    return Path("presswash.db")


def state() -> dict[str, bytes]:
    """What is in the folder; an index of the log that SQLite left isn't counted."""
    return {
        file.name: file.read_bytes()
        for file in Path().iterdir()
        if not file.name.endswith(("-shm", "-wal"))
    }


@pytest.mark.parametrize("query", REFUSED)
def test_what_is_no_reading_is_refused_in_a_sentence(
    presswash: Presswash, db: Path, query: str
) -> None:
    before = state()
    ran = presswash("sql", query)
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert "write one SELECT" in ran.err
    assert "unexpected" not in ran.err
    assert state() == before


@pytest.mark.parametrize("query", WRONG, ids=lambda query: query[:40])
def test_what_is_wrong_is_explained_in_a_sentence(
    presswash: Presswash, db: Path, query: str
) -> None:
    before = state()
    ran = presswash("sql", query)
    assert ran.code == 1
    assert ran.err.startswith("presswash: ")
    assert (ran.out, ran.err.count("\n")) == ("", 1)
    assert "unexpected" not in ran.err
    assert len(ran.err) < 1000
    assert state() == before


@pytest.mark.parametrize("query", HEAVY, ids=lambda query: query[:40])
def test_what_takes_too_much_time_or_memory_is_stopped(db: Path, query: str) -> None:
    before = state()
    ran = program("sql", query, "--timeout", "0.2", cwd=Path.cwd())
    assert (ran.returncode, ran.stdout, ran.stderr.count(b"\n")) == (1, b"", 1)
    assert any(why in ran.stderr for why in (b"longer than 0.2 s", b"64 MiB", b"memory"))
    assert state() == before


@pytest.mark.parametrize("query", ANSWERED, ids=lambda query: query[:40])
@pytest.mark.parametrize("form", [[], ["--json"], ["--csv"]], ids=str)
def test_what_reads_is_answered(
    presswash: Presswash, db: Path, query: str, form: list[str]
) -> None:
    before = state()
    ran = presswash("sql", query, *form)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out
    assert state() == before


@pytest.mark.parametrize(
    "words",
    [
        '"',
        '""',
        '"unfinished',
        "*",
        "council*",
        "NEAR(a b, 5)",
        "NEAR(",
        "-council",
        "title:council",
        "nowhere:council",
        "{title text}:council",
        "^council",
        "council AND",
        "NOT",
        "a OR OR b",
        "(((((",
        "+",
        "'; DROP TABLE block; --",
        "\\",
        ".,;:!?",
        "‘’“”«»",
        "\ud800",
        "é́́́",
        "👩‍👩‍👧",
        "\u202e",
        "a" * 100_000,
        "council " * 500,
    ],
    ids=lambda words: repr(words[:20]),
)
def test_words_are_words_whatever_they_look_like(
    presswash: Presswash, db: Path, words: str
) -> None:
    ran = presswash("search", "--", words)
    assert (ran.code, ran.err) == (0, "")
