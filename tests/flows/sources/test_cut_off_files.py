"""Compressed files and archives that are cut off, or with bytes after their end."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from tests.flows.archive_writers import html, write_tar
from tests.flows.conftest import Presswash, story

PACKERS: dict[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.compress,
    ".xz": lzma.compress,
    ".zst": zstandard.compress,
    ".bz2": bz2.compress,
}
LINES = [json.dumps({"text": story(n)}).encode() + b"\n" for n in range(4)]


def read(presswash: Presswash, path: Path | str) -> tuple[list[str], list[str]]:
    """The locators of the pages in a file, and the messages of the rejects."""
    presswash("ingest", path)
    pages = presswash("sql", "SELECT locator FROM captures ORDER BY locator", "--json").json
    rejects = presswash("sql", "SELECT message FROM rejects", "--json").json
    return [row["locator"] for row in pages], [str(row["message"]) for row in rejects]


@pytest.mark.parametrize("ending", [".jsonl", ".csv", ".tar"])
def test_what_precedes_the_cut_in_a_compressed_file_is_read(
    presswash: Presswash, ending: str
) -> None:
    pages = {f"{n}.html": html(n) for n in range(4)}
    rows = b"text\n" + b"".join(b'"%s"\n' % story(n).encode() for n in range(4))
    noise = os.urandom(3000).hex()
    last = {
        ".jsonl": b"".join(LINES) + json.dumps({"text": noise}).encode(),
        ".csv": rows + b'"%s"\n' % noise.encode(),
        ".tar": write_tar(Path("whole.tar"), {**pages, "x.html": noise.encode()}).read_bytes(),
    }[ending]
    path = Path(f"a{ending}.gz")
    path.write_bytes(gzip.compress(last)[:-1500])
    found, rejects = read(presswash, path)
    assert len([one for one in found if not one.endswith("#5")]) == 4
    assert any("the file is cut off" in message for message in rejects)


@pytest.mark.parametrize("junk", [b"junk after the end", bytes(600)])
@pytest.mark.parametrize("n_parts", [1, 2])
@pytest.mark.parametrize("ending", PACKERS)
def test_bytes_after_a_compressed_file_hide_no_record(
    presswash: Presswash, ending: str, n_parts: int, junk: bytes
) -> None:
    pack = PACKERS[ending]
    parts = [b"".join(LINES[:2]), b"".join(LINES[2:])] if n_parts == 2 else [b"".join(LINES)]
    Path(f"a.jsonl{ending}").write_bytes(b"".join(map(pack, parts)) + junk)
    found, rejects = read(presswash, f"a.jsonl{ending}")
    assert found == [f"a.jsonl{ending}#{n}" for n in range(1, 5)]
    assert len(rejects) <= 1


def test_a_page_in_several_gzip_members_with_bytes_after_them_is_read_whole(
    presswash: Presswash,
) -> None:
    page = html(1)
    parts = [gzip.compress(page[:700]), gzip.compress(page[700:]), b"junk"]
    Path("a.html.gz").write_bytes(b"".join(parts))
    presswash("ingest", "a.html.gz")
    (row,) = presswash("sql", "SELECT text FROM documents", "--json").json
    assert "matter1x2x11" in str(row["text"])


class _Unseekable(io.BytesIO):
    def seekable(self) -> bool:
        return False

    def seek(self, *_: object) -> int:
        raise OSError


def zipped(is_streamed: bool, n_pages: int = 4) -> bytes:
    """A ZIP archive; one that is streamed has the size of a member after its content."""
    content = _Unseekable() if is_streamed else io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for n in range(n_pages):
            archive.writestr(f"{n}é.html", html(n) + b"<!-- %d -->" % n)
    return content.getvalue()


@pytest.mark.parametrize("is_streamed", [True, False])
def test_the_members_of_a_zip_archive_that_is_cut_off_are_read(
    presswash: Presswash, is_streamed: bool
) -> None:
    content = zipped(is_streamed)
    cut = content.rfind(b"PK\x03\x04") + 200
    Path("a.zip").write_bytes(content[:cut])
    found, rejects = read(presswash, "a.zip")
    assert found == [f"a.zip#{n}é.html" for n in range(3)]
    assert len(rejects) == 2
    assert any("is cut off" in message for message in rejects)


@pytest.mark.parametrize("is_streamed", [True, False])
def test_a_zip_archive_without_its_directory_is_read(
    presswash: Presswash, is_streamed: bool
) -> None:
    content = zipped(is_streamed)
    Path("a.zip").write_bytes(content[: content.find(b"PK\x01\x02")])
    found, rejects = read(presswash, "a.zip")
    assert (found, len(rejects)) == ([f"a.zip#{n}é.html" for n in range(4)], 1)


def test_a_damaged_header_in_a_tar_archive_hides_only_its_member(presswash: Presswash) -> None:
    pages = {f"{n}.html": html(n) + b"\n" * 3000 for n in range(4)}
    content = bytearray(write_tar(Path("a.tar"), pages).read_bytes())
    content[content.find(b"1.html") + 150] ^= 0x55
    Path("a.tar").write_bytes(content)
    found, rejects = read(presswash, "a.tar")
    assert found == [f"a.tar#{n}.html" for n in (0, 2, 3)]
    assert len(rejects) == 1
    assert "reading continues with the next member" in rejects[0]


SEPARATED = {
    "JSON text sequence": b"".join(b"\x1e" + line for line in LINES),
    "UTF-32": b"".join(LINES).decode().encode("utf-32"),
    "UTF-16": b"".join(LINES).decode().encode("utf-16"),
    "an array on each line": b"".join(b"[" + line.strip() + b"]\n" for line in LINES),
    "commas": b",".join(LINES),
    "carriage returns": b"\r".join(line.strip() for line in LINES),
}


@pytest.mark.parametrize("kind", SEPARATED)
def test_records_of_json_may_be_separated_in_many_ways(presswash: Presswash, kind: str) -> None:
    Path("a.jsonl").write_bytes(SEPARATED[kind])
    found, rejects = read(presswash, "a.jsonl")
    assert (found, rejects) == ([f"a.jsonl#{n}" for n in range(1, 5)], [])


@pytest.mark.parametrize("ending", [".html.gz", ".txt.gz"])
def test_a_compressed_page_that_is_cut_off_is_read_up_to_there(
    presswash: Presswash, ending: str
) -> None:
    lines = [f"<p>{story(n)} {os.urandom(200).hex()}</p>" for n in range(30)]
    text = "\n".join(lines) if ".txt" in ending else f"<html><body>{''.join(lines)}</body></html>"
    path = Path(f"a{ending}")
    packed = PACKERS[path.suffix](text.encode())
    path.write_bytes(packed[: len(packed) * 2 // 3])
    Path("b").mkdir()
    write_tar(Path("b/all.tar"), {path.name: path.read_bytes()})
    assert read(presswash, path) == ([path.name], [])
    assert read(presswash, "b") == ([path.name, f"b/all.tar#{path.name}"], [])
    rows = presswash("sql", "SELECT notes FROM document", "--json").json
    assert rows
    assert all("what precedes that is read" in row["notes"] for row in rows)


def test_a_zip_archive_with_a_name_that_is_not_in_utf_8_as_declared_is_read(
    presswash: Presswash,
) -> None:
    with zipfile.ZipFile("a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("caf\u00e9.html", html(1))
        archive.writestr("second.html", html(2))
    path = Path("a.zip")
    path.write_bytes(path.read_bytes().replace("caf\u00e9".encode(), b"caf\xe9\xe9"))
    before = path.read_bytes()
    found, rejects = read(presswash, path)
    assert (len(found), rejects) == (2, [])
    assert "a.zip#second.html" in found
    assert path.read_bytes() == before
