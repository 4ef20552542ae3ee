"""Properties that hold for every step of cleaning and any page, even random bytes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cleaners import clean
from cleaners.blocks.html import parse_html
from cleaners.blocks.raw import RawBlock, RawPage
from cleaners.clean import printed_text
from cleaners.encoding.control_chars import strip_control_chars
from cleaners.encoding.mojibake import repair_mojibake
from cleaners.encoding.sniff import reject_non_pages
from cleaners.metadata.credits import read_credits
from cleaners.metadata.html_head import read_head
from cleaners.metadata.title_line import find_title_line
from cleaners.model import Capture, Media, Rejection
from cleaners.page import Page
from cleaners.repeats import find_repeats
from cleaners.rules.line_features import PageLines
from cleaners.rules.page_context import PageContext
from cleaners.text.diff import Side, diff_paragraphs
from cleaners.text.sketch import Sketch
from tests.fuzz.targets import clean_holds, decode_holds, html_holds, text_holds
from warehouse.dedup.bands import estimated_similarities, pack_signatures

EXPECTED = Path(__file__).parents[1] / "seeds_expected.jsonl"
PARAGRAPHS = [
    paragraph
    for line in EXPECTED.read_text(encoding="utf-8").splitlines()
    for paragraph in json.loads(line)["keep"]
]
LABELS = [
    *("Home", "Share", "Read also:", "Weather", "© 2024 The Paper", "USD 1.27", "+7 °C", "Menu"),
    *(
        "By Ann Marlow",
        "3 May 2024",
        "Photo: A. Marlow / AP",
        "Comments (3)",
        "Иконка",
        "続きを読む",
    ),
    *("Bridge closed until Monday", "Ferry late again | The Quay", "“No,” she said.", "1", "• • •"),
]
ODD = st.text(
    alphabet="aZ éßжЖ漢ก\u0627\u05d0\u0301\u200d\u200f\xad\ufeff\x00\x1b\x85\u2028👩🚒"
    "\t\n\r&;<>/=\"'’“.:|•-—©°€7",
    max_size=40,
)
LINES = st.one_of(st.sampled_from(PARAGRAPHS), st.sampled_from(LABELS), ODD)
ENDS = st.sampled_from(["\n", "\n\n", "\r\n", " \n", "\n\n\n", "\n  ", "\n• "])
TAGS = ("p", "div", "li", "ul", "table", "td", "h1", "h2", "a", "b", "pre", "article", "nav", "svg")
quickly = settings(
    max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@st.composite
def text_pages(draw: Callable[..., str]) -> str:
    """A page of paragraphs, labels and odd lines, separated in all the ways of converters."""
    lines = draw(st.lists(st.tuples(LINES, ENDS), min_size=1, max_size=25))
    return "".join(line + end for line, end in lines)


@st.composite
def html_pages(draw: Callable[..., str]) -> str:
    """An HTML page of such lines between tags, some without start or end tag."""
    names = st.sampled_from(TAGS)
    classes = st.sampled_from(["", ' class="share nav"', " hidden", ' id="author-name"', " x='"])
    tags = st.one_of(
        st.tuples(names, classes).map(lambda tag: f"<{tag[0]}{tag[1]}>"),
        names.map(lambda name: f"</{name}>"),
        st.sampled_from(["<br>", "<!--", "-->", "<script>", "</script>", "<title>", "&amp;nbsp;"]),
    )
    parts = draw(st.lists(st.one_of(tags, LINES), min_size=1, max_size=60))
    return "".join(parts)


def cleaned(text: str, media: Media) -> Page | None:
    try:
        return clean(Capture("page", text.encode("utf-8", "replace"), media))
    except Rejection:
        return None


@quickly
@given(st.binary(max_size=400))
def test_any_bytes_are_decoded_to_visible_text_or_rejected(data: bytes) -> None:
    decode_holds(data)


@quickly
@given(text_pages(), st.integers(0, 15))
def test_any_page_in_any_declared_charset_is_decoded(page: str, choice: int) -> None:
    decode_holds(bytes([choice]) + page.encode("utf-8", "replace"))
    decode_holds(bytes([choice]) + page.encode("cp1251", "replace"))


@quickly
@given(text_pages(), st.booleans())
def test_mojibake_repair_keeps_the_lines_and_is_idempotent(page: str, html: bool) -> None:
    repaired = repair_mojibake(page, html)
    assert repaired == repair_mojibake(page, html)
    assert repaired[0].count("\n") == page.count("\n")


@given(ODD)
def test_control_character_removal_is_idempotent(text: str) -> None:
    tidied, _ = strip_control_chars(text)
    assert strip_control_chars(tidied) == (tidied, ())


@quickly
@given(html_pages())
def test_html_blocks_consist_of_the_text_of_the_page(page: str) -> None:
    html_holds(page.encode("utf-8", "replace"))


@quickly
@given(text_pages())
def test_text_blocks_are_the_complete_text(page: str) -> None:
    text_holds(page.encode("utf-8", "replace"))


@quickly
@given(st.one_of(text_pages(), html_pages()), st.sampled_from([b"\0", b"\1", b"\2"]))
def test_a_page_consists_of_its_text_in_kept_and_removed_blocks(page: str, media: bytes) -> None:
    clean_holds(media + page.encode("utf-8", "replace"))


@quickly
@given(text_pages(), html_pages())
def test_a_page_does_not_depend_on_the_page_before(text: str, html: str) -> None:
    alone = cleaned(text, Media.TEXT)
    cleaned(html, Media.HTML)
    assert cleaned(text, Media.TEXT) == alone


@quickly
@given(text_pages())
def test_clean_text_is_not_changed_by_cleaning_again(page: str) -> None:
    first = cleaned(page, Media.TEXT)
    if first is not None and first.text:
        again = cleaned(printed_text(first), Media.TEXT)
        assert again is not None
        assert all(block.kept for block in again.blocks)
        assert printed_text(again) == printed_text(first)


@quickly
@given(st.lists(LINES, max_size=30))
def test_a_removed_repeat_names_a_kept_block(texts: list[str]) -> None:
    lines = PageLines(texts)
    gone = find_repeats(lines, range(len(lines)))
    for removal in gone.values():
        assert removal.same_as is not None
        assert 0 <= removal.same_as < len(lines)
    words = {word for line in lines for word in line.tokens}
    left = {word for i, line in enumerate(lines) if i not in gone for word in line.tokens}
    assert not words or left


@quickly
@given(st.lists(st.tuples(LINES, st.booleans()), min_size=1, max_size=30), st.data())
def test_credits_and_titles_are_lines_of_the_page(
    marked: list[tuple[str, bool]], data: st.DataObject
) -> None:
    lines = PageLines(text.strip() or "x" for text, _ in marked)
    kept = [keep for _, keep in marked]
    places = [i for i, keep in enumerate(kept) if keep]
    span = range(places[0], places[-1] + 1) if places else range(0)
    title = find_title_line(lines, kept, span)
    assert title is None or 0 <= title < len(lines)
    language = data.draw(st.sampled_from([None, "en", "ru", "no", "zz"]))
    page = PageContext(RawPage([RawBlock(text) for text in lines.texts]), lines, kept, span)
    found = read_credits(page, title, language)
    assert set(found.removals) <= set(range(len(lines))) - {title}
    assert all(author.strip() for author in found.authors)


@quickly
@given(
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), ODD),
        lambda inner: st.one_of(
            st.lists(inner, max_size=4),
            st.dictionaries(
                st.sampled_from(
                    ["@type", "@graph", "@id", "name", "author", "headline", "publisher"]
                ),
                inner,
                max_size=5,
            ),
        ),
        max_leaves=20,
    ),
    html_pages(),
)
def test_any_value_in_the_head_is_read_or_ignored(stated: object, page: str) -> None:
    script = f'<script type="application/ld+json">{json.dumps(stated)}</script>'
    html = f"<html lang=x><head>{script}<meta name=author content='{page[:60]}'></head>{page}"
    head = read_head(parse_html(html), html)
    assert head.published is None or len(head.published) == 10
    assert all(head.titles)


@quickly
@given(text_pages(), text_pages())
def test_similarity_is_symmetric(one: str, other: str) -> None:
    a, b = Sketch.of(one), Sketch.of(other)
    ours, theirs = (pack_signatures(x.signature, x.figures, x.n_figures) for x in (a, b))
    assert estimated_similarities(ours, [theirs]) == estimated_similarities(theirs, [ours])
    assert Sketch.of(one) == a


@quickly
@given(st.lists(LINES, max_size=6), st.lists(LINES, max_size=6))
def test_both_texts_can_be_reconstructed_from_their_diff(one: list[str], other: list[str]) -> None:
    found = diff_paragraphs(one, other)
    first = [
        "".join(p.text for p in paragraph.passages if p.side is not Side.SECOND)
        for paragraph in found
        if any(p.side is not Side.SECOND for p in paragraph.passages)
    ]
    assert first == [text for text in one if text] or "" in one


@given(st.text(min_size=1, max_size=30))
def test_text_that_starts_like_a_file_signature_is_a_page(rest: str) -> None:
    for opening in ("ID3 tags", "OggS", "BZh", "GIF89a", "wOFF", "The ftyp box", "RIFF"):
        page = f"{opening} {rest}"
        if page.isprintable():
            reject_non_pages(page.encode("utf-8", "replace"))
