"""Provides the context that rules look at: a page's blocks, its lines, and its content span."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import compress

from cleaners.blocks.raw import RawPage
from cleaners.model import Removal
from cleaners.reasons import Reason
from cleaners.rules.line_features import PageLines
from cleaners.rules.markup import match_markup

Removals = list[Removal | None]
"""One entry for each block of a page: its removal, or None if it has none so far."""

_MAX_SHARED_REMOVALS = 4096
_SMALL_WORD = re.compile(r"(?<![^\W\d_])[^\W\d_A-ZÀ-ÞА-Я][^\W\d_]{2,}")


@lru_cache(_MAX_SHARED_REMOVALS)
def shared_removal(reason: Reason, cleaner: str, detail: str, confidence: float) -> Removal:
    """A removal that is made once for all blocks with the same one, of which a page has many."""
    return Removal(reason, cleaner, detail, confidence)


@dataclass(frozen=True)
class PageContext:
    """A page's raw blocks and lines.

    `kept` says for each block whether it is content. `span` is the range of block indices from the
    first to the last block of content.
    """

    raw: RawPage
    lines: PageLines
    kept: Sequence[bool]
    span: range
    _markup_removals: dict[int, Removal | None] = field(default_factory=dict)

    @cached_property
    def kept_text(self) -> str:
        """The lines of the content, joined by line feeds."""
        return "\n".join(compress(self.lines.texts, self.kept))

    @cached_property
    def small_words(self) -> frozenset[str]:
        """The lower-case words of the content that have at least three letters."""
        return frozenset(_SMALL_WORD.findall(self.kept_text))

    def is_list_item(self, i: int) -> bool:
        """Whether a block is a list item."""
        block = self.raw.blocks[i]
        return block.bullet or block.tag == "li"

    def is_mostly_link(self, i: int) -> bool:
        """Whether at least 70% of a block is link text."""
        block = self.raw.blocks[i]
        return block.link_chars >= 0.7 * max(1, len(block.text))

    def match_markup(self, i: int) -> Removal | None:
        """The removal that the tags and class names around a block suggest."""
        if not self.raw.is_html:
            return None
        at = self.raw.blocks[i].container
        if at not in self._markup_removals:
            self._markup_removals[at] = match_markup(self.raw.containers, at)
        return self._markup_removals[at]

    def is_in_menu(self, i: int) -> bool:
        """Whether the tags or class names around a block are those of a menu or a footer."""
        named = self.match_markup(i)
        return named is not None and named.reason in (Reason.NAVIGATION, Reason.FOOTER)
