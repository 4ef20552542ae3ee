"""HTML is cut into blocks at its block-level elements, and nothing that shows is lost."""

from lxml import html

from cleaners.blocks.html import html_blocks
from cleaners.model import Block, Kind


def blocks(markup: str) -> list[Block]:
    return html_blocks(html.document_fromstring(markup))


def texts(markup: str) -> list[str]:
    return [block.text for block in blocks(markup)]


def test_inline_elements_do_not_break_a_paragraph() -> None:
    assert texts("<p>A <b>bold</b> and <a href='#'>linked</a> word.</p>") == [
        "A bold and linked word."
    ]


def test_text_between_block_elements_is_a_block() -> None:
    assert texts("<div>one<p>two</p>three<ul><li>four</li></ul></div>") == [
        "one",
        "two",
        "three",
        "four",
    ]


def test_two_line_breaks_end_a_paragraph() -> None:
    assert texts("<p>One<br>and on.<br><br>Two.</p>") == ["One and on.", "Two."]


def test_scripts_styles_and_hidden_elements_are_not_text() -> None:
    page = "<p>seen</p><script>no()</script><style>no{}</style><p hidden>no</p>"
    assert texts(page) == ["seen"]


def test_table_cells_of_a_row_are_one_block() -> None:
    row = blocks("<table><tr><td>Wheat</td><td>212.50</td></tr></table>")[0]
    assert (row.text, row.kind) == ("Wheat 212.50", Kind.TABLE_ROW)


def test_a_block_knows_its_place_its_kind_and_how_much_of_it_is_links() -> None:
    block = blocks("<nav class='top menu'><ul><li><a href='/'>Home</a></li></ul></nav>")[0]
    assert block.path.endswith("nav.top/ul/li")
    assert (block.kind, block.links) == (Kind.LIST_ITEM, 1.0)


def test_deep_nesting_does_not_exhaust_the_stack() -> None:
    page = "<div>" * 50_000 + "deep" + "</div>" * 50_000
    parser = html.HTMLParser(huge_tree=True)
    tree = html.document_fromstring(page, parser=parser)
    assert [block.text for block in html_blocks(tree)] in (["deep"], [])
