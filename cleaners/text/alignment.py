"""Aligns two texts word by word: which words they share, and which differ in the same place.

Copies of an article differ by cuts, additions and misread letters. Pages made from the same form
have the same words around different names and figures. Shingles can't tell the two cases apart, but
an alignment can. The shingles that both texts have are anchors. The words between two anchors are a
gap, and the different words in the same gap of both texts (its fillings) are a substitution.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from cleaners.text.aligned_text import AlignedText
from cleaners.text.fillings import MAX_FILLING_WORDS, Difference, compare_fillings
from cleaners.text.shingles import SHINGLE_WORDS

_ANCHOR_WORDS = 2  # words on each side of a gap that identify the same gap in the other text
# A gap with more words has another passage in each text, not two fillings. The exception is a bad
# copy of one passage, of which at least this share of the shorter filling is in the longer one.
_MAX_GAP_WORDS = 40
_MIN_COPIED_SHARE = 0.5
_MAX_COPIED_WORDS = 400  # a gap with more words is never compared
_MIN_PASSAGE_WORDS = 16  # consecutive shared words from which on they are a passage
_MAX_FIRST_SLOT = 12  # a gap at the start that ends after this word is a new opening
_MAX_INSERTED_WORDS = 2  # consecutive inserted words that don't end a passage
_MAX_SWAP = 2.0  # the weight of a passage that replaces a passage, and the most that a gap weighs
_MIN_REPLACED_WORDS = 6  # fewer replaced words in a gap are a phrase, more are a passage
_MIN_LAST_WORDS = 10  # the same at the end of the texts, where a page may have its footer
_MAX_EDGE_WORDS = 1  # words that two different sentences may share at each end, such as an article
# A passage that is told again in other words has this many long words and this share of them in
# another order. With more, the texts are lists of the same things, such as a week's dishes.
_MIN_RETOLD_WORDS = 3
_MIN_RETOLD_SHARE = 0.4
_MAX_RETOLD_SHARE = 0.9
_NOT_SHARED = re.compile(rb"\0+")
# Shared words, which may have inserted ones between them but no replaced ones.
_REPLACED = 2
_RUN = re.compile(rb"\x01+(?:\x00{1,%d}\x01+)*" % _MAX_INSERTED_WORDS)


@dataclass(frozen=True, slots=True)
class Alignment:
    """The result of aligning two texts; all shares are of words, 0 to 1.

    `shorter_in_longer` is the share of the shorter text's words that the longer text has too,
    including misread ones; `longer_in_shorter` is the reverse. `similarity` is the number of shared
    words divided by the number of words in the union, and `size_ratio` the length of the shorter
    text divided by that of the longer. `substitutions` are the kinds of all substitutions, and
    `swaps` is the weight of those within the texts in which both fillings have more than short
    words, and `plain_swaps` that of single words in small letters that are no figures nor words of
    the headline.
    `reworded_words` is the length of the swapped passage if it is the only one, consists of
    whole sentences, and has no figures, names or words of the headline that tell two forms apart;
    else 0. `edits` counts the other places within the texts where only one of them has words, or
    one has misread words. `replaced_words` counts the words of passages in place of which the other
    text has a different one (of the two, the one with fewer words), and `omitted_words` all other
    words that only one text has. `differing_words` counts the words that only one text has,
    wherever they are, but not at its end (of the two texts, the one with fewer such words).
    `is_retold` says whether these passages tell the same in other words: they have many long words
    in common, in another order, and no figures or names that tell them apart, nor names in another
    order, and share one of these. Only said of texts
    with swaps or replaced words.
    `agreeing_facts` counts the names and figures that both texts share (0 if there are no
    substitutions). `passages` is the share of the shorter text in long runs of shared words.
    `lead` is the position in the longer text where the shared part begins: 0 is the first word.
    """

    shorter_in_longer: float
    longer_in_shorter: float
    similarity: float
    size_ratio: float
    shared_words: int
    shorter_words: int
    substitutions: tuple[Difference, ...]
    swaps: float
    plain_swaps: float
    reworded_words: int
    edits: int
    replaced_words: int
    omitted_words: int
    differing_words: int
    is_retold: bool
    agreeing_facts: int
    passages: float
    lead: float

    @property
    def containment(self) -> float:
        return max(self.shorter_in_longer, self.longer_in_shorter)

    @property
    def facts(self) -> int:
        """The number of substitutions that change a name, a figure or a word of the headline."""
        return sum(one is not Difference.WORDING for one in self.substitutions)


@dataclass(slots=True)
class _Gap:
    """A run of words that the other text lacks, and the words directly before and after it."""

    places: range
    before: tuple[str, ...]
    after: tuple[str, ...]


def align(one: AlignedText, another: AlignedText) -> Alignment:
    """Align two texts, in any order; the time is proportional to their lengths.

    Shared passages may be in a different order, because a gap is identified by the words around it.
    """
    found = align_until(one, another, lambda *_: False)
    assert found is not None
    return found


def align_until(
    one: AlignedText,
    another: AlignedText,
    is_enough: Callable[[Sequence[Difference], int], bool],
) -> Alignment | None:
    """Like `align`, but stop and return None as soon as the substitutions are enough to decide.

    `is_enough` is called with the substitutions so far and the word count of the shorter text.
    """
    longer, shorter = sorted((one, another), key=lambda text: (-len(text.words), text.words))
    anchors = longer.distinct & shorter.distinct
    gaps = _gaps(longer, anchors), _gaps(shorter, anchors)
    covered = _covered(longer, gaps[0]), _covered(shorter, gaps[1])
    anchored = bytes(covered[0])
    substitutions: list[Difference] = []
    replaced: set[int] = set()  # words of the shorter text
    swaps = plain_swaps = 0.0
    reworded: list[int] = []  # for each swap, the words of its sentences, or 0
    replaced_words = paired_words = 0
    # Each gap within a text counts as an edit until its other side turns up.
    edits = sum(
        _is_within(text, gap.places)
        for text, some in zip((longer, shorter), gaps, strict=True)
        for gap in some
    )
    for gap, same in _same_gaps(*gaps):
        filling = compare_fillings(longer, gap, shorter, same)
        unlike = min(len(gap) - len(filling.ours), len(same) - len(filling.theirs))
        at_end = gap.stop == len(longer.words) and same.stop == len(shorter.words)
        if unlike >= (_MIN_LAST_WORDS if at_end else _MIN_REPLACED_WORDS):
            replaced_words += unlike
            paired_words += len(gap) + len(same) - len(filling.ours) - len(filling.theirs)
        inside = _is_within(longer, gap), _is_within(shorter, same)
        # Not a new opening either, if most of its words are the same.
        if all(inside) or 2 * unlike < min(len(gap), len(same)):
            swap = _MAX_SWAP if unlike >= _MIN_REPLACED_WORDS else min(_MAX_SWAP, filling.swaps)
            swaps += swap
            if swap:
                plain_swaps += swap * _is_plain_word(longer, gap, shorter, same)
                is_edit = all(inside) and _is_rewording(longer, gap, shorter, same)
                reworded.append(unlike if is_edit and unlike >= _MIN_REPLACED_WORDS else 0)
            edits += (0 if swap else filling.misread + filling.inserted) - sum(inside)
        if max(len(gap), len(same)) > _MAX_GAP_WORDS and min(
            len(filling.ours), len(filling.theirs)
        ) < _MIN_COPIED_SHARE * min(len(gap), len(same)):
            continue
        if filling.substitutions:
            substitutions += filling.substitutions
            if is_enough(substitutions, len(shorter.words)):
                return None
        replaced.update(filling.replaced)
        for place in filling.ours:
            covered[0][place] = 1
        for place in filling.theirs:
            covered[1][place] = 1
    shared = [sum(covered[0]), sum(covered[1])]
    long, short = max(1, len(longer.words)), max(1, len(shorter.words))
    both = min(shared)
    own = _uncovered(gaps[0], covered[0]), _uncovered(gaps[1], covered[1])
    return Alignment(
        shorter_in_longer=shared[1] / short,
        longer_in_shorter=shared[0] / long,
        similarity=both / max(1, long + short - both),
        size_ratio=short / long,
        shared_words=both,
        shorter_words=len(shorter.words),
        substitutions=tuple(substitutions),
        swaps=swaps,
        plain_swaps=plain_swaps,
        reworded_words=reworded[0] if len(reworded) == 1 else 0,
        edits=edits,
        replaced_words=replaced_words,
        omitted_words=long + short - sum(shared) - paired_words,
        differing_words=min(
            len(own[0]) - _uncovered_at_end(covered[0]), len(own[1]) - _uncovered_at_end(covered[1])
        ),
        is_retold=(swaps > 0 or replaced_words > 0)
        and _is_retold(longer, own[0], shorter, own[1])
        and _is_about_the_same(longer, gaps[0], shorter, gaps[1]),
        agreeing_facts=sum(map(anchored.__getitem__, longer.facts)) if substitutions else 0,
        passages=_in_passages(covered[1], replaced) / short,
        lead=next((i for i, same in enumerate(anchored) if same), long) / long,
    )


def _is_within(text: AlignedText, gap: range) -> bool:
    """Whether a gap is within a text: not at its end, nor a new opening.

    At its ends, a copy may have a byline, a lead of its own, or what a page adds.
    """
    if gap.start == 0 and (gap.stop > _MAX_FIRST_SLOT or gap.stop >= text.first_line):
        return False
    return gap.stop < len(text.words)


def _is_plain_word(first: AlignedText, gap: range, second: AlignedText, same: range) -> bool:
    """Whether one word replaces another, and neither is a figure, a name or in a headline alone.

    In a script without case, names can't be told.
    """
    if not len(gap) == len(same) == 1:
        return False
    if first.is_figure(gap.start) or second.is_figure(same.start):
        return False
    if first.is_in_headline_alone(gap, second) or second.is_in_headline_alone(same, first):
        return False
    return first.spelled[gap.start].islower() and second.spelled[same.start].islower()


def _is_rewording(first: AlignedText, gap: range, second: AlignedText, same: range) -> bool:
    """Whether whole sentences are replaced by others that don't tell two copies of a form apart.

    In a form, the fillings of a slot have different names or figures, or words of the headlines. In
    a script without case, names can't be told, so short sentences may have them.
    """
    if not (_is_sentence(first, gap) and _is_sentence(second, same)):
        return False
    is_short = min(len(gap), len(same)) <= MAX_FILLING_WORDS
    if is_short and not (first.has_case(gap) and second.has_case(same)):
        return False
    if first.is_in_headline_alone(gap, second) or second.is_in_headline_alone(same, first):
        return False
    return _has_same_facts(first, gap, second, same)


def _is_sentence(text: AlignedText, gap: range) -> bool:
    """Whether a gap within a text is one or more whole sentences."""
    before = range(max(0, gap.start - _MAX_EDGE_WORDS), gap.start + 1)
    after = range(gap.stop, min(len(text.words), gap.stop + _MAX_EDGE_WORDS + 1))
    return any(map(text.starts_sentence, before)) and any(map(text.starts_sentence, after))


def _uncovered(gaps: Iterable[_Gap], covered: Sequence[int]) -> list[int]:
    """The places of words that only one text has."""
    return [place for gap in gaps for place in gap.places if not covered[place]]


def _uncovered_at_end(covered: bytearray) -> int:
    """How many words at the end of a text only this text has."""
    return len(covered) - len(covered.rstrip(b"\0"))


def _is_retold(
    first: AlignedText, ours: Collection[int], second: AlignedText, theirs: Collection[int]
) -> bool:
    """Whether the words that only one text has tell the same as those that only the other has."""
    if min(len(ours), len(theirs)) < _MIN_RETOLD_WORDS:
        return False
    some, others = first.long_words(ours), second.long_words(theirs)
    same, fewer = len(some & others), min(len(some), len(others))
    return (
        same >= _MIN_RETOLD_WORDS
        and _MIN_RETOLD_SHARE * fewer <= same <= _MAX_RETOLD_SHARE * fewer
        and _has_same_facts(first, ours, second, theirs)
    )


def _is_about_the_same(
    first: AlignedText, ours: Iterable[_Gap], second: AlignedText, theirs: Iterable[_Gap]
) -> bool:
    """Whether the gaps of two texts share a name or a figure, and have names in the same order.

    Two recipes share words only. If names are in another order, somebody else may have done it.
    """
    places = [[place for gap in some for place in gap.places] for some in (ours, theirs)]
    facts = first.facts_in(places[0]) & second.facts_in(places[1])
    if not facts and first.tells_names and second.tells_names:
        return False
    names = first.names_in(places[0]) | second.names_in(places[1])
    orders = [
        [word for word in dict.fromkeys(text.words[place] for place in some) if word in names]
        for text, some in zip((first, second), places, strict=True)
    ]
    both = {*orders[0]}.intersection(orders[1])
    some, others = ([word for word in order if word in both] for order in orders)
    return some == others


def _has_same_facts(
    first: AlignedText, ours: Collection[int], second: AlignedText, theirs: Collection[int]
) -> bool:
    """Whether at most one of two passages has figures or names that the other lacks."""
    some, others = first.facts_in(ours), second.facts_in(theirs)
    return some <= others or others <= some


def _in_passages(covered: bytearray, replaced: Iterable[int]) -> int:
    """The number of words of a text in long runs that the other text has too.

    Up to two inserted words don't end a run, but a replaced word does.
    """
    marks = bytearray(covered)
    for place in replaced:
        if not marks[place]:
            marks[place] = _REPLACED
    runs = (run[0].count(1) for run in _RUN.finditer(marks))
    return sum(words for words in runs if words >= _MIN_PASSAGE_WORDS)


def _gaps(text: AlignedText, anchors: set[int]) -> list[_Gap]:
    """The runs of words that are in no shared shingle."""
    n_words, n_shingles = len(text.words), len(text.shingles)
    if not n_shingles:
        return [_Gap(range(n_words), (), ())] if n_words else []
    shared = bytes(map(anchors.__contains__, text.shingles))
    found: list[_Gap] = []
    for run in _NOT_SHARED.finditer(shared):
        start = run.start() and run.start() + SHINGLE_WORDS - 1
        end = n_words if run.end() == n_shingles else run.end()
        if start < end:
            before = tuple(text.words[max(0, start - _ANCHOR_WORDS) : start])
            after = tuple(text.words[end : end + _ANCHOR_WORDS])
            found.append(_Gap(range(start, end), before, after))
    return found


def _covered(text: AlignedText, gaps: Iterable[_Gap]) -> bytearray:
    """For each word, 0 if it is in a gap, else 1."""
    covered = bytearray(b"\1" * len(text.words))
    for gap in gaps:
        covered[gap.places.start : gap.places.stop] = bytes(len(gap.places))
    return covered


def _same_gaps(ours: Sequence[_Gap], theirs: Sequence[_Gap]) -> Iterator[tuple[range, range]]:
    """The pairs of gaps with the same words before and after them, or at least on one side."""
    places: dict[object, list[_Gap]] = {}
    for gap in theirs:
        for key in _keys(gap):
            places.setdefault(key, []).append(gap)
    taken: set[int] = set()
    for gap in ours:
        for key in _keys(gap):
            match = next(
                (one for one in places.get(key, ()) if one.places.start not in taken), None
            )
            if match is not None:
                taken.add(match.places.start)
                if max(len(gap.places), len(match.places)) <= _MAX_COPIED_WORDS:
                    yield gap.places, match.places
                break


def _keys(gap: _Gap) -> Iterator[object]:
    yield gap.before, gap.after
    if len(gap.before) == _ANCHOR_WORDS:
        yield "before", gap.before
    if len(gap.after) == _ANCHOR_WORDS:
        yield "after", gap.after
