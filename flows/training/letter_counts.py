"""Gets the counts of letters and letter pairs of a language from two language detectors' models.

lingua's counts are from news, within words. langdetect's are from Wikipedia, and only it has the
vowel signs of Thai. OpenCC converts Chinese to simplified characters.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from cleaners.encoding.char_classes import NON_ASCII_LETTERS

# A letter with a lower share in a language's text is from foreign words.
_MIN_LETTER_SHARE = 5e-6
# A letter that lingua lacks is added if its share is higher than this.
_MIN_COMMON_SHARE = 1e-3
_LANGDETECT_CODES = {"nb": "no"}
_RUSSIAN_E_FOR_EACH_YO = 20  # an estimate, because news mostly print е for ё


class MissingModels(Exception):
    """A library with letter counts isn't installed; the message says how to install it."""

    def __init__(self, library: str) -> None:
        super().__init__(f"{library} isn't installed: make ngrams CORPUS=FOLDER installs it")


def letter_counts(language: str) -> tuple[dict[str, float], dict[str, float]]:
    """The counts of a language's letters, and of its letter pairs within words."""
    if language == "th":
        return _langdetect_counts(language)
    if language == "sr-Latn":
        one, two = _lingua_counts("sr")
        return _respelt(one, _TO_LATIN), _respelt(two, _TO_LATIN)
    one, two = _lingua_counts(language)
    if (_models("langdetect", "profiles") / _LANGDETECT_CODES.get(language, language)).exists():
        # Both detectors lack letters: lingua has no â in Vietnamese.
        own, pairs = _langdetect_counts(_LANGDETECT_CODES.get(language, language))
        scale = sum(one.values()) / sum(own.values())
        for letter, count in own.items():
            if letter in one or (
                language == "vi"
                and letter.islower()
                and scale * count > _MIN_COMMON_SHARE * sum(one.values())
            ):
                one[letter] = one.get(letter, 0.0) + scale * count
        for pair, count in pairs.items():
            if pair[0] in one and pair[1] in one:
                two[pair] = two.get(pair, 0.0) + scale * count
    return (_with_yo(one), _with_yo(two)) if language == "ru" else (one, two)


def _with_yo(counts: dict[str, float]) -> dict[str, float]:
    """The counts with one ё added for every 20 е."""
    found = dict(counts)
    for gram, count in counts.items():
        for place, letter in enumerate(gram):
            if letter == "е":
                dotted = gram[:place] + "ё" + gram[place + 1 :]
                found[dotted] = found.get(dotted, 0.0) + count / _RUSSIAN_E_FOR_EACH_YO
    return found


_TO_LATIN = str.maketrans(
    dict(
        zip(
            "абвгдђежзијклљмнњопрстћуфхцчџш",
            "a b v g d đ e ž z i j k l lj m n nj o p r s t ć u f h c č dž š".split(),
            strict=True,
        )
    )
)


def _respelt(counts: dict[str, float], table: dict[int, str]) -> dict[str, float]:
    """The counts of n-grams after transliteration by `table`.

    If an n-gram becomes longer, its start and its end are counted.
    """
    found: defaultdict[str, float] = defaultdict(float)
    for gram, count in counts.items():
        spelt = gram.translate(table)
        if len(gram) == 1 or len(spelt) == len(gram):
            for letter in spelt if len(gram) == 1 else [spelt]:
                found[letter] += count
        else:
            found[spelt[: len(gram)]] += count
            found[spelt[-len(gram) :]] += count
    return dict(found)


def _lingua_counts(language: str) -> tuple[dict[str, float], dict[str, float]]:
    share = dict(_lingua(language, "unigrams"))
    total = _lingua_total(language)
    own = NON_ASCII_LETTERS.get(language)
    one = {
        gram: part * total
        for gram, part in share.items()
        if part >= _MIN_LETTER_SHARE and (own is None or gram.isascii() or gram in own)
    }
    two = {
        pair: part * one[pair[0]]
        for pair, part in _lingua(language, "bigrams")
        if pair[0] in one and pair[1] in one
    }
    return one, two


def _models(package: str, folder: str) -> Path:
    found = find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise MissingModels(package)
    return Path(found.submodule_search_locations[0]) / folder


def _rows_of(language: str, order: str) -> dict[str, str]:
    import brotli

    file = _models("lingua", "language-models") / language / f"{order}.json.br"
    rows: dict[str, str] = json.loads(brotli.decompress(file.read_bytes()))["ngrams"]
    return rows


def _lingua(language: str, order: str) -> Iterator[tuple[str, float]]:
    """The n-grams of a language, each with the probability of its last letter after the others."""
    for fraction, grams in _rows_of(language, order).items():
        over, under = fraction.split("/")
        for gram in grams.split(" "):
            yield gram, int(over) / int(under)


def _lingua_total(language: str) -> int:
    return max(int(fraction.split("/")[1]) for fraction in _rows_of(language, "unigrams"))


def _langdetect_counts(language: str) -> tuple[dict[str, float], dict[str, float]]:
    file = _models("langdetect", "profiles") / language
    counts: dict[str, int] = json.loads(file.read_text("utf-8"))["freq"]
    own: Counter[str] = Counter()
    for gram, count in counts.items():
        if " " not in gram and (language != "th" or not gram.isascii()):
            own[gram.lower()] += count
    one = {gram: float(count) for gram, count in own.items() if len(gram) == 1}
    two = {gram: float(count) for gram, count in own.items() if len(gram) == 2}
    return one, two


def character_counts(language: str) -> dict[str, float]:
    """The share of each character; `zh-Hans` is `zh` converted to simplified characters."""
    if language != "zh-Hans":
        return dict(_lingua(language, "unigrams"))
    try:
        from opencc import OpenCC
    except ModuleNotFoundError as error:
        raise MissingModels("opencc") from error
    respelt = OpenCC("t2s").convert
    found: defaultdict[str, float] = defaultdict(float)
    for char, part in _lingua("zh", "unigrams"):
        found[respelt(char)] += part
    return dict(found)
