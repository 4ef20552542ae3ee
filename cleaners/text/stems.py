"""Finds out whether two words are forms of the same word ("ferry", "ferries"), with Snowball.

Words are compared as in the full-text index: folded, in lower case, without accents on Latin
letters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache

from cleaners.text.folding import fold

# Snowball's algorithms (https://snowballstem.org/algorithms/) by language code.
_ALGORITHMS = {
    **{"ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german"},
    **{"el": "greek", "en": "english", "eo": "esperanto", "es": "spanish", "et": "estonian"},
    **{"eu": "basque", "fa": "persian", "fi": "finnish", "fr": "french", "ga": "irish"},
    **{"hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian"},
    **{"lt": "lithuanian", "ms": "indonesian", "nb": "norwegian", "ne": "nepali", "nl": "dutch"},
    **{"nn": "norwegian", "no": "norwegian", "pl": "polish", "pt": "portuguese"},
    **{"ro": "romanian", "ru": "russian", "sr": "serbian", "st": "sesotho", "sv": "swedish"},
    **{"ta": "tamil", "tr": "turkish"},
}
# Prefixes that are written together with a word: articles, "and", "in", and prefixes of verbs.
# Snowball has no algorithm for Hebrew.
_PREFIXES = {
    "ar": [one + two for one in ("", "و", "ف") for two in ("", "ال", "بال", "كال", "لل", "ب", "ل")],
    "he": [one + two + three for one in ("", "ו") for two in ("", "ש", "כש")
           for three in ("", "ה", "ב", "ל", "מ", "כ", "מה")],
    "id": ["", "me", "mem", "men", "meng", "meny", "ber", "di", "ter", "per", "pe", "pem", "pen",
           "peng", "ke", "se"],
}  # fmt: skip
_PREFIXES["ms"] = _PREFIXES["id"]
_ARTICLE = {"ar": re.compile("[وف]?(?:[بك]?ال|لل)(?=.{3})"), "he": re.compile("ו?ה(?=.{3})")}
# The scripts of languages not in Latin script: how the Unicode names of their letters begin.
_SCRIPTS = {
    **{"ar": ("ARABIC",), "el": ("GREEK",), "fa": ("ARABIC",), "he": ("HEBREW",)},
    **{"hi": ("DEVANAGARI",), "hy": ("ARMENIAN",), "ne": ("DEVANAGARI",), "ru": ("CYRILLIC",)},
    **{"sr": ("CYRILLIC", "LATIN"), "ta": ("TAMIL",)},
}
# Endings that the algorithms know only with marks that folding drops, and a plural (Portuguese).
_RESTORED = {
    "ar": (re.compile("ه$"), "ة"),
    "pt": (re.compile("oes$"), "ao"),
    # Vowel harmony shows where a folded i was a dotless ı.
    "tr": (re.compile("(?<=[aou])([^aeou]{1,3})i"), r"\1ı"),
}
_MIN_LETTERS = 3
_KEPT_STEMS = 20_000  # cached stems for each language: searches repeat words with the same start


@dataclass(frozen=True, slots=True)
class WordForms:
    """The forms of a word: each starts with one of `beginnings` and passes the test `is_form`."""

    beginnings: tuple[str, ...]
    is_form: Callable[[str], bool]


def forms_of(word: str, language: str) -> WordForms | None:
    """The forms of a word; None if the language has no rules, or the word isn't in its script.

    >>> forms = forms_of("Ferries", "en")
    >>> forms.beginnings, forms.is_form("ferry"), forms.is_form("ferrous")
    (('ferr',), True, False)
    """
    plain = index_form(word)
    if len(plain) < _MIN_LETTERS or not _is_word(plain) or not _is_of(plain, language):
        return None
    prefixes = _PREFIXES.get(language, [""])
    bare = _ARTICLE[language].sub("", plain, count=1) if language in _ARTICLE else plain
    if language == "he":
        forms = frozenset(prefix + base for base in (plain, bare) for prefix in prefixes)
        return WordForms(tuple(sorted(forms)), forms.__contains__)
    stem = _stem(language)
    if stem is None:
        return None
    wanted = stem(plain)
    at = max(0, bare.find(wanted[:2]))
    # An ending can change the last letter (happy, happiness), and in Dutch the vowel before it.
    changed = 2 if language == "nl" else 1
    head = bare[at : at + max(2, len(wanted) - changed)]

    def is_form(other: str) -> bool:
        found = stem(other)
        # The stem of a plural can be the singular, with a shorter stem: ciudades, ciudad, ciud.
        return found in {wanted, plain} or wanted == other

    return WordForms(tuple(prefix + head for prefix in prefixes), is_form)


def index_form(word: str) -> str:
    """A word in the form of the full-text index; see `cleaners.text.folding`.

    >>> index_form("Élysée"), index_form("Йод")
    ('elysee', 'йод')
    """
    return "".join(map(_without_accent, fold(word).lower()))


@cache
def _without_accent(char: str) -> str:
    base = unicodedata.normalize("NFD", char)[:1]
    return base if base.isascii() and not unicodedata.combining(base) else char


def _is_word(text: str) -> bool:
    """Whether a text has only letters and marks, and so is a single word of the index."""
    return all(unicodedata.category(char)[0] in "LM" for char in text)


def _is_of(word: str, language: str) -> bool:
    scripts = _SCRIPTS.get(language, ("LATIN",))
    return unicodedata.name(word[0], "").startswith(scripts)


@cache
def _stem(language: str) -> Callable[[str], str] | None:
    """The function that gives a word's stem; None for a language without an algorithm."""
    algorithm = _ALGORITHMS.get(language)
    if algorithm is None:
        return None
    import snowballstemmer

    stemmer = snowballstemmer.stemmer(algorithm)
    unmarked, marked = _RESTORED.get(language, (None, ""))
    article = _ARTICLE.get(language)

    @lru_cache(_KEPT_STEMS)
    def stem(word: str) -> str:
        if article:
            word = article.sub("", word, count=1)
        if unmarked:
            word = unmarked.sub(marked, word)
        return index_form(stemmer.stemWord(word))

    return stem
