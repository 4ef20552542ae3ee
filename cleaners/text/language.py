"""Detects the language of a text as an ISO 639-1 code."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from cleaners.text.language_identifier import shipped_identifier
from cleaners.text.scripts import main_script

# Scripts that only one language of the press uses.
_LANGUAGE_BY_SCRIPT = {
    "greek": "el",
    "hebrew": "he",
    "hangul": "ko",
    "thai": "th",
    "georgian": "ka",
    "armenian": "hy",
    "bengali": "bn",
    "ethiopic": "am",
    "han": "zh",
}
_OTHER_SCRIPTS = {
    "pa": "\u0a00-\u0a7f",
    "gu": "\u0a80-\u0aff",
    "or": "\u0b00-\u0b7f",
    "ta": "\u0b80-\u0bff",
    "te": "\u0c00-\u0c7f",
    "kn": "\u0c80-\u0cff",
    "ml": "\u0d00-\u0d7f",
    "si": "\u0d80-\u0dff",
    "lo": "\u0e80-\u0eff",
    "my": "\u1000-\u109f",
    "km": "\u1780-\u17ff",
}
_OTHER_SCRIPT = re.compile(
    "|".join(f"(?P<{language}>[{ranges}]{{2}})" for language, ranges in _OTHER_SCRIPTS.items())
)
_KANA_RANGES = "\u3041-\u30fa\u30fc\uff66-\uff9d"
_KANA = re.compile(f"[{_KANA_RANGES}]")
_OTHER_SCRIPT_OR_KANA = re.compile(f"[{''.join(_OTHER_SCRIPTS.values())}{_KANA_RANGES}]")
# A text is Japanese if more than this share of its characters is kana. Chinese text quotes fewer.
_MIN_KANA_SHARE = 0.1
# Languages that detection confuses, so that the language that the page states is more reliable.
_ALIKE = (
    *(frozenset(("hr", "sr", "bs", "sh", "sl")), frozenset(("id", "ms")), frozenset(("cs", "sk"))),
    *(frozenset(("no", "nb", "nn", "da", "sv")), frozenset(("hi", "mr", "ne"))),
    *(
        frozenset(("sr", "mk", "bg")),
        frozenset(("pt", "gl", "es", "ca")),
        frozenset(("ru", "uk", "be")),
    ),
    *(frozenset(("fa", "ur", "ps", "ar")), frozenset(("tr", "az")), frozenset(("nl", "af"))),
)
_MACROLANGUAGES = {"nn": "no", "nb": "no", "arz": "ar", "ary": "ar", "yue": "zh", "wuu": "zh"}
_LANGUAGE_SAMPLE_CHARS = 3000  # characters that are examined; more don't change the result
_MIN_LANGUAGE_CHARS = 20  # shorter text has no language, unless only one uses its script
# In shorter text, an answer needs at least this probability.
_SURE_CHARS = 40
_MIN_PROBABILITY = 0.5
# Shorter text is not given to resiliparse, which is made for pages, and is classified only.
_SHORT_CHARS = 300
# In Cyrillic or Arabic text up to this length, single letters decide.
_MARKER_CHARS = 120
# Letters that only one language of the press with this script has.
_MARKERS = {
    "ethiopic": (("ti", "ኣሓቐቑቒቓቕኸኺኻ"), ("am", "አሐኀ")),
    "bengali": (("as", "ৰৱ"),),
    "hebrew": (("yi", "ײװױ\u05b7\u05b8"),),
    "cyrillic": (
        *(("tg", "ҳҷӣӯ"), ("kk", "қғұһә"), ("be", "ў"), ("uk", "їєґ")),
        *(("mk", "ѓќѕ"), ("sr", "ђћ")),
    ),
    "arabic": (
        ("ur", "ٹڈڑںےھہ"),
        ("ps", "ښځډړڼۍې"),
        ("ckb", "ەێۆڕڵ"),
        ("fa", "پچژگکی"),
        ("ar", "ةىي"),
    ),
}
# Words that tell languages with a largely common vocabulary apart.
_TELLING_WORDS = {
    "sr": "pre posle gde ovde uvek vreme vremena mesto mesta predsednik predsednika veće već"
    " reč reči deo čovek deca dece svet sveta hteo želeo video nedelja nedelju sreda sredu"
    " ponedeljak primer lepo mleko reka reke videti",
    "hr": "prije poslije gdje ovdje uvijek vrijeme vremena mjesto mjesta predsjednik predsjednika"
    " vijeće riječ riječi dio čovjek djeca djece svijet svijeta htio želio vidio nedjelja tjedan"
    " srijeda srijedu ponedjeljak primjer lijepo mlijeko rijeka rijeke vidjeti",
    "id": "karena bahwa bisa rencana pemerintah kantor uang mobil mengatakan polisi anda rumah",
    "ms": "kerana bahawa boleh rancangan kerajaan pejabat wang kereta berkata polis baharu ialah",
}
_WORD_RIVALS = {"hr": "sr", "bs": "sr", "sr": "hr", "id": "ms", "ms": "id"}


def detect_language(text: str, stated: str | None = None) -> str | None:
    """The ISO 639-1 code of a text's language; None if the text is too short.

    `stated` is the language that the page states. It decides between similar languages if the text
    is short. Otherwise the text decides, because the statement is often a wrong default.

    >>> detect_language("Градско веће је у уторак одлучило да затвори пешачки мост.")
    'sr'
    """
    text = text[:_LANGUAGE_SAMPLE_CHARS]
    found = _by_telling_words(text, _detect(text))
    if len(text) < _SHORT_CHARS and any({stated, found} <= group for group in _ALIKE):
        return stated
    return found


@lru_cache(maxsize=4)  # a text is cleaned repeatedly, mostly with the same content
def _detect(text: str) -> str | None:
    if not text.isascii() and _OTHER_SCRIPT_OR_KANA.search(text):
        if len(_KANA.findall(text)) > _MIN_KANA_SHARE * len(text):
            return "ja"
        other = _OTHER_SCRIPT.search(text)
        if other and other.lastgroup:
            letters = re.findall(f"[{_OTHER_SCRIPTS[other.lastgroup]}]", text)
            if len(letters) > len(text) / 3:
                return other.lastgroup
    script = main_script(text)
    if (marked := _by_markers(text, script)) is not None:
        return marked
    if script is None or script in _LANGUAGE_BY_SCRIPT:
        return _LANGUAGE_BY_SCRIPT.get(script or "")
    if len(text) < _MIN_LANGUAGE_CHARS:
        return None
    if len(text) >= _SHORT_CHARS:
        from resiliparse.parse.lang import detect_fast

        if detect_fast(text)[0] == "en":
            return "en"
    code, probability = shipped_identifier().classify(text)
    code = _MACROLANGUAGES.get(code, code)
    sure = len(text) >= _SURE_CHARS or probability >= _MIN_PROBABILITY
    return code if sure and len(code) == 2 else None


def _by_markers(text: str, script: str | None) -> str | None:
    """The language by letters that no other has; None if the classifier is more reliable."""
    if script not in _MARKERS or (len(text) > _MARKER_CHARS and script in ("cyrillic", "arabic")):
        return None
    text = text.casefold()
    counts = [(sum(map(text.count, letters)), code) for code, letters in _MARKERS[script]]
    if script == "ethiopic":
        return max(counts)[1] if max(counts)[0] else "am"
    return next((code for count, code in counts if count > len(text) / 200), None)


def _by_telling_words(text: str, found: str | None) -> str | None:
    """The detected language or its rival, whichever has more of its own words in the text."""
    rival = _WORD_RIVALS.get(found or "")
    if found is None or rival is None:
        return found
    words = text.casefold().split()
    own = "hr" if found == "bs" else found
    ours, theirs = (
        len([word for word in words if word.strip(".,;:!?") in _telling_words(code)])
        for code in (own, rival)
    )
    return rival if theirs > ours else found


@cache
def _telling_words(code: str) -> frozenset[str]:
    return frozenset(_TELLING_WORDS[code].split())
