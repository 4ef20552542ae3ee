"""Reading metadata from HTML: JSON-LD, meta elements and labelled elements in all usual forms."""

import json
from typing import Any

import pytest

from cleaners.blocks.html import parse_html
from cleaners.clean import clean
from cleaners.metadata.html_head import Head, read_head
from cleaners.metadata.jsonld import read_jsonld_article
from cleaners.model import Capture


def _ld(*nodes: Any, wrap: str = "{}") -> str:
    scripts = (wrap.format(json.dumps(node, ensure_ascii=False)) for node in nodes)
    return "".join(f'<script type="application/ld+json">{one}</script>' for one in scripts)


def _page(head: str, body: str = "") -> str:
    return f"<html lang='en-GB'><head>{head}</head><body>{body}</body></html>"


def _head(page: str) -> Head:
    return read_head(parse_html(page), page)


_LATE = {"headline": "Ferry late", "datePublished": "2022-05-12"}
_ANN = {"@type": "Person", "name": "Ann Marlow"}
_IAN = {"@type": "Person", "@id": "#ian", "name": "Ian Bell"}


@pytest.mark.parametrize(
    ("author", "names"),
    [
        (_ANN, ("Ann Marlow",)),
        ([_ANN, _IAN], ("Ann Marlow", "Ian Bell")),
        ([[_ANN], [_IAN]], ("Ann Marlow", "Ian Bell")),
        ("Ann Marlow", ("Ann Marlow",)),
        ({"@id": "#ian"}, ("Ian Bell",)),
        ({"name": ["Ann Marlow", "Ian Bell"]}, ("Ann Marlow", "Ian Bell")),
        ({"givenName": "Ann", "familyName": "Marlow"}, ("Ann Marlow",)),
        ({"@type": "Organization", "name": "dpa"}, ("dpa",)),
        (
            {"@type": "Person", "name": "Ann Marlow, Ian Bell and Eve Quill"},
            ("Ann Marlow", "Ian Bell", "Eve Quill"),
        ),
        ([{"name": "Ann Marlow"}, {"name": "ANN MARLOW"}], ("Ann Marlow",)),
        ("Ann Marlow, Ian Bell, and Eve Quill", ("Ann Marlow", "Ian Bell", "Eve Quill")),
        ("Marlow, Ann; Bell, Ian J.", ("Ann Marlow", "Ian J. Bell")),
        ("Marlow, Ann and Bell, Ian", ("Ann Marlow", "Ian Bell")),
        ("Ann Marlow, as told to Ian Bell", ("Ann Marlow", "Ian Bell")),
        ("Ann Marlow with Ian Bell", ("Ann Marlow", "Ian Bell")),
        ("Ann Marlow with Associated Press", ("Ann Marlow",)),
        ("ann@quay.example (Ann Marlow)", ("Ann Marlow",)),
        ("김하늘 기자", ("김하늘",)),
        ("井上花子 記者", ("井上花子",)),
        ({"name": "By Ann Marlow"}, ("Ann Marlow",)),
        ({"name": "Ann Marlow, Science Editor"}, ("Ann Marlow",)),
        ({"name": "Miguel A. Ríos"}, ("Miguel A. Ríos",)),
        (["https://example.org/ann", _ANN], ("Ann Marlow",)),
    ],
)
def test_json_ld_authors_can_have_many_forms(author: Any, names: tuple[str, ...]) -> None:
    article = {"@type": "NewsArticle", "headline": "Ferry late", "author": author}
    page = _page(_ld({"@context": "https://schema.org", "@graph": [article, _IAN]}))
    assert _head(page).authors == names


