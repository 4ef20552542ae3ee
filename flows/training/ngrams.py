"""Rebuilds the character n-gram tables: `make ngrams CORPUS=FOLDER`.

Letter pairs come from the n-gram counts of two language detectors, lingua and langdetect (both
Apache-2.0). OpenCC (Apache-2.0) converts Chinese to simplified characters. Pairs of letters,
blanks, digits, punctuation and capitals are counted in the article bodies of CORPUS, a folder as
for `presswash train`. Only counts are kept.
"""

from __future__ import annotations

import io
import math
import sys
import unicodedata
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

import cleaners
from cleaners.encoding.char_classes import (
    LANGUAGES_BY_SCRIPT,
    MIN_ODD_PAIR_NATS,
    N_CASES,
    N_CHAR_CLASSES,
    NGRAMS_FILE,
    STEPS_PER_NAT,
    CharClass,
)
from flows.training.corpus import CorpusError, read_corpus
from flows.training.letter_counts import MissingModels, character_counts, letter_counts

# Total count that is added to the pairs of each first letter, in proportion to the second letter's
# share (smoothing).
_UNSEEN_PAIR_COUNT = 3.0
_MAX_STORED_COST = 255
_LOST_CHAR_COST_NATS = 6.0
_HAN_FLOOR = 2e-7  # the lowest share of a Chinese character
# Scripts that mojibake is often in.
_MISREAD_SCRIPTS = ("latin", "cyrillic", "greek")
_VIETNAMESE = 0x1EA0
# Punctuation next to letters was counted in few languages only, so its cost is reduced.
_PUNCTUATION_BONUS_NATS = -2.0
# Cleaning removes these characters, so they are not anomalous anywhere.
_INVISIBLE_CODES = [0xAD, 0x200B, 0x2060, 0xFEFF]
_TYPOGRAPHY = [
    CharClass.OPENING,
    CharClass.QUOTED,
    CharClass.ELLIPSIS,
    CharClass.DASH,
    CharClass.NO_BREAK,
]
_ANYWHERE = [*_TYPOGRAPHY, CharClass.MARK, CharClass.MONEY]

# The effective number of characters in a class: its logarithm is the cost of a particular one.
_CHOICES = {
    CharClass.SPACE: 1.2,
    CharClass.NO_BREAK: 1,
    CharClass.DIGIT: 10,
    CharClass.STOP: 3,
    CharClass.OPEN: 2,
    CharClass.CLOSE: 2,
    CharClass.QUOTE: 2,
    CharClass.HYPHEN: 1,
    CharClass.ASCII: 12,
    CharClass.OPENING: 2,
    CharClass.QUOTED: 8,
    CharClass.ELLIPSIS: 1,
    CharClass.LOST: 1,
    CharClass.DASH: 2,
    CharClass.MARK: 12,
    CharClass.RARE: 60,
    CharClass.DRAWN: 128,
    CharClass.CONTROL: 64,
    CharClass.LATIN: 26,
    CharClass.FOREIGN: 200,
    CharClass.WIDE: 8,
    CharClass.OTHER: 500,
    CharClass.MONEY: 2,
}

Costs = npt.NDArray[np.uint8]


