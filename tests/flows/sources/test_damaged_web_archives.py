"""WARC and ARC files with wrong lengths or damage: all records that are there are read."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from time import process_time
from typing import IO

import pytest

from flows.sources.archives.plain_records import (
    DamagedPart,
    PlainRecord,
    arc_records,
    warc_records,
)
from flows.sources.archives.read_archive import read_archive
from flows.sources.archives.reader import ReadOptions
from flows.sources.discover import InputRef
from flows.sources.file_formats import Format
from tests.flows.archive_writers import PACKERS, html, name, record, response, write_warc
from tests.flows.conftest import Presswash

HTML = "Content-Type: text/html; charset=utf-8"
LENGTHS: dict[str, Callable[[int], bytes]] = {
    "missing": lambda n: response(n, html(n), HTML).replace(b"Content-Length: ", b"X: ", 1),
    "not a number": lambda n: response(n, html(n), HTML).replace(
        b"Content-Length: ", b"Content-Length: about ", 1
    ),
    "past the end": lambda n: response(n, html(n), HTML, length=10**8),
    "past the next records": lambda n: response(n, html(n), HTML, length=3000),
    "into the next record": lambda n: response(n, html(n), HTML, length=1400),
    "too short": lambda n: response(n, html(n), HTML, length=500),
    "0": lambda n: response(n, html(n), HTML, length=0),
}


def read(presswash: Presswash, path: Path) -> tuple[list[str], list[str]]:
    """The URLs of the pages in an archive, and the messages of the rejects."""
    presswash("ingest", path)
    pages = presswash("sql", "SELECT url FROM captures ORDER BY url", "--json").json
    rejects = presswash("sql", "SELECT message FROM rejects", "--json").json
    return [row["url"] for row in pages], [str(row["message"]) for row in rejects]


def urls(*numbers: int) -> list[str]:
    return [f"https://news.example.org/{n}" for n in numbers]


@pytest.mark.parametrize("place", [0, 1, 4])
@pytest.mark.parametrize("ending", ["", ".gz", ".zst", ".bz2"])
@pytest.mark.parametrize("fault", LENGTHS)
def test_a_record_with_a_wrong_length_hides_no_other(
    presswash: Presswash, fault: str, ending: str, place: int
) -> None:
    records = [response(n, html(n), HTML) for n in range(5)]
    records[place] = LENGTHS[fault](place)
    found, rejects = read(presswash, write_warc(Path(f"a.warc{ending}"), records))
    if place == 4 and len(rejects) == 1:
        # The end of the file is the only sign of where the last record ends.
        assert "cut off inside this record" in rejects[0]
        assert found == urls(*range(4))
    else:
        assert (found, rejects) == (urls(*range(5)), [])
    texts = presswash("sql", "SELECT text FROM documents", "--json").json
    assert all(str(row["text"]).count("x2x11") == 1 for row in texts)


@pytest.mark.parametrize("fault", LENGTHS)
def test_a_wrong_length_in_an_archive_packed_as_a_whole_hides_no_record(
    presswash: Presswash, fault: str
) -> None:
    records = [LENGTHS[fault](n) if n == 2 else response(n, html(n), HTML) for n in range(5)]
    Path("a.warc.gz").write_bytes(gzip.compress(b"".join(records)))
    assert read(presswash, Path("a.warc.gz")) == (urls(*range(5)), [])


def test_a_long_request_does_not_hide_the_responses_after_it(presswash: Presswash) -> None:
    request = record(9, b"GET / HTTP/1.1\r\n\r\n", "request", "application/http", length=2000)
    records = [request, *(response(n, html(n), HTML) for n in range(3))]
    assert read(presswash, write_warc(Path("a.warc.gz"), records)) == (urls(0, 1, 2), [])


def test_a_record_that_holds_a_web_archive_is_one_record(presswash: Presswash) -> None:
    inner = response(7, html(7), HTML)
    records = [response(0, html(0) + b"\r\n\r\n" + inner, HTML), response(1, html(1), HTML)]
    assert read(presswash, write_warc(Path("a.warc"), records)) == (urls(0, 1), [])


@pytest.mark.parametrize("n_zeros", [1, 2, 512, 5000])
@pytest.mark.parametrize("fault", ["none", "missing", "too short"])
def test_zeros_after_the_last_gzip_member_are_no_damage(
    presswash: Presswash, fault: str, n_zeros: int
) -> None:
    records = [response(n, html(n), HTML) for n in range(3)]
    records[1] = LENGTHS[fault](1) if fault != "none" else records[1]
    path = write_warc(Path("a.warc.gz"), records)
    path.write_bytes(path.read_bytes() + bytes(n_zeros))
    assert read(presswash, path) == (urls(0, 1, 2), [])


def test_zeros_in_place_of_the_rest_of_a_gzip_member_are_damage(presswash: Presswash) -> None:
    path = write_warc(Path("a.warc.gz"), [response(n, html(n), HTML) for n in range(3)])
    whole = path.read_bytes()
    path.write_bytes(whole[:-300] + bytes(300))
    found, rejects = read(presswash, path)
    assert (found, len(rejects)) == (urls(0, 1), 1)


def test_bytes_between_records_are_reported_once(presswash: Presswash) -> None:
    records = [response(n, html(n), HTML) for n in range(3)]
    content = records[0] + b"\x00\x01 lost bytes\n" * 9000 + records[1] + records[2]
    Path("a.warc").write_bytes(content)
    found, rejects = read(presswash, Path("a.warc"))
    assert (found, len(rejects)) == (urls(0, 1, 2), 1)
    assert f"damaged at byte {len(records[0]):,}" in rejects[0]
    assert "reading continues with the next record" in rejects[0]


@pytest.mark.parametrize("ending", ["", ".gz", ".zst"])
@pytest.mark.parametrize("is_whole", [True, False])
@pytest.mark.parametrize("fault", ["none", *LENGTHS])
def test_a_web_archive_can_be_resumed_after_any_record(
    tmp_path: Path, fault: str, is_whole: bool, ending: str
) -> None:
    records = [response(n, html(n), HTML) for n in range(5)]
    if fault in LENGTHS:
        records[2] = LENGTHS[fault](2)
    pack = PACKERS[ending]
    path = tmp_path / f"a.warc{ending}"
    path.write_bytes(pack(b"".join(records)) if is_whole else b"".join(map(pack, records)))
    ref = InputRef("a", str(path), Format.WARC)
    whole = list(read_archive(ref, 0, ReadOptions(), patient=False))
    wanted = [f"a#{name(n)}" for n in range(5)]
    for done, last in enumerate(whole, 1):
        rest = read_archive(ref, last.position, ReadOptions(), patient=False)
        locators = {getattr(entry.item, "locator", "") for entry in rest}
        assert locators.issuperset(wanted[done:])


def arc(n: int, length: int | None = None) -> bytes:
    body = b"HTTP/1.1 200 OK\r\n" + HTML.encode() + b"\r\n\r\n" + html(n)
    size = len(body) if length is None else length
    head = f"https://news.example.org/{n} 192.0.2.1 20240501093000 text/html {size}\n"
    return head.encode() + body + b"\n"


ARC_HEAD = b"filedesc://a.arc 0.0.0.0 20240501093000 text/plain 6\n1 0 x\n\n"


@pytest.mark.parametrize("length", [20, 1100, 3000, 10**7])
def test_a_wrong_length_in_an_arc_file_hides_no_other_record(
    presswash: Presswash, length: int
) -> None:
    records = [arc(0), arc(1, length), arc(2), arc(3)]
    Path("a.arc").write_bytes(ARC_HEAD + b"".join(records))
    assert read(presswash, Path("a.arc")) == (urls(0, 1, 2, 3), [])


def test_damage_in_an_arc_file_is_one_reject(presswash: Presswash) -> None:
    Path("a.arc.gz").write_bytes(
        gzip.compress(ARC_HEAD + arc(0) + b"lost\nbytes\n" * 50 + arc(1) + arc(2))
    )
    found, rejects = read(presswash, Path("a.arc.gz"))
    assert (found, len(rejects)) == (urls(0, 1, 2), 1)


@pytest.mark.parametrize("ending", ["", ".gz"])
def test_a_revisit_is_of_the_capture_whose_date_it_names(presswash: Presswash, ending: str) -> None:
    """Without a date, it is of the last capture before the revisit."""

    def captured(n: int, page: int, day: int) -> bytes:
        one = response(n, html(page), HTML).replace(b"2024-05-01", b"2024-05-%02d" % day)
        return one.replace(f"example.org/{n}".encode(), b"example.org/1")

    def revisit(n: int, day: int, refers: int | None) -> bytes:
        profile = b"WARC-Profile: http://netpreserve.org/warc/1.1/revisit/server-not-modified\r\n"
        named = b"WARC-Refers-To-Date: 2024-05-%02dT09:30:00Z\r\n" % refers if refers else b""
        one = captured(n, 9, day).replace(b"WARC-Type: response", b"WARC-Type: revisit")
        return one.replace(b"WARC-Date", profile + named + b"WARC-Date", 1)

    records = [
        captured(1, 1, 1),
        captured(2, 2, 3),
        captured(3, 3, 20),
        revisit(4, 12, 1),
        revisit(5, 13, 3),
        revisit(6, 14, None),
        revisit(7, 15, 4),
    ]
    presswash("ingest", write_warc(Path(f"a.warc{ending}"), records))
    query = (
        "SELECT substr(captured_at, 9, 2) AS day, text FROM captures JOIN documents"
        " ON documents.id = document_id WHERE captured_at LIKE '2024-05-1%' ORDER BY 1"
    )
    found = presswash("sql", query, "--json").json
    assert [(row["day"], str(row["text"]).partition("matter")[2][0]) for row in found] == [
        ("12", "1"),
        ("13", "2"),
        ("14", "2"),
    ]


def lf_record(number: int, length: int) -> bytes:
    """A small WARC record with LF line ends that declares another length."""
    return record(number, b"A short text.", "resource", "text/plain", length).replace(b"\r", b"")


def arc_record(number: int, length: int) -> bytes:
    return b"http://a.example/%d 10.0.0.1 20050101000000 text/plain %d\nA text.\n" % (
        number,
        length,
    )


@pytest.mark.parametrize(
    ("records", "make"), [(warc_records, lf_record), (arc_records, arc_record)]
)
def test_wrong_lengths_take_time_in_proportion_to_the_number_of_records(
    records: Callable[[IO[bytes], int], Iterator[object]], make: Callable[[int, int], bytes]
) -> None:
    def seconds(n_records: int) -> float:
        content = b"".join(make(number, 30_000_000) for number in range(n_records))
        start = process_time()
        assert sum(1 for _ in records(io.BytesIO(content), 33_000_000)) == n_records
        return process_time() - start

    # Time that grows with the square of the number would be 16 times as long.
    assert seconds(20_000) < 7 * min(seconds(5_000) for _ in range(2))


def test_an_arc_line_of_digits_takes_no_longer_than_other_lines() -> None:
    digits = b"http://a.example/ 10.0.0.1 20050101000000 " + b"1" * 60_000 + b"x\n"
    start = process_time()
    found = list(arc_records(io.BytesIO(digits * 20 + arc_record(1, 7)), 1_000_000))
    assert [type(one) for one in found] == [DamagedPart, PlainRecord]
    assert process_time() - start < 10


@pytest.mark.parametrize("ending", [".gz", ".zst"])
@pytest.mark.parametrize("fault", ["missing", "too short"])
def test_damage_after_a_wrong_length_hides_no_sound_record(
    presswash: Presswash, ending: str, fault: str
) -> None:
    records = []
    for n in range(12):
        packed = PACKERS[ending](LENGTHS[fault](n) if n == 1 else response(n, html(n), HTML))
        records.append(packed[: len(packed) // 2] if n % 3 == 2 else packed)
    path = Path(f"a.warc{ending}")
    path.write_bytes(b"".join(records))
    found, rejects = read(presswash, path)
    assert set(found) == set(urls(0, 1, 3, 4, 6, 7, 9, 10))
    assert len(rejects) >= 4
