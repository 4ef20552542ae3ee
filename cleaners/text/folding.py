"""Folds letters for full-text search, in addition to what SQLite's tokenizer unicode61 folds.

unicode61 ignores case and the accents of Latin letters. This module folds letters that people
replace when they type (ß, ё, ø, ı), compatibility forms (ligatures, full-width letters), the marks
of Greek, Hebrew and Arabic, and the digits of other scripts. It also puts spaces into text of
scripts without spaces.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from cleaners.text.unspaced import UNSPACED_CHAR, WORD_BREAK, insert_word_breaks

# Replacements on other keyboards for letters that Unicode doesn't decompose. The Arabic ones are
# those of Lucene's ArabicNormalizer and PersianNormalizer.
_LETTERS = {
    **{"ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O"},
    **{"đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "TH", "ł": "l", "Ł": "L"},
    **{"ı": "i", "İ": "I", "ħ": "h", "Ħ": "H", "ŧ": "t", "Ŧ": "T", "ŋ": "n", "Ŋ": "N"},
    **{"ə": "e", "Ə": "E", "ɓ": "b", "Ɓ": "B", "ɗ": "d", "Ɗ": "D", "ƙ": "k", "Ƙ": "K"},
    **{"ɛ": "e", "Ɛ": "E", "ɔ": "o", "Ɔ": "O", "ĸ": "k", "ё": "е", "Ё": "Е", "ς": "σ"},
    **{"ة": "ه", "ى": "ي", "ی": "ي", "ے": "ي", "ک": "ك", "ہ": "ه", "ھ": "ه", "ە": "ه", "ـ": ""},
}
# Greek, Hebrew and Arabic, whose combining marks are dropped.
_MARKED = re.compile("[\u0370-\u03ff\u0590-\u06ff\u0750-\u077f\u08a0-\u08ff\u1f00-\u1fff]")
# Characters that fold together: half-width kana with a voicing mark, the letters of a Korean
# syllable, and a Devanagari nasal before a consonant, which can also be a dot (हिन्दी, हिंदी).
_SEQUENCE = re.compile("[\uff66-\uff9d][\uff9e\uff9f]|[\u1100-\u11ff]+|[ङञणनम]्(?=[क-ह])")
_OF_SEQUENCE = re.compile("[\u1100-\u11ffङञणनम]")
_NASAL_DOT = "\u0902"
_UNIT = re.compile(f"({_SEQUENCE.pattern})|.", re.DOTALL)


class _FoldedChars(dict[int, str]):
    """Maps code points to what they fold to; filled on demand."""

    def __missing__(self, code: int) -> str:
        self[code] = _fold_char(chr(code))
        return self[code]


_CHARS = _FoldedChars()


def fold(text: str) -> str:
    """The text in the form of the full-text index; queries are folded in the same way.

    White space is kept, and each letter of a script without spaces gets spaces around it.

    >>> fold("Straße Ёлка ﬁrst κόσμος ２０２４ 東京")
    'Strasse Елка first κοσμοσ 2024 東 京'
    """
    # Most texts have no such letter, and the set of different letters is small.
    if text.isascii() or not any(map(_may_change, set(text))):
        return text
    return insert_word_breaks(_SEQUENCE.sub(_fold_sequence, text).translate(_CHARS))


def folded_or_none(text: str | None) -> str | None:
    """The folded text, or None if folding changes nothing."""
    folded = text and fold(text)
    return None if folded == text else folded


def original_offsets(text: str) -> list[int]:
    """For each offset in `fold(text)`, the offset in `text` that it comes from; then its length."""
    folded, offsets = fold(text), list[int]()
    for unit in _UNIT.finditer(text):
        letters = (_fold_sequence(unit) if unit[1] else unit[0]).translate(_CHARS)
        for letter in letters:
            # Skip inserted spaces, but not the spaces of the text.
            while folded[len(offsets)] == WORD_BREAK != letter:
                offsets.append(unit.start())
            offsets.append(unit.start())
    return [*offsets, len(text)]


@cache
def _may_change(char: str) -> bool:
    return (
        _CHARS[ord(char)] != char
        or re.match(UNSPACED_CHAR, char) is not None
        or _OF_SEQUENCE.match(char) is not None
    )


def _fold_sequence(found: re.Match[str]) -> str:
    is_nasal = "\u0900" <= found[0][0] <= "\u097f"
    return _NASAL_DOT if is_nasal else unicodedata.normalize("NFKC", found[0])


def _fold_char(char: str) -> str:
    if char in _LETTERS:
        return _LETTERS[char]
    if unicodedata.category(char) == "Nd":
        return str(unicodedata.decimal(char))
    decomposed = unicodedata.decomposition(char)
    is_compatible = decomposed.startswith("<") and not decomposed.startswith("<fraction>")
    if _MARKED.match(char) or (is_compatible and char.isalnum()) or "\uf900" <= char <= "\ufaff":
        letters = unicodedata.normalize("NFKD", char)
        bare = "".join(one for one in letters if unicodedata.category(one) != "Mn")
        composed = unicodedata.normalize("NFC", bare if _MARKED.search(letters) else letters)
        return "".join(_LETTERS.get(one, one) for one in composed)
    return char
