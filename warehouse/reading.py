"""A page as the warehouse reads it: its text, its words and their digest, each made once."""

from __future__ import annotations

from dataclasses import dataclass

import xxhash

from cleaners.model import Page
from cleaners.shingles import tokens
from warehouse.bands import packed
from warehouse.settings import MIN_WORDS


@dataclass(frozen=True, slots=True)
class Reading:
    """A page to be stored. `digest` is None where the text is too short to compare.

    Pages of one digest have the same words in the same order, hence the same shingles.
    """

    page: Page
    text: str
    n_words: int
    digest: int | None
    signature: bytes

    @classmethod
    def of(cls, page: Page, signature: bytes) -> Reading:
        """Read a page; `signature` is its text's, as `cleaners.shingles.signature` makes it."""
        text = page.text
        words = tokens(text)
        digest = _signed(" ".join(words)) if len(words) >= MIN_WORDS else None
        return cls(page, text, len(words), digest, packed(signature))


def _signed(text: str) -> int:
    """A 64-bit hash as SQLite's signed integer."""
    digest = xxhash.xxh3_64_intdigest(text.encode("utf-8", "replace"))
    return digest - (1 << 64) if digest >> 63 else digest
