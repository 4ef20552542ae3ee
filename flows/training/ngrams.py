"""Makes the character n-gram tables again: `make ngrams CORPUS=FOLDER`.

Letters come from the n-gram counts of two language detectors, lingua (Apache-2.0; letters within
words, from news) and langdetect (Apache-2.0; from Wikipedia), which alone has the vowel signs of
Thai. OpenCC (Apache-2.0) respells Chinese. How letters, blanks, figures, punctuation and capitals
follow each other is counted in the article bodies of CORPUS, a folder as `presswash train` takes
it. Counts are all that is kept.
"""

from __future__ import annotations

import io
import json
import math
import sys
import unicodedata
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

import cleaners
from cleaners.encoding.char_classes import (
    BEYOND_ASCII,
    CASES,
    CLASSES,
    FILE,
    ODD,
    PACKS,
    STEPS,
    Class,
)
from flows.training.corpus import CorpusError, read_corpus

_RAREST = 5e-6  # share of a language's letters below which a letter is a foreign one's
_COMMON = 1e-3  # share from which a letter is one though lingua has none such
_UNSEEN = 3.0  # how many times a pair that was never seen counts, spread over all letters
_MOST = 255
_DEVANAGARI_ON = 0x0900  # past it only scripts that stand in _OWN are letters to us
_GAP = 6.0  # nats that a lost character costs
_HAN_FLOOR = 2e-7
_ALSO = {"nb": "no"}  # what langdetect calls a language
_TOLD = ("latin", "cyrillic", "greek")  # scripts that wrongly read text often comes out in
_VIETNAMESE = 0x1EA0
_MILD = -2.0  # punctuation after letters is told from a few languages' text: it's less odd
_INVISIBLE = [0xAD, 0x200B, 0x2060, 0xFEFF]  # taken out of any text, so no matter where they stand
_TYPOGRAPHY = [Class.OPENING, Class.QUOTED, Class.ELLIPSIS, Class.DASH, Class.NO_BREAK]
_ANYWHERE = [*_TYPOGRAPHY, Class.MARK, Class.MONEY]

# How many characters of a class are about equally likely: what it costs to say which one it is.
_CHOICES = {
    Class.SPACE: 1.2,
    Class.NO_BREAK: 1,
    Class.DIGIT: 10,
    Class.STOP: 3,
    Class.OPEN: 2,
    Class.CLOSE: 2,
    Class.QUOTE: 2,
    Class.HYPHEN: 1,
    Class.ASCII: 12,
    Class.OPENING: 2,
    Class.QUOTED: 8,
    Class.ELLIPSIS: 1,
    Class.LOST: 1,
    Class.DASH: 2,
    Class.MARK: 12,
    Class.RARE: 60,
    Class.DRAWN: 128,
    Class.CONTROL: 64,
    Class.LATIN: 26,
    Class.FOREIGN: 200,
    Class.WIDE: 8,
    Class.OTHER: 500,
    Class.MONEY: 2,
}

Costs = npt.NDArray[np.uint8]


class MissingModels(Exception):
    """A library whose counts the tables are made of isn't there; the sentence says what to do."""

    def __init__(self, library: str) -> None:
        super().__init__(f"{library} isn't installed: make ngrams CORPUS=FOLDER puts it in place")


