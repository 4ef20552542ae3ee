"""Listing the distinct characters of a text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cleaners.encoding.distinct_chars import unusual_chars


@given(st.text())
def test_each_unusual_character_is_named_once(text: str) -> None:
    unusual = {char for char in text if not " " <= char <= "~"} - {"\t", "\n"}
    assert unusual_chars(text) == "".join(sorted(unusual))


def test_lone_surrogates_and_later_planes_count() -> None:
    assert unusual_chars("a\ud800b🚒") == "\ud800🚒"
