"""Files of many records: JSON of every shape, CSV, feeds, mail, chats; and what is no page."""

from __future__ import annotations

import base64
import gzip
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.sources.timestamps import format_timestamp, parse_timestamp
from tests.flows.archive_writers import html, mhtml, write_parquet
from tests.flows.conftest import Presswash, story
from warehouse.opening import open_readonly

RECORDS = [
    {
        "headline": f"The stated title {n}",
        "byline": f"By Ada Ilves and Tom Askew{n}",
        "date": f"2024-02-0{n + 1}",
        "lang": "en-GB",
        "link": f"https://news.example.org/{n}",
        "text": story(n),
    }
    for n in range(3)
]


def articles(presswash: Presswash, *sources: str | Path) -> list[dict[str, object]]:
    """The articles that ingesting a source gives, by address and locator."""
    ran = presswash("ingest", *sources)
    assert ran.code == 0, ran.out + ran.err
    query = "SELECT * FROM documents WHERE n_words > 0 ORDER BY url, locator"
    found = presswash("sql", query, "--json").json
    assert isinstance(found, list)
    return found


def reject(presswash: Presswash, *sources: str | Path) -> str:
    """The sentence of the one reject that ingesting a source gives, with nothing stored."""
    assert presswash("ingest", *sources).code == 1
    (row,) = presswash("sql", "SELECT message FROM rejects", "--json").json
    assert presswash("sql", "SELECT * FROM documents", "--json").json == []
    return str(row["message"])


SHAPES = {
    "a.jsonl": "\n".join(map(json.dumps, RECORDS)),
    "a.jl": "\n".join(map(json.dumps, RECORDS)),
    "a.ndjson": "".join(json.dumps(record) + ",\n" for record in RECORDS),
    "a.json": json.dumps(RECORDS),
    "b.jsonl": json.dumps(RECORDS),
    "pretty.json": json.dumps(RECORDS, indent=2),
    "objects.json": "\n".join(json.dumps(record, indent=1) for record in RECORDS),
    "together.jsonl": "".join(map(json.dumps, RECORDS)),
    "answer.json": json.dumps({"status": "ok", "n": 3, "articles": RECORDS}),
    "hits.json": json.dumps({"hits": {"total": 3, "hits": [{"_source": r} for r in RECORDS]}}),
    "no-ending": json.dumps(RECORDS, indent=4),
}


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_json_of_every_shape_gives_its_records_with_their_facts(
    presswash: Presswash, name: str, encoding: str
) -> None:
    Path(name).write_text(SHAPES[name], encoding=encoding)
    found = articles(presswash, name)
    assert [row["url"] for row in found] == [record["link"] for record in RECORDS]
    assert [row["title"] for row in found] == [record["headline"] for record in RECORDS]
    assert [row["published"] for row in found] == [record["date"] for record in RECORDS]
    assert found[1]["authors"] == '["Ada Ilves", "Tom Askew1"]'
    assert {row["language"] for row in found} == {"en"}
    assert all(f"matter{n}x2x11" in str(row["text"]) for n, row in enumerate(found))


@pytest.mark.parametrize("name", ["a.json.gz", "a.jl.gz"])
def test_packed_json_is_read_as_json(presswash: Presswash, name: str) -> None:
    Path(name).write_bytes(gzip.compress("\n".join(map(json.dumps, RECORDS)).encode()))
    assert len(articles(presswash, name)) == 3


def test_an_array_that_is_damaged_is_read_up_to_there(presswash: Presswash) -> None:
    Path("a.json").write_text(json.dumps(RECORDS)[:-30], encoding="utf-8")
    assert len(articles(presswash, "a.json")) == 2
    (row,) = presswash("sql", "SELECT message FROM rejects", "--json").json
    assert "its JSON can't be read after record 2" in row["message"]


def test_an_array_is_taken_up_where_an_interrupted_run_left_it(presswash: Presswash) -> None:
    Path("a.json").write_text(json.dumps(RECORDS), encoding="utf-8")
    articles(presswash, "a.json")
    assert "3 archive records ingested before" in presswash("ingest", "a.json").out


