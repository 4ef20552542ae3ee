"""A disjoint-set forest: which items belong together when pairs of them do."""

from __future__ import annotations


class UnionFind:
    """Groups of ids that grow together as pairs are joined; an id never seen is alone.

    After Tarjan, "Efficiency of a Good But Not Linear Set Union Algorithm" (1975).
    """

    def __init__(self) -> None:
        self._parent: dict[int, int] = {}

    def root(self, member: int) -> int:
        """The id that names the member's group."""
        parent = self._parent.get(member, member)
        while parent != member:
            grandparent = self._parent.get(parent, parent)
            self._parent[member] = grandparent
            member, parent = parent, grandparent
        return member

    def join(self, a: int, b: int) -> bool:
        """Make one group of two; False where they were one already."""
        a, b = self.root(a), self.root(b)
        if a == b:
            return False
        self._parent[max(a, b)] = min(a, b)
        return True

    def joined(self) -> set[int]:
        """Every id that was joined to another."""
        return set(self._parent) | {self.root(member) for member in list(self._parent)}