@pytest.mark.parametrize(
    "head",
    [
        _ld({"@type": "NewsArticle", **_LATE}),
        _ld([{"@type": "WebSite", "name": "The Quay"}, {"@type": ["Article"], **_LATE}]),
        _ld({"@type": "WebPage", "mainEntity": {"@type": "BlogPosting", **_LATE}}),
        _ld({"@type": "MedicalWebPage", **_LATE}),
        _ld({"@type": "Article", **_LATE}, wrap="//<![CDATA[\n{}\n//]]>"),
        _ld({"@type": "Article", **_LATE, "datePublished": ""}, {"@type": "Article", **_LATE}),
    ],
)
def test_an_article_is_found_anywhere_in_the_json_ld(head: str) -> None:
    stated = read_jsonld_article(parse_html(head))
    assert stated is not None
    assert (stated.headline, stated.published[:10]) == ("Ferry late", "2022-05-12")


@pytest.mark.parametrize(
    "head",
    ["", _ld({"@type": "Organization", "name": "The Quay"}), _ld("x"), _ld(wrap="{")[:-9],
     '<script type="application/ld+json">{"@type": </script>'],
)  # fmt: skip
def test_json_ld_without_an_article_is_ignored(head: str) -> None:
    assert read_jsonld_article(parse_html(head)) is None


_STATED = """{
  "@type": "NewsArticle",
  "headline": "Ferry late",
  "datePublished": "2022-05-12T08:00:00Z",
  "author": {"@type": "Person", "name": "Ann Marlow"}
}"""


@pytest.mark.parametrize(
    "script",
    [
        _STATED.replace('late",', 'late"'),
        _STATED.replace("}\n}", "},\n},"),
        f"{_STATED};",
        _STATED.replace("Z", 'Z" ;"x": "'),
        _STATED.replace('"headline', '"description": "It was "late", he said", "headline'),
        _STATED.replace('"headline', '"description": "He said: "late"", "headline'),
        _STATED.replace('"headline', '"description": "So, "no", "late" again", "headline'),
        _STATED.replace('"', "&quot;"),
        _STATED.replace('"', "'"),
        _STATED.replace('"headline"', "headline"),
        _STATED.replace('"headline', '/* ours */ // "of old\n"headline'),
        _STATED.replace('"headline', '"url": "https:\\/\\/quay.example\\x", "headline'),
        _STATED.replace('"headline', '"image": , "headline'),
        f'{{"@type": "WebSite"}}\n{_STATED}',
        f"/*<![CDATA[*/{_STATED}/*]]>*/",
        f"<!--\n{_STATED},\n-->",
        _STATED.replace('"', "&#34;"),
        _STATED.replace('"', "&amp;quot;"),
        _STATED.replace('"headline', '<!-- the "headline" --> "headline'),
        _STATED.replace('"headline', '"a": [,], "b": undefined, "c": NaN, "d": 007, "headline'),
        _STATED.replace('"headline', '"a": True, "b": +1, "c": 0x1F, "d": .5, "headline'),
        _STATED.replace('"headline', '"url": "https:\\",\n"headline'),
        _STATED.replace('"headline', '"url": "https:,\n"headline'),
        _STATED.replace('"headline"', '"tags": ["a", "b", "headline"'),
        _STATED.replace('"headline": ', '"headline" '),
        _STATED.replace('"headline": ', '"headline" = '),
        _STATED.replace('"headline', "\xa0\u200b\ufeff'headline").replace('line":', "line':"),
        _STATED.removesuffix("}"),
        _STATED.removesuffix('low"}\n}') + "low",
        f"{{{_STATED}",
        f"}}{_STATED}}}",
        f"[{_STATED}",
        f"window.data = {_STATED};",
        f"<br>Notice: line 7<br>{_STATED}",
        _STATED.replace('late",', 'late";').replace("{\n", "{,\n"),
    ],
)
def test_invalid_json_ld_is_parsed_leniently(script: str) -> None:
    head = _head(_page(f'<script type="application/ld+json">{script}</script>'))
    assert (head.authors, head.published) == (("Ann Marlow",), "2022-05-12")


