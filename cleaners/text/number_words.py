"""Loads the words for numbers, in the languages of `data/number_words.json`."""

from __future__ import annotations

import json
from importlib.resources import files


def _read() -> frozenset[str]:
    rows = json.loads((files("cleaners") / "data" / "number_words.json").read_text("utf-8"))
    return frozenset(word for words in rows["words"].values() for word in words.split())


NUMBER_WORDS = _read()
