"""Comparing two texts without losing words, and finding paragraphs that have moved."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cleaners.text.diff import Paragraph, Passage, Side, diff_paragraphs

ONE = "The ferry turned back in heavy seas on Sunday to rescue thirty people."
TWO = "The captain had left the harbour half an hour earlier with her passengers."
THREE = "Investigators will arrive on Monday and have asked for recordings of it."


def marked(paragraph: Paragraph) -> str:
    signs = {Side.BOTH: "{}", Side.FIRST: "[-{}-]", Side.SECOND: "{{+{}+}}"}
    return "".join(signs[one.side].format(one.text) for one in paragraph.passages)


def test_different_words_are_marked_within_a_common_paragraph() -> None:
    (found,) = diff_paragraphs([ONE], [ONE.replace("heavy", "rough")])
    assert marked(found) == ONE.replace("heavy", "[-heavy-]{+rough+}")


def test_a_paragraph_of_only_one_text_keeps_its_place() -> None:
    found = diff_paragraphs([ONE, THREE], [ONE, TWO, THREE])
    assert [marked(one) for one in found] == [ONE, "{+" + TWO + "+}", THREE]
    found = diff_paragraphs([ONE, TWO], [THREE, ONE])
    assert [marked(one) for one in found] == ["{+" + THREE + "+}", ONE, "[-" + TWO + "-]"]


def test_a_paragraph_at_another_place_is_marked_as_moved() -> None:
    found = diff_paragraphs([ONE, TWO, THREE], [THREE, ONE, TWO])
    assert [(marked(one), one.moved) for one in found] == [
        (ONE, False),
        (TWO, False),
        (THREE, True),
    ]


def test_text_without_blanks_is_compared_by_character() -> None:
    (found,) = diff_paragraphs(["三号码头重新迎来客人。"], ["三号码头重新迎来游人。"])
    assert marked(found) == "三号码头重新迎来[-客-]{+游+}人。"


TEXTS = st.lists(st.lists(st.sampled_from("abcdef"), min_size=1).map(" ".join), max_size=5)


@given(TEXTS, TEXTS)
def test_both_texts_can_be_reconstructed_from_the_diff(first: list[str], second: list[str]) -> None:
    found = diff_paragraphs(first, second)
    for texts, other in ((first, Side.SECOND), (second, Side.FIRST)):
        parts = [
            "".join(one.text for one in paragraph.passages if one.side is not other)
            for paragraph in found
        ]
        assert sorted(filter(None, parts)) == sorted(texts)


def test_each_passage_says_which_text_has_it() -> None:
    assert diff_paragraphs([], [ONE]) == [Paragraph((Passage(Side.SECOND, ONE),))]
