"""Folding texts and queries for search, and mapping folded offsets back to the text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaners.text.folding import fold, folded_or_none, original_offsets

LETTERS = st.text(st.sampled_from("aß ёeﬁ２ı東ﾒｶﾞกुन्दמָإّةάς½한ᄒ\u200b\u0301.\n"))


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Straße, STRAẞE", "Strasse, STRASSE"),
        ("Ёлка и лёд", "Елка и лед"),
        ("Đặng, Łódź, Øst, Æble, Þing, ışık", "Dặng, Lódź, Ost, AEble, THing, işik"),
        ("ἄνθρωπος", "ανθρωποσ"),
        ("ﬂuﬃer ＡＢ１", "fluffier AB1"),
        ("شُبّاك إلى لؤلؤة ـــ ۱۴", "شباك الي لولوه  14"),
        ("שָׁלוֹם", "שלום"),
        ("ｶﾞﾗｽ", "ガ ラ ス"),
        ("बन्दर बंदर", "बंदर बंदर"),
    ],
)
def test_letters_fold_to_what_people_type(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_a_text_that_folding_does_not_change_gives_none() -> None:
    assert folded_or_none("“Ünlü” café – naïve, Žižek, почта, 한강") is None
    assert folded_or_none(None) is None
    assert folded_or_none("") is None


@given(LETTERS)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(LETTERS)
def test_every_offset_of_a_folded_text_maps_to_the_original_text(text: str) -> None:
    offsets = original_offsets(text)
    assert len(offsets) == len(fold(text)) + 1
    assert offsets == sorted(offsets)
    assert offsets[-1] == len(text)
