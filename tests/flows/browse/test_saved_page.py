"""A saved page is shown with its blocks outlined, and with the pictures that it holds itself."""

from __future__ import annotations

import time

import pytest
from selectolax.lexbor import LexborHTMLParser

from cleaners.model import Block, Kind, Media, Removal
from cleaners.reasons import Reason
from flows.browse.outlines import ATTRIBUTE
from flows.browse.saved_page import render_saved_page

PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACw="
PAGE = f"""<html><head><title>Ferry</title><style>p {{ color: red }}</style></head><body>
<nav><a href="/">Harbour news</a> <a href="/tides">Tide tables</a></nav>
<h1>The <em>night</em> ferry</h1>
<p>The ferry sails at <a href="/ten">ten</a>, said the harbour master.</p>
<div>Loose words before a break.<br>Other words behind it!</div>
<table><tr><td>Monday</td><td>10:00</td></tr></table>
<button>Share the ferry</button>
<img alt="a pixel" src="{PIXEL}"><img alt="far" src="https://evil.example.com/i.png">
<img alt="script" src="data:text/html,<script>alert(1)</script>">
</body></html>"""


def block(text: str, reason: Reason | None = None, detail: str = "because") -> Block:
    return Block(text, Kind.PARAGRAPH, Removal(reason, "rules", detail, 0.9) if reason else None)


def shown(html: str, *blocks: Block, media: Media = Media.HTML) -> LexborHTMLParser:
    return LexborHTMLParser(render_saved_page(html.encode(), media, "utf-8", blocks))


def outlined(tree: LexborHTMLParser) -> list[tuple[str | None, str, str]]:
    """Of each outline what it says, its element, and its text."""
    return [
        (one.attributes[ATTRIBUTE], one.tag or "", one.text()) for one in tree.css(f"[{ATTRIBUTE}]")
    ]


def test_an_element_or_a_part_of_it_that_is_a_block_is_outlined_with_its_reason() -> None:
    tree = shown(
        PAGE,
        block("Harbour news Tide tables", Reason.NAVIGATION),
        block("The night ferry"),
        block("The ferry sails at ten, said the harbour master."),
        block("Loose words before a break.", Reason.ADVERT),
        block("Other words behind it!"),
        block("Monday | 10:00", Reason.TICKER),
        block("Share the ferry", Reason.SHARE),
    )
    assert outlined(tree) == [
        ("navigation", "nav", "Harbour news Tide tables"),
        ("kept", "h1", "The night ferry"),
        ("kept", "p", "The ferry sails at ten, said the harbour master."),
        ("advert", "span", "Loose words before a break."),
        ("kept", "span", "Other words behind it!"),
        ("ticker", "span", "Monday"),
        ("ticker", "span", "10:00"),
        ("share", "span", "Share the ferry"),
    ]
    assert tree.css_first("nav").attributes["title"] == "navigation: because (rules)"


def test_a_page_keeps_its_words_when_blocks_are_outlined() -> None:
    plain, marked = shown(PAGE), shown(PAGE, block("ferry sails"), block("words behind"))
    assert marked.body.text() == plain.body.text()


def test_a_block_that_the_page_does_not_have_is_not_outlined() -> None:
    tree = shown(PAGE, block("A zeppelin"), block("▼"), block("Share the ferry"))
    assert outlined(tree) == [("kept", "span", "Share the ferry")]


def test_blocks_of_a_plain_text_are_outlined_with_the_signs_beside_them() -> None:
    text = 'Share\n\n"We sail at ten." <b>\n\n(Tides)'
    blocks = [block("Share", Reason.SHARE), block('"We sail at ten." <b>'), block("(Tides)")]
    tree = shown(text, *blocks, media=Media.TEXT)
    assert outlined(tree) == [
        ("share", "span", "Share"),
        ("kept", "span", '"We sail at ten." <b>'),
        ("kept", "span", "(Tides)"),
    ]
    assert tree.css_first("pre").text() == text


@pytest.mark.parametrize("detail", ['"><script>alert(1)</script>', "a \u202e b"])
def test_what_a_cleaner_says_is_shown_harmless(detail: str) -> None:
    tree = shown(PAGE, block("Harbour news", Reason.NAVIGATION, detail))
    assert not tree.css("script")
    title = tree.css_first("a, span, nav [title]").attributes["title"] or ""
    assert "navigation" in title
    assert "\u202e" not in title


def test_only_pictures_that_a_page_holds_itself_are_shown() -> None:
    assert [one.attributes["src"] for one in shown(PAGE).css("[src]")] == [PIXEL]


@pytest.mark.parametrize("html", ["", "<p>\0\ufffe</p>", "<frameset><frame src=a></frameset>"])
def test_a_page_with_little_in_it_is_shown(html: str) -> None:
    for media in Media:
        assert shown(html, block("A word"), media=media).css_first("style")


