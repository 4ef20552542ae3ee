"""Listing the distinct characters of a text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cleaners.encoding.distinct_chars import chars_beyond_ascii


@given(st.text())
def test_each_character_beyond_ascii_is_named_once(text: str) -> None:
    assert chars_beyond_ascii(text) == "".join(sorted({char for char in text if char > "\x7f"}))


def test_lone_surrogates_and_later_planes_count() -> None:
    assert chars_beyond_ascii("a\ud800b🚒") == "\ud800🚒"
