"""Splitting HTML into blocks at block-level elements, without losing visible text."""

import json
from html import escape

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
def test_blocks_in_hidden_elements_are_marked_as_hidden(attribute: str) -> None:
    page = html_blocks(f"<p>seen</p><div {attribute}><p>unseen</p></div>")
    hidden = [page.containers[block.container].hidden for block in page.blocks]
    assert [block.text for block in page.blocks] == ["seen", "unseen"]
    assert hidden == [False, True]


def test_table_cells_of_a_row_are_one_block() -> None:
    page = html_blocks("<table><tr><td>Wheat</td><td>212.50</td></tr><tr><td>Rye</td></tr></table>")
    assert [(b.text, b.tag) for b in page.blocks] == [("Wheat\t212.50", "tr"), ("Rye", "tr")]


def test_preformatted_text_keeps_its_line_breaks() -> None:
    page = html_blocks("<pre>\nif tide > 3:\n    <b>wait</b>()  \n</pre><p>one\ntwo</p>")
    assert [b.text for b in page.blocks] == ["if tide > 3:\n    wait()", "one two"]


def test_a_block_has_its_element_and_its_amount_of_links_and_bold_text() -> None:
    page = html_blocks("<nav class='top menu'><li><a href='/'>Home</a> <b>now</b></li></nav>")
    (block,) = page.blocks
    element = page.containers[block.container]
    assert (block.tag, block.link_chars, block.links, block.strong_chars) == ("li", 4, 1, 3)
    assert page.containers[element.parent].label == "top menu"
    assert element.inherited_groups == attribute_groups("top menu")


def test_class_names_give_attribute_groups() -> None:
    bits = attribute_groups("c-articleBody")
    assert [ATTRIBUTE_GROUPS[n] for n in range(len(ATTRIBUTE_GROUPS)) if bits >> n & 1] == [
        "article",
        "body",
    ]


def test_the_head_gives_title_description_and_body() -> None:
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


def test_no_text_is_lost_in_unclosed_elements() -> None:
    for tag in ("font", "b", "a href=x", "div", "span", "ul", "table", "p"):
        said = [f"w{n}" for n in range(300)]
        page = "".join(f"<{tag} size={n}>{word} " for n, word in enumerate(said))
        assert sorted(all_words(page)) == sorted(said), tag


@pytest.mark.parametrize("closed", [True, False])
@pytest.mark.parametrize("tag", ["div", "b", "span", "ul", "font"])
def test_no_text_is_lost_at_any_depth(tag: str, closed: bool) -> None:
    page = f"<{tag}>" * 100_000 + "deep" + (f"</{tag}>" * 100_000 if closed else "") + "<p>after"
    assert all_words(page) == ["deep", "after"]


def test_very_many_inline_elements_are_one_block() -> None:
    page = "<p>" + "<i>a</i><b>b</b> " * 150_000
    (block,) = html_blocks(page).blocks
    assert len(block.text.split()) == 150_000


def test_a_row_with_very_many_empty_cells_is_not_a_block() -> None:
    assert texts("<table><tr>" + "<td></td>" * 100_000 + "<td>last") == ["last"]


def test_an_attribute_of_megabytes_is_skipped() -> None:
    page = f"<div class='{'story ' * 700_000}' style='{'a:b;' * 700_000}'><p>text</p></div>"
    assert texts(page) == ["text"]


BLOCKS = ("div", "p", "ul", "li", "section", "h2", "blockquote", "pre", "x-card", "figure")
INLINES = ("b", "i", "a", "span", "font", "em", "x-word")


