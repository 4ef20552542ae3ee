"""Detects the language of a text as an ISO 639-1 code."""

from __future__ import annotations

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
}
_LANGUAGE_SAMPLE_CHARS = 3000  # characters that are looked at; more of them change nothing
_MIN_LANGUAGE_CHARS = 40  # letters; less text says too little


def detect_language(text: str) -> str | None:
    """The language of a text; None for too short a one. Detection is resiliparse's."""
    if len(text) < _MIN_LANGUAGE_CHARS:
        return None
    text = text[:_LANGUAGE_SAMPLE_CHARS]
    script = main_script(text)
    if script is None:
        return None
    if script in _LANGUAGE_BY_SCRIPT:
        return _LANGUAGE_BY_SCRIPT[script]
    from resiliparse.parse.lang import detect_fast

    code: str = detect_fast(text)[0]
    return None if code == "unknown" else code
