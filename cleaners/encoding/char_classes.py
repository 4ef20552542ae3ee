"""Defines the axes of the character n-gram tables: character classes, and languages by script."""

from __future__ import annotations

from enum import IntEnum

NGRAMS_FILE = "ngrams.npz"
STEPS_PER_NAT = 16
"""Costs are stored as integers, in units of 1/16 nat."""


MIN_ODD_PAIR_NATS = 7.0
"""A pair of characters is anomalous if it costs more than this many nats in every language."""


class CharClass(IntEnum):
    """Characters that are used alike in all languages share a class, and so a table entry."""

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
"""The languages of each script, by the codes that lingua and langdetect use."""

# Listed by hand because lingua's training text has mojibake: its Czech has ì in place of ě.
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
"""The accented letters of each language in Latin script.

A missing language uses only ASCII or, like Vietnamese, too many letters to list.
"""
