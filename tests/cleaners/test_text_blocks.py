"""Flattened text is cut where its paragraphs end, whatever the converter did to its lines."""

import textwrap

from hypothesis import given
from hypothesis import strategies as st

from cleaners.blocks.text import text_blocks
from cleaners.model import Kind

PARAGRAPHS = [
    "The company dropped two night lines in January, saying that fewer than four people used "
    "them on an average night. Its figures came from the ticket machines, which do not see "
    "those who travel on a staff pass.",
    "Residents stood at the stops for three weeks with clickers in their hands, counted everyone "
    "who got on, and took the numbers to the council in a shoe box that had once held slippers.",
    "The box is now in the museum, beside the clickers, and a label says what each of them did "
    "for the town in that winter, which was a mild one as winters on this coast go.",
]


def texts(page: str) -> list[str]:
    return [block.text for block in text_blocks(page)]


def test_each_line_is_a_block_and_blank_lines_are_none() -> None:
    assert texts("One\n\n \t\nTwo\nThree\n") == ["One", "Two", "Three"]


def test_the_characters_inside_a_line_stay_as_they_are() -> None:
    assert texts("  516.92\u00a0 up \u00a0“so”  ") == ["516.92\u00a0 up \u00a0“so”"]


def test_paragraphs_wrapped_at_a_width_are_joined_again() -> None:
    for width in (60, 72, 80):
        wrapped = "\n\n".join(textwrap.fill(p, width) for p in PARAGRAPHS)
        assert texts(wrapped) == PARAGRAPHS


def test_headlines_below_each_other_are_not_joined() -> None:
    page = "\n".join(["Bridge closed until Monday", "Ferry late again", "Storm on its way"] * 3)
    assert len(texts(page)) == 9


def test_bulleted_lines_are_list_items() -> None:
    assert [b.kind for b in text_blocks("• Bring a coat\n2. Bring a hat\nGo home")] == [
        Kind.LIST_ITEM,
        Kind.LIST_ITEM,
        Kind.PARAGRAPH,
    ]


@given(st.text(alphabet="ab .\n\t\u00a0“”", max_size=300))
def test_no_character_but_white_space_is_lost(page: str) -> None:
    assert "".join("".join(texts(page)).split()) == "".join(page.split())
