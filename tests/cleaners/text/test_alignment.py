"""Telling copies of a text from pages made from the same form, by their substitutions."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaners.text.aligned_text import AlignedText
from cleaners.text.alignment import align
from cleaners.text.fillings import Difference

FORM = (
    "The ferry to {place} is cancelled on {day} because of {cause}. Travellers who hold a ticket"
    " may change it at the counter or by telephone, and those who cannot wait are taken by bus"
    " around the bay, which takes about half a day."
)
ONE = FORM.format(place="Hallow Isle", day="Monday", cause="a broken rudder")
OTHER = FORM.format(place="Port Merrow", day="Friday", cause="thick fog")


def test_a_copy_contains_the_whole_text() -> None:
    found = align(AlignedText(ONE), AlignedText(ONE))
    assert (found.shorter_in_longer, found.longer_in_shorter, found.similarity) == (1, 1, 1)
    assert found.substitutions == ()


def test_pages_from_one_form_differ_in_names() -> None:
    found = align(AlignedText(ONE), AlignedText(OTHER))
    assert found.substitutions == (Difference.FACT, Difference.FACT, Difference.WORDING)
    assert found.containment > 0.8


def test_different_words_of_headlines_are_the_strongest_evidence() -> None:
    found = align(
        AlignedText(ONE, "No ferry to Hallow Isle: rudder broken"),
        AlignedText(OTHER, "No ferry to Port Merrow: fog"),
    )
    assert found.substitutions == (Difference.HEADLINE, Difference.FACT, Difference.HEADLINE)


def test_spelled_out_numbers_are_figures() -> None:
    many = "Of the guests at the table in the long hall {} had eaten the soup and fell ill."
    found = align(AlignedText(many.format("forty-one")), AlignedText(many.format("twenty-seven")))
    assert found.substitutions == (Difference.FACT,)


@pytest.mark.parametrize(
    ("one", "another"),
    [
        ("12", "twelve"),
        ("6 pm", "six in the evening"),
        ("2,000", "two thousand"),
        ("40", "vierzig"),
    ],
)
def test_a_number_in_digits_and_the_same_number_in_words_are_no_substitution(
    one: str, another: str
) -> None:
    text = "The keeper of the old light on the far point of the island asked for {} and got none."
    assert align(AlignedText(text.format(one)), AlignedText(text.format(another))).facts == 0
    assert align(AlignedText(text.format("13")), AlignedText(text.format(another))).facts == 1


@pytest.mark.parametrize(
    ("text", "one", "another"),
    [
        ("The road along the river is closed on {} for those who walk or ride.", "Tuesday",
         "Thursday"),
        ("Die Straße am Fluss ist am {} für alle gesperrt, die gehen oder reiten.", "Montag",
         "Sonntag"),
        ("Дорога вдоль реки будет закрыта в {} для тех, кто идёт пешком или едет.", "среду",
         "субботу"),
        ("مراسم ختم روز {} از ساعت سه تا چهار در مسجد جامع برگزار می‌شود", "شنبه", "دوشنبه"),
    ],
)  # fmt: skip
def test_different_weekdays_are_facts_however_similar_their_letters(
    text: str, one: str, another: str
) -> None:
    found = align(AlignedText(text.format(one)), AlignedText(text.format(another)))
    assert found.substitutions == (Difference.FACT,)


def test_capitalised_nouns_are_not_names_in_german() -> None:
    text = "Der Bote kam mit dem {} durch das Tor in den Hof und rief nach dem Wirt im Keller."
    found = align(AlignedText(text.format("Brief")), AlignedText(text.format("Hund")))
    assert found.substitutions == (Difference.WORDING,)


def test_misread_letters_are_not_substitutions() -> None:
    found = align(
        AlignedText(ONE), AlignedText(ONE.replace("counter", "c0untcr").replace("ticket", "tickct"))
    )
    assert found.substitutions == ()
    assert found.similarity == 1


def test_cuts_are_not_substitutions() -> None:
    sentences = ONE.split(". ")
    found = align(AlignedText(ONE), AlignedText(sentences[0] + "."))
    assert found.substitutions == ()
    assert found.shorter_in_longer == 1
    assert found.containment == 1
    assert found.similarity < 0.5


def test_a_passage_in_place_of_another_is_replaced_and_one_that_is_left_out_is_omitted() -> None:
    own = (
        "Nobody at the pier had seen the storm come. ",
        "All of us went to bed early that night. ",
    )
    found = align(AlignedText(own[0] + ONE), AlignedText(own[1] + ONE))
    assert (found.replaced_words, found.omitted_words) == (9, 0)
    found = align(AlignedText(own[0] + ONE), AlignedText(ONE))
    assert (found.replaced_words, found.omitted_words) == (0, 9)


def test_replaced_sentences_with_other_names_or_short_ones_without_case_are_not_reworded() -> None:
    def reworded(text: str, *sentences: str) -> int:
        return align(*(AlignedText(text.format(one)) for one in sentences)).reworded_words

    around = "The ferry sails again on most days. {} Tickets are sold at the counter on the quay."
    sentences = (
        "Nobody at the old pier had seen the storm come.",
        "All of us went to bed early that evening.",
    )
    assert reworded(around, *sentences) == 9
    names = (
        "It was towed by Mark Weller and his crew.",
        "We asked Ruth Ferrand for a better boat.",
    )
    assert reworded(around, *names) == 0
    assert reworded(around, names[0], sentences[1]) == 9
    around = "码头明天重新开放，船票在窗口出售。{}乘客可以改乘公共汽车绕行海湾。"
    assert reworded(around, "昨晚没有人看见暴雨。", "大家都很早回家睡觉。") == 0
    assert reworded(around, "昨晚没有人看见暴雨从海上过来。", "大家都很早回家睡觉因为停电了。") > 12


def test_the_lead_is_the_start_of_the_shared_part_in_the_longer_text() -> None:
    before = "Something else comes first here and goes on for a good while before the rest. "
    found = align(AlignedText(before + ONE), AlignedText(ONE))
    assert found.lead == pytest.approx(15 / (15 + len(AlignedText(ONE).words)))


def test_scripts_without_spaces_are_aligned_by_character() -> None:
    text = "{}昨日宣布，因{}，码头将于本周关闭，乘客可以在窗口更换船票，或者改乘公共汽车绕行海湾。"
    found = align(
        AlignedText(text.format("青禾镇", "大雾弥漫"), "青禾镇码头关闭"),
        AlignedText(text.format("东麓市", "船舵损坏"), "东麓市码头关闭"),
    )
    assert found.substitutions == (Difference.HEADLINE, Difference.WORDING)


@given(
    st.lists(st.sampled_from("ash birch cedar dogwood elm fir gum hazel".split()), max_size=60),
    st.lists(st.sampled_from("ash birch cedar dogwood elm fir gum hazel".split()), max_size=60),
    st.randoms(use_true_random=False),
)
def test_alignment_is_symmetric_and_its_shares_are_bounded(
    some: list[str], others: list[str], source: random.Random
) -> None:
    source.shuffle(others)
    one, other = AlignedText(" ".join(some)), AlignedText(" ".join(others))
    found = align(one, other)
    assert found == align(other, one)
    for share in (found.shorter_in_longer, found.longer_in_shorter, found.similarity, found.lead):
        assert 0 <= share <= 1
