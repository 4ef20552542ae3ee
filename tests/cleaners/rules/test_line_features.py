"""The fast computation of line features gives the same results as the simple one."""

import re

from hypothesis import given
from hypothesis import strategies as st

from cleaners.rules.line_features import LineFeatures
from cleaners.rules.wordlists import split_words
from cleaners.text.scripts import letters_by_script, main_script
from cleaners.text.shingles import local_shingles, tokens
from tests.likeness import shingles

LINES = st.text(
    st.one_of(
        st.sampled_from("aZ09 '’ʼ-_.,:;!?©®+#€\t\u00a0"),
        st.sampled_from("éßжІҚ東京タกขحש한"),
        st.characters(codec="utf-8"),
    ),
    max_size=40,
)
WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[©®+#]")


@given(LINES)
def test_words_are_case_folded_with_straight_apostrophes(line: str) -> None:
    assert split_words(line) == WORD.findall(re.sub("[’ʼ]", "'", line.casefold()))


@given(LINES)
def test_line_tokens_equal_the_tokens_of_the_shingles(line: str) -> None:
    assert LineFeatures(line).tokens == tokens(line)


@given(LINES)
def test_figures_are_counted_in_every_script(line: str) -> None:
    assert (LineFeatures(line).n_numbers > 0) == any(c.isdecimal() for c in line)


@given(LINES)
def test_the_main_script_has_the_most_letters(line: str) -> None:
    counts = letters_by_script(line)
    script = main_script(line)
    assert (script is None) == (not counts)
    assert script is None or counts[script] == max(counts.values())


@given(
    st.lists(st.sampled_from("abcd"), max_size=12), st.lists(st.sampled_from("abcd"), max_size=12)
)
def test_local_and_global_shingles_give_the_same_overlap(one: list[str], two: list[str]) -> None:
    lasting = len(shingles(" ".join(one)) & shingles(" ".join(two)))
    assert len(local_shingles(one) & local_shingles(two)) == lasting
