"""What people have in folders and archives: mirrors, saved pages, archives in archives."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.flows.archive_writers import (
    html,
    mhtml,
    pages_warc,
    response,
    write_tar,
    write_warc,
    write_zip,
)
from tests.flows.archive_writers import name as record_id
from tests.flows.conftest import Presswash, program, story

MIRROR = ("index.html?page=2", "article.php?id=17", "harbour-lights", "x.asp", "news.shtml")


def locators(presswash: Presswash, *sources: str | Path) -> list[str]:
    """The locators of the captures that ingesting sources gives."""
    ran = presswash("ingest", *sources)
    assert ran.code == 0, ran.out + ran.err
    found = presswash("sql", "SELECT locator FROM captures ORDER BY locator", "--json").json
    return [row["locator"] for row in found]


def test_a_folder_reads_what_looks_like_a_page_whatever_its_name(presswash: Presswash) -> None:
    Path("site").mkdir()
    for number, name in enumerate(MIRROR):
        (Path("site") / name).write_bytes(b"<!DOCTYPE html>" + html(number))
    Path("site/style.css").write_text("p {}", encoding="utf-8")
    Path("site/logo.svg").write_text("<svg><title>A</title></svg>", encoding="utf-8")
    Path("site/index.html.orig").write_bytes(html(9))
    assert locators(presswash, "site") == sorted(f"site/{name}" for name in MIRROR)
    kinds = presswash("ingest", "site", "--json").json["skipped_kinds"]
    assert kinds == {".css": 1, ".svg": 1, ".orig": 1}
    assert "style.css (.css)" in presswash("ingest", "site", "--verbose").out


def test_the_record_of_a_run_says_what_it_skipped(presswash: Presswash) -> None:
    Path("site").mkdir()
    Path("site/a.html").write_bytes(html(1))
    for name in ("a.css", "b.css", "logo.svg"):
        Path("site", name).write_text("x", encoding="utf-8")
    write_zip(Path("site/b.zip"), {"b.html": html(2), "b.js": b"1"})
    presswash("ingest", "site")
    (run,) = presswash("sql", "SELECT skipped FROM runs", "--json").json
    assert json.loads(run["skipped"]) == {
        ".css": {"count": 2, "names": ["site/a.css", "site/b.css"]},
        ".svg": {"count": 1, "names": ["site/logo.svg"]},
        ".js": {"count": 1, "names": ["site/b.zip#b.js"]},
    }
    assert ".css (2), .js (1), .svg (1) in the last ingestion" in presswash("stats").out


@pytest.mark.parametrize("kind", ["a.zip", "a.tar.gz"])
def test_an_archive_gives_what_looks_like_a_page_whatever_its_name(
    presswash: Presswash, kind: str
) -> None:
    members = {name: b"<html>" + html(number) for number, name in enumerate(MIRROR)}
    members["style.css"] = b"p {}"
    (write_zip if kind == "a.zip" else write_tar)(Path(kind), members)
    assert locators(presswash, kind) == sorted(f"{kind}#{name}" for name in MIRROR)


def _message(number: int) -> bytes:
    received = "Received: by mx.example.org\n" * 200
    head = f"{received}From: ada@example.org\nSubject: Letter\nDate: Wed, 1 May 2024 09:30:00 GMT"
    return f"{head}\n\n{story(number)}\n".encode()


@pytest.mark.parametrize("kind", ["mail", "a.zip", "a.tar.gz"])
def test_mail_and_web_archives_are_read_whatever_their_names(
    presswash: Presswash, kind: str
) -> None:
    mailbox = b"".join(
        b"From ada@example.org Wed May  1 09:30:00 2024\n" + _message(n) for n in (1, 2)
    )
    write_warc(Path("a.warc"), [response(4, html(4))])
    crawl = Path("a.warc").read_bytes()
    members = {"Inbox": mailbox, "1714.M1:2,S": _message(3), "crawl": crawl, "README": b"Hello"}
    if kind == "mail":
        for member, content in members.items():
            Path(kind).mkdir(exist_ok=True)
            Path(kind, member).write_bytes(content)
    else:
        (write_zip if kind == "a.zip" else write_tar)(Path(kind), members)
    joint = "/" if kind == "mail" else "#"
    names = ("1714.M1:2,S#1", "Inbox#1", "Inbox#2", f"crawl#{record_id(4)}")
    assert locators(presswash, kind) == [f"{kind}{joint}{member}" for member in names]


@pytest.mark.parametrize(
    ("charset", "name"),
    [
        ("cp932", "記事/東京の天気.html"),
        ("cp866", "новости/паром.html"),
        ("cp850", "notícias/Ação.html"),
        ("cp437", "Straße/Café.html"),
        ("cp437", "Übersicht.html"),
        ("cp850", "Öffnungszeiten.html"),
        ("cp850", "Øresund.html"),
        ("cp852", "Łódź.html"),
        ("cp1252", "résumé.html"),
        ("utf-8", "Fähre.html"),
        ("cp949", "기사/서울 날씨.html"),
        ("big5", "新聞/臺北.html"),
        ("cp1251", "новости/погода.html"),
        ("utf-8", "actualités/été à Paris.html"),
    ],
)
def test_the_names_in_a_zip_are_read_in_their_charset(
    presswash: Presswash, charset: str, name: str
) -> None:
    with zipfile.ZipFile("a.zip", "w") as archive:
        archive.writestr("x" * len(name.encode(charset)), html(1))
    # zipfile writes UTF-8 alone: its name of equal length is replaced.
    content = Path("a.zip").read_bytes()
    raw = name.encode(charset)
    Path("a.zip").write_bytes(content.replace(b"x" * len(raw), raw))
    assert locators(presswash, "a.zip") == [f"a.zip#{name}"]


def test_names_from_several_machines_are_read_each_in_its_charset(presswash: Presswash) -> None:
    names = {"a": "記事".encode("cp932"), "b": "Привет".encode("cp866"), "c": b"M\x81ller"}
    write_zip(Path("a.zip"), {f"{key * len(raw)}.html": html(1) for key, raw in names.items()})
    content = Path("a.zip").read_bytes()
    for key, raw in names.items():
        content = content.replace(f"{key * len(raw)}.html".encode(), raw + b".html")
    Path("a.zip").write_bytes(content)
    assert locators(presswash, "a.zip") == [
        "a.zip#Müller.html",
        "a.zip#Привет.html",
        "a.zip#記事.html",
    ]


def test_backslashes_in_a_zip_are_between_folders(presswash: Presswash) -> None:
    members = {"site\\a.html": html(1), "site\\": b"", "site\\.hidden.html": html(2)}
    write_zip(Path("a.zip"), members)
    assert locators(presswash, "a.zip") == ["a.zip#site/a.html"]


@pytest.mark.parametrize("folder", ["Story_files", "Story-Dateien", "Story.files"])
def test_the_folder_with_the_parts_of_a_saved_page_is_left_alone(
    presswash: Presswash, folder: str
) -> None:
    Path("in", folder).mkdir(parents=True)
    Path("in", folder, "frame.html").write_bytes(html(2))
    Path("in/Other_files").mkdir()
    Path("in/Other_files/page.html").write_bytes(html(3))
    Path("in/Story.html").write_bytes(html(1))
    assert locators(presswash, "in") == ["in/Other_files/page.html", "in/Story.html"]


URL = "https://news.example.org/local/lights"
SAVED = {
    "Chrome": (f"<!-- saved from url=(0037){URL} -->", None),
    "SingleFile": (
        f"<!--\n Page saved with SingleFile \n url: {URL} \n"
        " saved date: Tue May 21 2024 18:00:00 GMT+0200 (Central European Summer Time)\n-->",
        "2024-05-21T16:00:00Z",
    ),
    "HTTrack": (
        f"<!-- Mirrored from {URL.removeprefix('https://')} by HTTrack Website Copier/3.x"
        " [XR&CO'2014], Tue, 21 May 2024 16:00:00 GMT -->",
        "2024-05-21T16:00:00Z",
    ),
    "Save Page WE": (f'<meta name="savepage-url" content="{URL}">', None),
}


@pytest.mark.parametrize("tool", SAVED)
def test_a_saved_page_has_the_address_and_time_that_its_tool_wrote(
    presswash: Presswash, tool: str
) -> None:
    comment, at = SAVED[tool]
    page = html(1).decode().replace("<head>", f"<head>{comment}")
    Path("a.html").write_text(page, encoding="utf-8")
    write_zip(Path("b.zip"), {"b.html": page.replace("harbour", "quay").encode()})
    locators(presswash, "a.html", "b.zip")
    found = presswash("sql", "SELECT url, captured_at FROM captures", "--json").json
    assert {row["url"].partition("//")[2] for row in found} == {URL.partition("//")[2]}
    assert at is None or {row["captured_at"] for row in found} == {at}


def test_an_mhtml_file_gives_the_page_it_was_saved_for(presswash: Presswash) -> None:
    frame = mhtml(2).replace(b"Snapshot-Content-Location: https://news.example.org/2", b"X: y")
    frame = frame[frame.index(b"--cut\r\nContent-Type: text/html") : frame.rindex(b"--cut--")]
    page = mhtml(1).replace(
        b"--cut\r\nContent-Type: image", frame + b"--cut\r\nContent-Type: image", 1
    )
    Path("a.mhtml").write_bytes(b"\xef\xbb\xbf" + page)
    locators(presswash, "a.mhtml")
    (row,) = presswash("sql", "SELECT url FROM captures", "--json").json
    assert row["url"] == "https://news.example.org/1"


def test_a_page_that_unpacks_itself_gives_the_page_inside(presswash: Presswash) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("index.html", html(1))
    outer = b"<!DOCTYPE html><html><head><title>Loading</title></head><body>Wait</body><!--"
    Path("a.u.zip.html").write_bytes(outer + inner.getvalue() + b"--></html>")
    locators(presswash, "a.u.zip.html")
    (row,) = presswash("sql", "SELECT text FROM documents", "--json").json
    assert "matter1x2x11" in row["text"]


@pytest.mark.parametrize("outer", ["a.zip", "a.tar", "a.wacz"])
def test_archives_in_an_archive_are_read(presswash: Presswash, outer: str) -> None:
    inner = pages_warc(Path("inner.warc.gz"), 3).read_bytes()
    pages = write_zip(Path("pages.zip"), {"page.html": html(7)}).read_bytes()
    members = {
        "archive/data.warc.gz": inner,
        "pages/pages.jsonl": b'{"format": "json-pages-1.0"}\n',
        "more.zip": pages,
        "last.html": html(8),
    }
    (write_tar if outer == "a.tar" else write_zip)(Path(outer), members)
    found = locators(presswash, outer)
    assert len(found) == 5
    assert f"{outer}#more.zip#page.html" in found
    assert sum(one.startswith(f"{outer}#archive/data.warc.gz#") for one in found) == 3
    assert "5 archive records ingested before" in presswash("ingest", outer).out


def test_an_archive_in_an_archive_in_an_archive_is_refused_by_name(presswash: Presswash) -> None:
    inner = write_zip(Path("a.zip"), {"page.html": html(1)}).read_bytes()
    middle = write_zip(Path("b.zip"), {"a.zip": inner}).read_bytes()
    write_zip(Path("c.zip"), {"b.zip": middle, "page.html": html(2)})
    assert locators(presswash, "c.zip") == ["c.zip#page.html"]
    (row,) = presswash("sql", "SELECT locator, message FROM rejects", "--json").json
    assert row["locator"] == "c.zip#b.zip#a.zip"
    assert "unpack it first" in row["message"]


def test_damage_in_an_inner_archive_leaves_the_outer_one(presswash: Presswash) -> None:
    write_zip(Path("a.zip"), {"bad.zip": b"PK nothing", "page.html": html(1)})
    assert locators(presswash, "a.zip") == ["a.zip#page.html"]
    (row,) = presswash("sql", "SELECT locator FROM rejects", "--json").json
    assert row["locator"] == "a.zip#bad.zip"


def test_a_second_archive_behind_the_first_is_named(presswash: Presswash) -> None:
    both = b"".join(
        write_tar(Path("a.tar"), {f"{number}.html": html(number)}).read_bytes() for number in (1, 2)
    )
    Path("two.tar").write_bytes(both)
    with tarfile.open("two.tar") as archive:
        assert archive.getnames() == ["1.html"]
    assert locators(presswash, "two.tar") == ["two.tar#1.html"]
    (row,) = presswash("sql", "SELECT message FROM rejects", "--json").json
    assert "another archive follows its end" in row["message"]


def test_a_file_is_one_capture_wherever_the_command_is_given(
    presswash: Presswash, tmp_path: Path
) -> None:
    (tmp_path / "in").mkdir()
    Path("in/a.txt").write_text(story(1), encoding="utf-8")
    assert locators(presswash, "in") == ["in/a.txt"]
    assert locators(presswash, tmp_path / "in" / "a.txt") == ["in/a.txt"]
    ran = program("ingest", "a.txt", "--db", "../presswash.db", "--force", cwd=tmp_path / "in")
    assert ran.returncode == 0, ran.stderr
    assert locators(presswash, "in") == ["in/a.txt"]


def test_a_misspelt_source_leaves_no_warehouse_behind(presswash: Presswash) -> None:
    ran = presswash("ingest", "nowhere.html", "*.nothing")
    assert ran.code == 1
    assert "there is no such file or folder" in ran.err
    assert list(Path().iterdir()) == []


def test_its_own_files_are_not_counted_as_skipped(presswash: Presswash) -> None:
    Path("a.txt").write_text(story(1), encoding="utf-8")
    presswash("init")
    presswash("ingest", "a.txt")
    counts = presswash("ingest", ".", "--json").json
    assert (counts["passed_over"], counts["rejected"]) == (0, 0)
