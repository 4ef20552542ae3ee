"""Cleaning a text that is clean already removes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from cleaners.clean import clean, printed_text
from cleaners.model import Capture, Media
from cleaners.page import Page

SEEDS = Path(__file__).parents[3] / "seeds"
NO_CONTENT = {"chrome-only.html", "picture.html"}

BODY = (
    "The ferry stays in harbour this week, because the crew has found a crack in its hull.",
    "Passengers take the coach around the bay, which leaves the quay at eight and at noon.",
    "The owner hopes that the yard will send a welder before the spring tides begin in March.",
)
CHROME = (
    "<nav><a href='/'>Home</a> <a href='/news'>News</a></nav>{}<footer>© 2024 The Quay</footer>"
)
LISTS = {
    "a title of one word": ("<h1>Ferries</h1>", ()),
    "a title with a quotation at its end": ("<h1>Skipper: «The hull is old»</h1>", ()),
    "ratings": ("<h1>The harbour café</h1>", ("Access", "3", "Fun", "7", "Price", "5")),
    "services to log in with": (
        "<h1>How passengers log in to the ferry desk</h1>",
        ("GitLab", "Google", "Keycloak", "Slack"),
    ),
    "labels of menus that are subheadings": (
        "<h1>The ferry desk, explained in four parts</h1>",
        (
            "Settings",
            "The clock is set by the mate before the first passenger is on board.",
            "Search",
            "The crew looks for lost bags and dogs after each of the day's crossings.",
            "Contact",
            "Whoever has lost an umbrella asks for it in the office on the quay.",
        ),
    ),
    "prices": ("<h1>What the ferry costs</h1>", ("Adults: 4 €", "Children: 2 €", "Dogs: 1 €")),
    "a question that opens as a button does": (
        "<h1>The ferry news desk asks</h1>",
        ("Share this with the crew, please?", "The mate has asked so for years, he says."),
    ),
    "lines of code that recur": (
        "<h1>How the ferry clock is programmed</h1>",
        ("def ring(bell):", "}", "bell.ring(2)", "if bell.is_old {", "bell.ring(2)", "}"),
    ),
}


def _clean_text(text: str) -> Page:
    return clean(Capture("again.txt", text.encode(), Media.TEXT))


@pytest.mark.parametrize(("headline", "lines"), LISTS.values(), ids=LISTS)
def test_text_that_was_cleaned_from_html_is_not_changed(
    headline: str, lines: tuple[str, ...]
) -> None:
    content = "".join(f"<p>{line}</p>" for line in (*BODY, *lines))
    html = f"<html><body>{CHROME.format(f'<article>{headline}{content}</article>')}</body></html>"
    page = clean(Capture("page.html", html.encode(), Media.HTML))
    text = printed_text(page)
    assert BODY[0] in text
    again = _clean_text(text)
    assert printed_text(again) == text
    assert again.title == page.title


def test_boilerplate_at_the_ends_of_a_clean_text_is_removed() -> None:
    text = "\n".join(
        ["Share on Facebook", "The ferry stays", *BODY, "Read also: The quay is closed", "© 2024"]
    )
    page = _clean_text(text)
    assert page.text == "\n\n".join(BODY)
    assert page.title == "The ferry stays"


def test_a_text_printed_twice_is_kept_once() -> None:
    text = "\n\n".join(["The ferry stays", *BODY, *BODY])
    assert _clean_text(text).text == "\n\n".join(BODY)


def test_byline_and_date_of_a_clean_text_are_removed() -> None:
    page = _clean_text("\n\n".join(["The ferry stays", "By Ann Marlow", "12 May 2022", *BODY]))
    assert page.text == "\n\n".join(BODY)
    assert (page.authors, page.published) == (("Ann Marlow",), "2022-05-12")


@pytest.mark.parametrize("name", sorted({seed.name for seed in SEEDS.glob("*.html")} - NO_CONTENT))
def test_the_printed_text_of_each_example_page_stays_the_same_when_cleaned_again(
    name: str,
) -> None:
    text = printed_text(clean(Capture(name, (SEEDS / name).read_bytes())))
    assert printed_text(clean(Capture("again.txt", text.encode()))) == text
