"""Files that fsspec reaches are read as those of this machine."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.sources.discover import DiscoveredInputs
from flows.sources.remote import local_path
from tests.flows.archive_writers import html, pages_warc, write_tar, write_zip
from tests.flows.conftest import Presswash, story


@pytest.fixture
def store() -> Iterator[fsspec.AbstractFileSystem]:
    """An empty store in memory."""
    system = fsspec.filesystem("memory")
    system.store.clear()
    yield system
    system.store.clear()


def locators(presswash: Presswash, *sources: str | Path) -> list[str]:
    ran = presswash("ingest", *sources)
    assert ran.code == 0, ran.out + ran.err
    found = presswash("sql", "SELECT locator FROM captures ORDER BY locator", "--json").json
    return [row["locator"] for row in found]


def test_a_remote_folder_gives_its_pages_and_archives(
    presswash: Presswash, store: fsspec.AbstractFileSystem
) -> None:
    for name, content in {
        "site/a.html": html(1),
        "site/deep/index.html?page=2": b"<!DOCTYPE html>" + html(2),
        "site/Story.html": html(3),
        "site/Story_files/frame.html": html(4),
        "site/.hidden.html": html(5),
        "site/style.css": b"p {}",
        "site/rows.jsonl": json.dumps({"text": story(6)}).encode(),
    }.items():
        store.pipe(f"/{name}", content)
    write_zip(Path("z.zip"), {"z.html": html(7)})
    store.put_file("z.zip", "/site/z.zip")
    assert locators(presswash, "memory://site") == [
        "memory:///site/Story.html",
        "memory:///site/a.html",
        "memory:///site/deep/index.html?page=2",
        "memory:///site/z.zip#z.html",
    ]
    report = presswash("ingest", "memory://site", "--json").json
    assert (report["unchanged"], report["done_before"]) == (3, 1)
    assert report["skipped_kinds"] == {
        ".html": 1,
        ".css": 1,
        ".jsonl": 1,
        "hidden files": 1,
    }


@pytest.mark.parametrize(
    "name", ["a.zip", "a.tar.gz", "a.warc.gz", "a.jsonl", "a.parquet", "a.csv"]
)
def test_a_remote_archive_is_read(
    presswash: Presswash, store: fsspec.AbstractFileSystem, name: str
) -> None:
    path = Path(name)
    if name == "a.zip":
        write_zip(path, {"1.html": html(1), "2.html": html(2)})
    elif name == "a.tar.gz":
        write_tar(path, {"1.html": html(1), "2.html": html(2)})
    elif name == "a.warc.gz":
        pages_warc(path, 2)
    elif name == "a.parquet":
        pq.write_table(pa.table({"text": [story(1), story(2)]}), path)
    elif name == "a.csv":
        path.write_text(f'text\n"{story(1)}"\n"{story(2)}"\n', encoding="utf-8")
    else:
        lines = (json.dumps({"text": story(n)}) for n in (1, 2))
        path.write_text("\n".join(lines), encoding="utf-8")
    store.put_file(name, f"/in/{name}")
    path.unlink()
    found = locators(presswash, f"memory://in/{name}")
    assert len(found) == 2
    assert all(one.startswith(f"memory:///in/{name}#") for one in found)


def test_a_remote_pattern_names_files(
    presswash: Presswash, store: fsspec.AbstractFileSystem
) -> None:
    for n in range(3):
        store.pipe(f"/in/{n}.html", html(n))
    store.pipe("/in/x.txt", b"")
    assert len(locators(presswash, "memory://in/*.html")) == 3


def test_the_file_scheme_is_a_path(presswash: Presswash, tmp_path: Path) -> None:
    Path("a page.html").write_bytes(html(1))
    assert locators(presswash, f"file://{tmp_path}/a%20page.html") == ["a page.html"]
    assert presswash("ingest", "a page.html", "--json").json["unchanged"] == 1


def test_a_path_in_the_file_scheme_may_have_signs_of_urls() -> None:
    assert local_path("file:///t/a%20b#1.html?x") == "/t/a b#1.html?x"
    assert local_path("file:///t/a b#1.html") == "/t/a b#1.html"
    assert local_path("file://localhost/t/a.html") == "/t/a.html"


@pytest.mark.usefixtures("store")
def test_a_remote_source_that_does_not_exist_leaves_no_warehouse(presswash: Presswash) -> None:
    ran = presswash("ingest", "memory://nowhere/a.html")
    assert (ran.code, Path("presswash.db").exists()) == (1, False)
    assert "memory://nowhere/a.html: there is no such file or folder" in ran.err


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("s3://bucket/a.html", "pip install 'presswash[remote]'"),
        ("nosuch://host/a", "a URL that can't be read"),
        ("ftp://host/a", "http, https, file, s3, s3a, gs, gcs, az, abfs, abfss, oci or memory"),
        ("https://", "a URL that can't be read"),
    ],
)
def test_what_cannot_be_reached_is_wrong_usage(
    presswash: Presswash, monkeypatch: pytest.MonkeyPatch, source: str, said: str
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "s3fs", None)
    ran = presswash("ingest", source)
    assert ran.code == 2
    assert said in ran.err


def test_a_store_that_fails_is_a_reject(
    presswash: Presswash, store: fsspec.AbstractFileSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object, **_options: object) -> None:
        raise RuntimeError("no credentials")

    store.pipe("/in/a.html", html(1))
    monkeypatch.setattr(type(store), "info", fail)
    ran = presswash("ingest", "memory://in/a.html")
    assert ran.code == 1
    assert "its store can't be read (no credentials)" in ran.out + ran.err


@pytest.mark.parametrize("name", ["b.html", "b.zip", "b.jsonl", "b.csv", "b.jsonl.gz"])
def test_a_store_that_fails_while_it_is_read_is_one_reject(
    presswash: Presswash,
    store: fsspec.AbstractFileSystem,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    class Broken(io.BytesIO):
        def read(self, _size: int | None = -1) -> bytes:
            raise ConnectionAbortedError("the store has gone away")

    for page in ("a.html", "c.html"):
        store.pipe(f"/in/{page}", html(len(page) + ord(page[0])))
    store.pipe(f"/in/{name}", html(2))
    opened = type(store).open

    def opener(
        self: fsspec.AbstractFileSystem, path: str, mode: str = "rb", **options: object
    ) -> object:
        return Broken() if path.endswith(name) else opened(self, path, mode, **options)

    monkeypatch.setattr(type(store), "open", opener)
    sources = [f"memory://in/{one}" for one in ("a.html", name, "c.html")]
    report = presswash("ingest", *sources, "--json").json
    assert (report["added"], report["rejected"]) == (2, 1)
    rejects = presswash("sql", "SELECT message FROM rejects").out
    assert "its store can't be read (the store has gone away)" in rejects


def test_a_listing_is_never_older_than_the_look(
    store: fsspec.AbstractFileSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[str] = []

    def glob(_self: object, _pattern: str, **_options: object) -> list[str]:
        kept[:] = kept or store.find("/in")
        return list(kept)

    monkeypatch.setattr(type(store), "glob", glob)
    monkeypatch.setattr(type(store), "invalidate_cache", lambda _self, _path=None: kept.clear())
    for n in (1, 2):
        store.pipe(f"/in/{n}.html", html(n))
        assert len(list(DiscoveredInputs(["memory://in/*.html"]))) == n
