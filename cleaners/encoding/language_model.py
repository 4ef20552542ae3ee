"""Scores text with a character language model: the cost in the best-fitting language, in nats.

The cost is the negative log-probability of the text in a first-order Markov model of the language
(Cavnar and Trenkle's n-grams with Dunning's probabilities). Mojibake costs several nats more per
character than the correct text.

The tables are grouped by script. East Asian languages are one group, `wide`, with unigrams only.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cleaners.encoding.char_classes import (
    LANGUAGES_BY_SCRIPT,
    N_CASES,
    N_CHAR_CLASSES,
    NGRAMS_FILE,
    STEPS_PER_NAT,
    CharClass,
)

if TYPE_CHECKING:
    import numpy.typing as npt

    Codes = npt.NDArray[np.uint16]
    Small = npt.NDArray[np.uint8]

_MAX_COST = 255
# Accented Latin letters that are needed to judge a text, and how many are examined at most.
_MIN_ACCENTS, _MAX_ACCENTS = 6, 120
_BLANK_CODE = ord(" ")
# The second most frequent script is tried too if it has at least this share of the letters.
_MIN_SECOND_SCRIPT_SHARE = 0.3


class LanguageScore(NamedTuple):
    """The lowest cost of a text in nats, its length in UTF-16 code units, and the language."""

    cost: float
    length: int
    language: str

    @property
    def script(self) -> str:
        """The script of the language; `wide` for Chinese, Japanese and Korean."""
        return next(
            (pack for pack, names in LANGUAGES_BY_SCRIPT.items() if self.language in names), "wide"
        )

    @property
    def nats_per_char(self) -> float:
        """The cost per character: about 3 for correct alphabetic text, twice that for mojibake."""
        return self.cost / max(1, self.length)


class _ScriptModel(NamedTuple):
    """The bigram tables of one script's languages.

    `symbols` maps each UTF-16 code unit to a symbol: a letter of the script or a character class.
    `costs` has a row for each language. Its column for a pair is first symbol * `size` + second.
    """

    languages: list[str]
    symbols: npt.NDArray[np.uint16]
    size: int
    costs: Small


class LanguageModel:
    """Bigram tables of each script's languages, and unigram tables for East Asian ones."""

    def __init__(self) -> None:
        with (files("cleaners") / "data" / NGRAMS_FILE).open("rb") as file:
            data = np.load(file)
            classes = data["classes"]
            self.case_costs: Small = data["cases"].reshape(-1)
            letters = {pack: data[f"{pack} letters"] for pack in LANGUAGES_BY_SCRIPT}
            self.script_models = {
                pack: _script_model(
                    [str(name) for name in data[f"{pack} languages"]],
                    letters[pack],
                    data[f"{pack} costs"],
                    classes,
                )
                for pack in LANGUAGES_BY_SCRIPT
            }
            self.cjk_languages = [str(name) for name in data["wide languages"]]
            self.cjk_costs: Small = _cjk_cost_table(
                classes, data["wide letters"], data["wide costs"], data["wide classes"]
            )
            self.scripts, self.cases = _script_and_case_tables(letters, data["wide letters"])

    def score(self, text: str) -> LanguageScore:
        """The cost of a text in the language that fits it best."""
        return self.score_codes(utf16_codes(text))

    def score_codes(self, codes: Codes) -> LanguageScore:
        """The cost of a text given as `utf16_codes` returns it, with a blank before and after."""
        case = self.cases.take(codes)
        shared = int(self.case_costs.take(case[:-1] * N_CASES + case[1:]).sum(dtype=np.int64))
        scripts = np.bincount(self.scripts.take(codes), minlength=len(LANGUAGES_BY_SCRIPT) + 2)
        counts = scripts[1:].tolist()
        best, language = float("inf"), ""
        for place in sorted(range(len(counts)), key=counts.__getitem__, reverse=True)[:2]:
            if counts[place] < _MIN_SECOND_SCRIPT_SHARE * sum(counts) and language:
                break
            cost, name = self._in_pack(place, codes)
            if cost < best:
                best, language = cost, name
        return LanguageScore((best + shared) / STEPS_PER_NAT, len(codes) - 2, language)

    def word_costs(self, text: str, language: str | None = None) -> npt.NDArray[np.float64]:
        """The cost of each word in nats; words are separated by single blanks.

        The cost is in `language` if given, else in the language that fits the word best.
        """
        codes = utf16_codes(text)
        case = self.cases[codes]
        shared = self.case_costs[case[:-1] * N_CASES + case[1:]]
        starts = np.flatnonzero(codes[:-1] == _BLANK_CODE)
        best = np.full(len(starts), np.inf)
        counts = np.bincount(self.scripts[codes], minlength=len(LANGUAGES_BY_SCRIPT) + 2)[1:]
        for place in range(len(counts)):
            names = self._languages(place)
            if language not in names if language else not counts[place]:
                continue
            costs = self._costs(place, codes)
            if language:
                costs = costs[names.index(language)][None]
            sums = np.add.reduceat(costs, starts, axis=1, dtype=np.int64)
            best = np.minimum(best, sums.min(axis=0))
        if not np.isfinite(best).all():
            return self.word_costs(text, "en")
        return np.asarray((best + np.add.reduceat(shared, starts, dtype=np.int64)) / STEPS_PER_NAT)

    def accent_misfit(self, codes: Codes, beyond: npt.NDArray[np.intp], n_chars: int) -> float:
        """How badly the accented Latin letters fit any single language, in nats per letter pair.

        Correct text in one language costs about 4; the result is 0 if there are too few letters.
        `codes` may be the lines of a page that have other characters than ASCII, and `n_chars` the
        length of the page. `beyond` are the positions of the non-ASCII code units, of which a
        sample is examined.
        """
        places = beyond[:: 1 + len(beyond) // (4 * _MAX_ACCENTS)]
        places = places[self.scripts[codes[places]] == 1][:_MAX_ACCENTS]
        if len(places) < max(_MIN_ACCENTS, min(_MAX_ACCENTS, n_chars / 100)):
            return 0.0
        pack = self.script_models["latin"]
        symbols = pack.symbols
        middle = symbols[codes[places]].astype(np.intp)
        before = symbols[codes[places - 1]] * pack.size + middle
        after = middle * pack.size + symbols[codes[(places + 1) % len(codes)]]
        sums = pack.costs[:, np.concatenate([before, after])].sum(axis=1, dtype=np.int64)
        return float(sums.min()) / STEPS_PER_NAT / (2 * len(places))

    def _languages(self, place: int) -> list[str]:
        if place == len(LANGUAGES_BY_SCRIPT):
            return self.cjk_languages
        return self.script_models[list(LANGUAGES_BY_SCRIPT)[place]].languages

    def _costs(self, place: int, codes: Codes) -> Small:
        """The cost of each code unit given the one before it: one row for each language."""
        if place == len(LANGUAGES_BY_SCRIPT):
            return self.cjk_costs.take(codes[1:], axis=1)
        pack = self.script_models[list(LANGUAGES_BY_SCRIPT)[place]]
        symbols = pack.symbols.take(codes).astype(np.intp)
        return pack.costs.take(symbols[:-1] * pack.size + symbols[1:], axis=1)

    def _in_pack(self, place: int, codes: Codes) -> tuple[float, str]:
        sums = self._costs(place, codes).sum(axis=1, dtype=np.int64)
        least = int(sums.argmin())
        return float(sums[least]), self._languages(place)[least]


@lru_cache(maxsize=1)
def language_model() -> LanguageModel:
    """The shipped model, loaded once."""
    return LanguageModel()


def utf16_codes(text: str) -> Codes:
    """The UTF-16 code units of a text, with a blank added before and after."""
    return np.frombuffer(f" {text} ".encode("utf-16-le", "surrogatepass"), np.uint16)


def _script_model(
    languages: list[str], letters: Codes, costs: Small, classes: Small
) -> _ScriptModel:
    symbols = classes.astype(np.uint16)
    symbols[symbols == CharClass.LETTER] = CharClass.FOREIGN
    for code in range(128):
        if chr(code).isalpha():
            symbols[code] = CharClass.LATIN
    for number, code in enumerate(letters.tolist()):
        symbols[code] = N_CHAR_CLASSES + number
        upper = chr(code).upper()
        if len(upper) == 1:
            symbols[ord(upper)] = N_CHAR_CLASSES + number
    if ord("i") in letters:
        symbols[ord("İ")] = symbols[ord("i")]
    size = N_CHAR_CLASSES + len(letters)
    return _ScriptModel(languages, symbols, size, costs.reshape(len(languages), size * size))


def _cjk_cost_table(classes: Small, letters: Codes, costs: Small, others: Small) -> Small:
    """The cost of each character up to U+FFFF in each East Asian language (unigrams)."""
    table = np.empty((len(costs), 0x10000), np.uint8)
    table[:] = others[classes]
    table[:, classes == CharClass.LETTER] = _MAX_COST
    table[:, [code for code in range(128) if chr(code).isalpha()]] = others[CharClass.LATIN]
    table[:, letters] = costs
    return table


def _script_and_case_tables(letters: dict[str, Codes], wide: Codes) -> tuple[Small, Small]:
    """The script of each character up to U+FFFF, counted from 1 (0: none), and its case.

    The case is 1 for lower case, 2 for upper case, and 3 for letters without case.
    """
    scripts, cases = np.zeros(0x10000, np.uint8), np.zeros(0x10000, np.uint8)
    scripts[wide] = len(LANGUAGES_BY_SCRIPT) + 1
    cases[wide] = 3
    for number, codes in enumerate(letters.values(), start=1):
        for code in codes.tolist():
            lower, upper = chr(code), chr(code).upper()
            scripts[code] = number
            cases[code] = 1 if lower.islower() else 3
            if upper != lower and len(upper) == 1:
                scripts[ord(upper)], cases[ord(upper)] = number, 2
    return scripts, cases