def write_ngrams(arguments: list[str]) -> int:
    """Writes the tables into the package's data folder; returns the exit status."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m flows.training.ngrams CORPUS\n")
        return 2
    try:
        tables = make(Path(arguments[0]))
    except (CorpusError, MissingModels) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    file = Path(cleaners.__file__).parent / "data" / NGRAMS_FILE
    file.write_bytes(_packed(tables))
    sys.stdout.write(f"{file.name}: {file.stat().st_size:,} bytes\n")
    return 0


def make(corpus: Path) -> dict[str, npt.NDArray[Any]]:
    """All tables by name. Costs are negative log-probabilities in units of 1/STEPS_PER_NAT nat."""
    bodies = [page.body for page in read_corpus(corpus, ("articles",)) if page.body]
    classes = class_table()
    follows, cases = _class_transition_counts(bodies, classes)
    tables: dict[str, npt.NDArray[Any]] = {"classes": classes, "cases": _log_costs(cases)}
    between = _transitions(follows)
    for pack, languages in LANGUAGES_BY_SCRIPT.items():
        tables |= _language_tables(pack, languages, between)
    tables |= _cjk_tables(between)
    return tables | _odd_pair_tables(tables, between)


def class_table() -> Costs:
    """The class of each character up to U+FFFF; all letters have the class LETTER."""
    table = np.full(0x10000, CharClass.OTHER, np.uint8)
    for code in range(0x10000):
        table[code] = _class_of(chr(code))
    return table


_BY_CHARACTER = {
    **dict.fromkeys(" \n\t", CharClass.SPACE),
    **dict.fromkeys("\u00a0\u202f\u2009", CharClass.NO_BREAK),
    **dict.fromkeys(".,:;!?", CharClass.STOP),
    **dict.fromkeys("([{", CharClass.OPEN),
    **dict.fromkeys(")]}", CharClass.CLOSE),
    **dict.fromkeys("\"'", CharClass.QUOTE),
    "-": CharClass.HYPHEN,
    "\ufffd": CharClass.LOST,
    **dict.fromkeys("¿¡", CharClass.OPENING),
    # Which of these opens a quotation and which closes it depends on the language.
    **dict.fromkeys("“”„‘’‚«»‹›", CharClass.QUOTED),
    "…": CharClass.ELLIPSIS,
    **dict.fromkeys("–—", CharClass.DASH),
    **dict.fromkeys("€£¥", CharClass.MONEY),
    **dict.fromkeys("©®™°№§•·²½", CharClass.MARK),
    **dict.fromkeys("،؛؟۔־״׳", CharClass.STOP),
    **dict.fromkeys("\u200c\u200d\u200e\u200f\ufe0f", CharClass.MARK),
}


def _class_of(char: str) -> CharClass:  # noqa: PLR0911
    if char in _BY_CHARACTER:
        return _BY_CHARACTER[char]
    category, code = unicodedata.category(char), ord(char)
    if category[0] in "LM":
        return CharClass.LETTER
    if char.isascii():
        if category == "Nd":
            return CharClass.DIGIT
        return CharClass.CONTROL if category == "Cc" else CharClass.ASCII
    if category == "Cs":
        return CharClass.OTHER
    if category in ("Cc", "Co", "Cn") or code == 0xFFFC:
        return CharClass.CONTROL
    if 0x2500 <= code < 0x25A0 or 0x2320 <= code < 0x2322:
        return CharClass.DRAWN
    if 0x3000 <= code < 0x3030 or 0xFF00 <= code < 0xFFF0 or code == 0x30FB:
        return CharClass.WIDE
    if code < 0x100 or 0x2000 <= code < 0x2300 or 0x2B0 <= code < 0x300:
        return CharClass.RARE
    return CharClass.DIGIT if category == "Nd" else CharClass.OTHER


def _class_transition_counts(
    bodies: Iterable[str], classes: Costs
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """How often each class follows each class, and each case each case, in the bodies."""
    follows = np.full((N_CHAR_CLASSES, N_CHAR_CLASSES), 0.02)
    cases = np.full((N_CASES, N_CASES), 0.5)
    for body in bodies:
        text = "\n" + " ".join(unicodedata.normalize("NFC", body).split()) + "\n"
        codes = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), np.uint16)
        found = classes[codes]
        np.add.at(follows, (found[:-1], found[1:]), 1)
        case = np.array([case_of(char) for char in text if ord(char) < 0x10000])
        np.add.at(cases, (case[:-1], case[1:]), 1)
    return follows, cases


def case_of(char: str) -> int:
    """1 for lower case, 2 for upper case, 3 for letters without case, 0 for other characters."""
    if char.islower():
        return 1
    if char.isupper() or char.istitle():
        return 2
    return 3 if unicodedata.category(char)[0] in "LM" else 0


def _transitions(follows: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The cost in nats of each class after each class, including the choice of the character."""
    cost = -np.log(follows / follows.sum(axis=1, keepdims=True))
    for kind, choices in _CHOICES.items():
        cost[:, kind] += math.log(choices)
    # Letters of another script are rare in the bodies, so the cost of a word in it is set by hand.
    for kind in (CharClass.LATIN, CharClass.FOREIGN):
        cost[:, kind] = cost[CharClass.SPACE, CharClass.ASCII] + math.log(_CHOICES[kind])
        cost[CharClass.SPACE, kind] = 3.0 + math.log(_CHOICES[kind])
        cost[kind] = cost[CharClass.LETTER]
        cost[kind, kind] = 0.5 + math.log(_CHOICES[kind])
        cost[kind, CharClass.LETTER] = 9.0
    cost[CharClass.SPACE, CharClass.FOREIGN] += 2.0
    # A lost character can have been any, so it must not make a text more plausible.
    cost[CharClass.LOST] = cost[CharClass.LETTER]
    cost[:, CharClass.LOST] = _LOST_CHAR_COST_NATS
    for kind in (CharClass.OTHER, CharClass.WIDE):
        cost[kind] = cost[CharClass.STOP]
    return np.asarray(cost)


