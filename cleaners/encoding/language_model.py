"""How plausible a text is as the writing of some language: character pairs against their counts.

The measure is the negative logarithm of the probability that a first-order Markov model of the
best-fitting language gives the text (Cavnar and Trenkle's n-grams with Dunning's probabilities).
Text that was decoded wrongly is several nats a character less likely than what it stands for.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cleaners.encoding.char_classes import CASES, CLASSES, FILE, PACKS, STEPS, Class

if TYPE_CHECKING:
    import numpy.typing as npt

    Codes = npt.NDArray[np.uint16]
    Small = npt.NDArray[np.uint8]

_WORST = 255
_FEW, _MANY = 6, 120  # Latin letters beyond ASCII: too few to judge by, and enough
_BLANK = ord(" ")
_SECOND = 0.3  # share of the letters from which a text's second script is tried as its first


class Score(NamedTuple):
    """What it costs to say a text, in nats, and the language in which it costs least."""

    cost: float
    length: int
    language: str

    @property
    def script(self) -> str:
        """The pack of the language, or `wide` where characters are too many for pairs."""
        return next((pack for pack, names in PACKS.items() if self.language in names), "wide")

    @property
    def rate(self) -> float:
        """Nats a character: about 3 for sound text of the alphabets, twice as much for none."""
        return self.cost / max(1, self.length)


class _Pack(NamedTuple):
    """The languages of one script: for each a cost for every pair of symbols."""

    languages: list[str]
    symbols: npt.NDArray[np.uint16]
    size: int
    costs: Small


class Tables:
    """The n-gram tables, in the form that texts are scored with."""

    def __init__(self) -> None:
        with (files("cleaners") / "data" / FILE).open("rb") as file:
            data = np.load(file)
            classes = data["classes"]
            self.case_costs: Small = data["cases"].reshape(-1)
            letters = {pack: data[f"{pack} letters"] for pack in PACKS}
            self.packs = {
                pack: _pack(
                    [str(name) for name in data[f"{pack} languages"]],
                    letters[pack],
                    data[f"{pack} costs"],
                    classes,
                )
                for pack in PACKS
            }
            self.wide_languages = [str(name) for name in data["wide languages"]]
            self.wide: Small = _wide(
                classes, data["wide letters"], data["wide costs"], data["wide classes"]
            )
            self.scripts, self.cases = _scripts(letters, data["wide letters"])

    def score(self, text: str) -> Score:
        """What a text costs in the language that it fits best."""
        return self.score_codes(codes_of(text))

    def score_codes(self, codes: Codes) -> Score:
        """The same of a text's UTF-16 code units, with a blank before and after."""
        case = self.cases[codes]
        shared = float(self.case_costs[case[:-1] * CASES + case[1:]].sum(dtype=np.int64))
        counts = np.bincount(self.scripts[codes], minlength=len(PACKS) + 2)
        best, language = float("inf"), ""
        letters = counts[1:].sum()
        for place in np.argsort(-counts[1:], kind="stable")[:2]:
            if counts[1 + place] < _SECOND * letters and language:
                break
            cost, name = self._in_pack(int(place), codes)
            if cost < best:
                best, language = cost, name
        return Score((best + shared) / STEPS, len(codes) - 2, language)

    def words(self, text: str, language: str | None = None) -> npt.NDArray[np.float64]:
        """What each word costs, in nats; words are parted by single blanks.

        In `language`, or for each word in the language in which it costs least.
        """
        codes = codes_of(text)
        case = self.cases[codes]
        shared = self.case_costs[case[:-1] * CASES + case[1:]]
        starts = np.flatnonzero(codes[:-1] == _BLANK)
        best = np.full(len(starts), np.inf)
        counts = np.bincount(self.scripts[codes], minlength=len(PACKS) + 2)[1:]
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
            return self.words(text, "en")
        return np.asarray((best + np.add.reduceat(shared, starts, dtype=np.int64)) / STEPS)

    def strangeness(self, codes: Codes, beyond: npt.NDArray[np.intp]) -> float:
        """How ill the Latin letters beyond ASCII fit any one language, in nats a pair; 0 for few.

        Sound text of one language costs about 4. `codes` may be a whole page; `beyond` says where
        it is not ASCII, and some of those letters are looked at.
        """
        places = beyond[:: 1 + len(beyond) // (4 * _MANY)]
        places = places[self.scripts[codes[places]] == 1][:_MANY]
        if len(places) < max(_FEW, min(_MANY, len(codes) / 100)):
            return 0.0
        pack = self.packs["latin"]
        symbols = pack.symbols
        middle = symbols[codes[places]].astype(np.intp)
        before = symbols[codes[places - 1]] * pack.size + middle
        after = middle * pack.size + symbols[codes[(places + 1) % len(codes)]]
        sums = pack.costs[:, np.concatenate([before, after])].sum(axis=1, dtype=np.int64)
        return float(sums.min()) / STEPS / (2 * len(places))

    def _languages(self, place: int) -> list[str]:
        if place == len(PACKS):
            return self.wide_languages
        return self.packs[list(PACKS)[place]].languages

    def _costs(self, place: int, codes: Codes) -> Small:
        """The cost of each code unit but the last after the one before, in each language."""
        if place == len(PACKS):
            return self.wide[:, codes[1:]]
        pack = self.packs[list(PACKS)[place]]
        symbols = pack.symbols[codes].astype(np.intp)
        return pack.costs[:, symbols[:-1] * pack.size + symbols[1:]]

    def _in_pack(self, place: int, codes: Codes) -> tuple[float, str]:
        sums = self._costs(place, codes).sum(axis=1, dtype=np.int64)
        least = int(sums.argmin())
        return float(sums[least]), self._languages(place)[least]


@lru_cache(maxsize=1)
def tables() -> Tables:
    """The tables that are shipped, read when they are first needed."""
    return Tables()


def codes_of(text: str) -> Codes:
    """The UTF-16 code units of a text, with a blank before and after."""
    return np.frombuffer(f" {text} ".encode("utf-16-le", "surrogatepass"), np.uint16)


def _pack(languages: list[str], letters: Codes, costs: Small, classes: Small) -> _Pack:
    symbols = classes.astype(np.uint16)
    symbols[symbols == Class.LETTER] = Class.FOREIGN
    for code in range(128):
        if chr(code).isalpha():
            symbols[code] = Class.LATIN
    for number, code in enumerate(letters.tolist()):
        symbols[code] = CLASSES + number
        upper = chr(code).upper()
        if len(upper) == 1:
            symbols[ord(upper)] = CLASSES + number
    if ord("i") in letters:
        symbols[ord("İ")] = symbols[ord("i")]
    size = CLASSES + len(letters)
    return _Pack(languages, symbols, size, costs.reshape(len(languages), size * size))


def _wide(classes: Small, letters: Codes, costs: Small, others: Small) -> Small:
    """A cost for each character of the basic plane in each of the languages without pairs."""
    table = np.empty((len(costs), 0x10000), np.uint8)
    table[:] = others[classes]
    table[:, classes == Class.LETTER] = _WORST
    table[:, [code for code in range(128) if chr(code).isalpha()]] = others[Class.LATIN]
    table[:, letters] = costs
    return table


def _scripts(letters: dict[str, Codes], wide: Codes) -> tuple[Small, Small]:
    """For each character its pack, counted from 1 (0: none), and its case."""
    scripts, cases = np.zeros(0x10000, np.uint8), np.zeros(0x10000, np.uint8)
    scripts[wide] = len(PACKS) + 1
    cases[wide] = 3
    for number, codes in enumerate(letters.values(), start=1):
        for code in codes.tolist():
            lower, upper = chr(code), chr(code).upper()
            scripts[code] = number
            cases[code] = 1 if lower.islower() else 3
            if upper != lower and len(upper) == 1:
                scripts[ord(upper)], cases[ord(upper)] = number, 2
    return scripts, cases
