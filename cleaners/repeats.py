"""Blocks that say again what another block of the page says: repeated, nearly, or contained.

Pages print a caption twice, a standfirst that is the first sentence of the body, or the whole
body again for another screen size. The fuller copy stays, in its place; of equals, the first.
Pairs that share a shingle come from an inverted index, and exact Jaccard and containment decide.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from cleaners.facts import Facts
from cleaners.model import Reason, Removal
from cleaners.shingles import passing_shingles

_MIN_TOKENS = 6  # shorter lines recur for good reasons: refrains, subheadings, “he said”
_NEARLY = 0.8
_CONTAINED = 0.85
_COMMON = 50  # a shingle in more blocks than this is a template's and proposes nothing


def repeats(
    lines: Sequence[Facts], compared: Iterable[int], protected: Iterable[int] = ()
) -> dict[int, Removal]:
    """The removal of each block that another one repeats or contains, by position.

    `compared` are the positions that may be removed or stand for others; `protected` ones
    (the title) are compared as well, but stay.
    """
    kept_anyway = frozenset(protected)
    words = {i: lines[i].tokens for i in sorted({*compared, *kept_anyway})}
    removed = _same(words, kept_anyway)
    sets = {
        i: passing_shingles(found)
        for i, found in words.items()
        if i not in removed and len(found) >= _MIN_TOKENS
    }
    # Fuller blocks first: whatever they cover is gone before it could cover anything.
    fuller = _Fuller()
    for i in sorted(sets, key=lambda i: (-len(sets[i]), i)):
        near = None if i in kept_anyway else fuller.covering(sets[i])
        if near is None:
            fuller.add(i, sets[i])
        else:
            removed[i] = near
    return removed


def echoes(
    lines: Sequence[Facts], outside: Iterable[int], inside: Iterable[int]
) -> dict[int, Removal]:
    """The removal of each block outside the article that says again what one inside it says."""
    owner: dict[int, int] = {}
    for i in reversed(list(inside)):
        owner.update(dict.fromkeys(passing_shingles(lines[i].tokens), i))
    removed: dict[int, Removal] = {}
    for i in outside:
        own = passing_shingles(lines[i].tokens)
        shared = owner.keys() & own
        if shared and len(shared) >= _CONTAINED * len(own):
            times = Counter(owner[shingle] for shingle in shared)
            block = min(times, key=lambda block: (-times[block], block))
            what = f"in block {block} too ({times[block] / len(own):.0%} of it)"
            removed[i] = _removal(what, 0.9)
    return removed


@dataclass(slots=True)
class _Fuller:
    """The blocks that stay so far, by their shingles: where each stands first, and where again."""

    sets: dict[int, frozenset[int]] = field(default_factory=dict)
    first: dict[int, int] = field(default_factory=dict)
    again: defaultdict[int, list[int]] = field(default_factory=lambda: defaultdict(list))

    def add(self, i: int, own: frozenset[int]) -> None:
        """Block `i` stays."""
        self.sets[i] = own
        known = self.first.keys() & own
        for shingle in known:
            self.again[shingle].append(i)
        self.first.update(dict.fromkeys(own - known, i))

    def covering(self, own: frozenset[int]) -> Removal | None:
        """The removal of a block with these shingles, where a block that stays covers it."""
        shared: Counter[int] = Counter()
        for shingle in self.first.keys() & own:
            others = self.again.get(shingle, ())
            if len(others) < _COMMON:
                shared[self.first[shingle]] += 1
                shared.update(others)
        for other, _ in sorted(shared.items(), key=lambda item: (-item[1], item[0])):
            both = len(own & self.sets[other])
            alike = both / (len(own) + len(self.sets[other]) - both)
            if alike >= _NEARLY:
                what = f"nearly the same as block {other} (similarity {alike:.2f})"
                return _removal(what, alike)
            inside = both / len(own)
            if inside >= _CONTAINED:
                return _removal(f"contained in block {other} ({inside:.0%} of it)", inside)
        return None


def _same(words: dict[int, list[str]], kept_anyway: frozenset[int]) -> dict[int, Removal]:
    """Blocks with the very words of an earlier one, or of a protected one."""
    first: dict[tuple[str, ...], int] = {}
    removed: dict[int, Removal] = {}
    for i in sorted(words, key=lambda i: (i not in kept_anyway, i)):
        key = tuple(words[i])
        if not key:
            continue
        if key not in first:
            first[key] = i
        elif len(key) >= _MIN_TOKENS or first[key] in kept_anyway:
            removed[i] = _removal(f"the same words as block {first[key]}", 1.0)
    return removed


def _removal(detail: str, confidence: float) -> Removal:
    return Removal(Reason.REPEATED, "repeats", detail, round(confidence, 3))
