"""Reading the description, image, site, section and tags from a page's metadata."""

import json
from typing import Any

import pytest

from cleaners.blocks.html import parse_html
from cleaners.clean import clean
from cleaners.metadata.html_head import read_head
from cleaners.metadata.link_preview import LinkPreview
from cleaners.model import Capture, StatedFacts

_CANONICAL = "<link rel=canonical href=https://quay.example/2022/ferry/late>"


def _page(head: str) -> str:
    return f"<html lang=en><head>{head}</head><body><h1>Ferry late</h1></body></html>"


def _preview(head: str) -> LinkPreview:
    page = _page(head)
    return read_head(parse_html(page), page).preview


def _ld(**article: Any) -> str:
    node = {"@type": "NewsArticle", "headline": "Ferry late", **article}
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


def _meta(*contents: tuple[str, str]) -> str:
    return "".join(f'<meta property="{name}" content="{content}">' for name, content in contents)


@pytest.mark.parametrize(
    "head",
    [
        _meta(("og:description", "Two hours &amp; a gale.")),
        _meta(("og:description", "Two hours &amp;amp; a gale.")),
        _meta(("og:description", "null"), ("twitter:description", "Two hours & a gale.")),
        "<meta name=Description content='Two hours\n & a gale. '>",
        _meta(("description", "{{ page.lead }}"), ("dc.description", "Two hours &amp; a gale.")),
        _ld(description="<p>Two hours &amp; a gale.</p>"),
    ],
)
def test_a_description_is_plain_text(head: str) -> None:
    assert _preview(head).description == "Two hours & a gale."


@pytest.mark.parametrize(
    ("head", "image"),
    [
        (_meta(("og:image", "//img.example/a.jpg")), "https://img.example/a.jpg"),
        (_meta(("og:image", "/a b.jpg")) + _CANONICAL, "https://quay.example/a%20b.jpg"),
        (_meta(("og:image", "a.jpg")) + _CANONICAL, "https://quay.example/2022/ferry/a.jpg"),
        (
            "<base href=https://quay.example/x/>" + _meta(("og:image", "a.jpg")),
            "https://quay.example/x/a.jpg",
        ),
        (_meta(("og:image", "/a.jpg")), None),  # relative to an unknown URL
        (_meta(("og:image", "data:image/gif;base64,R0lGOD")), None),
        (_meta(("og:image", "https://img.example/" + "a" * 3000)), None),
        (
            _meta(("og:image", ""), ("twitter:image:src", "https://img.example/a.jpg")),
            "https://img.example/a.jpg",
        ),
        (
            _ld(image=["https://img.example/a.jpg", "https://img.example/b.jpg"]),
            "https://img.example/a.jpg",
        ),
        (
            _ld(image={"@type": "ImageObject", "url": "https://img.example/a.jpg"}),
            "https://img.example/a.jpg",
        ),
        (_ld(image=[{"contentUrl": ["https://img.example/a.jpg"]}]), "https://img.example/a.jpg"),
        (_ld(thumbnailUrl="https://img.example/a.jpg"), "https://img.example/a.jpg"),
        ("<link rel=image_src href=https://img.example/a.jpg>", "https://img.example/a.jpg"),
        ("<base href='http://[x'>" + _meta(("og:image", "a.jpg")), None),
    ],
)
def test_an_image_is_an_absolute_url(head: str, image: str | None) -> None:
    assert _preview(head).image == image


def test_the_site_and_the_section_are_as_the_page_names_them() -> None:
    both = _meta(("og:site_name", "The Quay"), ("article:section", "Local &amp;amp; region"))
    found = _preview(both + _ld(publisher={"name": "Quay Media Ltd"}, articleSection="Local"))
    assert (found.site_name, found.section) == ("The Quay", "Local & region")
    found = _preview(_ld(publisher={"name": "Quay Media Ltd"}, articleSection=["Local", "News"]))
    assert (found.site_name, found.section) == ("Quay Media Ltd", "Local")


@pytest.mark.parametrize(
    ("head", "tags"),
    [
        (_meta(("article:tag", "Ferry"), ("article:tag", "ferry, Fer")), ("Ferry", "Fer")),
        (_meta(("keywords", "ferry, gale,, Ferry ,")), ("ferry", "gale")),
        (_meta(("keywords", "渡船，大风、码头")), ("渡船", "大风", "码头")),
        (_ld(keywords=["Ferry", {"@type": "DefinedTerm", "name": "Gale"}]), ("Ferry", "Gale")),
        (
            _ld(keywords="Ferry, Gale") + _meta(("keywords", "gale; tide")),
            ("gale", "tide", "Ferry"),
        ),
        ("<a rel=tag href=/t/ferry>#ferry</a> <a rel=tag href=/t/gale>gale</a>", ("ferry", "gale")),
        (_meta(("keywords", "undefined")), ()),
        (_meta(("keywords", ",".join(map(str, range(99))))), tuple(map(str, range(50)))),
    ],
)
def test_each_tag_is_listed_once(head: str, tags: tuple[str, ...]) -> None:
    assert _preview(head).tags == tags


def test_fields_that_a_page_does_not_state_are_empty() -> None:
    assert _preview("<title>Ferry late</title>") == LinkPreview()
    page = clean(Capture("ferry.txt", b"Ferry late\n\nThe ferry was late on Monday, by two hours."))
    assert (page.description, page.image, page.tags) == (None, None, ())


def test_long_texts_are_cut_and_long_names_left_out() -> None:
    long = "word " * 600
    found = _preview(_meta(("description", long), ("og:site_name", long), ("keywords", long)))
    assert found.description == long[:1999]
    assert (found.site_name, found.tags) == (None, ())


def test_a_description_from_the_source_takes_precedence() -> None:
    payload = _page(_meta(("description", "The page's own."))).encode()
    stated = StatedFacts(description="The feed's.")
    assert clean(Capture("a.html", payload)).description == "The page's own."
    assert clean(Capture("a.html", payload, stated=stated)).description == "The feed's."
