"""Classifies the characters of all blocks of a page at once, with one table lookup for each."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from cleaners.text.unspaced import EAST_ASIAN, THAI_TO_KHMER

(
    OTHER, SPACE, LOWER, UPPER, DIGIT, STOP, COMMA, QUOTE, RULE, BRACKET, MONEY, DENSE, UNCASED, MARK, WEB, DENSE_FUNCTION,
) = range(16)  # fmt: skip
N_KINDS = 16

LATIN, CYRILLIC, GREEK, ARABIC, HEBREW, INDIC, HAN, KANA, HANGUL, THAI, OTHER_SCRIPT = range(1, 12)
N_SCRIPTS = 12

_SCRIPT_RANGES = (
    (0x41, 0x24F, LATIN), (0x1E00, 0x1EFF, LATIN), (0x250, 0x2AF, LATIN), (0x370, 0x3FF, GREEK), (0x1F00, 0x1FFF, GREEK),
    (0x400, 0x52F, CYRILLIC), (0x530, 0x58F, OTHER_SCRIPT), (0x590, 0x5FF, HEBREW), (0x600, 0x77F, ARABIC),
    (0x8A0, 0x8FF, ARABIC), (0xFB50, 0xFDFF, ARABIC), (0xFE70, 0xFEFF, ARABIC), (0x900, 0xDFF, INDIC),
    (0xE00, 0xEFF, THAI), (0x1000, 0x109F, THAI), (0x10A0, 0x10FF, OTHER_SCRIPT), (0x1100, 0x11FF, HANGUL),
    (0x1200, 0x137F, OTHER_SCRIPT), (0x1780, 0x17FF, THAI), (0x3040, 0x30FF, KANA), (0x3400, 0x9FFF, HAN),
    (0xAC00, 0xD7AF, HANGUL), (0xF900, 0xFAFF, HAN),
)  # fmt: skip
_CHARS_BY_KIND = {
    STOP: ".!?…。！？｡؟।॥։።",
    COMMA: ",;:、，；：،؛",
    QUOTE: "\"'“”„‟«»‹›‘’‚「」『』《》〈〉″′",
    RULE: "|/\\·•>→←»▶►▸▼▲★☆●○◆■□✓✔×–—-_~=*#+",
    BRACKET: "()[]{}（）【】［］",
    MONEY: "$€£¥₽₴₸₺₹%‰°™®©№",
    WEB: "@",
}
# The most common function characters of Chinese. In Japanese, hiragana count as such.
_CHINESE_FUNCTION_CHARS = (
    "的了在是不和有我他这這个們们也就都而及與与為为对對說说于於之以被將将并從从但或"
)


_BY_CATEGORY = {
    "Lu": UPPER, "Lt": UPPER, "Ll": LOWER, "Lo": UNCASED, "Lm": UNCASED, "Mn": MARK, "Mc": MARK, "Nd": DIGIT,
}  # fmt: skip
_SPACES = (
    *range(9, 14), 32, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000,
)  # fmt: skip
_LETTER_KINDS = (LOWER, UPPER, UNCASED, DENSE, DENSE_FUNCTION)
_IN_WORD = np.isin(np.arange(N_KINDS), (*_LETTER_KINDS, DIGIT, MARK))
_IN_WORD_CODED = np.tile(_IN_WORD, 256 // N_KINDS)
LETTER = np.isin(np.arange(N_KINDS), _LETTER_KINDS)
LATER_PLANES = 0x10000  # the table entry for all code points above U+FFFF
BLANK_CODE = 32
_CONTEXT_DEPENDENT = 0


@dataclass(frozen=True, slots=True)
class Characters:
    """The characters of lines of text in sequence, with a line feed after each line.

    `codes` are code points, with `LATER_PLANES` for those above U+FFFF. `coded` are their entries in
    `char_table`, and `kinds` their classes. Line i starts at `starts[i]` and has `lengths[i]`
    characters. `owner` is the line of each character.
    """

    codes: NDArray[np.intp]
    coded: NDArray[np.uint8]
    kinds: NDArray[np.uint8]
    starts: NDArray[np.intp]
    lengths: NDArray[np.intp]
    owner: NDArray[np.intp]

    def count(self, positions: NDArray[np.intp]) -> NDArray[np.intp]:
        """The number of positions in each line."""
        return np.bincount(self.owner.take(positions), minlength=len(self.starts))

    def count_each(self, classes: NDArray[np.uint8], n_classes: int) -> NDArray[np.float32]:
        """The number of characters of each class in each line (classes x lines)."""
        n = len(self.starts)
        slots = classes * np.intp(n)
        slots += self.owner
        counts = np.bincount(slots, minlength=n_classes * n)
        return counts.reshape(n_classes, n).astype(np.float32)


def read_characters(lines: Sequence[str]) -> Characters:
    """The characters of the lines, of which there is at least one; a line has no line feeds."""
    text = "\n".join([*lines, ""])
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.intp)
    np.minimum(codes, LATER_PLANES, out=codes)
    lengths = np.fromiter(map(len, lines), dtype=np.intp, count=len(lines))
    sizes = lengths + 1
    starts = sizes.cumsum() - sizes
    owner = np.arange(len(lines)).repeat(sizes)
    coded = char_table().take(codes)
    return Characters(codes, coded, coded & np.uint8(N_KINDS - 1), starts, lengths, owner)


@cache
def char_table() -> NDArray[np.uint8]:
    """Class + 16 x script of each code point up to U+FFFF; the last entry is for those above."""
    kinds = _kind_table()
    scripts = np.zeros(LATER_PLANES + 1, dtype=np.uint8)
    for low, high, script in _SCRIPT_RANGES:
        scripts[low : high + 1] = script
    scripts[~LETTER[kinds]] = 0
    return kinds + np.uint8(N_KINDS) * scripts


def _kind_table() -> NDArray[np.uint8]:
    kinds = np.full(LATER_PLANES + 1, OTHER, dtype=np.uint8)
    category = unicodedata.category
    for code in range(0x3400):
        kinds[code] = _BY_CATEGORY.get(category(chr(code)), OTHER)
    kinds[0xA000:0xD7A4] = UNCASED
    kinds[0xFB00:0xFE00] = UNCASED
    kinds[0xFE70:0xFEFF] = UNCASED
    kinds[0xFF10:0xFF1A] = DIGIT
    for first, last in EAST_ASIAN:
        kinds[first : last + 1] = DENSE
    kinds[0x3041:0x3097] = DENSE_FUNCTION
    for first, last in THAI_TO_KHMER:
        letters = kinds[first : last + 1]
        letters[(letters == UNCASED) | (letters == MARK)] = DENSE
    kinds[list(_SPACES)] = SPACE
    for kind, members in _CHARS_BY_KIND.items():
        kinds[list(map(ord, members))] = kind
    kinds[list(map(ord, _CHINESE_FUNCTION_CHARS))] = DENSE_FUNCTION
    return kinds


@cache
def _lower_table() -> NDArray[np.uint32]:
    """The lower-case form of each word character; `BLANK_CODE` for other characters.

    It is `_CONTEXT_DEPENDENT` if the form has two characters or depends on the characters around.
    """
    lowered = np.full(LATER_PLANES + 1, BLANK_CODE, dtype="<u4")
    in_word = _IN_WORD[char_table() & np.uint8(N_KINDS - 1)]
    in_word[ord("İ")] = False  # the only letter whose lower-case form has two characters
    codes = np.flatnonzero(in_word)
    forms = "".join(map(chr, codes.tolist())).lower()
    lowered[codes] = np.frombuffer(forms.encode("utf-32-le"), "<u4")
    lowered[[ord("Σ"), ord("İ")]] = _CONTEXT_DEPENDENT
    return lowered


def lower_words(codes: NDArray[np.intp]) -> str:
    """The characters in lower case, with a blank in place of each character outside words."""
    lowered = _lower_table().take(codes)
    if lowered.all():
        return str(lowered.data, "utf-32-le")
    in_word = lowered != BLANK_CODE
    return str(np.where(in_word, codes, BLANK_CODE).astype("<u4").data, "utf-32-le").lower()


def word_starts(coded: NDArray[np.uint8]) -> NDArray[np.intp]:
    """The positions where runs of word characters start."""
    inside = _IN_WORD_CODED.take(coded)
    opens = inside.copy()
    np.greater(inside[1:], inside[:-1], out=opens[1:])
    return opens.nonzero()[0]
