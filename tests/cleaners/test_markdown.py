"""A page's Markdown has its headings, lists, tables, code, quotes and links."""

from cleaners import clean
from cleaners.markdown import to_markdown
from cleaners.model import Block, Capture, Kind, Media, Page


def markdown_of(*blocks: Block, url: str | None = None) -> str:
    return to_markdown(Page(Media.HTML, "utf-8", "declared", blocks, url=url))


def item(text: str, path: str) -> Block:
    return Block(text, Kind.LIST_ITEM, path=path)


def test_headings_have_the_level_of_their_element() -> None:
    blocks = [Block("Tides", Kind.HEADING, path="main/h3.title"), Block("Ebb", Kind.HEADING)]
    assert markdown_of(*blocks) == "### Tides\n\n## Ebb"


def test_lists_are_numbered_where_they_are_ordered_and_indented_where_they_are_inside() -> None:
    made = markdown_of(
        item("Fill", "ol/li"), item("with salt", "ol/li/ul/li"), item("Stir", "ol/li/p")
    )
    assert made == "1. Fill\n    - with salt\n2. Stir"


def test_rows_are_a_table_with_as_many_cells_each() -> None:
    rows = [Block(text, Kind.TABLE_ROW) for text in ("Port\tTide", "Hull\t4 | 5 m", "Leith")]
    assert (
        markdown_of(*rows) == "| Port | Tide |\n| --- | --- |\n| Hull | 4 \\| 5 m |\n| Leith |  |"
    )


def test_code_is_fenced_with_more_marks_than_it_has() -> None:
    assert markdown_of(Block("a = `b`", Kind.CODE)) == "```\na = `b`\n```"
    assert markdown_of(Block("```\nx\n```", Kind.CODE)).startswith("````\n")


def test_quotes_and_lines_that_look_like_markup_are_marked() -> None:
    assert markdown_of(Block("Salt.", Kind.QUOTE)) == "> Salt."
    assert markdown_of(Block("# 4 is late")) == "\\# 4 is late"
    assert markdown_of(Block("2024. A year")) == "2024\\. A year"
    assert markdown_of(Block("-4 degrees")) == "-4 degrees"


def test_links_have_whole_addresses_if_the_pages_own_is_known() -> None:
    block = Block("See the plan and the map.", anchors=(("the plan", "/p (1)"), ("the map", "m")))
    assert markdown_of(block, url="https://a.example/x/y") == (
        "See [the plan](https://a.example/p%20%281%29) and [the map](https://a.example/x/m)."
    )


def test_the_markdown_of_an_html_page_is_what_its_elements_say() -> None:
    steps = "<ol><li>Close the <a href='https://a.example/valve'>valve</a>.</li><li>Wait.</li></ol>"
    text = "The pump starts every ten minutes, day and night, and nobody knows where it comes from."
    page = clean(
        Capture(
            "a.html",
            f"<title>Pump</title><article><h1>Pump</h1><p>{text}</p><h2>Steps</h2>{steps}"
            f"<pre>run --now\nstop</pre><p>{text}</p></article>".encode(),
            Media.HTML,
        )
    )
    assert "# Pump\n\n" in page.markdown
    assert "## Steps\n\n1. Close the [valve](https://a.example/valve).\n2. Wait." in page.markdown
    assert "```\nrun --now\nstop\n```" in page.markdown