@pytest.mark.parametrize(
    "part",
    ["{", '{"', "['", '"/*', "//", '{"a":"x" y "', ",", "9" * 5000, '"\n', '{"a": "\n', '["\n '],
)
def test_a_thoroughly_invalid_script_gives_no_values(part: str) -> None:
    script = part * (150_000 // len(part))
    tree = parse_html(f'<script type="application/ld+json">{script}</script>')
    assert read_jsonld_article(tree) is None


def _meta(**contents: str) -> str:
    return "".join(f"<meta name='{name}' content='{said}'>" for name, said in contents.items())


@pytest.mark.parametrize(
    ("head", "body", "names"),
    [
        (_meta(author="Ann Marlow"), "", ("Ann Marlow",)),
        (_meta(author="Ann Marlow") + _meta(author="Ian Bell"), "", ("Ann Marlow", "Ian Bell")),
        (_meta(author="https://facebook.com/thequay"), "", ()),
        (_meta(author="https://quay.example", byl="By Ann Marlow"), "", ("Ann Marlow",)),
        (
            _meta(author="The Quay", byl="Ann Marlow", **{"og:site_name": "The Quay"}),
            "",
            ("Ann Marlow",),
        ),
        (_meta(author="Ann Marlow (Reuters)"), "", ("Ann Marlow",)),
        (_meta(author="Ann Marlow, Ph.D., MBA"), "", ("Ann Marlow",)),
        (_meta(author="Ann Marlow, Trial Attorney"), "", ("Ann Marlow",)),
        (_meta(author="Ann Marlow, Digital Edition"), "", ("Ann Marlow",)),
        (_meta(author="Ann Marlow, Certified Sleep Consultant"), "", ("Ann Marlow",)),
        (_meta(author="Ann Marlow, Ian Bell, Quay Editor"), "", ("Ann Marlow", "Ian Bell")),
        (
            _meta(citation_author="Marlow, Ann") + _meta(citation_author="Bell, Ian J."),
            "",
            ("Ann Marlow", "Ian J. Bell"),
        ),
        (_meta(author="admin"), "", ()),
        (_meta(author="admin"), "<p class='byline'>By Ann Marlow</p>", ("Ann Marlow",)),
        ("", "<a rel='author' href='/ann'>Ann <b>Marlow</b></a>", ("Ann Marlow",)),
        ("", "<p class='byline'>By <a>Ann Marlow</a>, Science Editor</p>", ("Ann Marlow",)),
        ("", "<p class='byline'>By staff</p><b itemprop='author'>Ann Marlow</b>", ("Ann Marlow",)),
        ("", "<p class='comment-author'>Ian Bell</p><script>author='Eve Quill'</script>", ()),
    ],
)
def test_authors_are_read_from_meta_and_labelled_elements(
    head: str, body: str, names: tuple[str, ...]
) -> None:
    assert _head(_page(head, body)).article_authors().names == names


@pytest.mark.parametrize(
    ("head", "body", "day"),
    [
        (_meta(**{"article:published_time": "2022-05-12T09:00:00Z"}), "", "2022-05-12"),
        (_meta(datemodified="2022-05-13", datepublished="2022-05-12"), "", "2022-05-12"),
        (
            "<script>var d = '2001-01-01'</script>",
            "<time datetime='2022-05-12T10:00'>12 May</time>",
            "2022-05-12",
        ),
        ("<link rel='canonical' href='https://quay.example/2022/05/12/late'>", "", "2022-05-12"),
        (_meta(datepublished="Thu, 05/12/2022 - 17:57"), "", "2022-05-12"),
        (_meta(datepublished="12/05/2022"), "", "2022-05-12"),  # lang is en-GB
        (_meta(datepublished="05/12/2022"), "<p>Seen 25/12/2021</p>", "2022-12-05"),
        (_meta(datepublished="05/12/2022"), "<p>Seen 12/25/2021</p>", "2022-05-12"),
        (_meta(datepublished="20220512"), "", "2022-05-12"),
        (_meta(datepublished="2022-02-31"), "", None),
        (_meta(datepublished="1652347800"), "", "2022-05-12"),  # seconds since 1970
        (_meta(datepublished="1652347800000"), "", "2022-05-12"),
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
            + _meta(datepublished="2022-05-13T01:30:00Z"),
            "",
            "2022-05-12",
        ),
        (
            "<link rel=canonical href=https://quay.example/2021/05/12/late>"
            + _meta(datepublished="2022-05-13T01:30:00Z"),
            "",
            "2022-05-13",
        ),
        (_meta(datepublished="2565-05-12T10:00"), "", "2022-05-12"),  # a Buddhist year
        (_meta(datepublished="1970-01-01", pubdate="2022-05-12"), "", "2022-05-12"),
        (_meta(datepublished="2022-02-31", pubdate="2022-05-12"), "", "2022-05-12"),
        (_meta(datepublished="2199-12-31", pubdate="2022-05-12"), "", "2022-05-12"),
        (_meta(datepublished="-0001-11-30T00:00:00"), "", None),
        ("", "<p>No date.</p>", None),
    ],
)
def test_the_date_is_that_of_the_first_publication(head: str, body: str, day: str | None) -> None:
    page = clean(Capture("late.html", _page(head, body + "<p>It was late.</p>").encode()))
    assert page.published == day
    assert (page.published_source is None) == (day is None)


