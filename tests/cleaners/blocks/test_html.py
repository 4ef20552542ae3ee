"""HTML is cut into blocks at its block-level elements, and nothing that shows is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaners.blocks.attribute_words import ATTRIBUTE_GROUPS, attribute_groups
from cleaners.blocks.html import html_blocks, strip_crowded_attributes


def texts(markup: str) -> list[str]:
    return [block.text for block in html_blocks(markup).blocks]


def all_words(markup: str) -> list[str]:
    return " ".join(texts(markup)).split()


def test_inline_elements_do_not_break_a_paragraph() -> None:
    assert texts("<p>A <b>bold</b> and <a href='#'>linked</a> word.</p>") == [
        "A bold and linked word."
    ]


def test_text_between_block_elements_is_a_block() -> None:
    page = "<div>one<p>two</p>three<ul><li>four</li></ul></div>"
    assert texts(page) == ["one", "two", "three", "four"]


def test_a_line_break_ends_a_block_and_counts_as_a_gap() -> None:
    blocks = html_blocks("<p>One<br>and on.<br><br>Two.<hr>Three.</p>").blocks
    assert [(b.text, b.gap) for b in blocks] == [
        ("One", 0),
        ("and on.", 1),
        ("Two.", 2),
        ("Three.", 2),
    ]


def test_scripts_and_styles_are_not_text() -> None:
    page = "<p>seen</p><script>no()</script><style>no{}</style><template>no</template><!-- no -->"
    assert texts(page) == ["seen"]


@pytest.mark.parametrize(
    "attribute",
    ["hidden", "aria-hidden='true'", "style='display: none'", "style='visibility:hidden'"],
)
def test_hidden_elements_are_blocks_that_say_so(attribute: str) -> None:
    page = html_blocks(f"<p>seen</p><div {attribute}><p>unseen</p></div>")
    hidden = [page.containers[block.container].hidden for block in page.blocks]
    assert [block.text for block in page.blocks] == ["seen", "unseen"]
    assert hidden == [False, True]


def test_table_cells_of_a_row_are_one_block() -> None:
    page = html_blocks("<table><tr><td>Wheat</td><td>212.50</td></tr><tr><td>Rye</td></tr></table>")
    assert [(b.text, b.tag) for b in page.blocks] == [("Wheat 212.50", "tr"), ("Rye", "tr")]


def test_preformatted_text_keeps_its_line_ends() -> None:
    page = html_blocks("<pre>\nif tide > 3:\n    <b>wait</b>()  \n</pre><p>one\ntwo</p>")
    assert [b.text for b in page.blocks] == ["if tide > 3:\n    wait()", "one two"]


def test_a_block_knows_its_element_and_how_much_of_it_is_links_and_bold() -> None:
    page = html_blocks("<nav class='top menu'><li><a href='/'>Home</a> <b>now</b></li></nav>")
    (block,) = page.blocks
    element = page.containers[block.container]
    assert (block.tag, block.link_chars, block.links, block.strong_chars) == ("li", 4, 1, 3)
    assert page.containers[element.parent].label == "top menu"
    assert element.inherited_groups == attribute_groups("top menu")


def test_the_words_of_a_class_tell_the_groups_they_belong_to() -> None:
    bits = attribute_groups("c-articleBody")
    assert [ATTRIBUTE_GROUPS[n] for n in range(len(ATTRIBUTE_GROUPS)) if bits >> n & 1] == [
        "article",
        "body",
    ]


def test_the_head_says_title_description_and_body() -> None:
    page = html_blocks(
        "<title>Ferry &amp; tide</title><meta name='description' content='Late again.'>"
        '<script type="application/ld+json">{"articleBody": "It was <b>late</b>."}</script>'
    )
    assert (page.title, page.description) == ("Ferry & tide", "Late again.")
    assert page.article_body.split() == ["It", "was", "late", "."]


@pytest.mark.parametrize(
    "page", ["", " ", "<html></html>", "<!-- x", "<!doctype html><body><p> </p>"]
)
def test_a_page_without_text_has_no_blocks(page: str) -> None:
    assert texts(page) == []


def test_no_text_is_lost_in_elements_that_are_never_closed() -> None:
    for tag in ("font", "b", "a href=x", "div", "span", "ul", "table", "p"):
        said = [f"w{n}" for n in range(300)]
        page = "".join(f"<{tag} size={n}>{word} " for n, word in enumerate(said))
        assert sorted(all_words(page)) == sorted(said), tag


@pytest.mark.parametrize("closed", [True, False])
@pytest.mark.parametrize("tag", ["div", "b", "span", "ul", "font"])
def test_no_text_is_lost_however_deep_it_stands(tag: str, closed: bool) -> None:
    page = f"<{tag}>" * 100_000 + "deep" + (f"</{tag}>" * 100_000 if closed else "") + "<p>after"
    assert all_words(page) == ["deep", "after"]


def test_very_many_inline_elements_are_one_block() -> None:
    page = "<p>" + "<i>a</i><b>b</b> " * 150_000
    (block,) = html_blocks(page).blocks
    assert len(block.text.split()) == 150_000


def test_a_row_of_very_many_empty_cells_is_no_block() -> None:
    assert texts("<table><tr>" + "<td></td>" * 100_000 + "<td>last") == ["last"]


def test_an_attribute_of_megabytes_is_skipped() -> None:
    page = f"<div class='{'story ' * 700_000}' style='{'a:b;' * 700_000}'><p>text</p></div>"
    assert texts(page) == ["text"]


BLOCKS = ("div", "p", "ul", "li", "section", "h2", "blockquote", "pre", "x-card", "figure")
INLINES = ("b", "i", "a", "span", "font", "em", "x-word")


@st.composite
def markup(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A page of opened and closed tags, in any order, and the words between them."""
    pieces: list[str] = []
    said: list[str] = []
    for step in draw(st.lists(st.integers(0, 4), max_size=60)):
        tag = draw(st.sampled_from(BLOCKS + INLINES))
        if step == 0:
            pieces.append(f"<{tag}>")
        elif step == 1:
            pieces.append(f"</{tag}>")
        elif step == 2:
            pieces.append(draw(st.sampled_from(["<br>", "<hr>", "<!-- x -->", "<td>", "<table>"])))
        else:
            said.append(f"{draw(st.sampled_from(['word', 'слово', 'mot', '語', 'x']))}{len(said)}")
            pieces.append(f" {said[-1]} ")
    return "".join(pieces), said


@given(markup())
def test_every_word_that_shows_is_in_a_block(made: tuple[str, list[str]]) -> None:
    page, said = made
    assert sorted(all_words(page)) == sorted(said)


def test_of_thousands_of_attributes_none_is_left_and_of_one_that_is_long_all_is() -> None:
    crowd = " ".join(f"a{n}=b" for n in range(4000))
    state = 'data-state="' + "x y=1 " * 5000 + '"'
    page = f"<div {crowd}><p {state} class=story>It rained.</p></div>"
    assert strip_crowded_attributes(page) == page.replace(f" {crowd}", "")
