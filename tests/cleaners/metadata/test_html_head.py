"""Reading metadata from HTML: JSON-LD, meta elements and labelled elements in all usual forms."""

import pytest

from cleaners.clean import clean
from cleaners.model import Capture
from tests.cleaners.metadata.heads import head_of, html_page, json_ld, meta


@pytest.mark.parametrize(
    ("head", "body", "names"),
    [
        (meta(author="Ann Marlow"), "", ("Ann Marlow",)),
        (meta(author="Ann Marlow") + meta(author="Ian Bell"), "", ("Ann Marlow", "Ian Bell")),
        (meta(author="https://facebook.com/thequay"), "", ()),
        (meta(author="https://quay.example", byl="By Ann Marlow"), "", ("Ann Marlow",)),
        (
            meta(author="The Quay", byl="Ann Marlow", **{"og:site_name": "The Quay"}),
            "",
            ("Ann Marlow",),
        ),
        (meta(author="Ann Marlow (Reuters)"), "", ("Ann Marlow",)),
        (meta(author="Ann Marlow, Ph.D., MBA"), "", ("Ann Marlow",)),
        (meta(author="Ann Marlow, Trial Attorney"), "", ("Ann Marlow",)),
        (meta(author="Ann Marlow, Digital Edition"), "", ("Ann Marlow",)),
        (meta(author="Ann Marlow, Certified Sleep Consultant"), "", ("Ann Marlow",)),
        (meta(author="Ann Marlow, Ian Bell, Quay Editor"), "", ("Ann Marlow", "Ian Bell")),
        (
            meta(citation_author="Marlow, Ann") + meta(citation_author="Bell, Ian J."),
            "",
            ("Ann Marlow", "Ian J. Bell"),
        ),
        (meta(author="admin"), "", ()),
        (meta(author="admin"), "<p class='byline'>By Ann Marlow</p>", ("Ann Marlow",)),
        ("", "<a rel='author' href='/ann'>Ann <b>Marlow</b></a>", ("Ann Marlow",)),
        ("", "<p class='byline'>By <a>Ann Marlow</a>, Science Editor</p>", ("Ann Marlow",)),
        ("", "<p class='byline'>By staff</p><b itemprop='author'>Ann Marlow</b>", ("Ann Marlow",)),
        ("", "<p class='comment-author'>Ian Bell</p><script>author='Eve Quill'</script>", ()),
    ],
)
def test_authors_are_read_from_meta_and_labelled_elements(
    head: str, body: str, names: tuple[str, ...]
) -> None:
    assert head_of(html_page(head, body)).article_authors().names == names


@pytest.mark.parametrize(
    ("head", "body", "day"),
    [
        (meta(**{"article:published_time": "2022-05-12T09:00:00Z"}), "", "2022-05-12"),
        (meta(datemodified="2022-05-13", datepublished="2022-05-12"), "", "2022-05-12"),
        (
            "<script>var d = '2001-01-01'</script>",
            "<time datetime='2022-05-12T10:00'>12 May</time>",
            "2022-05-12",
        ),
        ("<link rel='canonical' href='https://quay.example/2022/05/12/late'>", "", "2022-05-12"),
        (meta(datepublished="Thu, 05/12/2022 - 17:57"), "", "2022-05-12"),
        (meta(datepublished="12/05/2022"), "", "2022-05-12"),  # lang is en-GB
        (meta(datepublished="05/12/2022"), "<p>Seen 25/12/2021</p>", "2022-12-05"),
        (meta(datepublished="05/12/2022"), "<p>Seen 12/25/2021</p>", "2022-05-12"),
        (meta(datepublished="20220512"), "", "2022-05-12"),
        (meta(datepublished="2022-02-31"), "", None),
        (meta(datepublished="1652347800"), "", "2022-05-12"),  # seconds since 1970
        (meta(datepublished="1652347800000"), "", "2022-05-12"),
        ("", "<h1>Why?</h1><meta itemprop=dateCreated content=2022-05-12>", "2022-05-12"),
        (
            "",
            "<div itemscope itemtype=https://schema.org/Question><h1>Why?</h1>"
            "<div itemscope itemtype=https://schema.org/Answer>"
            "<time itemprop=dateCreated datetime=2022-06-03>3 June</time></div>"
            "<time itemprop=dateCreated datetime=2022-05-12>12 May</time></div>",
            "2022-05-12",
        ),
        (
            "",
            "<div><h3><a href=/b>Bridge to close</a></h3>"
            "<time itemprop=datePublished datetime=2021-01-03>3 January</time></div>"
            "<article><h1>Ferry late</h1>"
            "<time itemprop=datePublished datetime=2022-05-12>12 May</time></article>",
            "2022-05-12",
        ),
        (
            "<link rel=canonical href=https://quay.example/2022/05/12/late>"
            + meta(datepublished="2022-05-13T01:30:00Z"),
            "",
            "2022-05-12",
        ),
        (
            "<link rel=canonical href=https://quay.example/2021/05/12/late>"
            + meta(datepublished="2022-05-13T01:30:00Z"),
            "",
            "2022-05-13",
        ),
        (meta(datepublished="2565-05-12T10:00"), "", "2022-05-12"),  # a Buddhist year
        (meta(datepublished="1970-01-01", pubdate="2022-05-12"), "", "2022-05-12"),
        (meta(datepublished="2022-02-31", pubdate="2022-05-12"), "", "2022-05-12"),
        (meta(datepublished="2199-12-31", pubdate="2022-05-12"), "", "2022-05-12"),
        (meta(datepublished="-0001-11-30T00:00:00"), "", None),
        ("", "<p>No date.</p>", None),
    ],
)
def test_the_date_is_that_of_the_first_publication(head: str, body: str, day: str | None) -> None:
    page = clean(Capture("late.html", html_page(head, body + "<p>It was late.</p>").encode()))
    assert page.published == day
    assert (page.published_source is None) == (day is None)


