"""Bylines and date lines around an article give its authors and its day of publication."""

import pytest

from cleaners.blocks.raw import RawBlock, RawPage
from cleaners.clean import clean
from cleaners.metadata.credits import read_credits
from cleaners.model import Capture
from cleaners.rules.line_features import PageLines
from cleaners.rules.page_context import PageContext

_BODY = (
    "The ferry will not sail before Thursday, the harbour office said after a second dive.",
    "Passengers who hold tickets can take the coach from the north quay every two hours.",
)


@pytest.mark.parametrize(
    ("lead", "tail", "authors", "day"),
    [
        (["By Ann Marlow", "12 May 2022"], [], ("Ann Marlow",), "2022-05-12"),
        (["12 May 2022", "Ann Marlow", "Ian Bell"], [], ("Ann Marlow", "Ian Bell"), "2022-05-12"),
        (["Ann Marlow | 12 May 2022"], [], ("Ann Marlow",), "2022-05-12"),
        (["By Reuters"], [], ("Reuters",), None),
        (["dpa"], [], ("dpa",), None),
        (["* Ann Marlow"], [], ("Ann Marlow",), None),
        (["Ann Marlow"], ["By Ian Bell"], ("Ann Marlow",), None),
        ([], ["Ann Marlow"], ("Ann Marlow",), None),
        ([], ["* Marlow Point", "* Ian Bell"], (), None),
        (["Updated on 7 May 2022 at 18:50 Reading time: 4 Min."], [], (), "2022-05-07"),
        (["12 May 2022, 14:05 1 204 views Author: Ann Marlow"], [], ("Ann Marlow",), "2022-05-12"),
        (["12 May 2022, 14:05 1 204 views Photo: Ian Bell"], [], (), "2022-05-12"),
    ],
)
def test_credits_are_found_around_the_article(
    lead: list[str], tail: list[str], authors: tuple[str, ...], day: str | None
) -> None:
    texts = ["Ferry stays in harbour", *lead, *_BODY, *tail]
    span = range(1 + len(lead), 1 + len(lead) + len(_BODY))
    page = _page_of(texts, [i in span for i in range(len(texts))], span)
    found = read_credits(page, 0, "en")
    assert (found.authors, found.published) == (authors, day)


def _page_of(texts: list[str], kept: list[bool], span: range) -> PageContext:
    return PageContext(RawPage([RawBlock(text) for text in texts]), PageLines(texts), kept, span)


def test_a_byline_after_the_standfirst_is_read_and_bylines_of_teasers_are_not() -> None:
    texts = ["Ferry stays in harbour", _BODY[0], "Ann Marlow", *_BODY * 8, "By Ian Bell", "x"]
    kept = [at not in (0, 2, len(texts) - 2) for at in range(len(texts))]
    page = _page_of(texts, kept, range(1, len(texts)))
    assert read_credits(page, 0, "en").authors == ("Ann Marlow",)


_TEASERS = ["A night among the net menders", "How deep the harbour was in 1840"]


@pytest.mark.parametrize(
    ("lead", "tail"),
    [
        ([], ["Reader Letters", *_TEASERS]),
        ([], ["Photo Archive", *_TEASERS, "© 2022 The Quay"]),
        ([], [_TEASERS[0], "By Ian Bell", _TEASERS[1], "By Eve Quill"]),
        (["Harbour Office"], []),  # the text has “office” in lower case
        (["Hull Steel, 1.8 m"], []),
    ],
)
def test_capitalised_words_and_bylines_of_other_stories_give_no_author(
    lead: list[str], tail: list[str]
) -> None:
    page = "\n\n".join(["Ferry stays in harbour", *lead, *_BODY * 3, *tail])
    assert clean(Capture("ferry.txt", page.encode())).authors == ()


