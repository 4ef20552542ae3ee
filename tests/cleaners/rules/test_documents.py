"""Telling the fields that databases print around an article from those of a product."""

from __future__ import annotations

import pytest

from cleaners.clean import clean
from cleaners.model import Capture, Media
from cleaners.rules.documents import find_documents

STORY = (
    "The last ferry of the season left Wexmoor on Sunday with two hundred passengers. "
    "It will be painted over the winter, and a new engine is to come from Brinehaven."
)


def kept_lines(text: str) -> list[str]:
    return clean(Capture("page.txt", text.encode(), Media.TEXT)).text.split("\n\n")


@pytest.mark.parametrize(
    "fields",
    [
        ["SECTION: Local news", "LENGTH: 31 words"],
        ["LANGUAGE: English", "LOAD-DATE: 4 May 2021"],
        ["Publication-Type: Newspaper", "Language: English", "Journal-Code: WXG"],
    ],
)
def test_the_fields_of_a_database_are_removed(fields: list[str]) -> None:
    text = "\n\n".join(["Last ferry leaves Wexmoor", STORY, *fields])
    assert not set(fields) & set(kept_lines(text))


def test_the_specification_of_a_product_is_kept() -> None:
    fields = ["Type: halogen", "Series: Kestrel", "Country: Sweden", "Length: 30 cm"]
    text = "\n".join(
        ["Kestrel desk lamp", "", STORY, "", "Specifications", *fields, "", STORY[::-1]]
    )
    assert set(fields) <= set(kept_lines(text))


CAPTION = "Item {} of 3\nThe ferry at the quay of Wexmoor."


@pytest.mark.parametrize(
    "text",
    [
        f'{STORY}\n<doc id="7">\nThe roof\n{STORY}\n</doc>\n{STORY}\n',
        "\n\n".join(["Last ferry", *(CAPTION.format(n) for n in (1, 2, 3)), STORY, STORY]),
        "\n\n".join(f"Title: {name}\nA film of 1984." for name in ("Dune", "Moor", "Fen")),
    ],
    ids=["text around elements", "numbered captions", "labels of short entries"],
)
def test_a_text_that_may_be_a_single_article_is_not_split(text: str) -> None:
    assert find_documents(text.split("\n")) == []


def test_an_unclosed_doc_element_extends_to_the_end_of_the_text() -> None:
    lines = ["<doc>", "Storm", "</doc>", "<doc>", "Calm", "at sea"]
    assert [(part.start, part.stop) for part in find_documents(lines)] == [(1, 2), (4, 6)]


@pytest.mark.parametrize(
    "separator",
    [
        "\t--- Document {} of 2 ---\r",
        "ARTIKEL {} VON 2",
        "{} / 2 文章",
        "  *** End Of The Story ***",
        "конец документа.",
        "\u00a0Document WEXF000020210504eh540000{}\r",
    ],
)
def test_separators_are_found_however_they_are_decorated(separator: str) -> None:
    lines = [line for n in (1, 2) for line in (separator.format(n), f"Ferry {n} leaves", STORY, "")]
    assert len(find_documents([*lines, separator.format(2)])) >= 2
