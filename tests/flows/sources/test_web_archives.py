"""WARC and ARC files as crawlers of all ages wrote them: nothing in them is lost without a word."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from tests.flows.archive_writers import PACKERS, html, name, record, response, write_warc
from tests.flows.conftest import Presswash

HTML = "Content-Type: text/html; charset=utf-8"


def urls(presswash: Presswash) -> list[str]:
    """The addresses of the captures in the warehouse."""
    found = presswash("sql", "SELECT url FROM captures ORDER BY url", "--json").json
    return [row["url"] for row in found]


def ingested(presswash: Presswash, path: Path) -> dict[str, int]:
    """The counts of ingesting a file, of which nothing may be rejected."""
    counts = presswash("ingest", path, "--json").json
    assert counts["rejected"] == 0, counts["pages"]
    assert isinstance(counts, dict)
    return counts


@pytest.mark.parametrize("ending", ["", ".gz", ".zst", ".bz2"])
@pytest.mark.parametrize("version", [b"WARC/1.0", b"WARC/0.18"])
def test_a_warc_whose_lines_end_in_lf_is_read(
    presswash: Presswash, ending: str, version: bytes
) -> None:
    head = b"HTTP/1.1 200 OK\n" + HTML.encode() + b"\n\n"
    records = [
        _with_bare_line_feeds(record(n, head + html(n), "response", "application/http"))
        for n in range(3)
    ]
    records = [one.replace(b"WARC/1.0", version) for one in records]
    ingested(presswash, write_warc(Path(f"a.warc{ending}"), records))
    assert urls(presswash) == [f"https://news.example.org/{n}" for n in range(3)]


def _with_bare_line_feeds(one: bytes) -> bytes:
    return one.replace(b"\r\n", b"\n")


@pytest.mark.parametrize("ending", ["", ".gz"])
def test_the_names_of_header_lines_may_be_in_any_case(presswash: Presswash, ending: str) -> None:
    records = [
        response(n, html(n), HTML)
        .replace(b"WARC-Type", b"warc-type")
        .replace(b"WARC-Target-URI", b"Warc-Target-Uri")
        .replace(b"Content-Length", b"content-length")
        for n in range(3)
    ]
    ingested(presswash, write_warc(Path(f"a.warc{ending}"), records))
    assert urls(presswash) == [f"https://news.example.org/{n}" for n in range(3)]


def test_responses_that_only_look_wrong_are_pages(presswash: Presswash) -> None:
    lf_head = b"HTTP/1.0 200 OK\n" + HTML.encode() + b"\n\n" + html(2)
    packed = gzip.compress(html(3))[:-8]
    records = [
        response(1, html(1)),
        record(2, lf_head, "response", "application/http"),
        response(3, packed, HTML, "Content-Encoding: gzip"),
        response(4, html(4), HTML, status="203 Non-Authoritative Information"),
        response(5, html(5), "Content-Type: text/html, text/html"),
        response(6, html(6), "Content-Type: application/xml"),
        response(7, html(7), HTML, "Content-Encoding: utf-8"),
    ]
    ingested(presswash, write_warc(Path("a.warc.gz"), records))
    assert urls(presswash) == [f"https://news.example.org/{n}" for n in range(1, 8)]


@pytest.mark.parametrize("ending", ["", ".gz", ".zst"])
def test_a_revisit_is_another_capture_of_the_known_page(presswash: Presswash, ending: str) -> None:
    digest = b"WARC-Payload-Digest: sha1:AAAA\r\n"

    def marked(one: bytes) -> bytes:
        return one.replace(b"WARC-Date", digest + b"WARC-Date", 1)

    again = response(1, b"", HTML).replace(b"WARC-Type: response", b"WARC-Type: revisit")
    again = again.replace(name(1).encode(), name(2).encode()).replace(b"2024-05-01", b"2024-05-02")
    path = write_warc(Path(f"a.warc{ending}"), [marked(response(1, html(1), HTML)), marked(again)])
    counts = ingested(presswash, path)
    assert (counts["added"], counts["unchanged"]) == (1, 1)
    captured = presswash("sql", "SELECT captured_at FROM captures ORDER BY 1", "--json").json
    assert [row["captured_at"][:10] for row in captured] == ["2024-05-01", "2024-05-02"]


def test_a_revisit_is_a_capture_of_a_page_in_another_archive(presswash: Presswash) -> None:
    def marked(content: bytes) -> bytes:
        return content.replace(b"WARC-Type", b"WARC-Payload-Digest: sha1:AAAA\r\nWARC-Type", 1)

    again = response(1, b"", HTML).replace(b"WARC-Type: response", b"WARC-Type: revisit")
    again = again.replace(name(1).encode(), name(2).encode()).replace(b"2024-05-01", b"2024-05-02")
    write_warc(Path("1.warc.gz"), [marked(response(1, html(1), HTML))])
    write_warc(Path("2.warc.gz"), [marked(again)])
    report = presswash("ingest", "1.warc.gz", "2.warc.gz", "--json").json
    assert (report["added"], report["unchanged"], report["other_records"]) == (1, 1, 0)
    report = presswash("ingest", "2.warc.gz", "--force", "--json").json
    assert report["other_records"] == 1


@pytest.mark.parametrize("date", ["2024-05-01T09:30:00Z", "2024-04-01T09:30:00Z", ""])
def test_a_revisit_of_a_page_that_has_not_changed_is_found_by_its_url(
    presswash: Presswash, date: str
) -> None:
    first = response(1, html(1), HTML)
    written = first.partition(b"WARC-Date: ")[2].partition(b"\r\n")[0].decode()
    profile = b"WARC-Profile: http://netpreserve.org/warc/1.1/revisit/server-not-modified\r\n"
    refers = b"WARC-Refers-To-Date: " + (date and written).encode() + b"\r\n" if date else b""
    if date.startswith("2024-04"):
        refers = refers.replace(written.encode(), date.encode())
    again = response(1, b"", HTML).replace(b"WARC-Type: response", b"WARC-Type: revisit")
    again = again.replace(name(1).encode(), name(2).encode())
    again = again.replace(b"WARC-Date: ", profile + refers + b"WARC-Date: ", 1)
    counts = ingested(presswash, write_warc(Path("a.warc.gz"), [first, again]))
    is_found = not date.startswith("2024-04")
    assert (counts["unchanged"], counts["other_records"]) == (is_found, not is_found)


@pytest.mark.parametrize("newline", [b"\r\n", b"\n"])
def test_records_that_never_hold_a_page_are_counted_as_skipped(
    presswash: Presswash, newline: bytes
) -> None:
    kinds = ("warcinfo", "request", "metadata", "continuation")
    records = [record(n, b"x: y", kind, "text/html") for n, kind in enumerate(kinds)]
    records = [one.replace(b"\r\n", newline) for one in records]
    report = presswash("ingest", write_warc(Path("a.warc"), records), "--json").json
    assert report["skipped_kinds"] == dict.fromkeys((f"{kind} records" for kind in kinds), 1)


def test_what_is_skipped_is_counted_by_kind(presswash: Presswash) -> None:
    records = [
        response(1, html(1), HTML),
        response(2, b"x", HTML, status="404 Not Found"),
        response(3, b"\x89PNG", "Content-Type: image/png"),
        response(4, b"\x89PNG", "Content-Type: image/png"),
        record(5, b"", "revisit", "application/http"),
    ]
    path = write_warc(Path("a.warc"), records)
    ran = presswash("ingest", path)
    assert "4 archive records skipped: image/png (2), HTTP 404 (1), revisits of pages" in ran.out
    kinds = presswash("ingest", path, "--force", "--json").json["skipped_kinds"]
    assert kinds["image/png"] == 2
    ran = presswash("ingest", path, "--force", "--verbose")
    assert f"skipped: a.warc#{name(2)} (HTTP 404)" in ran.out


@pytest.mark.parametrize("content", [b"WARC/1.0\r\n", b"no such thing at all\n" * 50])
def test_a_warc_without_a_record_is_a_reject(presswash: Presswash, content: bytes) -> None:
    Path("a.warc").write_bytes(content)
    assert presswash("ingest", "a.warc").code == 1


@pytest.mark.parametrize("ending", ["", ".gz"])
def test_an_arc_file_gives_its_pages(presswash: Presswash, ending: str) -> None:
    about = b"1 0 Crawler\nURL IP-address Archive-date Content-type Archive-length\n"
    about_head = f"filedesc://a.arc 0.0.0.0 20080301100000 text/plain {len(about)}\n"
    records = [about_head.encode() + about]
    for n, media in enumerate(("text/html", "text/html", "image/png")):
        content = f"HTTP/1.1 200 OK\r\nContent-Type: {media}\r\n\r\n".encode() + html(n)
        head = f"https://news.example.org/{n} 192.0.2.1 20080301100000 {media} {len(content)}\n"
        records.append(head.encode() + content + b"\n")
    path = Path(f"a.arc{ending}")
    path.write_bytes(b"".join(PACKERS[ending](one) for one in records))
    counts = ingested(presswash, path)
    assert (counts["added"], counts["other_records"]) == (2, 1)
    (seen,) = presswash("sql", "SELECT DISTINCT captured_at FROM captures", "--json").json
    assert seen["captured_at"] == "2008-03-01T10:00:00Z"
