"""Crafted archives take time in proportion to their size."""

from __future__ import annotations

import io
import tarfile
from html import escape
from pathlib import Path
from time import process_time

import pytest

from cleaners.model import Capture
from flows.sources.archives.read_archive import read_archive
from flows.sources.archives.reader import ArchiveRecord, ReadOptions
from flows.sources.discover import InputRef
from flows.sources.file_formats import Format
from tests.flows.archive_writers import PACKERS, record

# Seconds of the processor.
LIMIT = 10


def read(path: Path, content: bytes, format_: Format) -> list[ArchiveRecord]:
    path.write_bytes(content)
    start = process_time()
    records = list(read_archive(InputRef("a", str(path), format_), 0, ReadOptions(), patient=False))
    assert process_time() - start < LIMIT
    return records


def test_each_second_record_of_a_packed_web_archive_may_be_damaged(tmp_path: Path) -> None:
    whole = PACKERS[".gz"](record(1, b"A short text.", "resource", "text/plain"))
    broken = whole[:20] + b"\xff" * 20 + whole[40:]
    found = read(tmp_path / "a.warc.gz", (whole + broken) * 15_000, Format.WARC)
    assert len(found) == 30_000


def test_many_revisits_may_refer_to_one_url(tmp_path: Path) -> None:
    def one(number: int, kind: str) -> bytes:
        message = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>A short text.</p>"
        url = b"https://news.example.org/%d\r\n" % number
        made = record(number, message, kind, "application/http")
        return made.replace(url, b"https://news.example.org/\r\n")

    n_records = 20_000
    responses = [one(number, "response") for number in range(n_records)]
    revisits = [one(number, "revisit") for number in range(n_records)]
    found = read(tmp_path / "a.warc", b"".join(responses + revisits), Format.WARC)
    assert len(found) == 2 * n_records


def test_an_object_of_json_may_never_end(tmp_path: Path) -> None:
    content = b'{"text": "A short text."}\n{"text": "A line\n' + b"of a list}\n" * 40_000
    found = read(tmp_path / "a.jsonl", content, Format.JSON)
    assert len(found) == 2


def test_a_zip_archive_without_a_directory_may_have_many_members(tmp_path: Path) -> None:
    header = b"PK\x03\x04\x14" + bytes(7) + b"\x21" + bytes(13) + b"\x06\x00\x00\x00a.html"
    found = read(tmp_path / "a.zip", header * 40_000, Format.ZIP)
    assert len(found) == 40_001


@pytest.mark.parametrize("value", ["=?utf-8?q?a?= ", "(", "a b <a@b.example>, "])
def test_a_header_of_mail_may_be_long(tmp_path: Path, value: str) -> None:
    head = f"Subject: Harbour\nFrom: {value * 200_000}\nSubject: {value * 200_000}\n"
    found = read(tmp_path / "a.eml", f"{head}\nA short text.\n".encode(), Format.MAIL)
    assert len(found) == 1


def test_a_tar_archive_may_state_many_attributes_for_all_members(tmp_path: Path) -> None:
    attributes = b"".join(b"13 c%06d=1\n" % number for number in range(70_000))
    stated = tarfile.TarInfo("attributes")
    stated.type, stated.size = tarfile.XGLTYPE, len(attributes)
    member = tarfile.TarInfo("a.html").tobuf()
    content = io.BytesIO()
    content.write(stated.tobuf() + attributes + bytes(-len(attributes) % 512) + member * 10_000)
    found = read(tmp_path / "a.tar", content.getvalue(), Format.TAR)
    assert len(found) == 1


def test_each_second_record_of_an_array_of_json_may_be_broken(tmp_path: Path) -> None:
    pair = b'{"text": "A short text."},\n{"text": "A "short" text."},\n'
    found = read(tmp_path / "a.json", b"[" + pair * 15_000 + b"]", Format.JSON)
    assert len(found) == 30_000


def test_a_tar_archive_may_have_many_long_names_for_one_member(tmp_path: Path) -> None:
    named = tarfile.TarInfo("././@LongLink")
    named.type, named.size = tarfile.GNUTYPE_LONGNAME, 5
    header = named.tobuf() + b"name\0" + bytes(507)
    content = tarfile.TarInfo("a.html").tobuf() + header * 20_000 + bytes(1024)
    _, reject = read(tmp_path / "a.tar", content, Format.TAR)
    assert "too many headers for one member" in str(reject)


@pytest.mark.parametrize(
    "opening",
    ["{{", "{{a|b=", "{|\n", "[http://example.org/ ", "[[a|", "<!--", "<ref>", "<div ", "<b>"],
)
def test_the_markup_of_an_article_may_never_end(tmp_path: Path, opening: str) -> None:
    text = escape("The pier was opened on Monday. " + f"A line {opening}of text.\n" * 20_000)
    dump = (
        "<mediawiki><page><title>Pier</title><ns>0</ns><revision><text>"
        f"{text}</text></revision></page></mediawiki>"
    )
    (found,) = read(tmp_path / "a.xml", dump.encode(), Format.WIKI)
    assert isinstance(found.item, Capture)
    assert found.item.payload.count(b"of text.") == 20_000
    assert found.item.stated
    assert "aren't closed" in found.item.stated.notes[0]
