"""Finds repeated text in a page: blocks that are equal to, similar to, or contained in another.

Pages print a caption twice, a standfirst that is also the first sentence of the body, or the whole
body again for another screen size. The longer copy is kept in its place; of equal copies, the
first. An inverted index gives the pairs that share a shingle, and their exact Jaccard similarity
and containment decide.

Short blocks can recur for good reason: refrains, quotes, table cells. A short block is removed only
if it stands next to its copy, or if a block next to it is repeated too.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from html import unescape

from cleaners.model import Cleaner, Removal
from cleaners.reasons import Reason
from cleaners.rules.line_features import LineFeatures, PageLines
from cleaners.text.shingles import local_shingles, tokens

# Shorter blocks recur all the time (subheadings, “he said”) and aren't compared by shingles.
_MIN_TOKENS = 6
# A shorter block may be the start of its neighbour by chance.
_MIN_OPENING_TOKENS = 4
# A block with fewer words than this is short: it may recur for good reason.
_MAX_SHORT_WORDS = 12
# A paragraph needs this many shingles to be recognised as an edited copy.
_MIN_EDITED_SHINGLES = 15
# Longest credit after a caption: “Photograph: Anna Lee / Northline News Agency”.
_MAX_CREDIT_TOKENS = 8
# A short block with at least this share of numbers among its tokens is a table row.
_TABLE_ROW_NUMBER_SHARE = 0.25
# Lowest Jaccard similarity of two copies of a block.
_MIN_SIMILARITY = 0.8
# A block is contained in another if that has at least this share of its shingles.
_MIN_CONTAINMENT = 0.85
# With so few words, one that the other block doesn't have is enough to fall below this.
_MAX_FEW_TOKENS = 9
# The same for an edited copy, next to blocks that are copies of each other.
_MIN_EDITED_CONTAINMENT = 0.5
# A shingle in more blocks than this comes from a template, and is ignored.
_MAX_BLOCKS_PER_SHINGLE = 50


def find_repeats(
    lines: PageLines, compared: Iterable[int], protected: Iterable[int] = ()
) -> dict[int, Removal]:
    """The removal of each block that another block repeats or contains, by block index.

    `compared` are the indices of the blocks to compare. The blocks of `protected` (the title) are
    compared too, but never removed. `same_as` of a removal is the index of the copy that is kept.
    """
    kept_anyway = frozenset(protected)
    words = {i: _compared_words(lines[i]) for i in sorted({*compared, *kept_anyway})}
    order = _BlockOrder.from_blocks(words)
    rows = {i for i in words if "\t" in lines[i].text}  # table rows are naturally similar
    short = rows | {i for i in words if lines[i].n_words < _MAX_SHORT_WORDS}
    cells = rows | {
        i for i in short if lines[i].n_numbers >= _TABLE_ROW_NUMBER_SHARE * len(words[i])
    }
    copy_of = _same_words(words, order, short, cells, kept_anyway)
    removed = {i: _removal("the same words", block, 1.0) for i, block in copy_of.items()}
    removed |= _opening_copies(lines, words, order, kept_anyway | removed.keys())
    sets = {
        i: lines.shingles(i) if found is lines[i].tokens else local_shingles(found)
        for i, found in words.items()
        if i not in removed and len(found) >= _MIN_TOKENS
    }
    # Longer blocks first, so that a block that is removed never counts as the copy of another.
    fuller = _ShingleIndex()
    candidates = sets if _may_have_copies(sets.values()) else ()
    for i in sorted(candidates, key=lambda i: (-len(sets[i]), i)):
        copy = None if i in kept_anyway else fuller.find_copy(sets[i])
        if copy is None or (i in short and (i in cells or not order.are_adjacent(i, copy[0]))):
            fuller.add(i, sets[i])
        else:
            copy_of[i], removed[i] = copy
    long = {
        i: own
        for i, own in sets.items()
        if len(own) >= _MIN_EDITED_SHINGLES and i not in kept_anyway
    }
    return removed | _edited_copies(long, order, removed, copy_of)


def _compared_words(line: LineFeatures) -> list[str]:
    """The words of a line, with HTML entities decoded."""
    if "&" in line.text and ";" in line.text:
        return tokens(unescape(line.text))
    return line.tokens


@dataclass(frozen=True, slots=True)
class _BlockOrder:
    """The compared blocks in page order; blocks that aren't compared don't count as neighbours."""

    blocks: list[int]
    places: dict[int, int]

    @classmethod
    def from_blocks(cls, blocks: Iterable[int]) -> _BlockOrder:
        found = list(blocks)
        return cls(found, {block: place for place, block in enumerate(found)})

    def are_adjacent(self, a: int, b: int) -> bool:
        """Whether two blocks are next to each other."""
        return abs(self.places[a] - self.places[b]) == 1

    def neighbour(self, block: int, step: int) -> int | None:
        """The block `step` places further on, or None."""
        place = self.places[block] + step
        return self.blocks[place] if 0 <= place < len(self.blocks) else None


def find_repeats_of_content(
    lines: PageLines, outside: Collection[int], inside: Sequence[int]
) -> dict[int, Removal]:
    """The removal of each block of `outside` that blocks of `inside` contain, by block index."""
    if not outside:
        return {}
    known = frozenset().union(*(lines[i].tokens for i in inside))
    outside_sets = {
        i: local_shingles(words)
        for i in outside
        if len(words := lines[i].tokens) > _MAX_FEW_TOKENS or known.issuperset(words)
    }
    if not outside_sets:
        return {}
    content = frozenset().union(*map(lines.shingles, inside))
    copies = {
        i: own
        for i, own in outside_sets.items()
        if own and len(own & content) >= _MIN_CONTAINMENT * len(own)
    }
    if not copies:
        return {}
    owner: dict[int, int] = {}
    for i in reversed(inside):
        owner.update(dict.fromkeys(lines.shingles(i), i))
    removed: dict[int, Removal] = {}
    for i, own in copies.items():
        times = Counter(owner[shingle] for shingle in own & content)
        block = min(times, key=lambda block: (-times[block], block))
        what = f"which has {times[block] / len(own):.0%} of it"
        removed[i] = _removal(what, block, 0.9)
    return removed


def _may_have_copies(sets: Collection[frozenset[int]]) -> bool:
    """Whether one of the sets has most of its shingles in other sets; in few pages one has."""
    seen: set[int] = set()
    recurring: set[int] = set()
    for own in sets:
        recurring |= seen & own
        seen |= own
    return any(len(own & recurring) / len(own) >= _MIN_SIMILARITY for own in sets)


@dataclass(slots=True)
class _ShingleIndex:
    """Inverted index from shingles to kept blocks.

    `sets` has the shingles of each block, `first` the first block with a shingle, and `again` the
    further ones.
    """

    sets: dict[int, frozenset[int]] = field(default_factory=dict)
    first: dict[int, int] = field(default_factory=dict)
    again: defaultdict[int, list[int]] = field(default_factory=lambda: defaultdict(list))

    def add(self, i: int, own: frozenset[int]) -> None:
        """Add block `i` with its shingles."""
        self.sets[i] = own
        known = self.first.keys() & own
        for shingle in known:
            self.again[shingle].append(i)
        self.first.update(dict.fromkeys(own - known, i))

    def find_copy(self, own: frozenset[int]) -> tuple[int, Removal] | None:
        """The kept block that repeats or contains these shingles, and the removal; or None."""
        known = self.first.keys() & own
        if len(known) / len(own) < _MIN_SIMILARITY:
            return None  # no block can share enough shingles
        shared: Counter[int] = Counter()
        for shingle in known:
            others = self.again.get(shingle, ())
            if len(others) < _MAX_BLOCKS_PER_SHINGLE:
                shared[self.first[shingle]] += 1
                shared.update(others)
        for other, _ in sorted(shared.items(), key=lambda item: (-item[1], item[0])):
            both = len(own & self.sets[other])
            alike = both / (len(own) + len(self.sets[other]) - both)
            if alike >= _MIN_SIMILARITY:
                return other, _removal(f"similarity {alike:.2f}", other, alike)
            inside = both / len(own)
            if inside >= _MIN_CONTAINMENT:
                return other, _contained_removal(other, inside)
        return None


def _same_words(
    words: Mapping[int, list[str]],
    order: _BlockOrder,
    short: set[int],
    cells: set[int],
    kept_anyway: frozenset[int],
) -> dict[int, int]:
    """Maps each removable block to the earlier or protected block with the same words."""
    first: dict[tuple[str, ...], int] = {}
    copy_of: dict[int, int] = {}
    recurring: dict[int, int] = {}
    for i in sorted(words, key=lambda i: (i not in kept_anyway, i)):
        key = tuple(words[i])
        if not key:
            continue
        block = first.setdefault(key, i)
        if block == i:
            continue
        told_twice = len(key) >= _MIN_TOKENS and i not in cells and order.are_adjacent(i, block)
        if i not in short or block in kept_anyway or told_twice:
            copy_of[i] = block
        else:
            recurring[i] = block
    # A short block is a copy if its neighbour is, and both copies have the same neighbour.
    for step, blocks in ((-1, sorted(recurring)), (1, sorted(recurring, reverse=True))):
        for i in blocks:
            neighbour = order.neighbour(i, step)
            twin = copy_of.get(neighbour) if neighbour is not None else None
            if twin is not None and twin == order.neighbour(recurring[i], step):
                copy_of[i] = recurring[i]
    return copy_of


def _edited_copies(
    sets: Mapping[int, frozenset[int]],
    order: _BlockOrder,
    removed: Mapping[int, Removal],
    copy_of: Mapping[int, int],
) -> dict[int, Removal]:
    """The removals of edited copies: half of the shingles are shared, and a neighbour is a copy."""
    found: dict[int, Removal] = {}
    pairs = [
        (i, twin)
        for i, twin in sorted(copy_of.items())
        if twin in sets and len(sets[twin]) >= _MIN_EDITED_SHINGLES
    ]
    while pairs:
        i, twin = pairs.pop()
        for step in (1, -1):
            beside = order.neighbour(i, step), order.neighbour(twin, step)
            places = {
                one
                for one in beside
                if one is not None and one in sets and one not in removed and one not in found
            }
            places -= {i, twin}
            if len(places) < 2:
                continue
            # The longer block is kept; of equally long ones, the first.
            shorter, longer = sorted(places, key=lambda one: (len(sets[one]), -one))
            share = len(sets[shorter] & sets[longer]) / len(sets[shorter])
            if share >= _MIN_EDITED_CONTAINMENT:
                found[shorter] = _removal(f"edited, {share:.0%} shared", longer, share)
                pairs.append((shorter, longer))
    return found


def _opening_copies(
    lines: Sequence[LineFeatures],
    words: Mapping[int, list[str]],
    order: _BlockOrder,
    settled: Set[int],
) -> dict[int, Removal]:
    """The removals of short blocks with which a nearby block starts, such as a repeated caption."""
    found: dict[int, Removal] = {}
    for i, own in words.items():
        if i in settled or not _MIN_OPENING_TOKENS <= len(own) < _MAX_SHORT_WORDS:
            continue
        for step in (1, -1, 2, -2):
            other = order.neighbour(i, step)
            if other is None or other in settled or other in found:
                continue
            longer = words[other]
            more = len(longer) - len(own)
            # A complete sentence is a standfirst. A heading that the text takes up is no copy.
            is_copy = lines[i].ends_sentence or more <= _MAX_CREDIT_TOKENS
            if more > 0 and is_copy and longer[: len(own)] == own:
                found[i] = _contained_removal(other, 1.0)
                break
    return found


def _contained_removal(block: int, share: float) -> Removal:
    return _removal(f"which has {share:.0%} of it", block, share)


def _removal(detail: str, block: int, confidence: float) -> Removal:
    return Removal(Reason.REPEATED, Cleaner.REPEATS, detail, round(confidence, 3), same_as=block)
