"""Splitting, hashing and signing texts, with the same results on all machines."""

from __future__ import annotations

import struct
import subprocess
import sys

import numpy as np
import pytest
from datasketch import MinHash
from hypothesis import given
from hypothesis import strategies as st

from cleaners.text.minhash import signature
from cleaners.text.shingles import (
    SHINGLE_TOKEN,
    shingle_hashes,
    spelled_tokens,
    token_hashes,
    tokens,
)
from cleaners.text.sketch import Sketch, figure_hashes
from tests.likeness import containment, jaccard, shingles

LETTERS = st.text(st.sampled_from("aB é_1٣東ก\n.,“”'-ß😀𝐀Ωж"), max_size=60)


@given(LETTERS)
def test_token_hashes_follow_the_tokens_of_the_text(text: str) -> None:
    plain = text.replace("ß", "x").replace("𝐀", "x")
    words = tokens(plain)
    found = token_hashes(plain)
    assert len(found.hashes) == len(words)
    assert len(set(found.hashes.tolist())) == len(set(words))
    assert found.numeric.tolist() == [word[0].isdecimal() for word in words]


@given(st.text(max_size=80))
def test_any_text_can_be_sketched(text: str) -> None:
    sketch = Sketch.of(text)
    assert sketch.n_words == len(token_hashes(text).hashes)
    assert sketch.n_shingles == len(shingles(text))


def test_a_lone_surrogate_can_be_sketched() -> None:
    assert Sketch.of("one \ud83d two").n_words == 3


@given(st.lists(st.sampled_from("abcdefgh"), max_size=30), st.lists(st.sampled_from("abcdefgh")))
def test_similarity_is_computed_from_runs_of_four_words(a: list[str], b: list[str]) -> None:
    runs = [
        {tuple(words[i : i + 4]) for i in range(max(1, len(words) - 3))} if words else set()
        for words in (a, b)
    ]
    ours, theirs = " ".join(a), " ".join(b)
    both = len(runs[0] & runs[1])
    assert jaccard(ours, theirs) == (both / len(runs[0] | runs[1]) if both else 0)
    assert containment(ours, theirs) == (both / len(runs[0]) if both else 0)


def test_shingles_are_the_same_in_every_process() -> None:
    code = (
        "from cleaners.text.shingles import shingle_hashes;"
        "print(shingle_hashes('One, two: 3 東 fünf').tolist())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(shingle_hashes("one two 3 東 FÜNF").tolist())
    assert len(shingle_hashes("one two 3 東 fünf")) == 2


def test_scripts_without_blanks_are_shingled_by_character() -> None:
    assert len(tokens("停用了十四年的三号码头")) == 11
    assert len(shingle_hashes("停用了十四年的三号码头")) == 8
    assert jaccard("三号码头重新迎来客人", "三号码头重新迎来游人") > 0.3


REPORT = "The index closed up {} points at {} on Monday. Copper fell {} percent to {} dollars."


@pytest.mark.parametrize(
    ("figures", "agreeing"),
    [(("12.5", "6,543", "2", "9,120"), 4), (("31.25", "6,501", "2", "8,870"), 1)],
)
def test_figures_are_equal_if_number_and_context_are_equal(
    figures: tuple[str, ...], agreeing: int
) -> None:
    one = figure_hashes(token_hashes(REPORT.format("12.5", "6,543", "2", "9,120")))
    other = figure_hashes(token_hashes(REPORT.format(*figures)))
    assert len(one) == len(other) == 4
    assert len({*one.tolist()} & {*other.tolist()}) == agreeing


@given(st.lists(st.integers(0, 2**64 - 1), max_size=200))
def test_a_signature_equals_that_of_datasketch(found: list[int]) -> None:
    minhash = MinHash(
        num_perm=128, seed=1, scheme="affine32", hashfunc=lambda shingle: shingle & 0xFFFFFFFF
    )
    minhash.update_batch(found)
    expected = minhash.hashvalues.astype("<u4").tobytes()
    assert signature(np.array(found, dtype=np.uint64)) == expected


def test_batches_do_not_change_the_signature_of_a_long_text() -> None:
    found = np.arange(0, 50_000_000, 4001, dtype=np.uint64)
    parts = [signature(found[at : at + 5000]) for at in range(0, len(found), 5000)]
    minima = [
        min(column) for column in zip(*(struct.unpack("<128I", p) for p in parts), strict=True)
    ]
    assert list(struct.unpack("<128I", signature(found))) == minima


@given(st.text(st.characters(max_codepoint=127)) | LETTERS)
def test_words_are_the_same_however_they_are_found(text: str) -> None:
    assert spelled_tokens(text) == SHINGLE_TOKEN.findall(text)
