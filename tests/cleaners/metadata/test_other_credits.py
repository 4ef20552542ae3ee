"""Leaving out names and days that stand where a byline or a date line would."""

import json

import pytest

from cleaners.clean import clean
from cleaners.model import Capture
from cleaners.page import Page

TITLE = "The ship that came late to the quay"
OFFICE = "The harbour office said on Monday that the ferry would be repaired before the winter."
CREW = "Captain Marlow told reporters that the crew had worked for three nights without a pause."
TOWN = "People of the old town watched the ship from the sea wall and cheered when it came in."


def page_with(top: str, first: str = OFFICE, title: str = TITLE, end: str = "") -> Page:
    body = f"<h1>{title}</h1>{top}<p>{first}</p><p>{CREW}</p><p>{TOWN}</p>{end}"
    html = f"<html lang=en><title>{title}</title><article>{body}</article></html>"
    return clean(Capture("a.html", html.encode()))


@pytest.mark.parametrize(
    "element",
    [
        "<p class=byline>Edited by Eve Stone</p>",
        "<p class=byline>Reviewed by Dr Eve Stone</p>",
        "<div class=author>Medically reviewed by Eve Stone</div>",
        "<div class=author>Editor: Eve Stone</div>",
    ],
)
def test_editors_and_reviewers_in_elements_labelled_as_bylines_are_no_authors(
    element: str,
) -> None:
    assert page_with(element).authors == ()


def test_the_writer_is_found_beside_an_editor() -> None:
    page = page_with("<p class=byline>Edited by Eve Stone</p><p class=author>By Ann Marlow</p>")
    assert page.authors == ("Ann Marlow",)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("By DeShawn McMay 5", "DeShawn McMay"),
        ("By DeShawn McMay", "DeShawn McMay"),
        ("By DeShawn McMay 5 May 2022", "DeShawn McMay"),
        ("By Ann MarlowMay 5, 2022", "Ann Marlow"),
        ("By Ann Marlow5 May 2022", "Ann Marlow"),
        ("By Ann MarlowMay 5 10:30", "Ann Marlow"),
    ],
)
def test_a_month_is_separated_from_a_name_only_where_a_date_follows(line: str, name: str) -> None:
    assert page_with(f"<p>{line}</p>").authors == (name,)


@pytest.mark.parametrize(
    ("opening", "day"),
    [
        ("LONDON, 3 May 1921 (the day of the flood) - ", None),
        ("LONDON, 3 May 1921 (Quay News) - ", "1921-05-03"),
        ("LONDON, May 3, 1921 (QN) -- ", "1921-05-03"),
        ("LONDON, May 3, 1921 /Quay Wire/ -- ", "1921-05-03"),
    ],
)
def test_only_the_name_of_an_agency_stands_in_the_bracket_of_a_dateline(
    opening: str, day: str | None
) -> None:
    assert page_with("", opening + OFFICE).published == day


@pytest.mark.parametrize(
    "top",
    [
        "<figure><img src=a><figcaption>The quay, 3 May 1921</figcaption></figure>",
        "<div class=wp-caption><img src=a><p class=wp-caption-text>The quay, 3 May 1921</p></div>",
        "<p>The ship arrived on 3 May 2011.</p>",
        "<p>Accessed 3 May 2011</p>",
        "<p>Printed on 3 May 2011</p>",
    ],
)
def test_days_of_pictures_events_and_copies_below_the_headline_are_no_days_of_publication(
    top: str,
) -> None:
    assert page_with(top).published is None


@pytest.mark.parametrize("gap", ["", " ", " · "])
def test_the_day_of_an_update_that_is_marked_as_one_is_not_the_day_of_publication(
    gap: str,
) -> None:
    page = page_with(
        f"<p><time class=updated>June 3, 2022</time>{gap}"
        "<time class='entry-date published'>May 3, 2022</time></p>"
    )
    assert page.published == "2022-05-03"


