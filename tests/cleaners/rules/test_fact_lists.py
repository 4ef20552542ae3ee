"""Keeping the facts that pages list about an event or a job, in HTML and in plain text."""

import pytest

from cleaners.clean import clean
from cleaners.model import Capture, Media
from cleaners.page import Page

EVENT = {
    "Date": "Friday 9 May 2025",
    "Doors": "7pm",
    "Venue": "Net Loft, Quay Lane",
    "Price": "£12",
}
JOB = ("Location: Grimsby", "Salary: £24,000", "Contract: Permanent", "Closing date: 2 June 2025")
BODY = (
    "Four singers and a fiddler bring the songs of the herring fleet to the loft where the nets"
    " were once mended, and tell how each song came to be written.",
    "The bar sells beer from the brewery across the harbour, and closes when the last song ends.",
)


def page_of(facts: str, title: str = "Songs of the herring fleet") -> Page:
    body = "".join(f"<p>{text}</p>" for text in BODY)
    html = (
        f"<title>{title}</title><nav><a href=/on>What's on</a> <a href=/join>Join</a></nav>"
        f"<main><h1>{title}</h1>{facts}{body}</main><footer>© 2025 Net Loft</footer>"
    )
    return clean(Capture("a.html", html.encode(), Media.HTML))


def text_of(facts: str) -> Page:
    text = f"What's on\nJoin\nSongs of the herring fleet\n{facts}\n" + "\n".join(BODY)
    return clean(Capture("a.txt", f"{text}\n© 2025 Net Loft\nPrivacy policy".encode()))


def test_the_facts_of_an_event_are_kept_and_its_day_is_not_the_publication_date() -> None:
    rows = "".join(f"<dt>{label}</dt><dd>{value}</dd>" for label, value in EVENT.items())
    page = page_of(f"<dl class=details>{rows}</dl>")
    assert [fact for fact in (*EVENT, *EVENT.values()) if fact not in page.text] == []
    assert page.published is None
    assert page.title == "Songs of the herring fleet"


def test_the_facts_of_a_job_are_kept() -> None:
    facts = "".join(f"<li>{fact}</li>" for fact in JOB)
    page = page_of(f"<ul class=meta>{facts}</ul>", "Net mender")
    assert [fact for fact in JOB if fact not in page.text] == []


@pytest.mark.parametrize("form", ["{}\n{}", "{}: {}", "{}:\n{}"])
def test_plain_text_keeps_the_facts_of_an_event(form: str) -> None:
    page = text_of("\n".join(form.format(label, value) for label, value in EVENT.items()))
    assert [value for value in EVENT.values() if value not in page.text] == []
    assert page.title == "Songs of the herring fleet"


def test_the_date_and_author_of_an_article_are_no_list_of_facts() -> None:
    page = page_of("<p>Author: Ann Marlow</p><p>Date: 3 May 2025</p><p>Category: Music</p>")
    assert (page.authors, page.published) == (("Ann Marlow",), "2025-05-03")
    assert "Ann Marlow" not in page.text


def test_facts_that_a_converter_joined_into_one_line_are_kept() -> None:
    line = "Date Friday 9 May 2025 Doors 7pm Venue Net Loft, Quay Lane Price £12"
    page = text_of(line)
    assert line in page.text
    assert page.published is None


def test_the_filters_of_a_shop_are_no_facts() -> None:
    assert "Brand" not in text_of("Price Brand Size Colour Material").text


def test_the_chapters_of_an_episode_are_kept() -> None:
    chapters = ("00:00 Introduction", "04:30 The breakwater", "21:15 Why the seventh is not bigger")
    text = "\n".join(chapters)
    page = text_of(f"{BODY[0]}\n{text}")
    assert [chapter for chapter in chapters if chapter not in page.text] == []