@pytest.mark.parametrize(
    ("title", "lead", "language", "authors"),
    [
        ("나무다리 다시 열리다", ["2022.05.12 12:30", "김하늘 기자"], "ko", ("김하늘",)),
        ("老木桥重新开放", ["2022-05-12 来源：河畔日报 作者：周明"], "zh", ("周明",)),
        ("木の橋がもう一度開く", ["2022年5月12日", "井上花子"], "ja", ("井上花子",)),
        ("木の橋がもう一度開く", ["【井上花子記者】", "2022年5月12日"], "ja", ("井上花子",)),
        ("কাঠের সেতু আবার খুলল", ["নাসরিন হক", "১২ মার্চ ২০২২"], "bn", ("নাসরিন হক",)),
        ("কাঠের সেতু আবার খুলল", ["নিজস্ব প্রতিবেদক", "১২ মার্চ ২০২২"], "bn", ()),
        ("लकड़ी का पुल फिर खुला", ["द्वारा: अनिता शर्मा"], "hi", ("अनिता शर्मा",)),
        ("الجسر يفتح من جديد", ["بقلم: هدى سالم"], "ar", ("هدى سالم",)),
    ],
)
def test_names_are_read_in_scripts_without_capitals(
    title: str, lead: list[str], language: str, authors: tuple[str, ...]
) -> None:
    texts = [title, *lead, "…" * 20]
    span = range(len(texts) - 1, len(texts))
    page = _page_of(texts, [i in span for i in range(len(texts))], span)
    assert read_credits(page, 0, language).authors == authors


def test_a_date_line_that_ends_in_an_abbreviation_is_not_a_sentence() -> None:
    page = _page_of(
        ["เรือมาสาย", "12 มีนาคม พ.ศ. 2565 เวลา 08:30 น.", "…" * 20], [False] * 3, range(2, 3)
    )
    assert read_credits(page, 0, "th").published == "2022-03-12"


@pytest.mark.parametrize(
    "heading", ["Customer Reviews", "Getting There", "Special Offers", "Ferry Walks", "Quay Rovers"]
)
@pytest.mark.parametrize(
    "form",
    [
        "<h3>{}</h3>",
        "<div><p>{}</p></div>",
        "<b>{}</b><ul><li>One</li></ul>",
        "<p>{}</p><p>More</p>",
    ],
)
def test_a_heading_below_an_article_gives_no_author(form: str, heading: str) -> None:
    body = "".join(f"<p>{text}</p>" for text in _BODY * 3)
    article = f"<article><h1>Ferry stays in harbour</h1>{body}</article>"
    page = f"<html lang=en><title>Ferry stays in harbour</title>{article}{form.format(heading)}"
    assert clean(Capture("ferry.html", page.encode())).authors == ()


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("By Ann Marlow, Ian Bell, and Eve Quill", ("Ann Marlow", "Ian Bell", "Eve Quill")),
        ("By Ann Marlow, as told to Ian Bell", ("Ann Marlow", "Ian Bell")),
        ("By Ann Marlow for The Quay", ("Ann Marlow",)),
        ("By Ann Marlow, The Quay", ("Ann Marlow",)),
        ("Edited by Ann Marlow", ()),
        ("Fact-checked by Ann Marlow", ()),
    ],
)
def test_a_byline_gives_the_writers_only(line: str, authors: tuple[str, ...]) -> None:
    texts = ["Ferry stays in harbour", line, *_BODY]
    page = _page_of(texts, [False, False, True, True], range(2, 4))
    assert read_credits(page, 0, "en").authors == authors


@pytest.mark.parametrize(
    ("lead", "title", "authors"),
    [
        (["Ferry stays in harbour", "ANN MARLOW"], "Ferry stays in harbour", ("Ann Marlow",)),
        (["Ferry stays in harbour", "BY ANN O'SHEA"], "Ferry stays in harbour", ("Ann O'Shea",)),
        (
            ["OPINION", "ANN MARLOW", "Ferry stays in harbour"],
            "Ferry stays in harbour",
            ("Ann Marlow",),
        ),
        (["SPECIAL REPORT", "Ferry stays in harbour"], "Ferry stays in harbour", ()),
        (["Pull requests 3", "Ferry stays in harbour"], "Ferry stays in harbour", ()),
        (["Ferry stays &amp;amp; sinks"], "Ferry stays & sinks", ()),
        (["## Ferry stays in harbour"], "Ferry stays in harbour", ()),
        (["Ferry stays in harbour", "Thursday, 12 May 2022"], "Ferry stays in harbour", ()),
    ],
)
def test_the_lines_above_a_text_give_its_title_and_author(
    lead: list[str], title: str, authors: tuple[str, ...]
) -> None:
    body = (*_BODY, "The crew said that the pump had failed once before, in the spring.")
    page = clean(Capture("ferry.txt", "\n\n".join([*lead, *body]).encode()))
    assert (page.title, page.authors) == (title, authors)