@st.composite
def markup(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A page of start and end tags in any order, and the words between them."""
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
def test_every_visible_word_is_in_a_block(made: tuple[str, list[str]]) -> None:
    page, said = made
    assert sorted(all_words(page)) == sorted(said)


def test_thousands_of_attributes_are_removed_and_a_single_long_one_is_kept() -> None:
    crowd = " ".join(f"a{n}=b" for n in range(4000))
    state = 'data-state="' + "x y=1 " * 5000 + '"'
    page = f"<div {crowd}><p {state} class=story>It rained.</p></div>"
    assert strip_crowded_attributes(page) == page.replace(f" {crowd}", "")


PARAGRAPH = (
    "The ferry to the island was cancelled on Monday, and the people who work on the other side "
    "slept in the harbour hall. "
)


def test_noscript_with_the_article_is_read_and_a_warning_is_not() -> None:
    warning = "<noscript><p>Please enable JavaScript to read this page.</p></noscript>"
    page = f"<body>{warning}<noscript><p>{PARAGRAPH}</p></noscript><p>after</p>"
    assert texts(page) == [PARAGRAPH.strip(), "after"]


def test_a_frame_in_noscript_does_not_swallow_the_page() -> None:
    page = "<body><noscript><iframe src='/tag' height=0 /></noscript><p>seen</p>"
    assert texts(page) == ["seen"]


def test_a_declarative_shadow_root_is_read_and_another_template_is_not() -> None:
    page = (
        "<x-page><template shadowrootmode=open><p>in the root</p>"
        "<template><p>for a script</p></template></template></x-page><p>after</p>"
    )
    assert texts(page) == ["in the root", "after"]


def test_the_posts_that_discourse_sends_as_data_are_read() -> None:
    post = {"username": "ann", "created_at": "2024-05-01T10:00:00Z", "cooked": "<p>Try salt.</p>"}
    topic = {"title": "Wet locker", "post_stream": {"posts": [post]}}
    data = escape(json.dumps({"site": "{}", "topic_7": json.dumps(topic)}))
    page = f'<body><div class="hidden" id="data-preloaded" data-preloaded="{data}"></div>'
    assert texts(page) == ["Wet locker", "ann 2024-05-01", "Try salt."]


@pytest.mark.parametrize(
    "attribute",
    ["hidden", "style='display:none'", "style='visibility: hidden'", "class='visually-hidden'"],
)
def test_hidden_inline_text_is_left_out(attribute: str) -> None:
    assert texts(f"<p>See the plan<span {attribute}> in a new tab</span>.</p>") == ["See the plan."]


@pytest.mark.parametrize(
    "formula",
    [
        "<math alttext='a+b'><mi>a</mi></math>",
        "<math><semantics><mi>?</mi><annotation encoding='application/x-tex'>a+b</annotation>"
        "</semantics></math>",
        "<math><mi>a+b</mi></math>",
        "<script type='math/tex'>a+b</script>",
        "<span style='display: none'><math alttext='a+b'></math></span><img alt='a+b'>",
        "<span class=katex><span class=katex-mathml><math alttext='a+b'></math></span>"
        "<span class=katex-html aria-hidden=true>a b</span></span>",
    ],
)
def test_a_formula_is_read_once(formula: str) -> None:
    assert texts(f"<p>The sum {formula} grows.</p>") == ["The sum a+b grows."]


def test_ruby_readings_are_left_out() -> None:
    assert texts("<p><ruby>橋<rp>(</rp><rt>はし</rt><rp>)</rp></ruby>を渡る</p>") == ["橋を渡る"]


def test_a_drop_cap_is_joined_to_its_word() -> None:
    page = "<div class='drop-cap'>T</div><p>he second shift begins.</p>"
    assert texts(page) == ["The second shift begins."]


def test_texts_of_adjacent_spans_do_not_run_together() -> None:
    page = "<p><span>So far.</span><span>Mrs Ito says</span></p><p><span>an hour</span><span>1,800"
    assert texts(page) == ["So far. Mrs Ito says", "an hour 1,800"]


def test_single_styled_letters_stay_in_their_word() -> None:
    assert texts("<h1><span>M</span><span>cGee</span></h1>") == ["McGee"]


def test_code_keeps_its_lines_however_they_are_marked_up() -> None:
    page = "<pre><code><div>if x:</div><div>    y()</div></code></pre><pre>a<br>b</pre>"
    assert texts(page) == ["if x:\n    y()", "a\nb"]


def test_anchor_and_note_marks_are_left_out() -> None:
    page = (
        "<h2>Tides<span class='mw-editsection'>[edit]</span></h2><h3>Ebb<a href='#ebb'>¶</a></h3>"
        "<p>It falls<sup class='reference'><a href='#n1'>[1]</a></sup> slowly.</p>"
    )
    assert texts(page) == ["Tides", "Ebb", "It falls slowly."]


def test_doubly_escaped_entities_are_decoded_except_in_code() -> None:
    page = "<p>Fish &amp;amp; chips</p><p>Write <code>&amp;amp;</code> for it.</p>"
    assert texts(page) == ["Fish & chips", "Write &amp; for it."]


def test_a_button_in_a_heading_gives_the_heading_text() -> None:
    page = html_blocks("<h3><button>Leasing</button></h3><p>It costs less.</p>")
    assert [(b.text, b.tag) for b in page.blocks] == [("Leasing", "h3"), ("It costs less.", "p")]


@pytest.mark.parametrize("tag", ["<noscript>", "<noscript ", "<template shadowrootmode=open>"])
def test_unclosed_fallbacks_take_linear_time(tag: str) -> None:
    assert texts(f"<body><p>seen</p>{tag * 100_000}")[:1] == ["seen"]