def test_the_head_gives_the_site_the_url_and_the_language() -> None:
    head = _head(
        _page(
            "<title>Ferry late &amp; full | The Quay</title>"
            "<meta content='The Quay' property='og:site_name'>"
            "<link rel='canonical' href='https://www.quay.example/ferry'>"
        )
    )
    assert head.titles == ("Ferry late & full | The Quay",)
    assert head.sites == ("The Quay", "quay.example", "quay")
    assert (head.url, head.language) == ("https://www.quay.example/ferry", "en")


def test_authors_are_doubtful_if_the_head_names_only_the_site() -> None:
    page = _page(
        "<meta property='og:site_name' content='The Quay'>"
        + _ld({"@type": "Article", "author": {"@type": "Organization", "name": "The Quay"}})
    )
    assert _head(page).article_authors().are_doubtful
    person = _ld({"@type": "Article", "author": _ANN})
    assert not _head(_page(person)).article_authors().are_doubtful


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
            _ld({"@type": "Article", "headline": "gate of a canal", "name": "Lock"}),
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
            _meta(**{"og:title": "Ferry late again – Quay", "og:site_name": "Quay"}),
            "<h1>Ferry late again – Quay</h1>",
            _FERRY,
        ),
        (
            "<title>The ferry is late again - News - Quay</title>"
            + _meta(**{"og:title": "The ferry is late again"}),
            "<h1>Trouble at the pier The ferry is late again</h1>",
            "The ferry is late again",
        ),
        # A text that is far too long for a headline is a description.
        ("<title>Ferry late again</title>", f"<h1>Ferry {'so late again ' * 20}</h1>", _FERRY),
    ],
)
def test_a_title_loses_the_site_name_and_the_separator(head: str, body: str, title: str) -> None:
    page = f"{_page(head, body)}<p>{'It was late, as the harbour office said. ' * 9}</p>"
    assert clean(Capture("late.html", page.encode())).title == title


def test_a_byline_is_preferred_to_an_account_name() -> None:
    body = "<article><h1>Ferry late</h1><p class='byline'>By Ann Marlow and Ian Bell</p>"
    text = f"<p>{'It was late, as the harbour office said. ' * 9}</p></article>"
    page = _page(_meta(author="Watermill feed"), body + text)
    assert clean(Capture("late.html", page.encode())).authors == ("Ann Marlow", "Ian Bell")


def test_metadata_has_no_invalid_characters() -> None:
    half, nul = "\\ud83d", "\\u0000"  # half of an emoji's surrogate pair
    article = f'"headline": "Ferry{nul} late{half}", "author": "Ann {half}Marlow"'
    script = f'<script type="application/ld+json">{{"@type": "NewsArticle", {article}}}</script>'
    head = _head(_page(script))
    assert (head.titles, head.authors) == (("Ferry late",), ("Ann Marlow",))
    assert _head(_page(_meta(**{"og:title": "Ferry &amp;#8203;late&amp;#7;"}))).titles == (
        "Ferry late",
    )


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
        return _head(_page(headline, body)).article_authors().names

    assert authors(list_of_stories + own.format("")) == ()
    assert authors(own.format("") + list_of_stories) == ()
    assert authors(list_of_stories + own.format(byline)) == ("Ann Marlow",)
    # The headline of this page may be in an h2.
    second = own.format(byline).replace("h1", "h2")
    assert authors(list_of_stories + second) == ("Ann Marlow",)