def test_the_head_gives_the_site_the_url_and_the_language() -> None:
    head = head_of(
        html_page(
            "<title>Ferry late &amp; full | The Quay</title>"
            "<meta content='The Quay' property='og:site_name'>"
            "<link rel='canonical' href='https://www.quay.example/ferry'>"
        )
    )
    assert head.titles == ("Ferry late & full | The Quay",)
    assert head.sites == ("The Quay", "quay.example", "quay")
    assert (head.url, head.language) == ("https://www.quay.example/ferry", "en")


def test_authors_are_doubtful_if_the_head_names_only_the_site() -> None:
    page = html_page(
        "<meta property='og:site_name' content='The Quay'>"
        + json_ld({"@type": "Article", "author": {"@type": "Organization", "name": "The Quay"}})
    )
    assert head_of(page).article_authors().are_doubtful
    person = json_ld({"@type": "Article", "author": {"@type": "Person", "name": "Ann Marlow"}})
    assert not head_of(html_page(person)).article_authors().are_doubtful


_LATE = {"headline": "Ferry late", "datePublished": "2022-05-12"}
_FERRY, _STUCK, _SLASHED = (
    "Ferry late again",
    "Two piers: Gate stuck",
    "Two piers / Gate stuck",
)


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("", "<svg><title>Share</title></svg><h1>Ferry late again</h1>", "Ferry late again"),
        ("<title>The Quay: Ferry late</title>", "<a href='/'>The Quay</a>", "Ferry late"),
        ("<title>Ferry late » The Quay</title>", "<h1>Ferry late</h1>", "Ferry late"),
        ("<title>Ferry late [The Quay]</title>", "<h1>Ferry late</h1>", "Ferry late"),
        ("<title>เรือมาสายอีกแล้ว|ข่าวท่าเรือ</title>", "<h1>เรือมาสายอีกแล้ว</h1>", "เรือมาสายอีกแล้ว"),
        ("<title>渡船又晚点了_河畔日报</title>", "<h1>渡船又晚点了</h1>", "渡船又晚点了"),
        ("<title>Retries — docs</title>", "<h1>Sending again<a>¶</a></h1>", "Retries — docs"),
        ("<title>Sending again — docs</title>", "<h1>Sending again<a>¶</a></h1>", "Sending again"),
        ("<title>Lock - Wiki</title>", "<h1>Lock<span>[edit]</span></h1>", "Lock"),
        (
            json_ld({"@type": "Article", "headline": "gate of a canal", "name": "Lock"}),
            "<h1>Lock</h1>",
            "Lock",
        ),
        # A kicker in the h1 is left out or separated, as in the stated title.
        (
            "<meta property=og:title content='Ferry late again'>",
            "<h1>Two piers - Ferry late again</h1>",
            _FERRY,
        ),
        ("<title>Two piers: Gate stuck</title>", "<h1>Two piers Gate is stuck</h1>", _STUCK),
        ("<title>Two piers: Gate stuck</title>", "<h1>Two piers <b>Gate stuck</b></h1>", _STUCK),
        ("<title>Two piers: Gate stuck | Q</title>", "<h1>Two piers Gate stuck</h1>", _STUCK),
        ("<title>Two piers / Gate stuck</title>", "<h1>Two piersGate stuck</h1>", _SLASHED),
        (
            "<title>Two piers: a guide</title>",
            "<h1>Two piers in one day</h1>",
            "Two piers in one day",
        ),
        ("<title>Ferry late again | Local | Quay Media</title>", "", _FERRY),
        (
            meta(**{"og:title": "Ferry late again – Quay", "og:site_name": "Quay"}),
            "<h1>Ferry late again – Quay</h1>",
            _FERRY,
        ),
        (
            "<title>The ferry is late again - News - Quay</title>"
            + meta(**{"og:title": "The ferry is late again"}),
            "<h1>Trouble at the pier The ferry is late again</h1>",
            "The ferry is late again",
        ),
        # A text that is far too long for a headline is a description.
        ("<title>Ferry late again</title>", f"<h1>Ferry {'so late again ' * 20}</h1>", _FERRY),
    ],
)
def test_a_title_loses_the_site_name_and_the_separator(head: str, body: str, title: str) -> None:
    page = f"{html_page(head, body)}<p>{'It was late, as the harbour office said. ' * 9}</p>"
    assert clean(Capture("late.html", page.encode())).title == title