@pytest.mark.parametrize(("name", "delimiter"), [("a.csv", ","), ("a.csv", ";"), ("a.tsv", "\t")])
def test_csv_gives_its_rows_with_their_facts(
    presswash: Presswash, name: str, delimiter: str
) -> None:
    names = list(RECORDS[0])
    rows = [names, *([record[name] for name in names] for record in RECORDS)]
    lines = (delimiter.join('"' + value + '"' for value in row) for row in rows)
    Path(name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = articles(presswash, name)
    assert [row["title"] for row in found] == [record["headline"] for record in RECORDS]
    assert [row["published"] for row in found] == [record["date"] for record in RECORDS]


def test_a_title_that_a_record_states_beats_the_page_s_and_no_text_is_lost(
    presswash: Presswash,
) -> None:
    Path("a.jsonl").write_text(json.dumps(RECORDS[0]) + "\n", encoding="utf-8")
    (row,) = articles(presswash, "a.jsonl")
    assert row["title"] == "The stated title 0"
    assert "Council number 0 decides" in str(row["text"])
    record = presswash("show", "1", "--json").json
    assert (record["title_source"], record["published_source"]) == ("stated", "stated")
    assert f"published   {RECORDS[0]['date']} (stated)" in presswash("show", "1").out
    with open_readonly(Path("presswash.db")) as warehouse:
        assert warehouse.check() == []
    assert presswash("reclean", "--all").code == 0
    assert presswash("show", "1", "--json").json["title"] == "The stated title 0"
    assert presswash("check", "--deep").code == 0


def test_a_mapping_names_the_facts(presswash: Presswash) -> None:
    record = {"t": "Named by the mapping", "w": "Ada Ilves", "d": 20240301, "body": story(1)}
    Path("a.jsonl").write_text(json.dumps(record) + "\n", encoding="utf-8")
    (row,) = articles(presswash, "a.jsonl", "--map", "title=t,authors=w,published=d")
    assert (row["title"], row["authors"]) == ("Named by the mapping", '["Ada Ilves"]')
    assert row["published"] == "2024-03-01"


def test_an_empty_html_field_falls_back_to_the_text(presswash: Presswash) -> None:
    record = {"html": " ", "text": story(1)}
    Path("a.jsonl").write_text(json.dumps(record) + "\n", encoding="utf-8")
    assert len(articles(presswash, "a.jsonl")) == 1


NINE = datetime(2024, 3, 1, 9, 0, tzinfo=UTC)
SECONDS = int(NINE.timestamp())


@pytest.mark.parametrize(
    "value",
    [
        SECONDS,
        SECONDS * 10**3,
        SECONDS * 10**6,
        SECONDS * 10**9,
        float(SECONDS),
        str(SECONDS),
        str(SECONDS * 1000),
        20240301090000,
        "20240301090000",
        "2024-03-01 09:00",
        "2024/03/01 09:00:00",
        "01.03.2024 9:00",
        "Fri, 01 Mar 2024 09:00:00 GMT",
        {"$date": "2024-03-01T09:00:00Z"},
        {"$date": {"$numberLong": str(SECONDS * 1000)}},
        NINE,
    ],
)
def test_every_usual_form_of_a_moment_is_read(value: object) -> None:
    assert parse_timestamp(value) == NINE


@pytest.mark.parametrize("value", [20240301, "20240301", date(2024, 3, 1), "1 March 2024"])
def test_every_usual_form_of_a_day_is_read(value: object) -> None:
    found = parse_timestamp(value)
    assert found is not None
    assert format_timestamp(found) == "2024-03-01T00:00:00Z"


@pytest.mark.parametrize(
    "value",
    [0, 17, -1, 2024, float("nan"), float("inf"), True, "", "soon", "03/04/2024", "0000-00-00", {}],
)
def test_what_is_no_clear_date_is_none(value: object) -> None:
    assert parse_timestamp(value) is None


def test_what_is_no_date_is_a_note_and_never_1970(presswash: Presswash) -> None:
    record = {"text": story(1), "published_at": "03/04/2024", "crawled_at": 12}
    Path("a.jsonl").write_text(json.dumps(record) + "\n", encoding="utf-8")
    (row,) = articles(presswash, "a.jsonl")
    assert not str(row["first_seen"]).startswith("1970")
    notes = presswash("show", "1", "--json").json["notes"]
    assert "its field published_at is not a clear date: 03/04/2024" in notes
    assert "its field crawled_at is not a clear date: 12" in notes


def test_parquet_with_nanoseconds_is_read(presswash: Presswash) -> None:
    moments = pa.array([SECONDS * 10**9 + 123_456_789] * 2, pa.timestamp("ns"))
    kind = pa.struct([("seen", pa.timestamp("ns"))])
    nested = pa.array([{"seen": SECONDS * 10**9 + 1}] * 2, kind)
    table = {"text": [story(1), story(2)], "timestamp": moments, "meta": nested}
    pq.write_table(pa.table(table), "a.parquet")
    found = articles(presswash, "a.parquet", "--map", "date=meta.seen")
    assert [row["first_seen"] for row in found] == ["2024-03-01T09:00:00Z"] * 2


def test_a_har_file_gives_its_pages(presswash: Presswash) -> None:
    def entry(n: int, media: str, text: str, status: int = 200, **more: str) -> dict[str, object]:
        content = {"mimeType": media, "text": text, **more}
        return {
            "startedDateTime": "2024-05-01T09:30:00Z",
            "request": {"url": f"https://news.example.org/{n}"},
            "response": {"status": status, "content": content},
        }

    packed = base64.b64encode(html(1)).decode()
    entries = [
        entry(0, "text/html; charset=utf-8", html(0).decode()),
        entry(1, "text/html", packed, encoding="base64"),
        entry(2, "text/css", "p {}"),
        entry(3, "text/html", "gone", 404),
    ]
    Path("a.har").write_text(json.dumps({"log": {"entries": entries}}), encoding="utf-8")
    found = articles(presswash, "a.har")
    assert [row["url"] for row in found] == [f"https://news.example.org/{n}" for n in range(2)]
    assert {row["first_seen"] for row in found} == {"2024-05-01T09:30:00Z"}


RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>
<item><title>The first of two</title><link>https://news.example.org/1</link>
<pubDate>Wed, 01 May 2024 09:30:00 GMT</pubDate><description><![CDATA[{0}]]></description></item>
<item><title>The second of two</title><link>https://news.example.org/2</link>
<description><![CDATA[{1}]]></description></item></channel></rss>"""


@pytest.mark.parametrize("name", ["a.xml", "a.rss", "feed"])
def test_the_entries_of_a_feed_on_disk_are_pages(presswash: Presswash, name: str) -> None:
    bodies = ["".join(f"<p>{part}</p>" for part in story(n).split("\n\n")) for n in range(2)]
    Path(name).write_text(RSS.format(*bodies), encoding="utf-8")
    found = articles(presswash, name)
    assert [row["title"] for row in found] == ["The first of two", "The second of two"]
    assert [row["url"] for row in found] == [f"https://news.example.org/{n}" for n in (1, 2)]
    assert found[0]["published"] == "2024-05-01"


def mail(n: int) -> bytes:
    """A newsletter with a text part and an HTML part."""
    return (
        "Received: from a by b\r\n"
        "From: The Letter <letter@example.org>\r\n"
        f"Subject: =?utf-8?Q?Letter_{n}_=E2=80=94_news?=\r\n"
        "Date: Wed, 1 May 2024 09:30:00 +0000\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/alternative; boundary="cut"\r\n\r\n'
        f"--cut\r\nContent-Type: text/plain\r\n\r\n{story(n)}\r\n"
        "--cut\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
        f"{html(n).decode()}\r\n--cut--\r\n"
    ).encode()


@pytest.mark.parametrize("name", ["a.eml", "a.html", "saved message"])
def test_a_mail_message_is_the_page_in_it(presswash: Presswash, name: str) -> None:
    Path(name).write_bytes(mail(1))
    (row,) = articles(presswash, name)
    assert (row["title"], row["authors"]) == ("Letter 1 — news", '["The Letter"]')
    assert row["published"] == "2024-05-01"
    assert "boundary" not in str(row["text"])
    assert "matter1x2x11" in str(row["text"])


def test_a_message_of_apple_mail_is_read_without_its_length_and_properties(
    presswash: Presswash,
) -> None:
    content = mail(1)
    Path("folder").mkdir()
    properties = b"<?xml version='1.0'?><plist version='1.0'><dict><key>flags</key></dict></plist>"
    Path("folder/1.emlx").write_bytes(b"%d      \n%s%s" % (len(content), content, properties))
    (row,) = articles(presswash, "folder")
    assert row["title"] == "Letter 1 — news"
    assert "plist" not in str(row["text"])


def test_a_mailbox_gives_its_messages(presswash: Presswash) -> None:
    start = b"From letter@example.org Wed May  1 09:30:00 2024\n"
    content = b"".join(start + mail(n).replace(b"\r\n", b"\n") + b"\n" for n in range(3))
    Path("a.mbox").write_bytes(content)
    assert [row["title"] for row in articles(presswash, "a.mbox")] == [
        f"Letter {n} — news" for n in range(3)
    ]


def test_a_saved_page_is_one_whatever_its_name(presswash: Presswash) -> None:
    Path("a.html").write_bytes(mhtml(1))
    (row,) = articles(presswash, "a.html")
    assert row["url"] == "https://news.example.org/1"


def test_each_message_of_an_exported_chat_is_a_record(presswash: Presswash) -> None:
    messages = [
        {"id": 1, "type": "service", "date": "2024-05-01T08:00:00", "text": "joined"},
        {"id": 2, "type": "message", "date": "2024-05-01T09:30:00", "from": "Ada",
         "text": story(1)},
        {"id": 3, "type": "message", "date": "2024-05-01T09:31:00", "from": "Ada",
         "text": [story(2), {"type": "link", "text": "https://example.org"}]},
    ]  # fmt: skip
    Path("result.json").write_text(json.dumps({"name": "Town", "messages": messages}), "utf-8")
    found = articles(presswash, "result.json")
    assert [row["published"] for row in found] == ["2024-05-01"] * 2
    assert {row["authors"] for row in found} == {'["Ada"]'}


def test_each_message_of_a_chat_exported_as_html_is_a_record(presswash: Presswash) -> None:
    message = (
        '<div class="message default clearfix" id="message{0}"><div class="body">'
        '<div class="pull_right date details" title="01.05.2024 09:30:00 UTC+02:00">09:30</div>'
        '<div class="from_name">Town</div><div class="text">{1}</div></div></div>'
    )
    body = "".join(message.format(n, story(n).replace("\n\n", "<br><br>")) for n in range(3))
    page = f'<html><body><div class="page_body chat_page"><div class="history">{body}</div></div>'
    Path("messages.html").write_text(page, encoding="utf-8")
    found = articles(presswash, "messages.html")
    assert len(found) == 3
    assert found[0]["first_seen"] == "2024-05-01T07:30:00Z"


NO_PAGES = {
    "notes.xml": "<?xml version='1.0'?><notes><page><title>A</title></page></notes>",
    "map.xml": "<urlset><url><loc>https://example.org/a</loc></url></urlset>",
    "pages.txt": "https://example.org/a\nhttps://example.org/b\n",
    "crawl.paths": "crawl-data/one/a.warc.gz\ncrawl-data/two/b.warc.gz\n",
    "code.txt": '(function(){var a=document;a.addEventListener("load",function(){b(a)});})();',
}


@pytest.mark.parametrize("name", NO_PAGES)
def test_a_named_file_that_is_no_page_is_refused_with_a_sentence(
    presswash: Presswash, name: str
) -> None:
    Path(name).write_text(NO_PAGES[name], encoding="utf-8")
    assert "not a page" in reject(presswash, name) or name == "map.xml"


@pytest.mark.parametrize("name", ["tool.py", "style.css", "app.js", "config.yaml.gz"])
def test_source_code_is_refused_by_its_name(presswash: Presswash, name: str) -> None:
    content = story(1).encode()
    Path(name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    assert "it is source code, not a page" in reject(presswash, name)


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
def test_facts_in_a_record_of_metadata_are_those_of_its_text(
    presswash: Presswash, form: str
) -> None:
    records: list[dict[str, object]] = [
        {
            "text": story(n),
            "publisher": {"url": "https://example.org/", "title": "Herald"},
            "metadata": {"url": f"https://news.example.org/{n}", "published_at": "2024-05-06"},
        }
        for n in range(2)
    ]
    path = Path(f"a.{form}")
    if form == "parquet":
        write_parquet(path, records)
    else:
        path.write_text("".join(json.dumps(one) + "\n" for one in records), encoding="utf-8")
    found = articles(presswash, path)
    assert [row["url"] for row in found] == [f"https://news.example.org/{n}" for n in range(2)]
    assert {row["published"] for row in found} == {"2024-05-06"}
    assert {row["title_source"] for row in found} != {"stated"}


def test_a_rich_text_document_is_a_reject(presswash: Presswash) -> None:
    Path("a.rtf").write_text("{\\rtf1\\ansi The harbour was \\b opened\\b0  on Monday.}")
    assert "it is a rich text document" in reject(presswash, "a.rtf")
