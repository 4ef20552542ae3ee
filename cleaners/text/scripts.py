"""Detects the writing system (script) of a text."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache, lru_cache

# Chinese and Japanese share Han characters, so both are one script here, which includes kana.
_SCRIPT_RANGES_BY_NAME: dict[str, str] = {
    "latin": "A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff",
    "cyrillic": "\u0400-\u052f\u1c80-\u1c88\u2de0-\u2dff\ua640-\ua69f",
    "greek": "\u0370-\u03ff\u1f00-\u1fff",
    "arabic": "\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufeff",
    "hebrew": "\u0590-\u05ff\ufb1d-\ufb4f",
    "han": "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff",
    "hangul": "\u1100-\u11ff\u3130-\u318f\uac00-\ud7af",
    "devanagari": "\u0900-\u097f",
    "bengali": "\u0980-\u09ff",
    "thai": "\u0e00-\u0e7f",
    "georgian": "\u10a0-\u10ff",
    "armenian": "\u0530-\u058f",
    "ethiopic": "\u1200-\u137f",
}
_LONG_CHARS = 2000
_ASCII_LETTER = re.compile("[A-Za-z]")
# Latin letters and common punctuation: a text without other characters needs no larger pattern.
_BEYOND_LATIN = re.compile("[^\0-\u036f\u1e00-\u1eff\u2000-\u2ddf]")


@cache  # only the needed ones: compiling all of them takes longer than cleaning a page
def _letter_of(script: str) -> re.Pattern[str]:
    return re.compile(f"[{_SCRIPT_RANGES_BY_NAME[script]}]")


@cache
def _letter_of_another(script: str) -> re.Pattern[str]:
    others = (ranges for name, ranges in _SCRIPT_RANGES_BY_NAME.items() if name != script)
    return re.compile(f"[{''.join(others)}]")


def letters_by_script(text: str) -> Counter[str]:
    """The number of letters of each writing system in a text."""
    counts: Counter[str] = Counter()
    characters = _count_units(text) if len(text) > _LONG_CHARS else Counter(text)
    for char, times in characters.items():
        if (name := _script_of(char)) is not None:
            counts[name] += times
    return counts


def _count_units(text: str) -> dict[str, int]:
    """How often each UTF-16 code unit occurs; many times as fast as Counter on a long text.

    No script here has characters that take two units.
    """
    import numpy as np

    counts = np.bincount(np.frombuffer(text.encode("utf-16-le", "surrogatepass"), dtype="<u2"))
    units = np.flatnonzero(counts)
    return dict(zip(map(chr, units.tolist()), counts[units].tolist(), strict=True))


@lru_cache(maxsize=4096)
def _script_of(char: str) -> str | None:
    return next((name for name in _SCRIPT_RANGES_BY_NAME if _letter_of(name).match(char)), None)


def main_script(text: str) -> str | None:
    """The writing system of most letters; None if there are no letters.

    >>> main_script("Иконка Instagram в подвале"), main_script("516.92")
    ('cyrillic', None)
    """
    if text.isascii():
        return "latin" if _ASCII_LETTER.search(text) else None
    for script in ("latin", "cyrillic"):
        if not has_other_script(script, text):
            return script if _letter_of(script).search(text) else None
    counts = letters_by_script(text)
    return max(counts, key=lambda name: (counts[name], name)) if counts else None


def has_other_script(script: str, text: str) -> bool:
    """Whether a text has a letter of another writing system than `script`."""
    if script == "latin" and (text.isascii() or not _BEYOND_LATIN.search(text)):
        return False
    return bool(_letter_of_another(script).search(text))