def main(arguments: list[str]) -> int:
    """Writes the tables into the package's own data folder."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m flows.training.ngrams CORPUS\n")
        return 2
    try:
        tables = make(Path(arguments[0]))
    except (CorpusError, MissingModels) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    file = Path(cleaners.__file__).parent / "data" / FILE
    file.write_bytes(_packed(tables))
    sys.stdout.write(f"{file.name}: {file.stat().st_size:,} bytes\n")
    return 0


def make(corpus: Path) -> dict[str, npt.NDArray[Any]]:
    """All tables by name. Costs are negative logarithms of probabilities, in STEPS to the nat."""
    bodies = [page.body for page in read_corpus(corpus, ("articles",)) if page.body]
    classes = class_table()
    follows, cases = _counted(bodies, classes)
    tables: dict[str, npt.NDArray[Any]] = {"classes": classes, "cases": _rows(cases)}
    between = _transitions(follows)
    for pack, languages in PACKS.items():
        tables |= _pack(pack, languages, between)
    tables |= _wide(between)
    return tables | _suspects(tables, between)


def class_table() -> Costs:
    """The class of each character of the basic plane that is no letter; LETTER for the rest."""
    table = np.full(0x10000, Class.OTHER, np.uint8)
    for code in range(0x10000):
        table[code] = _class_of(chr(code))
    return table


_BY_CHARACTER = {
    **dict.fromkeys(" \n\t", Class.SPACE),
    **dict.fromkeys("\u00a0\u202f\u2009", Class.NO_BREAK),
    **dict.fromkeys(".,:;!?", Class.STOP),
    **dict.fromkeys("([{", Class.OPEN),
    **dict.fromkeys(")]}", Class.CLOSE),
    **dict.fromkeys("\"'", Class.QUOTE),
    "-": Class.HYPHEN,
    "\ufffd": Class.LOST,
    **dict.fromkeys("¿¡", Class.OPENING),
    # Which of them opens and which closes is for each language to say.
    **dict.fromkeys("“”„‘’‚«»‹›", Class.QUOTED),
    "…": Class.ELLIPSIS,
    **dict.fromkeys("–—", Class.DASH),
    **dict.fromkeys("€£¥", Class.MONEY),
    **dict.fromkeys("©®™°№§•·²½", Class.MARK),
    **dict.fromkeys("،؛؟۔־״׳", Class.STOP),
    **dict.fromkeys("\u200c\u200d\u200e\u200f\ufe0f", Class.MARK),
}


def _class_of(char: str) -> Class:  # noqa: PLR0911
    if char in _BY_CHARACTER:
        return _BY_CHARACTER[char]
    category, code = unicodedata.category(char), ord(char)
    if category[0] in "LM":
        return Class.LETTER
    if char.isascii():
        if category == "Nd":
            return Class.DIGIT
        return Class.CONTROL if category == "Cc" else Class.ASCII
    if category == "Cs":
        return Class.OTHER
    if category in ("Cc", "Co", "Cn") or code == 0xFFFC:
        return Class.CONTROL
    if 0x2500 <= code < 0x25A0 or 0x2320 <= code < 0x2322:
        return Class.DRAWN
    if 0x3000 <= code < 0x3030 or 0xFF00 <= code < 0xFFF0 or code == 0x30FB:
        return Class.WIDE
    if code < 0x100 or 0x2000 <= code < 0x2300 or 0x2B0 <= code < 0x300:
        return Class.RARE
    return Class.DIGIT if category == "Nd" else Class.OTHER


def _counted(
    bodies: Iterable[str], classes: Costs
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """How often each class follows each, and each case each, in sound text."""
    follows = np.full((CLASSES, CLASSES), 0.02)
    cases = np.full((CASES, CASES), 0.5)
    for body in bodies:
        text = "\n" + " ".join(unicodedata.normalize("NFC", body).split()) + "\n"
        codes = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), np.uint16)
        found = classes[codes]
        np.add.at(follows, (found[:-1], found[1:]), 1)
        case = np.array([case_of(char) for char in text if ord(char) < 0x10000])
        np.add.at(cases, (case[:-1], case[1:]), 1)
    return follows, cases


def case_of(char: str) -> int:
    """0 for what is no letter, 1 for small letters, 2 for capitals, 3 for letters of no case."""
    if char.islower():
        return 1
    if char.isupper() or char.istitle():
        return 2
    return 3 if unicodedata.category(char)[0] in "LM" else 0


def _transitions(follows: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Costs in nats of one class after another, with those of saying which character it is."""
    cost = -np.log(follows / follows.sum(axis=1, keepdims=True))
    for kind, choices in _CHOICES.items():
        cost[:, kind] += math.log(choices)
    # Letters of another script, which few bodies have: as a word of its own, and going on.
    for kind in (Class.LATIN, Class.FOREIGN):
        cost[:, kind] = cost[Class.SPACE, Class.ASCII] + math.log(_CHOICES[kind])
        cost[Class.SPACE, kind] = 3.0 + math.log(_CHOICES[kind])
        cost[kind] = cost[Class.LETTER]
        cost[kind, kind] = 0.5 + math.log(_CHOICES[kind])
        cost[kind, Class.LETTER] = 9.0
    cost[Class.SPACE, Class.FOREIGN] += 2.0
    # What was lost may have been anything: not much is said by it, and nothing for it.
    cost[Class.LOST] = cost[Class.LETTER]
    cost[:, Class.LOST] = _GAP
    for kind in (Class.OTHER, Class.WIDE):
        cost[kind] = cost[Class.STOP]
    return np.asarray(cost)


