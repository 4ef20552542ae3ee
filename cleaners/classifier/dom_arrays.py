"""The page's element tree as arrays, with operations on all elements or blocks at once.

Elements are numbered as they open, so that an element and all that is in it are one range.
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
    """Each element's parent (0 for the root) and last descendant; each block's element and likeness class.

    `above` has each block's element, that one's parent, and so on for `N_LEVELS` levels; the root stays the root.
    """

    parent: NDArray[np.intp]
    last: NDArray[np.intp]
    element: NDArray[np.intp]
    markup_class: NDArray[np.intp]
    ancestors: tuple[NDArray[np.intp], ...]

    def sum_below(self, weights: NDArray[np.generic]) -> NDArray[np.float64]:
        """For each element the sum of the weights of all blocks in it."""
        sums = np.zeros(len(self.parent) + 1)
        np.cumsum(np.bincount(self.element, weights, minlength=len(self.parent)), out=sums[1:])
        return sums[self.last + 1] - sums[:-1]

    def accumulate_down(self, values: NDArray[np.int64], how: np.ufunc) -> NDArray[np.int64]:
        """Each element's value and those of all elements around it, put together by `how`."""
        values = values.copy()
        jump = self.parent
        while True:
            how(values, values[jump], out=values)
            if not jump.any():
                return values
            jump = jump[jump]

    def densest_element(self, weights: NDArray[np.float32]) -> int:
        """The element that most weight stands right below.

        After Readability: a paragraph gives its parent all of its score, and less to those above.
        """
        above = np.concatenate(self.ancestors[1:4])
        votes = np.concatenate([part * weights for part in _ANCESTOR_WEIGHTS])
        return int(np.bincount(above, votes, minlength=len(self.parent)).argmax())

    def steps_to(self, element: int) -> NDArray[np.intp]:
        """For each block how many steps it is from an element up to the first around both."""
        chain = [element]
        while chain[-1]:
            chain.append(int(self.parent[chain[-1]]))
        opened = np.array(chain[::-1])  # each has the next in it
        after = len(chain) - np.searchsorted(opened, self.element, side="right")
        return after + np.searchsorted(self.last[chain], self.element, side="left")


def dom_arrays(page: RawPage) -> DomArrays:
    """The element tree of a page."""
    containers = page.containers
    m = len(containers)
    parent = np.fromiter([c.parent for c in containers], dtype=np.intp, count=m)
    parent[0] = 0
    last = np.arange(m)
    last[parent[1:]] = np.arange(1, m)  # each element's last child: the last value stays
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
    """For each block the number of the first whose element and the one around it are marked up the same."""
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
