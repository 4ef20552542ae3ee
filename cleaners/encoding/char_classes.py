"""What the character n-gram tables are made of: classes of characters, and languages by script."""

from __future__ import annotations

from enum import IntEnum

NGRAMS_FILE = "ngrams.npz"
STEPS_PER_NAT = 16
"""Costs are stored as whole numbers, so many to the nat."""


MIN_ODD_PAIR_NATS = 7.0
"""Nats that a pair of characters costs at least, in any language, to look odd."""


class CharClass(IntEnum):
    """Kinds of characters that behave alike in text, whatever its language."""

    LETTER = 0
    SPACE = 1
    NO_BREAK = 2
    DIGIT = 3
    STOP = 4
    OPEN = 5
    CLOSE = 6
    QUOTE = 7
    HYPHEN = 8
    ASCII = 9
    OPENING = 10
    QUOTED = 11
    DASH = 12
    MARK = 13
    RARE = 14
    DRAWN = 15
    CONTROL = 16
    LATIN = 17
    FOREIGN = 18
    WIDE = 19
    OTHER = 20
    MONEY = 21
    ELLIPSIS = 22
    LOST = 23


N_CHAR_CLASSES = len(CharClass)
N_CASES = 4

LANGUAGES_BY_SCRIPT = {
    "latin": (
        "en fr de es pt it ca ro nl sv nb da is fi et lv lt pl cs sk sl hr sr-Latn hu sq tr az vi"
        " id tl sw so af eu cy ga eo"
    ).split(),
    "cyrillic": "ru uk be bg sr mk kk mn".split(),
    "greek": ["el"],
    "arabic": "ar fa ur".split(),
    "hebrew": ["he"],
    "thai": ["th"],
}
"""Languages of one script, which share an alphabet, as lingua and langdetect name them."""

# What lingua was trained on has mojibake of its own, so that in Czech it counts ì for ě.
NON_ASCII_LETTERS = {
    "en": "éèêëïöüçñàâ",
    "fr": "àâæçéèêëîïôœùûüÿñ",
    "de": "äöüßéèàçñ",
    "es": "áéíñóúüç",
    "pt": "ãáàâçéêíóôõúüª",
    "it": "àèéìòùóî",
    "ca": "àçéèíïóòúüñ",
    "ro": "ăâîșțşţéö",
    "nl": "éèëïóöüáêçàûâôí",
    "sv": "åäöéàüèá",
    "nb": "æøåéòôêèóäöü",
    "da": "æøåéöäüèó",
    "is": "áðéíóúýþæö",
    "fi": "äöåšžéü",
    "et": "äõöüšžé",
    "lv": "āčēģīķļņšūž",
    "lt": "ąčęėįšųūž",
    "pl": "ąćęłńóśźżéöüä",
    "cs": "áčďéěíňóřšťúůýžöüä",
    "sk": "áäčďéíĺľňóôŕšťúýžöüě",
    "sl": "čšžćđéöüä",
    "hr": "čćđšžéöü",
    "sr-Latn": "čćđšž",
    "hu": "áéíóöőúüűä",
    "sq": "çëé",
    "tr": "çğıöşüâîûé",
    "az": "əçğıöşü",
    "id": "é",
    "tl": "ñ",
    "af": "êëéèïôöûîúáü",
    "eu": "ñçüé",
    "cy": "âêîôûŵŷäëïöüáàéèìíòóùú",
    "ga": "áéíóú",
    "eo": "ĉĝĥĵŝŭé",
}
"""Letters of languages in Latin script; those left out have only ASCII or, as Vietnamese, all."""