def _pack(
    name: str, languages: Iterable[str], between: npt.NDArray[np.float64]
) -> dict[str, npt.NDArray[Any]]:
    """The tables of the languages of one script: their letters, and a cost for every pair."""
    counts = {language: _letters(language) for language in languages}
    letters = sorted({letter for one, _ in counts.values() for letter in one})
    place = {letter: CLASSES + number for number, letter in enumerate(letters)}
    size = CLASSES + len(letters)
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
    """Costs in nats of every symbol after every other in one language."""
    size = CLASSES + len(letters)
    total = sum(one.values())
    share = np.full(size - CLASSES, 1e-7)
    for letter, count in one.items():
        share[place[letter] - CLASSES] = max(count / total, 1e-7)
    pairs = np.zeros((size - CLASSES, size - CLASSES))
    for pair, count in two.items():
        pairs[place[pair[0]] - CLASSES, place[pair[1]] - CLASSES] = count
    pairs += _UNSEEN * share
    pairs /= pairs.sum(axis=1, keepdims=True)
    cost = np.empty((size, size))
    cost[:CLASSES, :CLASSES] = between
    cost[:CLASSES, CLASSES:] = between[:, Class.LETTER, None] - np.log(share)
    cost[CLASSES:, :CLASSES] = between[Class.LETTER]
    cost[CLASSES:, CLASSES:] = between[Class.LETTER, Class.LETTER] - np.log(pairs)
    return cost


def _letters(language: str) -> tuple[dict[str, float], dict[str, float]]:
    """Counts of the letters of a language, and of their pairs within words."""
    if language == "th":
        return _from_langdetect(language)
    if language == "sr-Latn":
        one, two = _from_lingua("sr")
        return _spelt(one, _TO_LATIN), _spelt(two, _TO_LATIN)
    one, two = _from_lingua(language)
    if (_models("langdetect", "profiles") / _ALSO.get(language, language)).exists():
        # Each has holes where the other has none: lingua knows no â in Vietnamese.
        own, pairs = _from_langdetect(_ALSO.get(language, language))
        scale = sum(one.values()) / sum(own.values())
        for letter, count in own.items():
            if letter in one or (
                language == "vi"
                and letter.islower()
                and scale * count > _COMMON * sum(one.values())
            ):
                one[letter] = one.get(letter, 0.0) + scale * count
        for pair, count in pairs.items():
            if pair[0] in one and pair[1] in one:
                two[pair] = two.get(pair, 0.0) + scale * count
    return (_dotted(one), _dotted(two)) if language == "ru" else (one, two)


def _dotted(counts: dict[str, float]) -> dict[str, float]:
    """Counts with ё written once in twenty times that it may be: Russian news mostly print е."""
    found = dict(counts)
    for gram, count in counts.items():
        for place, letter in enumerate(gram):
            if letter == "е":
                dotted = gram[:place] + "ё" + gram[place + 1 :]
                found[dotted] = found.get(dotted, 0.0) + count / 20
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


def _spelt(counts: dict[str, float], table: dict[int, str]) -> dict[str, float]:
    """Counts of n-grams in another spelling, where it has as many letters."""
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


