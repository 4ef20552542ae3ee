"""A page's Markdown has its headings, lists, tables, code, quotes and links."""

import pytest
from markdown_it import MarkdownIt

from cleaners import clean
from cleaners.markdown import to_markdown
from cleaners.model import Block, Capture, Kind, Media


def markdown_of(*blocks: Block, url: str | None = None) -> str:
    return to_markdown(None, blocks, url)


def item(text: str, path: str) -> Block:
    return Block(text, Kind.LIST_ITEM, path=path)


def test_headings_have_the_level_of_their_element() -> None:
    blocks = [Block("Tides", Kind.HEADING, path="main/h3.title"), Block("Ebb", Kind.HEADING)]
    assert markdown_of(*blocks) == "### Tides\n\n## Ebb"


def test_ordered_lists_are_numbered_and_nested_lists_indented() -> None:
    made = markdown_of(
        item("Fill", "ol/li"), item("with salt", "ol/li/ul/li"), item("Stir", "ol/li/p")
    )
    assert made == "1. Fill\n    - with salt\n2. Stir"


def test_table_rows_are_padded_to_the_same_number_of_cells() -> None:
    rows = [Block(text, Kind.TABLE_ROW) for text in ("Port\tTide", "Hull\t4 | 5 m", "Leith")]
    assert (
        markdown_of(*rows) == "| Port | Tide |\n| --- | --- |\n| Hull | 4 \\| 5 m |\n| Leith |  |"
    )


def test_a_code_fence_is_longer_than_any_backtick_run_in_the_code() -> None:
    assert markdown_of(Block("a = `b`", Kind.CODE)) == "```\na = `b`\n```"
    assert markdown_of(Block("```\nx\n```", Kind.CODE)).startswith("````\n")


def test_quotes_are_marked_and_markup_characters_escaped() -> None:
    assert markdown_of(Block("Salt.", Kind.QUOTE)) == "> Salt."
    assert markdown_of(Block("# 4 is late")) == "\\# 4 is late"
    assert markdown_of(Block("2024. A year")) == "2024\\. A year"
    assert markdown_of(Block("-4 degrees")) == "-4 degrees"


def test_links_are_absolute_if_the_page_url_is_known() -> None:
    block = Block("See the plan and the map.", anchors=(("the plan", "/p (1)"), ("the map", "m")))
    assert markdown_of(block, url="https://a.example/x/y") == (
        "See [the plan](https://a.example/p%20%281%29) and [the map](https://a.example/x/m)."
    )


def test_the_markdown_of_an_html_page_follows_its_elements() -> None:
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


def rendered(markdown: str) -> list[tuple[str, str]]:
    """The rendered Markdown: the tag and the text of each innermost block."""
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(markdown)
    found, opened = [], [""]
    for token in tokens:
        if token.nesting == 1:
            opened.append(token.tag)
        elif token.nesting == -1:
            opened.pop()
        elif token.type == "inline":
            text = "".join(part.content for part in token.children or ())
            marks = [part.tag for part in token.children or () if part.nesting == 1]
            found.append((opened[-1], text + "".join(f" <{mark}>" for mark in marks)))
        elif token.type == "fence":
            found.append((f"code {token.info}".strip(), token.content.rstrip("\n")))
        else:
            found.append((token.tag, ""))
    return found


@pytest.mark.parametrize(
    "text",
    [
        "2 * 3 * 4 and **bold** and *it*",
        "snake_case and _under_ and __init__",
        "a `tick` and ``` three",
        "[a](b) and [c]: d and ![e](f) and [f][g]",
        "an <em>element</em> and a < b and &amp; and &copy; and AT&T",
        r"a \* backslash, \(x\) and C:\temp\new",
        "~~gone~~ and ~ 5",
        "# no heading",
        "- no item",
        "+ no item",
        "* * *",
        "---",
        "===",
        "> no quotation",
        "~~~ no code",
        "1) no item",
        "12. no item",
        "#",
        "https://a.example/x_y_z",
    ],
)
@pytest.mark.parametrize(
    ("kind", "path", "tag"),
    [
        (Kind.PARAGRAPH, "p", "p"),
        (Kind.HEADING, "h3", "h3"),
        (Kind.LIST_ITEM, "ul/li", "p"),
        (Kind.QUOTE, "blockquote", "p"),
    ],
)
def test_rendered_markdown_shows_the_text_of_a_block_unchanged(
    kind: Kind, path: str, tag: str, text: str
) -> None:
    assert rendered(markdown_of(Block(text, kind, path=path))) == [(tag, text)]


def test_rendered_markdown_shows_cells_with_pipes_and_markup_unchanged() -> None:
    rows = [Block(text, Kind.TABLE_ROW) for text in ("Name\tUse", "a|b\t*all*", "__init__\t`x`")]
    assert [text for _, text in rendered(markdown_of(*rows))] == [
        "Name",
        "Use",
        "a|b",
        "*all*",
        "__init__",
        "`x`",
    ]


def test_rows_with_one_cell_are_paragraphs() -> None:
    rows = [Block(text, Kind.TABLE_ROW, path="tr/td") for text in ("The tide turned.", "It fell.")]
    assert markdown_of(*rows) == "The tide turned.\n\nIt fell."


def test_a_heading_keeps_a_trailing_hash() -> None:
    for text in ("Learning C #", "Learning C#", "##"):
        assert rendered(markdown_of(Block(text, Kind.HEADING, path="h2"))) == [("h2", text)]


def test_a_line_of_html_that_only_looks_like_a_heading_is_a_paragraph() -> None:
    assert markdown_of(Block("€ 129.00", Kind.HEADING, path="div.price")) == "€ 129.00"


def test_consecutive_quotations_are_joined() -> None:
    quotes = (Block("One.", Kind.QUOTE), Block("Two.", Kind.QUOTE))
    assert markdown_of(*quotes) == "> One.\n>\n> Two."


def test_a_list_that_starts_nested_is_not_a_code_block() -> None:
    made = markdown_of(item("with salt", "ol/li/ul/li"), item("Stir", "ol/li"))
    assert made == "- with salt\n1. Stir"


def test_code_and_paragraphs_in_a_list_item_are_indented() -> None:
    made = markdown_of(
        item("Fill", "ol/li"),
        Block("fill --all\nwait", Kind.CODE, path="ol/li/pre"),
        Block("It takes a minute.", path="ol/li/p"),
        item("Stir", "ol/li"),
        Block("Done.", path="main/p"),
    )
    assert [tag for tag, _ in rendered(made)] == ["p", "code", "p", "p", "p"]
    assert "1. Fill\n\n    ```\n    fill --all\n    wait\n    ```" in made
    assert made.endswith("\n2. Stir\n\nDone.")


def test_a_code_fence_names_the_language() -> None:
    text = "A client sends a request again when the connection breaks, and waits between two tries."
    code = "<pre><code class='hljs language-python'>client = Client(\n    retries=5)</code></pre>"
    html = f"<article><h1>Retrying</h1><p>{text}</p>{code}<p>{text} So it goes.</p></article>"
    page = clean(Capture("a.html", html.encode(), Media.HTML))
    assert "```python\nclient = Client(\n    retries=5)\n```" in page.markdown


def test_brackets_in_link_text_are_escaped() -> None:
    block = Block("See [the] plan*", anchors=(("[the] plan*", "https://a.example/p"),))
    assert rendered(markdown_of(block)) == [("p", "See [the] plan* <a>")]
