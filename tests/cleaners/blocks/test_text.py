"""Splitting plain text into paragraphs, however the converter marked them."""

import textwrap

from hypothesis import given
from hypothesis import strategies as st

from cleaners.blocks.text import text_blocks

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
    return [block.text for block in text_blocks(page).blocks]


def kept(page: str) -> str:
    return "".join("".join(b.list_mark + b.text for b in text_blocks(page).blocks).split())


def test_each_line_is_a_block_and_blank_lines_are_gaps() -> None:
    blocks = text_blocks("One\n\n \t\nTwo\r\nThree\rFour\n").blocks
    assert [(b.text, b.gap) for b in blocks] == [("One", 0), ("Two", 2), ("Three", 0), ("Four", 0)]


def test_the_text_inside_a_line_is_not_changed() -> None:
    assert texts("  516.92\u00a0 up \u00a0“so”  ") == ["516.92\u00a0 up \u00a0“so”"]


def test_hard_wrapped_paragraphs_are_joined() -> None:
    for width in (60, 72, 80):
        wrapped = "\n\n".join(textwrap.fill(p, width) for p in PARAGRAPHS * 3)
        assert texts(wrapped) == PARAGRAPHS * 3


def test_consecutive_headlines_are_not_joined() -> None:
    page = "\n".join(["Bridge closed until Monday", "Ferry late again", "Storm on its way"] * 3)
    assert len(texts(page)) == 9


def test_list_marks_and_indents_are_kept_as_attributes() -> None:
    first, second = text_blocks("  •  Bring a coat\n2. Bring a hat").blocks
    assert (first.list_mark, first.text, first.indent, first.bullet) == (
        "•  ",
        "Bring a coat",
        2,
        True,
    )
    assert (second.list_mark, second.text, second.indent, second.bullet) == (
        "",
        "2. Bring a hat",
        0,
        False,
    )


def test_a_blank_page_has_no_blocks() -> None:
    assert texts("") == texts(" \n\t\u00a0\r\n") == []


def test_direction_marks_are_kept_in_the_text() -> None:
    assert texts("\u200fمرحبا\u200e\n\u202bשלום\u202c") == ["\u200fمرحبا\u200e", "\u202bשלום\u202c"]


@given(st.text(alphabet="ab .\n\r\t\u00a0\u200f\u0085\x0b•-“”", max_size=300))
def test_no_character_but_white_space_is_lost(page: str) -> None:
    assert kept(page) == "".join(page.split())


@given(st.text(max_size=300))
def test_no_character_of_any_script_is_lost(page: str) -> None:
    assert kept(page) == "".join(page.split())


@given(st.lists(st.sampled_from(PARAGRAPHS), min_size=1, max_size=6), st.integers(50, 132))
def test_joining_wrapped_lines_loses_nothing(paragraphs: list[str], width: int) -> None:
    page = "\n\n".join(textwrap.fill(paragraph, width) for paragraph in paragraphs)
    assert kept(page) == "".join(page.split())


def test_a_short_text_with_one_wrapped_line_is_joined() -> None:
    page = (
        "   Hire terms\n\n   We keep your telephone number for the day of the hire, and then we\n"
        "   delete it.\n\n   1.2 No dogs."
    )
    assert texts(page)[1] == (
        "We keep your telephone number for the day of the hire, and then we delete it."
    )


def test_verses_that_go_on_in_lower_case_are_not_joined() -> None:
    verse = [
        "The heron stands alone beside the weir and waits",
        "until the moon is up,",
        "then folds the river into one grey wing and goes",
        "over the dark allotments, home,",
        "while I walk back along the towpath with the lamp",
        "and count the gates.",
    ]
    assert texts("\n".join(verse)) == verse


def test_a_rule_below_a_heading_is_not_joined_to_it() -> None:
    rule = "_" * 66
    page = (
        f"Class Winch\n{rule}\n\nHauls a line at a constant pull. A winch is safe for one thread\n"
        "at a time."
    )
    assert texts(page)[:2] == ["Class Winch", rule]
