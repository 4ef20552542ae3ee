"""Files are read by their content, whatever their names say, and a note tells the difference."""

from __future__ import annotations

import gzip
import io
import json
import plistlib
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from tests.flows.archive_writers import html, response
from tests.flows.conftest import Presswash, story

HTML = "Content-Type: text/html; charset=utf-8"


def zipped(members: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return content.getvalue()


def tarred(members: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return content.getvalue()


def parquet(numbers: range) -> bytes:
    content = io.BytesIO()
    pq.write_table(pa.table({"text": [story(n) for n in numbers]}), content)
    return content.getvalue()


PAGES = {f"{n}.html": html(n) for n in range(2)}
JSONL = "".join(json.dumps({"text": story(n)}) + "\n" for n in range(2)).encode()
TABLE = b"url,text\n" + b"".join(
    b'https://news.example.org/%d,"%s"\n' % (n, story(n).encode()) for n in range(2)
)
WARC = b"".join(response(n, html(n), HTML) for n in range(2))
FEED = (
    b"<rss version='2.0'><channel><title>Town</title>"
    + b"".join(
        b"<item><title>Number %d</title><description>%s</description></item>"
        % (n, story(n).encode())
        for n in range(2)
    )
    + b"</channel></rss>"
)
WEB_ARCHIVE = plistlib.dumps(
    {
        "WebMainResource": {
            "WebResourceData": html(1),
            "WebResourceURL": "https://news.example.org/1",
            "WebResourceMIMEType": "text/html",
            "WebResourceTextEncodingName": "UTF-8",
        }
    },
    fmt=plistlib.FMT_BINARY,
)

MISNAMED: dict[str, tuple[bytes, int]] = {
    "tar.zip": (gzip.compress(tarred(PAGES)), 2),
    "zip.tar.gz": (zipped(PAGES), 2),
    "zip.tar": (zipped(PAGES), 2),
    "zip.html": (zipped(PAGES), 2),
    "tar.html": (tarred(PAGES), 2),
    "zip.zip.gz": (gzip.compress(zipped(PAGES)), 2),
    "zip.jsonl": (zipped(PAGES), 2),
    "page.html.gz": (html(1), 1),
    "page.warc": (html(1), 1),
    "page.zip": (html(1), 1),
    "page.jsonl": (html(1), 1),
    "page.csv": (html(1), 1),
    "page.mht": (html(1), 1),
    "gzip.html": (gzip.compress(html(1)), 1),
    "gzip.txt": (gzip.compress(story(1).encode()), 1),
    "twice.html.gz": (gzip.compress(gzip.compress(html(1))), 1),
    "zstd.html.gz": (zstandard.compress(html(1)), 1),
    "gzip.html.zst": (gzip.compress(html(1)), 1),
    "lines.json": (JSONL, 2),
    "lines.txt": (JSONL, 2),
    "lines.csv": (JSONL, 2),
    "lines.jsonl.gz": (JSONL, 2),
    "gzip.jsonl": (gzip.compress(JSONL), 2),
    "table.txt": (TABLE, 2),
    "table.json": (TABLE, 2),
    "gzip.csv": (gzip.compress(TABLE), 2),
    "warc.gz": (gzip.compress(WARC), 2),
    "gzip.warc": (gzip.compress(WARC), 2),
    "plain.warc.gz": (WARC, 2),
    "zstd.warc.gz": (zstandard.compress(WARC), 2),
    "warc.txt": (WARC, 2),
    "warc.zip": (WARC, 2),
    "parquet.csv": (parquet(range(2)), 2),
    "table.parquet.gz": (gzip.compress(parquet(range(2))), 2),
    "feed.json": (FEED, 2),
    "feed.html": (FEED, 2),
    "a.webarchive": (WEB_ARCHIVE, 1),
    "webarchive.html": (WEB_ARCHIVE, 1),
    "book.epub": (zipped({"mimetype": b"application/epub+zip", "OEBPS/1.xhtml": html(1)}), 1),
}


def counts(presswash: Presswash, *sources: str) -> dict[str, int]:
    report = presswash("ingest", *sources, "--json").json
    return {name: report[name] for name in ("added", "rejected")}


@pytest.mark.parametrize("name", MISNAMED)
def test_a_named_file_is_read_by_its_content(presswash: Presswash, name: str) -> None:
    content, n_pages = MISNAMED[name]
    Path(name).write_bytes(content)
    assert counts(presswash, name) == {"added": n_pages, "rejected": 0}


@pytest.mark.parametrize(
    "name", ["tar.zip", "zip.tar.gz", "warc.zip", "page.html.gz", "gzip.html", "a.webarchive"]
)
@pytest.mark.parametrize("pack", [zipped, tarred, None])
def test_a_file_in_a_folder_or_an_archive_is_read_by_its_content(
    presswash: Presswash, name: str, pack: Callable[[dict[str, bytes]], bytes] | None
) -> None:
    content, n_pages = MISNAMED[name]
    Path("folder").mkdir()
    Path("folder", name if pack is None else "all.zip").write_bytes(
        content if pack is None else pack({name: content})
    )
    assert counts(presswash, "folder") == {"added": n_pages, "rejected": 0}


def test_a_note_says_that_a_name_is_wrong(presswash: Presswash) -> None:
    Path("a.zip").write_bytes(MISNAMED["tar.zip"][0])
    presswash("ingest", "a.zip")
    notes = presswash("sql", "SELECT notes FROM document ORDER BY id", "--json").json
    assert notes[0]["notes"] == '["its name ends in .zip, but it is a tar archive"]'
    assert "its name ends in .zip, but it is a tar archive" in presswash("show", "1").out


def test_a_web_archive_of_safari_gives_its_address(presswash: Presswash) -> None:
    Path("a.webarchive").write_bytes(WEB_ARCHIVE)
    presswash("ingest", "a.webarchive")
    (row,) = presswash("sql", "SELECT url FROM captures", "--json").json
    assert row["url"] == "https://news.example.org/1"


@pytest.mark.parametrize("content", [b"bplist00 cut off WebMainResource", plistlib.dumps([1])])
def test_a_damaged_web_archive_is_a_reject(presswash: Presswash, content: bytes) -> None:
    Path("a.webarchive").write_bytes(content)
    assert counts(presswash, "a.webarchive") == {"added": 0, "rejected": 1}


@pytest.mark.parametrize("text", ["A table, text\nand more, of it\n", "Title, text\n\nA storm\n"])
def test_a_text_that_begins_like_a_table_is_a_page(presswash: Presswash, text: str) -> None:
    Path("a.txt").write_text(text + story(1), encoding="utf-8")
    report = presswash("ingest", "a.txt", "--json").json
    assert [page["locator"] for page in report["pages"]] == ["a.txt"]


EMPTY: dict[str, bytes] = {
    "a.zip": zipped({}),
    "b.tar": tarred({}),
    "c.tar.gz": gzip.compress(tarred({})),
    "d.parquet": parquet(range(0)),
    "e.csv": b"url,text\n",
    "f.json": b"[]",
    "g.jsonl": b"\n\n",
    "h.mbox": b"\n",
    "i.warc": b"",
    "j.har": b'{"log": {"entries": []}}',
}


@pytest.mark.parametrize("name", EMPTY)
def test_a_source_without_a_record_is_named(presswash: Presswash, name: str) -> None:
    Path(name).write_bytes(EMPTY[name])
    presswash("ingest", name)
    (row,) = presswash("sql", "SELECT locator, message FROM rejects", "--json").json
    assert row["locator"].partition("#")[0] == name


def test_an_empty_archive_in_an_archive_is_named(presswash: Presswash) -> None:
    Path("a.zip").write_bytes(zipped({"b.zip": zipped({}), "c.html": html(1)}))
    assert counts(presswash, "a.zip") == {"added": 1, "rejected": 1}
