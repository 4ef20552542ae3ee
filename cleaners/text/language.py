"""Which language a text is in, as an ISO 639-1 code."""

from __future__ import annotations

from cleaners.text.scripts import main_script

# Scripts that, among the languages of the press, belong to one.
_BY_SCRIPT = {
    "greek": "el",
    "hebrew": "he",
    "hangul": "ko",
    "thai": "th",
    "georgian": "ka",
    "armenian": "hy",
    "bengali": "bn",
}
_SAMPLE = 3000  # characters that are looked at; more of them change nothing
_ENOUGH = 40  # letters; less text says too little


def language_of(text: str) -> str | None:
    """The language of a text; None for too short a one. Detection is resiliparse's."""
    if len(text) < _ENOUGH:
        return None
    text = text[:_SAMPLE]
    script = main_script(text)
    if script is None:
        return None
    if script in _BY_SCRIPT:
        return _BY_SCRIPT[script]
    from resiliparse.parse.lang import detect_fast

    code: str = detect_fast(text)[0]
    return None if code == "unknown" else code
