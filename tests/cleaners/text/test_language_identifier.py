"""The language identifier against py3langid, whose model it has."""

from functools import cache
from pathlib import Path
from random import Random

import pytest
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from cleaners.text.language_identifier import shipped_identifier

_PARAGRAPHS = Path(__file__).parents[2] / "benchmarks" / "paragraphs.txt"
_LINES = [line for line in _PARAGRAPHS.read_text("utf-8").splitlines() if line]


@cache
def _py3langid() -> LanguageIdentifier:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def _assert_same_answer(text: str) -> None:
    language, probability = _py3langid().classify(text)
    # The sums of long texts are some 10,000, and both add 32-bit numbers, in another order.
    assert shipped_identifier().classify(text) == (language, pytest.approx(probability, abs=1e-3))


@pytest.mark.parametrize("chars", [1, 7, 40, 255, 256, 257, 3000])
def test_texts_of_any_length_have_the_language_and_probability_of_py3langid(chars: int) -> None:
    whole = " ".join(_LINES)
    for start in range(0, len(whole), len(whole) // 40):
        _assert_same_answer(whole[start : start + chars])


@pytest.mark.parametrize(
    "text", ["", "\0", "A", "ÉTÉ ET HIVER", "e\u0301te\u0301", "\ud800 river", "Вечер\0\0\0evening"]
)
def test_odd_texts_have_the_language_of_py3langid(text: str) -> None:
    _assert_same_answer(text)


def test_random_characters_have_the_language_of_py3langid() -> None:
    source = Random(1)
    for _ in range(100):
        most = source.choice([0x80, 0x250, 0x3000, 0xD800, 0x11000])
        _assert_same_answer("".join(chr(source.randrange(most)) for _ in range(200)))