def _from_lingua(language: str) -> tuple[dict[str, float], dict[str, float]]:
    share = dict(_lingua(language, "unigrams"))
    total = _total(language)
    own = BEYOND_ASCII.get(language)
    one = {
        gram: part * total
        for gram, part in share.items()
        if part >= _RAREST and (own is None or gram.isascii() or gram in own)
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
    """The n-grams of a language, each with its probability after the letters before the last."""
    for fraction, grams in _rows_of(language, order).items():
        over, under = fraction.split("/")
        for gram in grams.split(" "):
            yield gram, int(over) / int(under)


def _total(language: str) -> int:
    return max(int(fraction.split("/")[1]) for fraction in _rows_of(language, "unigrams"))


def _from_langdetect(language: str) -> tuple[dict[str, float], dict[str, float]]:
    file = _models("langdetect", "profiles") / language
    counts: dict[str, int] = json.loads(file.read_text("utf-8"))["freq"]
    own: Counter[str] = Counter()
    for gram, count in counts.items():
        if " " not in gram and (language != "th" or not gram.isascii()):
            own[gram.lower()] += count
    one = {gram: float(count) for gram, count in own.items() if len(gram) == 1}
    two = {gram: float(count) for gram, count in own.items() if len(gram) == 2}
    return one, two


def _suspects(
    tables: dict[str, npt.NDArray[Any]], between: npt.NDArray[np.float64]
) -> dict[str, npt.NDArray[Any]]:
    """How odd each pair of symbols is, whatever the language: what it costs beyond ODD nats.

    There are at most 256 symbols, so that a pair is sixteen bits: the letters of the packs in
    _TOLD one by one, those of the others as one for each pack. Two letters of different packs are
    odd side by side. Scripts without a pack, and those with too many characters, say nothing, nor
    do ASCII characters among themselves, nor such punctuation beside them as any page has.
    """
    symbols = tables["classes"].copy()
    symbols[tables["wide letters"]] = Class.WIDE
    symbols[_INVISIBLE] = Class.OTHER
    cost = np.full((256, 256), 15.0)
    cost[:CLASSES, :CLASSES] = between + _MILD
    cost[:CLASSES, CLASSES:] = between[:, Class.LETTER, None] + _MILD
    cost[CLASSES:, :CLASSES] = between[Class.LETTER] + _MILD
    start = CLASSES
    beyond_latin = CLASSES
    for pack in PACKS:
        letters = tables[f"{pack} letters"]
        pairs = tables[f"{pack} costs"][:, CLASSES:, CLASSES:].min(axis=0) / STEPS
        groups = [[place] for place in range(len(letters))]
        if pack not in _TOLD:
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
    silent = [Class.LETTER, Class.WIDE, Class.OTHER, Class.LOST]
    cost[silent] = cost[:, silent] = 0
    cost[Class.FOREIGN, Class.FOREIGN] = 0
    plain = sorted({int(symbols[code]) for code in range(32, 127)} | {Class.SPACE})
    common = [*plain, *_ANYWHERE]
    cost[np.ix_(plain, common)] = cost[np.ix_(common, plain)] = 0
    cost[np.ix_(_ANYWHERE, _ANYWHERE)] = 0
    return {
        "odd symbols": symbols,
        "odd pairs": _quantised(np.maximum(cost - ODD, 0)),
        "odd cases": np.array(
            [case_of(chr(code)) if code > 0x7F else 0 for code in range(0x10000)], np.uint8
        ),
    }


def _wide(between: npt.NDArray[np.float64]) -> dict[str, npt.NDArray[Any]]:
    """Costs of single characters in languages with too many for pairs."""
    languages = ("zh", "zh-Hans", "ja", "ko")
    share = [_characters(language) for language in languages]
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
    # What else stands in such text: as after a letter, but for blanks, which it hardly has.
    single = between[Class.LETTER].copy()
    single[Class.LETTER] = 15.0
    single[Class.WIDE] = 2.3 + math.log(_CHOICES[Class.WIDE])
    single[Class.LATIN] = 4.0 + math.log(26)
    single[Class.DIGIT] = 3.0 + math.log(10)
    return {
        "wide letters": np.array([ord(char) for char in chars], np.uint16),
        "wide languages": np.array(languages),
        "wide costs": _quantised(costs),
        "wide classes": _quantised(single),
    }


def _characters(language: str) -> dict[str, float]:
    """The share of each character; Chinese in simplified characters is respelt from the others."""
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


def _rows(counts: npt.NDArray[np.float64]) -> Costs:
    return _quantised(-np.log(counts / counts.sum(axis=1, keepdims=True)))


def _quantised(nats: npt.NDArray[np.float64]) -> Costs:
    return np.clip(np.rint(nats * STEPS), 0, _MOST).astype(np.uint8)


def _packed(tables: dict[str, npt.NDArray[Any]]) -> bytes:
    """An .npz file that is the same whenever the tables are: no clock in it."""
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
    sys.exit(main(sys.argv[1:]))
