"""Clean pages by the hundred thousand, made up fast, ready to be loaded: page n is always the same.

One in ten is an earlier page under another lead, and one in twenty a report made from a template.
"""

from __future__ import annotations

import hashlib
from functools import cache

import numpy as np

from cleaners.model import Block, Kind, Media
from cleaners.page import Page
from cleaners.text.sketch import Sketch
from tests.benchmarks.stories import some_words
from warehouse.model import CaptureRecord, Cleaned, PageKey

WORDS = 420
_PARAGRAPHS = 9
_VOCABULARY = 60_000


@cache
def _vocabulary() -> list[str]:
    import random

    source = random.Random(1)
    common = dict.fromkeys(word for word in some_words("en", 4000, source) if word.isalpha())
    return [*common, *(f"{a}{b}" for a in list(common)[:300] for b in list(common)[300:500])]


def _paragraph(source: np.random.Generator, words: int) -> str:
    known = _vocabulary()
    # Uniform logarithms of ranks: the frequency of a word falls as its rank grows, after Zipf.
    ranks = (min(_VOCABULARY, len(known)) ** source.random(words)).astype(int) - 1
    text = " ".join(map(known.__getitem__, ranks.tolist()))
    return f"{text.capitalize()}."


def paragraphs(number: int) -> list[str]:
    """The paragraphs of page `number`."""
    source = np.random.default_rng(number)
    if number % 10 == 9:
        lead = _paragraph(source, WORDS // _PARAGRAPHS)
        return [lead, *paragraphs(int(source.integers(number)) // 10 * 10)[1:]]
    if number % 20 == 5:
        template = np.random.default_rng(5)
        figures = source.integers(10_000, size=4 * _PARAGRAPHS).tolist()
        parts = [_paragraph(template, 10)[:-1] for _ in figures]
        lines = [f"{part} {figure}" for part, figure in zip(parts, figures, strict=True)]
        return [". ".join(lines[start : start + 4]) + "." for start in range(0, len(lines), 4)]
    return [_paragraph(source, WORDS // _PARAGRAPHS) for _ in range(_PARAGRAPHS)]


def made_up(number: int) -> Cleaned:
    """Page `number`, as cleaning hands it to the warehouse."""
    texts = paragraphs(number)
    title = texts[0].partition(" ")[0] + f" {number}"
    blocks = (Block(title, Kind.TITLE), *map(Block, texts))
    page = Page(Media.TEXT, "utf-8", "valid UTF-8", blocks, title=title, language="en")
    payload = "\n\n".join(block.text for block in blocks).encode()
    key = PageKey(hashlib.sha256(payload).hexdigest(), Media.TEXT)
    sighting = CaptureRecord(f"pages/{number}.txt", key, None, "2024-05-01T12:00:00Z")
    return Cleaned(sighting, payload, page, Sketch.of(page.text))
