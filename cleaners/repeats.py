"""Blocks that say again what another block of the page says: repeated, nearly, or contained.

Pages print a caption twice, a standfirst that is the first sentence of the body, or the whole
body again for another screen size. The fuller copy stays, in its place; of equals, the first.
Pairs that share a shingle come from an inverted index, and exact Jaccard and containment decide.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from cleaners.model import Reason, Removal
from cleaners.shingles import (
    SHINGLE_WORDS,
    containment,
    jaccard,
    shingles,
    shingles_of,
    tokens,
)

_MIN_TOKENS = 6  # shorter lines recur for good reasons: refrains, subheadings, “he said”
_NEARLY = 0.8
_CONTAINED = 0.85
_COMMON = 50  # a shingle in more blocks than this is a template's and proposes nothing


def repeats(
    texts: Sequence[str], compared: Iterable[int], protected: Iterable[int] = ()
) -> dict[int, Removal]:
    """The removal of each block that another one repeats or contains, by position.

    `compared` are the positions that may be removed or stand for others; `protected` ones
    (the title) are compared as well, but stay.
    """
    kept_anyway = frozenset(protected)
    words = {i: tokens(texts[i]) for i in sorted({*compared, *kept_anyway})}
    removed = _same(words, kept_anyway)
    sets = {
        i: shingles_of(found)
        for i, found in words.items()
        if i not in removed and len(found) >= _MIN_TOKENS
    }
    # Fuller blocks first: whatever they cover is gone before it could cover anything.
    places: defaultdict[int, list[int]] = defaultdict(list)
    for i in sorted(sets, key=lambda i: (-len(sets[i]), i)):
        near = _fuller(i, sets, places) if i not in kept_anyway else None
        if near is not None:
            removed[i] = near
            continue
        for shingle in sets[i]:
            places[shingle].append(i)
    return removed


def echoes(
    texts: Sequence[str], outside: Iterable[int], inside: Iterable[int]
) -> dict[int, Removal]:
    """The removal of each block outside the article that says again what one inside it says.

    Three samples of a block's shingles tell whether it is worth cutting up whole.
    """
    owner: dict[int, int] = {}
    for i in inside:
        for shingle in shingles(texts[i]):
            owner.setdefault(shingle, i)
    removed: dict[int, Removal] = {}
    for i in outside:
        words = tokens(texts[i])
        last = max(0, len(words) - SHINGLE_WORDS)
        samples = (words[at : at + SHINGLE_WORDS] for at in {0, last // 2, last})
        if not any(shingles_of(sample) & owner.keys() for sample in samples):
            continue
        own = shingles_of(words)
        shared = [owner[shingle] for shingle in own if shingle in owner]
        if len(shared) >= _CONTAINED * len(own):
            block, times = Counter(shared).most_common(1)[0]
            removed[i] = _removal(f"in block {block} too ({times / len(own):.0%} of it)", 0.9)
    return removed


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


def _fuller(
    i: int, sets: dict[int, frozenset[int]], places: dict[int, list[int]]
) -> Removal | None:
    """The removal of block `i` where a fuller block covers it."""
    shared: Counter[int] = Counter()
    for shingle in sets[i]:
        found = places.get(shingle, ())
        if len(found) <= _COMMON:
            shared.update(found)
    for other, _ in sorted(shared.items(), key=lambda item: (-item[1], item[0])):
        alike = jaccard(sets[i], sets[other])
        if alike >= _NEARLY:
            return _removal(f"nearly the same as block {other} (similarity {alike:.2f})", alike)
        inside = containment(sets[i], sets[other])
        if inside >= _CONTAINED:
            return _removal(f"contained in block {other} ({inside:.0%} of it)", inside)
    return None


def _removal(detail: str, confidence: float) -> Removal:
    return Removal(Reason.REPEATED, "repeats", detail, round(confidence, 3))