def test_a_byline_is_preferred_to_an_account_name() -> None:
    body = "<article><h1>Ferry late</h1><p class='byline'>By Ann Marlow and Ian Bell</p>"
    text = f"<p>{'It was late, as the harbour office said. ' * 9}</p></article>"
    page = html_page(meta(author="Watermill feed"), body + text)
    assert clean(Capture("late.html", page.encode())).authors == ("Ann Marlow", "Ian Bell")


@pytest.mark.parametrize(
    "list_of_stories",
    [
        "<div class=river><h3>Bridge to close for a year</h3><p class=byline>By Ian Bell</p></div>",
        "<ul><li><a href=/b>Bridge to close</a> <span class=author>Ian Bell</span></li></ul>",
        "<article><h3><a href=/b>Bridge to close</a></h3><a rel=author>Ian Bell</a></article>",
        "<div class=most-read><a href=/b>Bridge</a><a rel=author href=/i>Ian Bell</a></div>",
    ],
)
def test_authors_of_other_stories_are_ignored(list_of_stories: str) -> None:
    headline = "<title>Ferry late again</title>"
    own = "<article><h1>Ferry late again</h1>{}<p>It was late.</p></article>"
    byline = "<div class=meta><a rel=author>Ann Marlow</a></div>"

    def authors(body: str) -> tuple[str, ...]:
        return head_of(html_page(headline, body)).article_authors().names

    assert authors(list_of_stories + own.format("")) == ()
    assert authors(own.format("") + list_of_stories) == ()
    assert authors(list_of_stories + own.format(byline)) == ("Ann Marlow",)
    # The headline of this page may be in an h2.
    second = own.format(byline).replace("h1", "h2")
    assert authors(list_of_stories + second) == ("Ann Marlow",)


@pytest.mark.parametrize(
    "author",
    [
        *(
            "admin",
            "Admin User",
            "Super User",
            "undefined",
            "undefined undefined",
            "N/A",
            "-",
            "42",
        ),
        *("No Author", "author-1287", "12 May 2022", "May 12, 2022", "+44 20 7946 0000"),
        *("{{author.name}}", "%%author%%", "${author}", "[object Object]", "© The Quay"),
        *("Copyright The Quay", "All rights reserved, The Quay", "content: Site Team, code: QT"),
        "Joomla! - Open Source Content Management",
    ],
)
def test_a_placeholder_or_notice_is_no_author(author: str) -> None:
    assert head_of(html_page(meta(author=author))).authors == ()
    assert (
        head_of(
            html_page(json_ld({"@type": "Article", **_LATE, "author": {"name": author}}))
        ).authors
        == ()
    )


def test_a_byline_names_the_people_of_an_article_by_an_organisation() -> None:
    author = {"@type": "Organization", "name": "Harbour Media"}
    text = "".join(
        f"<p>The ferry left the quay late again in week {n}, its crew said.</p>" for n in range(9)
    )
    page = html_page(
        json_ld({"@type": "Article", **_LATE, "author": author}),
        f"<h1>Ferry late</h1><p>By Ann Marlow</p>{text}",
    )
    assert clean(Capture("a.html", page.encode())).authors == ("Ann Marlow",)
