"""JSON-LD gives authors and dates, in all usual forms and with common errors."""

from typing import Any

import pytest

from cleaners.blocks.html import parse_html
from cleaners.metadata.jsonld import read_jsonld_article
from tests.cleaners.metadata.heads import head_of, html_page, json_ld, meta

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
    page = html_page(json_ld({"@context": "https://schema.org", "@graph": [article, _IAN]}))
    assert head_of(page).authors == names


@pytest.mark.parametrize(
    "head",
    [
        json_ld({"@type": "NewsArticle", **_LATE}),
        json_ld([{"@type": "WebSite", "name": "The Quay"}, {"@type": ["Article"], **_LATE}]),
        json_ld({"@type": "WebPage", "mainEntity": {"@type": "BlogPosting", **_LATE}}),
        json_ld({"@type": "MedicalWebPage", **_LATE}),
        json_ld({"@type": "Article", **_LATE}, wrap="//<![CDATA[\n{}\n//]]>"),
        json_ld({"@type": "Article", **_LATE, "datePublished": ""}, {"@type": "Article", **_LATE}),
    ],
)
def test_an_article_is_found_anywhere_in_the_json_ld(head: str) -> None:
    stated = read_jsonld_article(parse_html(head))
    assert stated is not None
    assert (stated.headline, stated.published[:10]) == ("Ferry late", "2022-05-12")


@pytest.mark.parametrize(
    "head",
    [
        "",
        json_ld({"@type": "Organization", "name": "The Quay"}),
        json_ld("x"),
        json_ld(wrap="{")[:-9],
        '<script type="application/ld+json">{"@type": </script>',
    ],
)
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
    head = head_of(html_page(f'<script type="application/ld+json">{script}</script>'))
    assert (head.authors, head.published) == (("Ann Marlow",), "2022-05-12")


@pytest.mark.parametrize(
    "part",
    ["{", '{"', "['", '"/*', "//", '{"a":"x" y "', ",", "9" * 5000, '"\n', '{"a": "\n', '["\n '],
)
def test_a_thoroughly_invalid_script_gives_no_values(part: str) -> None:
    script = part * (150_000 // len(part))
    tree = parse_html(f'<script type="application/ld+json">{script}</script>')
    assert read_jsonld_article(tree) is None


def test_metadata_has_no_invalid_characters() -> None:
    half, nul = "\\ud83d", "\\u0000"  # half of an emoji's surrogate pair
    article = f'"headline": "Ferry{nul} late{half}", "author": "Ann {half}Marlow"'
    script = f'<script type="application/ld+json">{{"@type": "NewsArticle", {article}}}</script>'
    head = head_of(html_page(script))
    assert (head.titles, head.authors) == (("Ferry late",), ("Ann Marlow",))
    assert head_of(html_page(meta(**{"og:title": "Ferry &amp;#8203;late&amp;#7;"}))).titles == (
        "Ferry late",
    )


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
    head = head_of(html_page(_BRIDGE + json_ld(*nodes)))
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
    head = head_of(
        html_page(_BRIDGE + json_ld(node), "<h1>Harbour bridge reopens after repairs</h1>")
    )
    assert (head.authors, head.published) == ((), None)


def test_a_node_with_the_page_title_is_its_main_content() -> None:
    video = {"@type": "VideoObject", "name": "Bridge reopens", "datePublished": "2022-05-12"}
    assert (
        head_of(html_page("<title>Bridge reopens</title>" + json_ld(video))).published
        == "2022-05-12"
    )


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
    head = head_of(html_page(json_ld(node)))
    assert (head.authors, head.published) == (("Ann Marlow",), "2022-05-12")
