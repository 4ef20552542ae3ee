"""Reading HTML structures: hidden text, labels, marks, table rows, lines of code."""

from html import escape

import pytest

from cleaners.blocks.html import html_blocks
from cleaners.blocks.raw import MAX_BLOCKS
from cleaners.blocks.text import text_blocks


def texts(markup: str) -> list[str]:
    page = html_blocks(markup)
    return [b.text for b in page.blocks if not page.containers[b.container].hidden]


@pytest.mark.parametrize(
    "attribute",
    [
        "aria-hidden=TRUE",
        "class='note u-hiddenVisually'",
        "class=hidden",
        "class='d-none'",
        "class='show-for-sr'",
        "class='print-only'",
        "style='position: absolute; left: -9999px'",
        "style='clip: rect(0, 0, 0, 0)'",
    ],
)
@pytest.mark.parametrize("tag", ["p", "span"])
def test_text_hidden_by_a_conventional_class_is_left_out(tag: str, attribute: str) -> None:
    assert texts(f"<div>The tide is out. <{tag} {attribute}>For nobody</{tag}></div>") == [
        "The tide is out."
    ]


@pytest.mark.parametrize(
    "shown",
    [
        "<p class='hidden md:block'>On wide screens</p>",
        "<p class='d-none d-md-block'>On wide screens</p>",
        "<div class='tab-panel hidden'>Behind a tab</div>",
        "<ul><li class=hidden>Five<li class=hidden>Six<li class=hidden>Seven</ul>",
        "<p><span aria-hidden=true>Seen alone</span></p>",
        "<p><span aria-hidden=true>Seen</span><span class=sr-only>Read</span></p>",
        "<p aria-label='The tide'><span aria-hidden=true>The</span> <i>tide</i></p>",
    ],
)
def test_text_shown_on_some_screens_or_by_a_click_is_kept(shown: str) -> None:
    assert texts(shown)


@pytest.mark.parametrize(
    ("markup", "heading"),
    [
        ("<h2>History[<a href=/e>edit</a>]</h2>", "History"),
        ("<h2>Geschichte [<a>Bearbeiten</a> | <a>Quelltext bearbeiten</a>]</h2>", "Geschichte"),
        ("<h2>История <small>[править | править код]</small></h2>", "История"),
        ("<h2>History <button>Copy link</button></h2>", "History"),
        ("<h2><button aria-expanded=false>What it costs</button></h2>", "What it costs"),
        ("<h2>Editions (2nd ed.)</h2>", "Editions (2nd ed.)"),
    ],
)
def test_edit_and_anchor_links_are_removed_from_headings(markup: str, heading: str) -> None:
    assert texts(markup) == [heading]


@pytest.mark.parametrize(
    "mark",
    [
        "<sup>[<i><a href='/w'>citation needed</a></i>]</sup>",
        "<sup class=noprint>[<i>source?</i>]</sup>",
        "<a class='footnote-ref' href='#n1'><sup>1</sup></a>",
        "<a role=doc-noteref href='#n1'>1</a>",
        "<sup><a href='#n1'>†</a></sup>",
        "<sup class=footnote>1</sup>",
    ],
)
def test_note_marks_are_left_out_and_exponents_kept(mark: str) -> None:
    assert texts(f"<p>It holds 10<sup>3</sup> boats.{mark} Or more.</p>") == [
        "It holds 103 boats. Or more."
    ]


def test_a_link_to_a_reference_is_text() -> None:
    link = "<a class='reference internal' href='#w'><span>the worker</span></a>"
    assert texts(f"<p>Start {link} first.</p>") == ["Start the worker first."]


def test_a_data_row_is_one_block_whatever_elements_its_cells_have() -> None:
    rows = (
        "<tr><th>Port<th>Tide</tr>"
        "<tr><td><p>Hull</p><td><div>4 m</div></tr>"
        "<tr><td>Leith<td><ul><li>5 m<li>at noon</ul></tr>"
        "<tr><td>Bude<td>first<br>second</tr>"
    )
    assert texts(f"<table>{rows}</table>") == [
        "Port\tTide",
        "Hull\t4 m",
        "Leith\t5 m at noon",
        "Bude\tfirst second",
    ]