_OTHER_STORY = {
    "@type": "NewsArticle",
    "headline": "Council votes on the tram depot",
    "datePublished": "2020-01-02",
    "author": "Eve Quill",
}
_THIS_STORY = {
    "@type": "NewsArticle",
    "headline": "Harbour bridge reopens after repairs",
    "datePublished": "2022-05-12",
    "author": "Ann Marlow",
}
_BRIDGE = "<title>Harbour bridge reopens after repairs - The Quay</title>"


@pytest.mark.parametrize(
    "nodes",
    [
        [_OTHER_STORY, _THIS_STORY],
        [[_OTHER_STORY, _THIS_STORY]],
        [{"@type": "Review", "author": "Eve Quill", "datePublished": "2020-01-02"}, _THIS_STORY],
        [{**_THIS_STORY, "headline": "The harbour bridge has reopened"}, _OTHER_STORY],
    ],
)
def test_the_json_ld_article_is_the_one_with_the_page_title(nodes: list[Any]) -> None:
    head = _head(_page(_BRIDGE + _ld(*nodes)))
    assert (head.authors, head.published) == (("Ann Marlow",), "2022-05-12")


@pytest.mark.parametrize(
    "node",
    [
        _OTHER_STORY,
        *(
            {"@type": kind, "name": "Eve", "author": "Eve Quill", "datePublished": "2020-01-02"}
            for kind in (
                "Comment",
                "ImageObject",
                "VideoObject",
                "Book",
                "WebSite",
                "PodcastEpisode",
            )
        ),
    ],
)
def test_json_ld_about_something_else_gives_no_authors_and_date(node: Any) -> None:
    head = _head(_page(_BRIDGE + _ld(node), "<h1>Harbour bridge reopens after repairs</h1>"))
    assert (head.authors, head.published) == ((), None)


def test_a_node_with_the_page_title_is_its_main_content() -> None:
    video = {"@type": "VideoObject", "name": "Bridge reopens", "datePublished": "2022-05-12"}
    assert _head(_page("<title>Bridge reopens</title>" + _ld(video))).published == "2022-05-12"


@pytest.mark.parametrize(
    "value",
    [
        1652342400,
        "1652342400000",
        ["2022-05-12T08:00:00Z"],
        {"@type": "DateTime", "@value": "2022-05-12"},
        {"@list": ["2022-05-12"]},
    ],
)
def test_json_ld_values_can_be_wrapped(value: Any) -> None:
    author = {"@list": [{"name": {"@value": "Ann Marlow", "@language": "en"}}]}
    node = {"@type": "Article", "headline": "Late", "datePublished": value, "author": author}
    head = _head(_page(_ld(node)))
    assert (head.authors, head.published) == (("Ann Marlow",), "2022-05-12")


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
    assert _head(_page(_meta(author=author))).authors == ()
    assert (
        _head(_page(_ld({"@type": "Article", **_LATE, "author": {"name": author}}))).authors == ()
    )


def test_a_byline_names_the_people_of_an_article_by_an_organisation() -> None:
    author = {"@type": "Organization", "name": "Harbour Media"}
    text = "".join(
        f"<p>The ferry left the quay late again in week {n}, its crew said.</p>" for n in range(9)
    )
    page = _page(
        _ld({"@type": "Article", **_LATE, "author": author}),
        f"<h1>Ferry late</h1><p>By Ann Marlow</p>{text}",
    )
    assert clean(Capture("a.html", page.encode())).authors == ("Ann Marlow",)
