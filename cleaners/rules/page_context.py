"""A page as the cleaners that give reasons see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from cleaners.blocks.raw import RawPage
from cleaners.model import Reason, Removal
from cleaners.rules.line_features import PageLines
from cleaners.rules.markup import match_markup

_MAX_ANCESTORS = 8  # elements around a block whose names are read


@dataclass(frozen=True)
class PageContext:
    """A page's raw blocks and lines, which of them are content, and from where to where."""

    raw: RawPage
    lines: PageLines
    kept: Sequence[bool]
    span: range
    _markup_removals: dict[int, Removal | None] = field(default_factory=dict)

    def is_list_item(self, i: int) -> bool:
        """Whether a block is an entry of a list."""
        block = self.raw.blocks[i]
        return block.bullet or block.tag == "li"

    def is_mostly_link(self, i: int) -> bool:
        """Whether most of a block is a link."""
        block = self.raw.blocks[i]
        return block.link_chars >= 0.7 * max(1, len(block.text))

    def match_markup(self, i: int) -> Removal | None:
        """The removal that the names of a block's elements suggest."""
        if not self.raw.is_html:
            return None
        at = self.raw.blocks[i].container
        if at not in self._markup_removals:
            self._markup_removals[at] = match_markup(self._ancestors(at))
        return self._markup_removals[at]

    def is_in_menu(self, i: int) -> bool:
        """Whether a block stands in a menu or a footer by the names of its elements."""
        named = self.match_markup(i)
        return named is not None and named.reason in (Reason.NAVIGATION, Reason.FOOTER)

    def _ancestors(self, at: int) -> list[tuple[str, str]]:
        """The tags of the elements around, with their class and id words, from the inside out."""
        found: list[tuple[str, str]] = []
        while at >= 0 and len(found) < _MAX_ANCESTORS:
            container = self.raw.containers[at]
            found.append((container.tag, container.label))
            at = container.parent
        return found
