"""The fields that databases print around an article, told from those of a product."""

from __future__ import annotations

import pytest

from cleaners.clean import clean
from cleaners.model import Capture, Media

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