def test_a_layout_table_is_split_into_paragraphs() -> None:
    one, two = "The tide turned. " * 20, "Nobody saw it. " * 20
    page = f"<table><tr><td>Menu<td><p>{one}</p><p>{two}</p></tr><tr><td>End<td>.</tr></table>"
    assert one.strip() in texts(page)
    assert two.strip() in texts(page)


def test_code_lines_in_spans_are_kept_without_line_numbers() -> None:
    spans = "".join(f"<span class='code-line' style='display:block'>{n}</span>" for n in "ab")
    assert texts(f"<pre><code>{spans}</code></pre>") == ["a\nb"]
    table = "<table><tr><td class=gutter><pre>1\n2</pre><td><pre>a\nb</pre></table>"
    assert texts(table) == ["a\nb"]


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p><img class=dropcap alt=T src=t.png>he tide</p>", "The tide"),
        ("<p><span class=lettrine>T</span> he tide</p>", "The tide"),
        ("<p><span class=dropcap>A</span> tide</p>", "A tide"),
        ("<p>It is <img class=tex alt='x = 2y' src=f.png>.</p>", "It is x = 2y ."),
        ("<p>It is <img class=photo alt='A boat' src=f.png> here.</p>", "It is here."),
    ],
)
def test_pictures_of_letters_and_formulas_are_read(markup: str, text: str) -> None:
    assert texts(markup) == [text]


def test_a_mathjax_formula_is_read_once() -> None:
    assistive = "<mjx-assistive-mml><math><mi>y</mi></math></mjx-assistive-mml>"
    made = f"<mjx-container><mjx-math aria-hidden=true>𝑦</mjx-math>{assistive}</mjx-container>"
    assert texts(f"<p>Let {made} be.</p>") == ["Let y be."]


def test_labels_of_form_fields_are_left_out_and_labels_of_panels_kept() -> None:
    assert texts("<p>Wait.</p><label for=q>Quantity</label> <input id=q>") == ["Wait."]
    assert texts("<input type=checkbox id=a><label for=a>What it costs</label><div>Ten.</div>") == [
        "What it costs",
        "Ten.",
    ]


def test_the_page_in_srcdoc_is_read_if_it_has_text() -> None:
    inner = f"<p>{'The tide turned at noon and nobody saw it. ' * 3}</p>"
    assert texts(f'<iframe srcdoc="{escape(inner)}"></iframe><p>End.</p>')[0].startswith("The tide")
    assert texts("<iframe srcdoc='<p>Play</p>'></iframe><p>End.</p>") == ["End."]


def test_the_number_of_blocks_is_limited_without_losing_words() -> None:
    n = MAX_BLOCKS + 10
    for page in (html_blocks("a<br>" * n), text_blocks("a\n" * n)):
        assert len(page.blocks) == MAX_BLOCKS
        assert sum(len(block.text.split()) for block in page.blocks) == n


def test_form_options_take_linear_time_and_keep_their_words() -> None:
    blocks = html_blocks("<select>" + "<option>a b" * 20_000).blocks
    assert sum(len(block.text.split()) for block in blocks) == 40_000


def test_a_link_that_looks_like_a_button_is_a_block_of_its_own() -> None:
    page = html_blocks("<ul><li><span>£34</span><a class='button add' href=/c>Buy</a></li></ul>")
    assert [block.text for block in page.blocks] == ["£34", "Buy"]


def test_a_button_in_a_sentence_stays_in_it() -> None:
    page = html_blocks("<p>Press <a class=btn href=/go>here</a> to go on.</p>")
    assert [block.text for block in page.blocks] == ["Press here to go on."]


def test_the_menu_in_a_cell_of_a_layout_table_is_not_joined_to_the_headline() -> None:
    page = html_blocks(
        "<table><tr><td><a href=/>Home</a><br><a href=/l>Links</a></td>"
        "<td><b>The wherrymen</b><p>Forty tons of coal.</td></tr></table>"
    )
    assert [b.text for b in page.blocks] == [
        "Home",
        "Links",
        "The wherrymen",
        "Forty tons of coal.",
    ]


def test_a_custom_element_in_a_heading_is_part_of_the_heading() -> None:
    page = html_blocks("<h1><app-text>Splitting slate</app-text></h1>")
    assert [(b.text, b.tag) for b in page.blocks] == [("Splitting slate", "h1")]