def test_a_tab_alone_is_not_a_title() -> None:
    page = clean(Capture("pulls.txt", "\n\n".join(["Pull requests 3", *_BODY]).encode()))
    assert page.title is None


def test_a_fact_in_a_list_below_the_title_is_no_author() -> None:
    html = (
        "<h1>Launch coxswain</h1><ul class='meta'><li>Ellis Quay</li><li>20 hours</li></ul>"
        "<p>You will take the launch out in all weathers and at all hours, and bring her back.</p>"
        "<p>Send a letter and the names of two skippers who know you before the end of June.</p>"
    )
    assert clean(Capture("job.html", html.encode())).authors == ()


def test_the_day_of_an_event_is_not_its_publication() -> None:
    html = (
        '<script type="application/ld+json">{"@type": "Event", "startDate": "2024-12-07"}</script>'
        "<h1>Lantern walk</h1><p>Saturday 7 December 2024</p>"
        "<p>We walk at the pace of the smallest child and stop for soup at the boathouse.</p>"
        "<p>The walk is two kilometres on a gravel path, and prams manage it well.</p>"
    )
    assert clean(Capture("walk.html", html.encode())).published is None


def test_the_day_above_the_title_of_a_blog_is_that_of_its_publication() -> None:
    text = (
        "Warp and Worry\nweaving for the impatient\nSaturday, August 16, 2014\n"
        "Three days with a borrowed loom\n"
        "The loom came in a van, in eleven pieces, with a drawing that my aunt had made.\n"
        "On the second day I learned to count again, and there were two hundred threads.\n"
        "By Sunday evening there was a strip of cloth as long as my hand, and it is grey.\n"
    )
    page = clean(Capture("loom.txt", text.encode()))
    assert (page.title, page.published) == ("Three days with a borrowed loom", "2014-08-16")


def test_the_dates_of_a_life_are_not_the_publication_date() -> None:
    text = (
        "Walter Sprague\nApril 3, 1936 – January 19, 2024\nHe drove the snow plough for thirty-one"
        " winters and never once took out a mailbox.\nHe is survived by his wife and his dog, who"
        " waits at the gate for the plough every morning."
    )
    page = clean(Capture("a.txt", text.encode()))
    assert page.published is None
    assert "1936" in page.text


def test_the_dates_of_a_calendar_are_not_the_publication_date() -> None:
    days = [f"Day off: {day} October 2025" for day in (6, 13, 20, 27)]
    items = "".join(f"<li>{day}</li>" for day in days)
    html = (
        f"<title>Days off</title><main><h1>Days off</h1><h2>Autumn</h2><ul>{items}</ul><p>The gate"
        " opens at 8.40 and lessons begin at 8.55, except on the days that are listed here.</p>"
    )
    page = clean(Capture("a.html", html.encode()))
    assert [day for day in days if day not in page.text] == []


def test_the_headings_of_a_change_log_are_not_credits() -> None:
    html = (
        "<title>Changes</title><main><h1>Changes</h1><h2>[0.5.0] - 2023-06-01</h2><ul><li>Long"
        " paths are split, so that the pen no longer stops halfway.</li></ul><h2>0.4.1"
        " (2023-04-11)</h2><ul><li>There are packages for Debian and for Fedora.</li></ul>"
    )
    page = clean(Capture("a.html", html.encode()))
    assert "[0.5.0] - 2023-06-01" in page.text and "0.4.1 (2023-04-11)" in page.text
