"""Counts characters of each class in every block of a page at once, with one table look-up per character."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

(
    OTHER, SPACE, LOWER, UPPER, DIGIT, STOP, COMMA, QUOTE, RULE, BRACKET, MONEY, DENSE, UNCASED, MARK, WEB, DENSE_FUNCTION,
) = range(16)  # fmt: skip
CLASSES = 16

LATIN, CYRILLIC, GREEK, ARABIC, HEBREW, INDIC, HAN, KANA, HANGUL, THAI, OTHER_SCRIPT = range(1, 12)
SCRIPTS = 12

_SCRIPT_RANGES = (
    (0x41, 0x24F, LATIN), (0x1E00, 0x1EFF, LATIN), (0x250, 0x2AF, LATIN), (0x370, 0x3FF, GREEK), (0x1F00, 0x1FFF, GREEK),
    (0x400, 0x52F, CYRILLIC), (0x530, 0x58F, OTHER_SCRIPT), (0x590, 0x5FF, HEBREW), (0x600, 0x77F, ARABIC),
    (0x8A0, 0x8FF, ARABIC), (0xFB50, 0xFDFF, ARABIC), (0xFE70, 0xFEFF, ARABIC), (0x900, 0xDFF, INDIC),
    (0xE00, 0xEFF, THAI), (0x1000, 0x109F, THAI), (0x10A0, 0x10FF, OTHER_SCRIPT), (0x1100, 0x11FF, HANGUL),
    (0x1200, 0x137F, OTHER_SCRIPT), (0x1780, 0x17FF, THAI), (0x3040, 0x30FF, KANA), (0x3400, 0x9FFF, HAN),
    (0xAC00, 0xD7AF, HANGUL), (0xF900, 0xFAFF, HAN),
)  # fmt: skip
_SETS = {
    STOP: ".!?…。！？｡؟।॥։።",
    COMMA: ",;:、，；：،؛",
    QUOTE: "\"'“”„‟«»‹›‘’‚「」『』《》〈〉″′",
    RULE: "|/\\·•>→←»▶►▸▼▲★☆●○◆■□✓✔×–—-_~=*#+",
    BRACKET: "()[]{}（）【】［］",
    MONEY: "$€£¥₽₴₸₺₹%‰°™®©№",
    WEB: "@",
}
# The commonest function characters of Chinese; kana other than katakana serve the same end in Japanese.
_FUNCTION = "的了在是不和有我他这這个們们也就都而及與与為为对對說说于於之以被將将并從从但或"


@cache
def table() -> NDArray[np.uint8]:
    """Class + 16 x script of every code point of the basic plane; the last entry stands for the planes above."""
    import numpy as np

    kinds = np.full(65537, OTHER, dtype=np.uint8)
    by_category = {
        "Lu": UPPER,
        "Lt": UPPER,
        "Ll": LOWER,
        "Lo": UNCASED,
        "Lm": UNCASED,
        "Mn": MARK,
        "Mc": MARK,
        "Nd": DIGIT,
    }
    category = unicodedata.category
    for code in range(0x3400):
        kinds[code] = by_category.get(category(chr(code)), OTHER)
    kinds[0x3400:0xA000] = DENSE
    kinds[0xA000:0xD7A4] = UNCASED
    kinds[0xF900:0xFB00] = DENSE
    kinds[0xFB00:0xFE00] = UNCASED
    kinds[0xFE70:0xFEFF] = UNCASED
    kinds[0xFF10:0xFF1A] = DIGIT
    kinds[0x3040:0x3100] = DENSE
    kinds[0x3041:0x3097] = DENSE_FUNCTION
    for low, high in ((0xE00, 0xF00), (0x1000, 0x10A0), (0x1780, 0x1800)):
        letters = kinds[low:high]
        letters[(letters == UNCASED) | (letters == MARK)] = DENSE
    for code in (
        9,
        10,
        11,
        12,
        13,
        32,
        0xA0,
        0x1680,
        *range(0x2000, 0x200B),
        0x2028,
        0x2029,
        0x202F,
        0x205F,
        0x3000,
    ):
        kinds[code] = SPACE
    for kind, members in _SETS.items():
        for char in members:
            kinds[ord(char)] = kind
    for char in _FUNCTION:
        kinds[ord(char)] = DENSE_FUNCTION
    scripts = np.zeros(65537, dtype=np.uint8)
    for low, high, script in _SCRIPT_RANGES:
        scripts[low : high + 1] = script
    letters_only = (
        (kinds == LOWER)
        | (kinds == UPPER)
        | (kinds == UNCASED)
        | (kinds == DENSE)
        | (kinds == DENSE_FUNCTION)
    )
    scripts[~letters_only] = 0
    return kinds + np.uint8(CLASSES) * scripts


def code_points(text: str) -> NDArray[np.uint32]:
    """The text as an array of code points, those above the basic plane folded into one."""
    import numpy as np

    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    return np.minimum(codes, 65536) if codes.size and codes.max() > 65536 else codes
