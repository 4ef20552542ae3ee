"""Says what kind of block a raw block is, and which elements are around it."""

from __future__ import annotations

from cleaners.blocks.raw import RawBlock, RawPage
from cleaners.model import Kind

_MAX_LEVELS = 6  # elements in a path
_MAX_LEVELS_UP = 3  # ancestors that are searched for a list item or quotation
_KIND_BY_TAG = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), Kind.HEADING),
    **dict.fromkeys(("li", "dt", "dd"), Kind.LIST_ITEM),
    **dict.fromkeys(("figcaption", "caption"), Kind.CAPTION),
    **dict.fromkeys(("tr", "td", "th"), Kind.TABLE_ROW),
    **dict.fromkeys(("pre", "code"), Kind.CODE),
    "blockquote": Kind.QUOTE,
}


def kind_of(block: RawBlock, raw: RawPage, items: set[int]) -> Kind:
    """The kind of a block: from its own element, or from a list item or quotation around it.

    `items` are the list items that already have a block of this kind. A further block in one of
    them is a paragraph. The function adds to it.
    """
    if (kind := _KIND_BY_TAG.get(block.tag)) is not None:
        return kind
    at = block.container
    for _ in range(_MAX_LEVELS_UP):
        at = raw.containers[at].parent
        if at < 0:
            break
        tag = raw.containers[at].tag
        if tag == "li" and at not in items:
            items.add(at)
            return Kind.LIST_ITEM
        if tag == "blockquote":
            return Kind.QUOTE
    return Kind.LIST_ITEM if block.bullet else Kind.PARAGRAPH


class ElementPaths:
    """The paths of elements in the tree, up to six levels: `article/div.story/p`."""

    def __init__(self, raw: RawPage) -> None:
        self._raw = raw
        self._levels: dict[int, list[str]] = {-1: []}
        self._paths: dict[int, str] = {}

    def of(self, at: int) -> str:
        """The path of an element; empty for plain text."""
        if not self._raw.is_html:
            return ""
        if at not in self._paths:
            self._paths[at] = "/".join(self._levels_of(at))
        return self._paths[at]

    def _levels_of(self, at: int) -> list[str]:
        containers, inner = self._raw.containers, []
        while at not in self._levels:
            inner.append(at)
            at = containers[at].parent
        for here in reversed(inner):
            container = containers[here]
            classes = container.label.split(maxsplit=1)
            name = f"{container.tag}.{classes[0][:40]}" if classes else container.tag
            above = self._levels[container.parent][-_MAX_LEVELS + 1 :]
            self._levels[here] = [*above, *name.split("/")]  # a class may have a slash
            at = here
        return self._levels[at]
