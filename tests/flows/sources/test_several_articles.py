"""A text file of several articles, or of a chat, gives a record for each of them."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.flows.conftest import Presswash

ROOF = (
    "The council agreed on Monday to mend the roof of the old market hall before the winter comes."
    " It will cost about forty thousand, most of it for slate, and nobody spoke against it."
)
HERRING = (
    "Fishermen on the western quay have seen more herring this spring than in ten years before."
    " The catch will be counted in June, and prices have already gone down by a third."
)


def cleaned(presswash: Presswash, name: str, text: str) -> list[dict[str, object]]:
    """The records of a file with this text."""
    Path(name).write_text(text, encoding="utf-8")
    ran = presswash("clean", name, "--json")
    assert ran.code == 0, ran.out + ran.err
    return [json.loads(line) for line in ran.out.splitlines()]


FIELDS = "BYLINE: Ada Stone\nSECTION: NEWS; Pg. 4\nLENGTH: 36 words"
ONE, TWO = f"The roof\n\n{ROOF}\n", f"The herring\n\n{HERRING}\n"
ROOF_ELEMENT, HERRING_ELEMENT = (
    f'<doc id="{n}" url="https://a.example/{n}" title="{title}">\n'
    for n, title in ((7, "The roof"), (8, "The herring"))
)
LABELS = "Title: {}\nURL: https://a.example/{}\n\n{}\n\n"
DUMPS = {
    "numbered above": f"1 of 2 DOCUMENTS\n\nThe roof\n\n{FIELDS}\n\n{ROOF}\n\n"
    f"2 of 2 DOCUMENTS\n\nThe herring\n\n{FIELDS}\n\n{HERRING}",
    "numbered in German": f"Dokument 1 von 2\n\n{ONE}\nDokument 2 von 2\n\n{TWO}",
    "ended by a line": f"{ONE}\nEnd of Document\n\n{TWO}\nEnd of Document\n",
    "ended by an identifier": f"{ONE}\nDocument HARB000020240206ek26000b1\n\n"
    f"{TWO}\nDocument HARB000020240207ek26000b2\n",
    "in elements": f"{ROOF_ELEMENT}{ONE}</doc>\n{HERRING_ELEMENT}{TWO}</doc>\n",
    "labelled": LABELS.format("The roof", 7, ROOF) + LABELS.format("The herring", 8, HERRING),
    "on sheets": f"{ONE}\n\f{TWO}",
    "ruled by three dashes": f"The roof\nBy Ada Stone\n\n{ROOF}\n\n---\n\n"
    f"The herring\n4 May 2021\n\n{HERRING}\n",
    "ruled": f"The roof\nBy Ada Stone\n\n{ROOF}\n\n----------\n\n"
    f"The herring\n4 May 2021\n\n{HERRING}\n",
}


def _zipped(members: dict[str, str]) -> None:
    with zipfile.ZipFile("all.zip", "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)


def _tarred(members: dict[str, str]) -> None:
    with tarfile.open("all.tar", "w") as archive:
        for name, text in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))


CHAT = "".join(f"0{n}/05/2021, 10:0{n} - Ann: {ROOF}\n" for n in range(1, 7))
EXPORT = {
    "name": "Quay News",
    "type": "public_channel",
    "messages": [
        {"id": n, "type": "message", "date": f"2021-05-0{n}T10:00:00", "from": "Quay", "text": text}
        for n, text in enumerate((ROOF, HERRING), 1)
    ],
}


@pytest.mark.parametrize(("pack", "name"), [(_zipped, "all.zip"), (_tarred, "all.tar")])
@pytest.mark.parametrize("content", ['{"ok": 1}', "no JSON", '[{"name": "a", "text": "b c"}]'])
def test_a_file_that_only_has_the_name_of_a_chat_export_is_skipped(
    presswash: Presswash, pack: Callable[[dict[str, str]], None], name: str, content: str
) -> None:
    pack({"page.txt": f"The roof\n\n{ROOF}\n", "lab/result.json": content})
    ran = presswash("ingest", name)
    assert "1 page seen: 1 added" in ran.out
    assert "1 archive record skipped: .json (1)" in ran.out


@pytest.mark.parametrize(("pack", "name"), [(_zipped, "all.zip"), (_tarred, "all.tar")])
def test_dumps_and_chats_in_an_archive_give_a_record_for_each_part(
    presswash: Presswash, pack: Callable[[dict[str, str]], None], name: str
) -> None:
    pack(
        {
            "dump.txt": DUMPS["numbered above"],
            "page.txt": f"The roof\n\n{ROOF}\n",
            "chat.txt": CHAT,
            "export/result.json": json.dumps(EXPORT),
            "last.txt": f"The herring\n\n{HERRING}\n",
        }
    )
    ran = presswash("clean", name, "--json")
    found = [json.loads(line) for line in ran.out.splitlines()]
    assert [one["source"].removeprefix(f"{name}#") for one in found] == [
        *("dump.txt#1", "dump.txt#2", "page.txt"),
        *(f"chat.txt#{n}" for n in range(1, 7)),
        *("export/result.json#1", "export/result.json#2", "last.txt"),
    ]
    assert [one["text"] for one in found] == [
        ROOF,
        HERRING,
        ROOF,
        *[ROOF] * 6,
        *[ROOF],
        *[HERRING] * 2,
    ]


@pytest.mark.parametrize("dump", DUMPS.values(), ids=DUMPS)
def test_each_article_of_a_dump_is_a_record(presswash: Presswash, dump: str) -> None:
    found = cleaned(presswash, "dump.txt", dump)
    assert [one["title"] for one in found] == ["The roof", "The herring"]
    assert [one["text"] for one in found] == [ROOF, HERRING]
    assert [one["source"] for one in found] == ["dump.txt#1", "dump.txt#2"]


@pytest.mark.parametrize(
    "text",
    [
        f"The roof\n\n{ROOF}\n\n----------\n\n{HERRING}\n",  # a pause in one article
        f"The roof\n\n{ROOF}\n\n12\n\fThe roof\n\n{HERRING}\n\n13\n",  # sheets with a running head
        f"1 of 12\n\nThe roof\n\n{ROOF}\n\n2 of 12\n\n{HERRING}\n",  # pictures of a gallery
    ],
)
def test_one_article_with_pauses_pages_or_pictures_is_one_record(
    presswash: Presswash, text: str
) -> None:
    found = cleaned(presswash, "one.txt", text)
    assert [one["source"] for one in found] == ["one.txt"]
    assert found[0]["notes"] == []


def test_articles_that_are_not_clearly_separate_get_a_note(presswash: Presswash) -> None:
    rule = "\n\n==========\n\n"
    found = cleaned(presswash, "two.txt", f"The roof\n\n{ROOF}{rule}The herring\n\n{HERRING}")
    assert [one["notes"] for one in found] == [["it may hold 2 articles"]]


def test_an_article_of_a_dump_has_the_bytes_and_the_encoding_that_it_has_there(
    presswash: Presswash,
) -> None:
    text = "1 of 2 DOCUMENTS\n\nДорога\n\n{0}\n\n2 of 2 DOCUMENTS\n\nМост\n\n{0}\n".format(
        "Мост через реку закроют на ремонт до конца лета, сообщили в мэрии. " * 3
    )
    Path("dump.txt").write_bytes(text.encode("cp1251"))
    assert presswash("ingest", "dump.txt").code == 0
    records = presswash("sql", "SELECT id FROM documents ORDER BY id", "--json").json
    assert isinstance(records, list)
    shown = [presswash("show", str(one["id"]), "--json").json for one in records]
    assert [(one["title"], one["encoding"]) for one in shown] == [
        ("Дорога", "cp1251"),
        ("Мост", "cp1251"),
    ]


CHATS = {
    "with brackets": "[12.05.21, 10:11:00] Ada Stone: Is the roof\nmended?\n"
    "[31.05.21, 10:12:30] Ben: Yes, at last.\n[31.05.21, 10:12:40] Ben left\n",
    "with dashes": "12/5/21, 10:09 - Messages are end-to-end encrypted.\n"
    "12/5/21, 10:11 - Ada Stone: Is the roof\nmended?\n31/5/21, 10:12 - Ben: Yes, at last.\n"
    "31/5/21, 10:14 - Ben: <Media omitted>\n",
    "with the month first": "5/12/21, 10:11 AM - Ada Stone: Is the roof\nmended?\n"
    "5/31/21, 10:12 PM - Ben: Yes, at last.\n5/31/21, 10:14 PM - Ben: <Media omitted>\n",
    "from Telegram": "Ada Stone, [12.05.21 10:11]\nIs the roof\nmended?\n\n"
    "Ben, [31.05.21 10:12]\nYes, at last.\n",
}


@pytest.mark.parametrize("chat", CHATS.values(), ids=CHATS)
def test_each_message_of_a_chat_is_a_record_and_keeps_its_words(
    presswash: Presswash, chat: str
) -> None:
    found = cleaned(presswash, "chat.txt", chat)
    assert [one["authors"] for one in found] == [["Ada Stone"], ["Ben"]]
    assert [one["published"] for one in found] == ["2021-05-12", "2021-05-31"]
    words = [str(one["text"]).split() for one in found]
    assert words == ["Is the roof mended?".split(), "Yes, at last.".split()]


@pytest.mark.parametrize(
    "text",
    [
        "12.05.2021, 10:11 - The quay: Two engines have come.\n"
        "12.05.2021, 10:45 - Police: The road is closed.\n"
        "12.05.2021, 11:30 - The fire is out, and nobody was hurt.\n",
        "2024-05-12 10:11:00 - INFO: started\n2024-05-12 10:11:09 - INFO: stopped\n",
        "[2024-05-12 10:11:00] ERROR: no bread\n[2024-05-12 10:12:00] ERROR: no milk\n",
    ],
    ids=["ticker", "log", "log in brackets"],
)
def test_a_ticker_or_a_log_is_no_chat(presswash: Presswash, text: str) -> None:
    assert len(cleaned(presswash, "ticker.txt", text)) == 1