def _language_tables(
    name: str, languages: Iterable[str], between: npt.NDArray[np.float64]
) -> dict[str, npt.NDArray[Any]]:
    """The tables of one script: its letters, its languages, and in each the cost of each pair."""
    counts = {language: letter_counts(language) for language in languages}
    letters = sorted({letter for one, _ in counts.values() for letter in one})
    place = {letter: N_CHAR_CLASSES + number for number, letter in enumerate(letters)}
    size = N_CHAR_CLASSES + len(letters)
    costs = np.zeros((len(counts), size, size), np.uint8)
    for number, (one, two) in enumerate(counts.values()):
        costs[number] = _quantised(_language(one, two, letters, place, between))
    return {
        f"{name} letters": np.array([ord(letter) for letter in letters], np.uint16),
        f"{name} languages": np.array(list(counts)),
        f"{name} costs": costs,
    }


def _language(
    one: dict[str, float],
    two: dict[str, float],
    letters: list[str],
    place: dict[str, int],
    between: npt.NDArray[np.float64],
) -> npt.NDArray[np.float64]:
    """The cost in nats of each symbol after each symbol in one language."""
    size = N_CHAR_CLASSES + len(letters)
    total = sum(one.values())
    share = np.full(size - N_CHAR_CLASSES, 1e-7)
    for letter, count in one.items():
        share[place[letter] - N_CHAR_CLASSES] = max(count / total, 1e-7)
    pairs = np.zeros((size - N_CHAR_CLASSES, size - N_CHAR_CLASSES))
    for pair, count in two.items():
        pairs[place[pair[0]] - N_CHAR_CLASSES, place[pair[1]] - N_CHAR_CLASSES] = count
    pairs += _UNSEEN_PAIR_COUNT * share
    pairs /= pairs.sum(axis=1, keepdims=True)
    cost = np.empty((size, size))
    cost[:N_CHAR_CLASSES, :N_CHAR_CLASSES] = between
    cost[:N_CHAR_CLASSES, N_CHAR_CLASSES:] = between[:, CharClass.LETTER, None] - np.log(share)
    cost[N_CHAR_CLASSES:, :N_CHAR_CLASSES] = between[CharClass.LETTER]
    cost[N_CHAR_CLASSES:, N_CHAR_CLASSES:] = between[CharClass.LETTER, CharClass.LETTER] - np.log(
        pairs
    )
    return cost


