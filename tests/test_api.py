"""The Python API: cleaning one page, and filling, asking and maintaining a warehouse."""

from __future__ import annotations

import doctest
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from datasketch import MinHash

import flows.api
import presswash
from cleaners.text.shingles import shingle_hashes

ROOT = Path(__file__).parents[1]
PAGE = "<title>Bridge opens</title><p>The bridge over the Maren opened on Monday.</p>"


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse with the sample pages."""
    path = tmp_path_factory.mktemp("filled") / "news.db"
    with presswash.open(path) as database:
        database.ingest(str(ROOT / "seeds"))
    return path


@pytest.fixture
def db(filled: Path, tmp_path: Path) -> Iterator[presswash.Database]:
    """A copy of that warehouse."""
    with presswash.open(shutil.copy(filled, tmp_path)) as database:
        yield database


def test_importing_presswash_imports_none_of_its_parts() -> None:
    code = (
        "import sys; before = set(sys.modules); import presswash; dir(presswash);"
        "new = {name.partition('.')[0] for name in set(sys.modules) - before};"
        "sys.exit(', '.join(sorted(new & {'cleaners', 'flows', 'warehouse'})) or 0)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=False, text=True
    )
    assert (ran.returncode, ran.stderr) == (0, "")


def test_every_public_name_can_be_had() -> None:
    assert {"Page", "Record", "clean", "open"} <= set(presswash.__all__)
    assert set(presswash.__all__) == set(presswash._PLACES)
    for name in presswash.__all__:
        assert getattr(presswash, name) is not None
    with pytest.raises(AttributeError, match="nothing_like_it"):
        _ = presswash.nothing_like_it


def test_the_examples_in_the_docstrings_are_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    monkeypatch.chdir(tmp_path)
    for module in (presswash, flows.api):
        found = doctest.testmod(module)
        assert (found.failed, found.attempted > 0) == (0, True)


def test_bytes_are_decoded_and_text_is_taken_as_it_is() -> None:
    russian = "<p>Мост через реку открылся в понедельник, сообщает газета.</p>"
    declared = presswash.clean(russian.encode("cp1251"), charset="windows-1251")
    assert declared.text == presswash.clean(russian).text
    assert (declared.encoding, presswash.clean(russian).encoding_source) == (
        "cp1251",
        "given as text",
    )
    assert presswash.clean(russian, media_type="text/plain").media_type is presswash.Media.TEXT


def test_text_that_declares_another_charset_is_still_text() -> None:
    page = presswash.clean('<meta charset="windows-1251"><p>Мост открылся в понедельник.</p>')
    assert page.text == "Мост открылся в понедельник."


def test_what_is_no_page_is_rejected() -> None:
    with pytest.raises(presswash.Rejection) as caught:
        presswash.clean(b"\x89PNG\r\n\x1a\n")
    assert caught.value.stage is presswash.Stage.DECODE
    with pytest.raises(ValueError, match="image/png"):
        presswash.clean(PAGE, media_type="image/png")


def test_a_warehouse_is_filled_and_asked(db: presswash.Database, tmp_path: Path) -> None:
    hit = db.search("avalanche")[0]
    record = db.get(hit.id)
    assert record is not None
    assert record.title == hit.title
    assert db.raw(record.id)
    assert db.get(10**6) is None
    table = db.query("SELECT id FROM articles", limit=2)
    assert (table.columns, len(table.rows), table.truncated) == (("id",), 2, True)
    with db.rows("SELECT id FROM articles") as answer:
        assert len(list(answer.rows)) == db.stats().articles
    assert db.export(tmp_path / "all.jsonl") == db.stats().articles


def test_ingesting_again_adds_nothing_and_progress_is_told(db: presswash.Database) -> None:
    told: list[tuple[str, int, int | None]] = []
    report = db.ingest([str(ROOT / "seeds")], progress=lambda *what: told.append(what))
    counts = report.tally.counts
    assert (counts.added, counts.unchanged) == (0, counts.seen - counts.rejected)
    assert told[-1] == ("ingesting", counts.seen, counts.seen)


def test_near_duplicates_are_listed_and_compared(db: presswash.Database, tmp_path: Path) -> None:
    story = next(row for row in db.query("SELECT id, text FROM articles").rows)
    (tmp_path / "copy.txt").write_text(f"{story[1]}\n\nOne more line stands here.\n", "utf-8")
    db.ingest(str(tmp_path / "copy.txt"))
    cluster = db.duplicates()[0]
    pair = db.compare(*(member.id for member in cluster.members[:2]))
    assert pair.relation is not None
    assert pair.alignment.containment > 0.9


def test_a_warehouse_is_looked_after(db: presswash.Database, tmp_path: Path) -> None:
    told: list[str] = []
    assert db.check(deep=True) == []
    assert db.repair(progress=lambda stage, *_: told.append(stage)).left == ()
    done = db.reclean(everything=True, progress=lambda stage, *_: told.append(stage))
    assert done.tally.counts.unchanged == done.tally.counts.seen
    db.backup(tmp_path / "copy.db")
    report = db.maintain(backups=tmp_path / "backups", progress=lambda s, *_: told.append(s))
    assert Path(report.backup).parent == tmp_path / "backups"
    assert {"checking", "recleaning", "backing up"} <= set(told)
    with presswash.open(tmp_path / "copy.db", readonly=True) as copy:
        assert copy.stats().articles == db.stats().articles


def test_a_warehouse_that_must_exist_is_missed_at_once(tmp_path: Path) -> None:
    for options in ({"readonly": True}, {"create": False}):
        with pytest.raises(presswash.WarehouseError, match="there is no warehouse"):
            presswash.open(tmp_path / "none.db", **options)
    with presswash.open(tmp_path / "new.db") as new:
        assert new.search("anything") == []


def test_a_warehouse_for_reading_is_not_written(db: presswash.Database) -> None:
    with presswash.open(db.path, readonly=True) as reading:
        for write in (reading.reclean, reading.repair, reading.maintain):
            with pytest.raises(presswash.WarehouseError, match="for reading only"):
                write()


def test_a_source_of_an_unknown_kind_makes_no_warehouse(tmp_path: Path) -> None:
    (tmp_path / "page.docx").write_bytes(b"x")
    with (
        presswash.open(tmp_path / "new.db") as new,
        pytest.raises(presswash.UnsupportedSource),
    ):
        new.ingest("ftp://example.org/")
    assert not (tmp_path / "new.db").exists()


def test_signatures_are_the_minhash_objects_that_datasketch_computes(
    db: presswash.Database,
) -> None:
    texts = dict(db.query("SELECT id, text FROM articles").rows)
    found = dict(db.signatures())
    assert found.keys() == texts.keys()
    for record_id, signature in found.items():
        expected = _by_datasketch(str(texts[record_id]))
        assert signature == expected
        assert signature.jaccard(expected) == 1.0


def test_articles_like_a_minhash_are_found(db: presswash.Database) -> None:
    record = db.get(db.search("avalanche")[0].id)
    assert record is not None
    signature = _by_datasketch(record.text)
    (best, likeness), *_ = db.similar(signature)
    assert (best, likeness) == (record.id, 1.0)
    with pytest.raises(ValueError, match="permutation"):
        db.similar(MinHash(num_perm=64, seed=1, scheme="affine32"))


def _by_datasketch(text: str) -> MinHash:
    """What datasketch makes of a text's shingles."""
    made = MinHash(
        num_perm=128, seed=1, scheme="affine32", hashfunc=lambda shingle: int(shingle) & 0xFFFFFFFF
    )
    made.update_batch(shingle_hashes(text))
    return made