@pytest.mark.parametrize("separator", ["<br>", "<hr>\n"])
def test_a_page_of_very_many_lines_is_outlined_soon(separator: str) -> None:
    lines = [f"Line {number} of the tide table" for number in range(20_000)]
    start = time.monotonic()
    page = render_saved_page(
        f"<div>{separator.join(lines)}</div>".encode(),
        Media.HTML,
        "utf-8",
        [block(line) for line in lines],
    )
    assert time.monotonic() - start < 15
    assert page.count(f'{ATTRIBUTE}="kept"') == len(lines)


def test_a_page_of_too_many_blocks_is_shown_with_a_note() -> None:
    tree = shown("<p>The ferry sails.</p>", *[block("The ferry sails.")] * 50_001)
    assert not outlined(tree)
    assert "too many blocks (50,001)" in tree.body.text()
    assert "The ferry sails." in tree.body.text()


def test_a_page_of_frames_is_shown_with_its_notes() -> None:
    frames = "<frameset><frame src='/tides'></frameset>"
    long = f"<html>{frames}<!-- {'tide ' * 500_000} --></html>"
    tree = shown(long, *[block("The ferry sails.")] * 50_001)
    cut, uncounted = (note.text() for note in tree.css("body > p"))
    assert cut.startswith("Only the first 2,000,000")
    assert uncounted.startswith("This page has too many blocks")
    assert not tree.css("frameset, frame")


@pytest.mark.parametrize("levels", [1_000, 2_000, 3_000, 50_000])
def test_words_below_many_levels_are_shown(levels: int) -> None:
    html = f"{'<div>' * levels}The ferry sails.{'</div>' * levels}<p>It is late.</p>"
    page = render_saved_page(html.encode(), Media.HTML, "utf-8", [block("The ferry sails.")])
    assert "The ferry sails." in page
    assert "It is late." in page
    # Deeper, the source is shown as text, in which tags stand between words.
    assert levels > 2_000 or f'{ATTRIBUTE}="kept"' in page


def test_styles_name_no_address_elsewhere() -> None:
    page = render_saved_page(
        b"<style>p { background: URL( 'https://evil.example.com/a.png') }</style>"
        b"<p style='color: red; background: url(//evil.example.com/b.png)'>A</p>"
        b"<p style='background: url(data:image/gif;base64,R0lGODlhAQABAAAAACw=)'>B</p>",
        Media.HTML,
        "utf-8",
    )
    assert "evil.example.com" not in page
    assert "color: red" in page
    assert PIXEL in page


@pytest.mark.parametrize(
    "dropped",
    [
        "<script>zeppelin = 1</script>",
        "<noscript>zeppelin</noscript>",
        "<input value=zeppelin>",
        "<!-- zeppelin -->",
        "<link href=zeppelin>",
        "<select><option>zeppelin</select>",
        "<iframe src=zeppelin></iframe>",
        "<form action=zeppelin></form>",
        "<ferry-times zeppelin=1></ferry-times>",
        "<object data=zeppelin></object>",
    ],
)
def test_a_page_of_very_many_dropped_elements_is_shown_soon(dropped: str) -> None:
    words = [f"word{number}" for number in range(30_000)]
    start = time.monotonic()
    tree = shown(f"<div>{dropped.join(words)}</div>")
    assert time.monotonic() - start < 8
    assert tree.body.text().strip() == "".join(words)
    assert "zeppelin" not in (tree.html or "")


def test_elements_that_are_dropped_without_their_words_keep_their_order() -> None:
    tree = shown(
        "<div>one <form>two <iframe>three</iframe> <b>four</b> <quay-side>five <i>six</i>"
        "</quay-side> seven</form> eight <!-- none -->nine<script>none</script> ten</div>"
    )
    assert tree.body.text().split() == "one two three four five six seven eight nine ten".split()
    assert [one.tag for one in tree.css("div *")] == ["b", "i"]


@pytest.mark.parametrize("media", list(Media))
def test_a_page_of_megabytes_is_cut_with_a_note(media: Media) -> None:
    text = "The ferry sails. " * 200_000
    body = render_saved_page(text.encode(), media, "utf-8", [block("The ferry sails.")], 12)
    assert len(body) < 2_100_000
    note = LexborHTMLParser(body).css_first("p")
    assert note.text() == (
        "Only the first 2,000,000 of this page's 3,400,000 characters are shown."
        " `presswash show 12 --raw` prints them all."
    )


def test_pictures_and_scripts_that_a_page_holds_itself_do_not_count() -> None:
    picture = f"<img src='data:image/png;base64,{'iVBORw0KGgo' * 200_000}'>"
    script = f"<script>tides = [{'10, ' * 300_000}]; low < high</script>"
    body = render_saved_page(f"{picture}{script * 2}<p>Below</p>".encode(), Media.HTML, "utf-8")
    assert "Only the first" not in body
    assert LexborHTMLParser(body).css_first("p").text() == "Below"
