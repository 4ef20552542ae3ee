"""Detecting the writing system of a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaners.text.scripts import has_other_script, letters_by_script

_LETTERS = st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]), max_size=12)


@pytest.mark.parametrize("script", ["latin", "cyrillic", "han"])
@given(text=_LETTERS)
def test_a_text_has_another_script_if_one_of_its_letters_has(script: str, text: str) -> None:
    assert has_other_script(script, text) == bool(letters_by_script(text).keys() - {script})


def test_every_character_alone_has_the_script_that_is_counted_for_it() -> None:
    for char in map(chr, range(0x10000)):
        assert has_other_script("latin", char) == bool(letters_by_script(char).keys() - {"latin"})


@given(text=st.text(max_size=12))
def test_the_letters_of_a_long_text_are_counted_like_those_of_a_short_one(text: str) -> None:
    once = letters_by_script(text)
    assert letters_by_script(text * 2500) == {name: 2500 * times for name, times in once.items()}
