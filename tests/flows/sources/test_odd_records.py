"""Files of records with one odd record, or without an end: the others are read, none is lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.flows.conftest import Presswash, story


def texts(presswash: Presswash, name: str, content: str, n_rejects: int = 0) -> list[str]:
    """The texts of the articles in a file, by locator; checks how many rejects it gives."""
    Path(name).write_text(content, encoding="utf-8", newline="")
    presswash("ingest", name)
    assert len(presswash("sql", "SELECT * FROM rejects", "--json").json) == n_rejects
    query = "SELECT text FROM documents WHERE n_words > 0 ORDER BY locator"
    return [str(row["text"]) for row in presswash("sql", query, "--json").json]


def holds(found: list[str], *numbers: int) -> bool:
    """Whether the texts are those of the stories with these numbers, in that order."""
    return len(found) == len(numbers) and all(
        f"matter{n}x0x0" in text and f"matter{n}x2x11" in text
        for n, text in zip(numbers, found, strict=True)
    )


@pytest.mark.parametrize("sender", ["a@[", "a: b@c, d;x", "=?utf-8?b?AAA?=x<", "=?utf-8?q?=0a?="])
def test_a_broken_header_line_does_not_end_a_mailbox(presswash: Presswash, sender: str) -> None:
    start = "From a@example.org Wed May  1 09:30:00 2024\n"
    head = "Date: Wed, 1 May 2024 09:30:00 +0000\nContent-Type: text/plain\n\n"
    senders = (sender, "Ada <ada@example.org>")
    content = "".join(
        f"{start}From: {one}\nSubject: Number {n}\n{head}{story(n)}\n\n"
        for n, one in enumerate(senders)
    )
    assert len(texts(presswash, "a.mbox", content)) == 2


def test_an_impossible_date_does_not_end_a_chat(presswash: Presswash) -> None:
    message = (
        '<div class="message" id="message{0}"><div class="body"><div class="date"'
        ' title="{1}.05.2024 09:30:00 UTC+02:00"></div><div class="text">{2}</div></div></div>'
    )
    body = "".join(message.format(n, day, story(n)) for n, day in enumerate(("99", "01")))
    assert len(texts(presswash, "a.html", f'<div class="page_body chat_page">{body}</div>')) == 2


def test_an_odd_request_does_not_end_a_har_file(presswash: Presswash) -> None:
    page = {"mimeType": "text/plain", "text": story(1)}
    entries = ["x", {"request": [], "response": {"status": 200, "content": page}}, {"response": 1}]
    content = json.dumps({"log": {"entries": entries}})
    assert holds(texts(presswash, "a.har", content), 1)


def test_a_message_without_a_date_in_an_exported_chat_is_read(presswash: Presswash) -> None:
    messages = [
        {"type": "message", "date": "2024-05-01T09:30:00", "text": story(1)},
        {"type": "message", "text": story(2)},
    ]
    content = json.dumps({"name": "Town", "messages": messages})
    assert holds(texts(presswash, "a.json", content), 1, 2)


def test_every_list_of_pages_in_an_object_is_read(presswash: Presswash) -> None:
    content = {
        "tags": [{"name": name} for name in "abcdef"],
        "news": [{"text": story(0)}],
        "sport": [{"text": story(1)}, {"text": story(2)}],
    }
    assert holds(texts(presswash, "a.json", json.dumps(content)), 0, 1, 2)


@pytest.mark.parametrize("end", [",", ", {", ""])
def test_an_array_without_an_end_is_reported(presswash: Presswash, end: str) -> None:
    content = "[" + ",".join(json.dumps({"text": story(n)}) for n in (1, 2)) + end
    assert holds(texts(presswash, "a.json", content, n_rejects=1), 1, 2)


def test_a_feed_without_an_end_is_reported(presswash: Presswash) -> None:
    items = "".join(
        f"<item><title>Number {n}</title><description>{story(n)}</description></item>"
        for n in (1, 2)
    )
    whole = f"<rss version='2.0'><channel><title>Town</title>{items}</channel></rss>"
    cut = whole.removesuffix("</channel></rss>")
    assert len(texts(presswash, "a.rss", cut, n_rejects=1)) == 2
    assert len(texts(presswash, "b.rss", whole, n_rejects=1)) == 2


@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "a.csv"])
def test_an_empty_file_of_records_is_reported(presswash: Presswash, name: str) -> None:
    assert texts(presswash, name, "", n_rejects=1) == []
    (row,) = presswash("sql", "SELECT message FROM rejects", "--json").json
    assert row["message"] == "it is empty"


def test_a_quotation_mark_that_never_closes_does_not_hide_rows(presswash: Presswash) -> None:
    rows = [f'"{story(0)}"', f'"{story(1)}', *("another row" for _ in range(9))]
    content = "\n".join(["text", *rows])
    assert holds(texts(presswash, "a.csv", content, n_rejects=1), 0)
    (row,) = presswash("sql", "SELECT message FROM rejects", "--json").json
    assert "opens in row 2 and never closes" in str(row["message"])


HEADS = {
    "blank lines above": "\r\n\r\ntitle,text\r\nA,{}\r\n",
    "a separator inside a name": '"title, or head";"text"\r\nA;{}\r\n',
    "two columns of one name": "text,text\r\n{},\r\n",
}


@pytest.mark.parametrize("head", HEADS)
def test_a_table_is_read_whatever_its_first_row_looks_like(presswash: Presswash, head: str) -> None:
    content = HEADS[head].format(f'"{story(1)}"')
    assert holds(texts(presswash, "a.csv", content), 1)


def test_a_text_in_pieces_is_put_together(presswash: Presswash) -> None:
    records = [
        {"title": {"rendered": "A"}, "content": {"rendered": story(1), "protected": False}},
        {"content": story(2).split("\n\n")},
    ]
    content = "\n".join(map(json.dumps, records))
    assert holds(texts(presswash, "a.jsonl", content), 1, 2)


def test_a_folder_of_tables_says_that_they_are_read_by_name(presswash: Presswash) -> None:
    Path("tables").mkdir()
    Path("tables/a.csv").write_text("text\n", encoding="utf-8")
    presswash("ingest", "tables")
    (row,) = presswash("sql", "SELECT message FROM rejects", "--json").json
    assert "such as a.csv are read when you name them" in str(row["message"])


def test_a_table_without_names_is_refused_in_a_short_sentence(presswash: Presswash) -> None:
    texts(presswash, "a.csv", f'"{story(1)}"\n', n_rejects=1)
    (row,) = presswash("sql", "SELECT message FROM rejects", "--json").json
    assert len(str(row["message"])) < 200


def test_markup_in_the_title_of_a_feed_or_of_wordpress_is_not_part_of_it(
    presswash: Presswash,
) -> None:
    title = "Ferry &lt;b&gt;pier&lt;/b&gt; &amp;amp; quay"
    item = f"<item><title>{title}</title><description>{story(1)}</description></item>"
    texts(presswash, "a.rss", f"<rss version='2.0'><channel>{item}</channel></rss>")
    post = {"title": {"rendered": "Ferry <b>pier</b> &amp; quay"}, "content": story(2)}
    texts(presswash, "a.json", json.dumps([post]))
    rows = presswash("sql", "SELECT title FROM documents", "--json").json
    assert rows == [{"title": "Ferry pier & quay"}] * 2


def test_characters_that_no_text_may_have_do_not_end_a_file_of_records(
    presswash: Presswash,
) -> None:
    half, nul = "\\ud83d", "\\u0000"  # half of an emoji's surrogate pair
    facts = f'"title": "Ferry {half}{nul} late", "author": "Ada {half}"'
    text = json.dumps(story(0)).replace("x0x1 ", f"x0x1 {half} ")
    records = [f'{{"url": "https://a.example/{half}", {facts}, "text": {text}}}']
    records.append(json.dumps({"text": story(1), "title": "Two 🚒"}))
    assert holds(texts(presswash, "a.jsonl", "\n".join(records)), 0, 1)
    titles = presswash("sql", "SELECT title FROM documents ORDER BY locator", "--json").json
    assert [row["title"] for row in titles] == ["Ferry late", "Two 🚒"]


@pytest.mark.parametrize(
    "content",
    [
        {"page": 1, "message": "fine", "results": [{"text": story(1)}, {"text": story(2)}]},
        {"n1": {"Body": story(1)}, "n2": {"Body": story(2)}},
        [{"pk": n, "fields": {"tags": [{"name": "a"}], "body": story(n)}} for n in (1, 2)],
        [{"_source": {"article": {"body_html": f"<p>{story(n)}</p>"}}} for n in (1, 2)],
    ],
    ids=["page number beside the list", "object for each id", "fields", "two levels deep"],
)
def test_records_in_the_objects_of_an_export_are_read(
    presswash: Presswash, content: object
) -> None:
    assert holds(texts(presswash, "a.json", json.dumps(content)), 1, 2)


def test_a_document_of_elasticsearch_with_a_list_in_it_is_one_record(presswash: Presswash) -> None:
    lines = (
        {"_id": n, "_source": {"replies": [{"text": "Agreed."}], "body": story(n)}} for n in (1, 2)
    )
    content = "\n".join(map(json.dumps, lines))
    assert holds(texts(presswash, "a.jsonl", content), 1, 2)


def test_each_record_may_hold_its_page_in_another_field(presswash: Presswash) -> None:
    records: list[dict[str, object]] = [
        {"text": story(0)},
        {"content": story(1)},
        {"text": "", "body": story(2)},
        {"text": None, "html": f"<p>{story(3)}</p>"},
    ]
    assert holds(texts(presswash, "a.jsonl", "\n".join(map(json.dumps, records))), 0, 1, 2, 3)


def test_a_quotation_mark_at_the_start_of_a_tsv_field_does_not_swallow_the_next_row(
    presswash: Presswash,
) -> None:
    one, two, three = (" ".join(story(n).split()) for n in (1, 2, 3))
    content = f'id\ttext\n1\t"Not again. {one}\n2\t"{two}\n3\t{three}\n'
    assert holds(texts(presswash, "a.tsv", content), 1, 2, 3)


def test_a_quoted_tsv_field_with_indented_lines_is_one_text(presswash: Presswash) -> None:
    lines = story(1).replace(". ", ".\n\t")
    content = f'title\ttext\nA\t"{lines}"\nB\t"{story(2)}"\n'
    assert holds(texts(presswash, "a.tsv", content), 1, 2)


def test_a_text_with_real_line_breaks_is_read_from_a_json_line(presswash: Presswash) -> None:
    lines = [json.dumps({"text": story(n)}) for n in range(4)]
    lines[1] = lines[1].replace("\\n", "\n")
    lines[3] = lines[3].replace("\\n", "\r\n")
    for number in (1, 3):
        moved = [lines[number], *lines[:number], *lines[number + 1 :]]
        Path("a.db").unlink(missing_ok=True)
        found = texts(presswash, f"{number}.jsonl", "\n".join(moved) + "\n")
        assert len(found) == 4
        assert all("matter" in text and "x2x11" in text for text in found)


@pytest.mark.parametrize("end", ["", "\n"])
def test_a_json_object_that_does_not_end_is_one_reject(presswash: Presswash, end: str) -> None:
    lines = [json.dumps({"text": story(n)}) for n in range(3)]
    cut = lines[1].replace("\\n", "\n")[:-40]
    assert holds(
        texts(presswash, "a.jsonl", "\n".join([lines[0], cut, lines[2]]) + end, n_rejects=1), 0, 2
    )


def test_each_json_line_that_is_cut_off_is_a_reject(presswash: Presswash) -> None:
    lines = [json.dumps({"text": story(n)}) for n in range(5)]
    lines[1], lines[2], lines[4] = lines[1][:-30], lines[2][:50], lines[4][:-1]
    assert holds(texts(presswash, "a.jsonl", "\n".join(lines), n_rejects=3), 0, 3)


def test_an_indented_object_among_json_lines_is_read(presswash: Presswash) -> None:
    lines = [json.dumps({"text": story(n)}) for n in range(3)]
    lines[1] = json.dumps({"text": story(1), "tags": []}, indent=2)
    assert holds(texts(presswash, "a.jsonl", "\n".join(lines)), 0, 1, 2)


def test_a_broken_object_among_indented_ones_hides_no_other(presswash: Presswash) -> None:
    objects = [json.dumps({"text": story(n), "tags": [{"a": 1}]}, indent=2) for n in range(4)]
    objects[1] = objects[1].replace("tags", 'ta"gs')
    assert holds(texts(presswash, "a.jsonl", "\n".join(objects), n_rejects=1), 0, 2, 3)
    assert holds(texts(presswash, "b.json", f"[{','.join(objects)}]", n_rejects=2), 0, 2, 3)


def test_a_record_that_is_nested_too_deeply_hides_no_other(presswash: Presswash) -> None:
    deep = '{"text": "A text.", "inner": ' + "[" * 100_000 + "]" * 100_000 + "}"
    records = [json.dumps({"text": story(n)}) for n in range(3)]
    Path("a.json").write_text(f"[{','.join([records[0], deep, *records[1:]])}]", encoding="utf-8")
    ran = presswash("ingest", "a.json", "--json")
    assert (ran.json["added"], ran.json["rejected"]) == (3, 1)
    (row,) = presswash("sql", "SELECT message FROM rejects", "--json").json
    assert row["message"] == "its JSON is nested too deeply"
