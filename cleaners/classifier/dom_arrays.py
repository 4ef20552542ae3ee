"""Represents a page's element tree as arrays, for operations on all elements or blocks at once.

Elements are numbered in document order, so that an element and its descendants are one range.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from cleaners.blocks.raw import RawPage

N_LEVELS = 6
_ANCESTOR_WEIGHTS = (1.0, 0.7, 0.4)


@dataclass(frozen=True, slots=True)
class DomArrays:
    """A page's element tree.

    `parent` (0 for the root) and `last` descendant are by element. `element` and `markup_class` are
    by block; see `_markup_classes`. `ancestors` has `N_LEVELS` arrays by block: its element, the
    parent of that, and so on; the root counts as its own parent.
    """

    parent: NDArray[np.intp]
    last: NDArray[np.intp]
    element: NDArray[np.intp]
    markup_class: NDArray[np.intp]
    ancestors: tuple[NDArray[np.intp], ...]

    def sum_below(self, weights: NDArray[np.generic]) -> NDArray[np.float64]:
        """For each element, the sum of the weights of all blocks inside it."""
        sums = np.zeros(len(self.parent) + 1)
        np.cumsum(np.bincount(self.element, weights, minlength=len(self.parent)), out=sums[1:])
        return sums[self.last + 1] - sums[:-1]

    def accumulate_down(self, values: NDArray[np.int64], how: np.ufunc) -> NDArray[np.int64]:
        """For each element, its value combined with those of all its ancestors by `how`."""
        values = values.copy()
        jump = self.parent
        while True:
            how(values, values[jump], out=values)
            if not jump.any():
                return values
            jump = jump[jump]

    def densest_element(self, weights: NDArray[np.float32]) -> int:
        """The element with the most weight directly below it.

        As in Readability, a block counts fully for its element's parent, and less for the two
        elements above that.
        """
        above = np.concatenate(self.ancestors[1:4])
        votes = np.concatenate([part * weights for part in _ANCESTOR_WEIGHTS])
        return int(np.bincount(above, votes, minlength=len(self.parent)).argmax())

    def steps_to(self, element: int) -> NDArray[np.intp]:
        """For each block, the number of steps from `element` up to the first ancestor of both."""
        chain = [element]
        while chain[-1]:
            chain.append(int(self.parent[chain[-1]]))
        opened = np.array(chain[::-1])  # each contains the next
        after = len(chain) - np.searchsorted(opened, self.element, side="right")
        return after + np.searchsorted(self.last[chain], self.element, side="left")


def dom_arrays(page: RawPage) -> DomArrays:
    """The element tree of a page."""
    containers = page.containers
    m = len(containers)
    parent = np.fromiter([c.parent for c in containers], dtype=np.intp, count=m)
    parent[0] = 0
    last = np.arange(m)
    last[parent[1:]] = np.arange(1, m)  # each element's last child, because the last value stays
    while True:
        further = last[last]
        if np.array_equal(further, last):
            break
        last = further
    home = np.fromiter([b.container for b in page.blocks], dtype=np.intp, count=len(page.blocks))
    above = [home]
    for _ in range(N_LEVELS - 1):
        above.append(parent[above[-1]])
    return DomArrays(parent, last, home, _markup_classes(page), tuple(above))


def _markup_classes(page: RawPage) -> NDArray[np.intp]:
    """A number for each block; blocks with the same tags and classes around them share it.

    Only the block's element and its parent are compared.
    """
    containers = page.containers
    known: dict[int, int] = {}
    groups: dict[str, int] = {}
    alike = []
    for block in page.blocks:
        number = known.get(block.container, -1)
        if number < 0:
            element = containers[block.container]
            around = containers[max(element.parent, 0)]
            signature = f"{element.signature}<{around.signature}"
            number = groups.setdefault(signature, len(groups))
            known[block.container] = number
        alike.append(number)
    return np.array(alike, dtype=np.intp)
