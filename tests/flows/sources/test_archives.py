"""Archives as sources: what each record becomes, what is passed over, what is a reject and why."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import brotli
import pytest
import zstandard

from cleaners.model import Capture, Media, StatedFacts
from flows.runs.batches import BatchItem, BatchReader
from flows.sources.archives.field_mapping import FieldMapping
from flows.sources.archives.reader import ReadOptions
from flows.sources.discover import DiscoveredInputs
from flows.sources.errors import UnsupportedSource
from tests.flows.archive_writers import (
    AT,
    PACKERS,
    dated,
    html,
    mhtml,
    name,
    pages_warc,
    record,
    response,
    write_jsonl,
    write_parquet,
    write_tar,
    write_warc,
    write_zip,
)
from tests.flows.conftest import story
from warehouse.model import Rejected

HTML = "Content-Type: text/html; charset=utf-8"
MOMENT = datetime(2024, 5, 1, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def read(source: Path | str, told: str | None = None, limit: int = 1 << 20) -> BatchReader:
    """Reads a source to its end; what it gave is in `items`."""
    options = ReadOptions(limit, FieldMapping.parse(told))
    return BatchReader(DiscoveredInputs([str(source)]), pages=1000, options=options)


def taken(reader: BatchReader) -> tuple[BatchItem, ...]:
    """The items of the next batch; none at the end."""
    batch = reader.take()
    return batch.items if batch else ()


def items(source: Path | str, told: str | None = None, limit: int = 1 << 20) -> list[object]:
    return list(taken(read(source, told, limit)))


def captures(source: Path | str, told: str | None = None) -> list[Capture]:
    found = items(source, told)
    assert all(isinstance(item, Capture) for item in found), found
    return [item for item in found if isinstance(item, Capture)]


def refusal(item: object) -> Rejected:
    assert isinstance(item, Rejected)
    assert item.stage == "read"
    return item


@pytest.mark.parametrize("ending", PACKERS)
def test_a_warc_gives_pages_with_their_addresses_dates_and_charsets(ending: str) -> None:
    records = [
        record(0, b"software: test", "warcinfo", "application/warc-fields"),
        record(1, b"GET / HTTP/1.1\r\n\r\n", "request", "application/http"),
        response(2, html(2), "Content-Type: text/html; charset=windows-1252"),
        response(3, b"\x89PNG", "Content-Type: image/png"),
        response(4, b"gone", HTML, status="404 Not Found"),
        response(5, html(5), HTML),
    ]
    source = read(write_warc(Path(f"a.warc{ending}"), records))
    assert list(taken(source)) == [
        Capture(
            f"a.warc{ending}#{name(number)}",
            html(number),
            Media.HTML,
            url=f"https://news.example.org/{number}",
            charset=charset,
            captured_at=MOMENT,
        )
        for number, charset in ((2, "windows-1252"), (5, "utf-8"))
    ]
    assert source.other_records == 4


def test_a_wet_file_gives_plain_text() -> None:
    text = story(1).encode()
    path = write_warc(Path("a.warc.wet.gz"), [record(1, text, "conversion", "text/plain")])
    (page,) = captures(path)
    assert (page.payload, page.media_type) == (text, Media.TEXT)
    assert (page.url, page.captured_at) == ("https://news.example.org/1", MOMENT)


def test_bodies_in_a_warc_are_unpacked_whether_or_not_they_were_before() -> None:
    page = html(1)
    chunked = b"%x;x=y\r\n" % len(page) + page + b"\r\n0\r\n\r\n"
    records = [
        response(1, gzip.compress(page), HTML, "Content-Encoding: gzip"),
        response(2, page, HTML, "Content-Encoding: gzip"),
        response(3, brotli.compress(page), HTML, "Content-Encoding: br"),
        response(4, chunked, HTML, "Transfer-Encoding: chunked"),
        response(5, page, HTML, "Transfer-Encoding: chunked"),
        response(6, page, HTML, "Content-Encoding: br"),
    ]
    found = captures(write_warc(Path("a.warc"), records))
    assert [one.payload for one in found] == [page] * 6


@pytest.mark.parametrize("ending", ["", ".gz", ".zst"])
def test_damage_in_a_warc_costs_what_is_damaged(ending: str) -> None:
    records = [PACKERS[ending](response(number, html(number), HTML)) for number in range(4)]
    broken = bytearray(records[1])
    broken[len(broken) // 2 :] = b"?" * (len(broken) - len(broken) // 2)
    content = records[0] + bytes(broken) + records[2] + records[3][:-40]
    found = items(dated(Path(f"a.warc{ending}"), content))
    pages = [one for one in found if isinstance(one, Capture)]
    wanted = [f"a.warc{ending}#{name(number)}" for number in (0, 2)]
    assert [one.locator for one in pages if one.locator in wanted] == wanted
    assert any("damaged" in refusal(one).message for one in found if isinstance(one, Rejected))
    assert any("cut off" in refusal(one).message for one in found if isinstance(one, Rejected))


@pytest.mark.parametrize("left", [5, 60, -40, -1])
def test_a_last_frame_that_is_cut_off_is_a_reject(left: int) -> None:
    """zstd gives nothing of a frame that ends before its first block does."""
    records = [zstandard.compress(response(number, html(number), HTML)) for number in range(3)]
    records[2] = records[2][:left]
    found = items(dated(Path("a.warc.zst"), b"".join(records)))
    assert [isinstance(one, Capture) for one in found[:2]] == [True, True]
    assert [("cut off" in refusal(one).message) for one in found[2:]] == [True]


def test_a_bomb_in_a_warc_is_rejected_at_the_limit() -> None:
    bomb = gzip.compress(bytes(3_000_000))
    records = [response(1, bomb, HTML, "Content-Encoding: gzip"), response(2, html(2), HTML)]
    found = items(write_warc(Path("a.warc"), records), limit=1_000_000)
    assert refusal(found[0]).error == "TooLarge"
    assert isinstance(found[1], Capture)


def test_what_is_no_warc_at_all_is_one_reject() -> None:
    (found,) = items(dated(Path("a.warc.gz"), b"no such thing " * 100))
    assert "damaged" in refusal(found).message


MEMBERS = {
    "site/a.html": html(1),
    "site/b.txt.gz": gzip.compress(story(2).encode()),
    "site/c.mhtml": mhtml(3),
    "site/picture.png": b"\x89PNG",
    "site/.hidden.html": html(4),
    "site/broken.txt.gz": b"no gzip",
}


@pytest.mark.parametrize("file", ["a.zip", "a.tar", "a.tar.gz", "a.tgz", "a.tar.xz", "a.tar.zst"])
def test_an_archive_of_files_gives_the_pages_in_it(file: str) -> None:
    path = Path(file)
    (write_zip if file.endswith(".zip") else write_tar)(path, MEMBERS)
    source = read(path)
    *pages, broken = taken(source)
    assert [
        (one.locator, one.payload, one.media_type) for one in pages if isinstance(one, Capture)
    ] == [
        (f"{file}#site/a.html", html(1), Media.HTML),
        (f"{file}#site/b.txt.gz", story(2).encode(), Media.TEXT),
        (f"{file}#site/c.mhtml", html(3), Media.HTML),
    ]
    assert refusal(broken).locator == f"{file}#site/broken.txt.gz"
    assert source.other_records == 2


def test_members_have_their_own_times() -> None:
    (page,) = captures(write_zip(Path("a.zip"), {"a.html": html(1)}))
    assert page.captured_at == MOMENT
    (page,) = captures(write_tar(Path("a.tar"), {"a.html": html(1)}))
    assert page.captured_at == datetime.fromtimestamp(AT, UTC)


@pytest.mark.parametrize("file", ["a.zip", "a.tar", "a.tar.gz", "a.parquet"])
def test_an_archive_that_is_cut_off_or_none_at_all_is_a_reject(file: str) -> None:
    path = Path(file)
    if file == "a.parquet":
        write_parquet(path, [{"text": story(1)}])
    else:
        (write_zip if file == "a.zip" else write_tar)(path, {"a.html": html(1) * 50})
    whole = path.read_bytes()
    found = items(dated(path, whole[: len(whole) // 2]))
    assert refusal(found[-1]).error == "Damaged"
    assert refusal(items(dated(path, b"nothing of the kind " * 100))[0]).error == "Damaged"


def test_a_saved_page_is_the_page_in_it(tmp_path: Path) -> None:
    Path("a.mhtml").write_bytes(mhtml(1))
    (page,) = captures("a.mhtml")
    assert (page.payload, page.media_type, page.charset) == (html(1), Media.HTML, "utf-8")
    assert (page.url, page.captured_at) == ("https://news.example.org/1", MOMENT)


def test_a_saved_page_without_a_page_is_a_reject() -> None:
    Path("a.mhtml").write_bytes(b"Content-Type: image/png\r\n\r\nAAAA")
    assert refusal(items("a.mhtml")[0]).error == "NoPage"


ROWS = [
    {"id": n, "content": story(n), "link": f"https://a.org/{n}", "date": "2024-05-01T09:30:00Z"}
    for n in range(3)
]


@pytest.mark.parametrize("file", ["a.jsonl", "a.ndjson.gz", "a.jsonl.zst", "a.parquet"])
@pytest.mark.parametrize("told", [None, "text=content,url=link,date=date"])
def test_a_table_gives_the_fields_that_are_told_or_guessed(file: str, told: str | None) -> None:
    path = Path(file)
    (write_parquet if file == "a.parquet" else write_jsonl)(path, ROWS)
    stated = None if told else StatedFacts(published="2024-05-01")
    assert captures(path, told) == [
        Capture(
            f"{file}#{n + 1}",
            story(n).encode(),
            None,
            url=f"https://a.org/{n}",
            charset="utf-8",
            captured_at=MOMENT,
            stated=stated,
        )
        for n in range(3)
    ]


@pytest.mark.parametrize("file", ["a.jsonl", "a.parquet"])
def test_a_table_without_a_field_for_a_page_is_a_reject_that_lists_the_fields(file: str) -> None:
    rows = [{"headline": "a", "blob": story(1)}] * 3
    (write_parquet if file == "a.parquet" else write_jsonl)(Path(file), rows)
    (found,) = items(file)
    message = refusal(found).message
    assert "it has blob, headline: choose one with --map text=FIELD" in message
    assert len(captures(file, "text=blob")) == 3


def test_html_is_taken_before_text_and_nested_fields_by_a_dot() -> None:
    path = write_jsonl(Path("a.jsonl"), [{"html": html(1).decode(), "text": "x", "a": {"u": "b"}}])
    (page,) = captures(path, "url=a.u")
    assert (page.media_type, page.payload, page.url) == (Media.HTML, html(1), "b")


def test_a_bad_line_is_a_reject_of_its_own() -> None:
    lines = b'{"text": "one"}\n\n{"text": \n[1]\n{"text": 7}\n{"other": 1}\n{"text": "two"}'
    found = items(dated(Path("a.jsonl"), lines))
    assert [getattr(one, "locator", None) for one in found] == [
        f"a.jsonl#{line}" for line in (1, 3, 4, 5, 6, 7)
    ]
    assert [isinstance(one, Capture) for one in found] == [True, False, False, False, False, True]
    assert "its field text is missing; it has other" in refusal(found[4]).message


@pytest.mark.parametrize("file", ["a.jsonl", "a.parquet"])
@pytest.mark.parametrize("told", ["text=stry", "text=content,url=lnk", "html=content,date=a.b"])
def test_a_field_that_was_told_and_is_not_there_is_said_before_any_page(
    file: str, told: str
) -> None:
    (write_parquet if file == "a.parquet" else write_jsonl)(Path(file), ROWS)
    (found,) = items(file, told)
    name = told.rpartition("=")[2]
    assert refusal(found).message == (
        f"it has no field {name}, which --map names, only content, date, id, link"
    )


def test_a_field_need_not_be_in_every_record() -> None:
    path = write_jsonl(Path("a.jsonl"), [{"id": 1}, {"content": story(1), "link": "https://a.org"}])
    first, second = items(path, "text=content,url=link")
    assert "its field content is missing; it has id" in refusal(first).message
    assert isinstance(second, Capture)
    assert second.url == "https://a.org"


def test_a_line_over_the_limit_is_a_reject_and_the_next_is_read() -> None:
    path = write_jsonl(Path("a.jsonl"), [{"text": "x" * 9000}, {"text": "short"}])
    first, second = items(path, limit=1000)
    assert refusal(first).error in ("TooLarge", "NoRecord")
    assert isinstance(second, Capture)
    assert second.locator == "a.jsonl#2"


@pytest.mark.parametrize("told", ["content", "body=x", "text="])
def test_a_mapping_that_makes_no_sense_is_refused(told: str) -> None:
    with pytest.raises(UnsupportedSource, match="not a mapping"):
        FieldMapping.parse(told)


def test_a_folder_gives_its_archives_of_pages_and_leaves_data_files_alone(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    pages_warc(folder / "a.warc.gz", 2)
    write_zip(folder / "b.zip", {"a.html": html(7)})
    write_jsonl(folder / "c.jsonl", ROWS)
    inputs = DiscoveredInputs([str(folder)])
    assert len(taken(BatchReader(inputs))) == 3
    assert inputs.n_skipped == 1


@pytest.mark.parametrize("ending", [ending for ending in PACKERS if ending])
def test_lines_that_are_cut_off_are_read_to_the_cut_and_then_rejected(ending: str) -> None:
    path = write_jsonl(Path(f"a.jsonl{ending}"), [{"text": story(n)} for n in range(300)])
    dated(path, path.read_bytes()[:-30])
    found = items(path)
    assert "cut off" in refusal(found[-1]).message
    assert [one.locator for one in found[:-1] if isinstance(one, Capture)] == [
        f"{path}#{n + 1}" for n in range(len(found) - 1)
    ]


def test_zstd_frames_that_follow_one_another_are_one_file() -> None:
    lines = [json.dumps({"text": story(n)}).encode() + b"\n" for n in range(50)]
    packed = b"".join(zstandard.compress(line) for line in lines)
    assert len(captures(dated(Path("a.jsonl.zst"), packed))) == 50
