"""Detects the language of a text as an ISO 639-1 code."""

from __future__ import annotations

import re

from cleaners.text.scripts import main_script

# Scripts that, among the languages of the press, belong to one.
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
_KANA = re.compile("[\u3041-\u30fa\u30fc\uff66-\uff9d]")
_MIN_KANA_SHARE = 0.1  # of the characters; Chinese text quotes fewer
# Languages that detection confuses: the one that the page states is right more often.
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
_CONFUSED = frozenset().union(*_ALIKE) - {"es", "pt", "ar"}
_MACROLANGUAGES = {"nn": "no", "nb": "no", "arz": "ar", "ary": "ar", "yue": "zh", "wuu": "zh"}
_LANGUAGE_SAMPLE_CHARS = 3000  # characters that are looked at; more of them change nothing
_MIN_LANGUAGE_CHARS = 40  # letters; less text says too little
_MIN_BYTES = 60  # the same in UTF-8: a character of Chinese says three times as much
_SHORT_CHARS = 300  # a text that resiliparse, which is made for pages, is often wrong about


def detect_language(text: str, stated: str | None = None) -> str | None:
    """The language of a text; None for too short a one.

    `stated` is the language that the page states. It decides between languages that are alike in
    a short text; else the text is believed, since publishers forget to change the statement.

    >>> detect_language("Градско веће је у уторак одлучило да затвори пешачки мост.")
    'sr'
    """
    if len(text) < _MIN_LANGUAGE_CHARS and len(text.encode("utf-8", "replace")) < _MIN_BYTES:
        return None
    text = text[:_LANGUAGE_SAMPLE_CHARS]
    found = _detect(text)
    if len(text) < _SHORT_CHARS and any({stated, found} <= group for group in _ALIKE):
        return stated
    return found


def _detect(text: str) -> str | None:
    if not text.isascii():
        if len(_KANA.findall(text)) > _MIN_KANA_SHARE * len(text):
            return "ja"
        other = _OTHER_SCRIPT.search(text)
        if other and other.lastgroup:
            letters = re.findall(f"[{_OTHER_SCRIPTS[other.lastgroup]}]", text)
            if len(letters) > len(text) / 3:
                return other.lastgroup
    script = main_script(text)
    if script is None or script in _LANGUAGE_BY_SCRIPT:
        return _LANGUAGE_BY_SCRIPT.get(script or "")
    from resiliparse.parse.lang import detect_fast

    code: str = detect_fast(text)[0]
    if code in _CONFUSED or code == "unknown" or len(text) < _SHORT_CHARS:
        from py3langid import classify

        better = str(classify(text)[0])
        better = _MACROLANGUAGES.get(better, better)
        code = better if len(better) == 2 else code
    return None if code == "unknown" else code