def _ld(node: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


_QUESTIONS = [
    {"@type": "Question", "name": name, "acceptedAnswer": {"@type": "Answer", "text": "It is."}}
    for name in ("Is the ferry cheap?", "Why is the ferry late on Sundays?")
]


@pytest.mark.parametrize("node", [{"@type": "FAQPage", "mainEntity": _QUESTIONS}, _QUESTIONS])
def test_a_question_of_many_is_no_headline(node: object) -> None:
    article = {"@type": "Article", "headline": "The ferries of Orwell", "author": "Ann Marlow"}
    page = page_with(_ld(node))
    assert page.title == TITLE
    both = page_with(_ld(node) + _ld(article), title="The ferries of Orwell")
    assert (both.title, both.authors) == ("The ferries of Orwell", ("Ann Marlow",))


def test_a_question_with_its_own_page_is_the_headline() -> None:
    node = {"@type": "QAPage", "mainEntity": _QUESTIONS[1] | {"author": {"name": "Ann Marlow"}}}
    page = page_with(_ld(node), title="Why is the ferry late on Sundays?")
    assert (page.title, page.authors) == (_QUESTIONS[1]["name"], ("Ann Marlow",))


@pytest.mark.parametrize(
    ("label", "value", "authors"),
    [
        ("Written by", "Ann Marlow", ("Ann Marlow",)),
        ("Verfasst von", "Ann Marlow", ("Ann Marlow",)),
        ("Escrito por", "Ann Marlow, Ian Bell", ("Ann Marlow", "Ian Bell")),
        ("Автор", "Анна Марлова", ("Анна Марлова",)),
        ("Est. reading time", "Four minutes", ()),
        ("Edited by", "Ann Marlow", ()),
        ("Written by", "admin", ()),
    ],
)
def test_the_author_in_the_labels_of_a_link_preview_is_read(
    label: str, value: str, authors: tuple[str, ...]
) -> None:
    pair = (
        f"<meta name=twitter:label1 content='{label}'><meta name=twitter:data1 content='{value}'>"
    )
    assert page_with(pair).authors == authors


def test_an_author_with_the_name_of_the_own_site_is_named() -> None:
    site = "<meta property=og:site_name content='Ann Marlow'><a rel=author>Ann Marlow</a>"
    assert page_with(site).authors == ("Ann Marlow",)


def test_a_name_of_a_template_is_no_author() -> None:
    top = "<meta name=author content=page.head.extra.author><p class=byline>By Ann Marlow</p>"
    assert page_with(top).authors == ("Ann Marlow",)


def test_a_name_in_capitals_is_written_in_small_letters_but_not_that_of_a_stated_site() -> None:
    assert page_with("<p>BY ANN MARLOW</p><p>12 May 2022</p>").authors == ("Ann Marlow",)
    assert page_with(_ld({"@type": "Article", "author": "QUAY RADIO"})).authors == ("QUAY RADIO",)


@pytest.mark.parametrize(
    ("element", "authors"),
    [
        ("<h4 class=author-box__name>Ann Marlow</h4>", ("Ann Marlow",)),
        ("<div class=author-bio-name>Ann Marlow</div>", ("Ann Marlow",)),
        ("<p class=author-name>Quay Boats Team</p>", ("Quay Boats Team",)),
        ("<p class=authorName>heron</p><p class=byline>By Ann Marlow</p>", ("Ann Marlow",)),
        ("<p class=author-name>News Desk</p>", ()),
        ("<p class=author-name>Follow us:</p>", ()),
        ("<p class=author-name>Written by</p>", ()),
        ("<p>By Ann Marlow</p><p class=author-name>Follow</p>", ("Ann Marlow",)),
        ("<p>By Ann Marlow</p><p class=author-name>The harbour desk</p>", ("Ann Marlow",)),
        ("<p class=author-name>Read more</p>", ()),
        ("<a class=author-name href=/a>View all posts</a>", ()),
        ("<div class=author-info><h3>Written by</h3><b>More Posts</b></div>", ()),
        ("<p class=author-name>12 May 2022</p>", ()),
        ("<p class=author-bio>Ann Marlow writes about boats.</p>", ()),
    ],
)
def test_the_text_of_an_element_for_the_name_of_the_author_is_the_author(
    element: str, authors: tuple[str, ...]
) -> None:
    assert page_with(element).authors == authors


def test_the_name_in_the_profile_of_the_author_counts_if_there_is_no_byline() -> None:
    box = "<div class=author-box><h4>Ann Marlow</h4><p>Ann Marlow has sailed for years.</p></div>"
    assert page_with(box).authors == ("Ann Marlow",)
    assert page_with(f"<p class=byline>By Ian Bell</p>{box}").authors == ("Ian Bell",)
    assert page_with(box.replace("Ann Marlow", "Related Boats")).authors == ()


@pytest.mark.parametrize("label", ["Recent Posts", "Disclosure Policy", "Award Winning Journalist"])
def test_a_label_in_the_profile_of_the_author_is_no_name(label: str) -> None:
    box = f"<div class=author-box><h4>{label}</h4><a href=/a>Ann Marlow</a></div>"
    assert page_with(box).authors == ("Ann Marlow",)


@pytest.mark.parametrize("label", ["Photography by", "Photos by", "Photos:"])
def test_a_name_below_the_label_of_a_photographer_is_no_author(label: str) -> None:
    assert page_with("<p>PhotosIan Bell</p><p>12 May 2022</p>").authors == ()
    photographer = f"<p>{label}</p><p>Ian Bell</p>"
    assert page_with(f"{photographer}<p>12 May 2022</p>").authors == ()
    writer = "<p>Words by</p><p>Ann Marlow</p>"
    assert page_with(f"{photographer}{writer}<p>12 May 2022</p>").authors == ("Ann Marlow",)


def test_a_sentence_about_the_author_names_the_author_and_stays() -> None:
    about = "Ann Marlow is a writer who lives on the bay and sails there."
    page = page_with("<p>12 May 2022</p>", end=f"<h3>About the author</h3><p>{about}</p>")
    assert page.authors == ("Ann Marlow",)
    assert page_with("", end=f"<h3>About the project</h3><p>{about}</p>").authors == ()


@pytest.mark.parametrize(
    ("top", "authors", "day"),
    [
        ("<p>May 12, 2022 · 4 min · Ann Marlow</p>", ("Ann Marlow",), "2022-05-12"),
        ("<p>Guest post by Ann Marlow</p><p>12 May 2022</p>", ("Ann Marlow",), "2022-05-12"),
        (
            "<p>Edited by</p><p>Eve Stone</p><p>Written by</p><p>Ann Marlow</p><p>12 May 2022</p>",
            ("Ann Marlow",),
            "2022-05-12",
        ),
    ],
)
def test_credits_of_several_lines_and_items_are_read(
    top: str, authors: tuple[str, ...], day: str
) -> None:
    page = page_with(top)
    assert (page.authors, page.published) == (authors, day)


def test_the_day_of_today_beyond_the_menu_is_not_the_day_of_publication() -> None:
    menu = "<nav><a href=/n>News</a> <a href=/s>Sport</a></nav>"
    body = f"<h1>{TITLE}</h1><p>By Ann Marlow</p><p>{OFFICE}</p><p>{CREW}</p><p>{TOWN}</p>"
    page = f"<html lang=en><title>{TITLE}</title><p>Sunday, November 29, 2026</p>{menu}{body}"
    assert clean(Capture("a.html", page.encode())).published is None