def _odd_pair_tables(
    tables: dict[str, npt.NDArray[Any]], between: npt.NDArray[np.float64]
) -> dict[str, npt.NDArray[Any]]:
    """The anomaly of each pair of symbols: its lowest cost in any language above MIN_ODD_PAIR_NATS.

    There are at most 256 symbols, so that a pair has 16 bits. Letters of _MISREAD_SCRIPTS are
    symbols of their own; each other script has a single symbol. Letters of two scripts next to each
    other are anomalous. Pairs of ASCII characters, pairs of ASCII and common punctuation, and pairs
    with characters of other scripts are never anomalous.
    """
    symbols = tables["classes"].copy()
    symbols[tables["wide letters"]] = CharClass.WIDE
    symbols[_INVISIBLE_CODES] = CharClass.OTHER
    cost = np.full((256, 256), 15.0)
    cost[:N_CHAR_CLASSES, :N_CHAR_CLASSES] = between + _PUNCTUATION_BONUS_NATS
    cost[:N_CHAR_CLASSES, N_CHAR_CLASSES:] = (
        between[:, CharClass.LETTER, None] + _PUNCTUATION_BONUS_NATS
    )
    cost[N_CHAR_CLASSES:, :N_CHAR_CLASSES] = between[CharClass.LETTER] + _PUNCTUATION_BONUS_NATS
    start = N_CHAR_CLASSES
    beyond_latin = N_CHAR_CLASSES
    for pack in LANGUAGES_BY_SCRIPT:
        letters = tables[f"{pack} letters"]
        pairs = (
            tables[f"{pack} costs"][:, N_CHAR_CLASSES:, N_CHAR_CLASSES:].min(axis=0) / STEPS_PER_NAT
        )
        groups = [[place] for place in range(len(letters))]
        if pack not in _MISREAD_SCRIPTS:
            groups = [list(range(len(letters)))]
        elif pack == "latin":
            groups = [[p] for (p,) in groups if letters[p] < _VIETNAMESE]
            groups.append([p for p in range(len(letters)) if letters[p] >= _VIETNAMESE])
        for row, one in enumerate(groups):
            for column, other in enumerate(groups):
                cost[start + row, start + column] = pairs[np.ix_(one, other)].min()
            for code in letters[one].tolist():
                symbols[code] = start + row
                if len(chr(code).upper()) == 1:
                    symbols[ord(chr(code).upper())] = start + row
        start += len(groups)
        beyond_latin = start if pack == "latin" else beyond_latin
    cost[beyond_latin:start, _TYPOGRAPHY] = 0
    cost[np.ix_(_TYPOGRAPHY, range(beyond_latin, start))] = 0
    silent = [CharClass.LETTER, CharClass.WIDE, CharClass.OTHER, CharClass.LOST]
    cost[silent] = cost[:, silent] = 0
    cost[CharClass.FOREIGN, CharClass.FOREIGN] = 0
    plain = sorted({int(symbols[code]) for code in range(32, 127)} | {CharClass.SPACE})
    common = [*plain, *_ANYWHERE]
    cost[np.ix_(plain, common)] = cost[np.ix_(common, plain)] = 0
    cost[np.ix_(_ANYWHERE, _ANYWHERE)] = 0
    return {
        "odd symbols": symbols,
        "odd pairs": _quantised(np.maximum(cost - MIN_ODD_PAIR_NATS, 0)),
        "odd cases": np.array(
            [case_of(chr(code)) if code > 0x7F else 0 for code in range(0x10000)], np.uint8
        ),
    }


def _cjk_tables(between: npt.NDArray[np.float64]) -> dict[str, npt.NDArray[Any]]:
    """The costs of single characters in East Asian languages, which have too many for pairs."""
    languages = ("zh", "zh-Hans", "ja", "ko")
    share = [character_counts(language) for language in languages]
    chars = sorted(
        {
            char
            for one in share
            for char, part in one.items()
            if part > _HAN_FLOOR and ord(char) < 0x10000
        }
    )
    costs = np.full((len(languages), len(chars)), -math.log(_HAN_FLOOR))
    for number, one in enumerate(share):
        for place, char in enumerate(chars):
            costs[number, place] = -math.log(max(one.get(char, 0.0), _HAN_FLOOR))
    # Other classes cost as much as after a letter, with some exceptions.
    single = between[CharClass.LETTER].copy()
    single[CharClass.LETTER] = 15.0
    single[CharClass.WIDE] = 2.3 + math.log(_CHOICES[CharClass.WIDE])
    single[CharClass.LATIN] = 4.0 + math.log(26)
    single[CharClass.DIGIT] = 3.0 + math.log(10)
    return {
        "wide letters": np.array([ord(char) for char in chars], np.uint16),
        "wide languages": np.array(languages),
        "wide costs": _quantised(costs),
        "wide classes": _quantised(single),
    }


def _log_costs(counts: npt.NDArray[np.float64]) -> Costs:
    return _quantised(-np.log(counts / counts.sum(axis=1, keepdims=True)))


def _quantised(nats: npt.NDArray[np.float64]) -> Costs:
    return np.clip(np.rint(nats * STEPS_PER_NAT), 0, _MAX_STORED_COST).astype(np.uint8)


def _packed(tables: dict[str, npt.NDArray[Any]]) -> bytes:
    """The bytes of an .npz file without timestamps, so that equal tables give equal bytes."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, table in tables.items():
            part = io.BytesIO()
            np.lib.format.write_array(part, table, allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, part.getvalue())
    return whole.getvalue()


if __name__ == "__main__":
    sys.exit(write_ngrams(sys.argv[1:]))
