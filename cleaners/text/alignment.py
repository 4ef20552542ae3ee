"""Aligns two texts word by word: which words they share, and which differ in the same place.

Copies of an article differ by cuts, additions and misread letters. Pages made from the same form
have the same words around different names and figures. Shingles can't tell the two cases apart, but
an alignment can. The shingles that both texts have are anchors. The words between two anchors are a
gap, and the different words in the same gap of both texts (its fillings) are a substitution.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum

from cleaners.text.aligned_text import MIN_NAME_LETTERS, AlignedText
from cleaners.text.shingles import SHINGLE_WORDS
from cleaners.text.unspaced import UNSPACED_CHAR

_ANCHOR_WORDS = 2  # words on each side of a gap that identify the same gap in the other text
# A gap with more words has another passage in each text, not two fillings. The exception is a bad
# copy of one passage, of which at least this share of the shorter filling is in the longer one.
_MAX_GAP_WORDS = 40
_MIN_COPIED_SHARE = 0.5
_MAX_COPIED_WORDS = 400  # a gap with more words is never compared
_MAX_FILLING_WORDS = 12  # fillings with more words are different sentences, not a substitution
_MIN_PASSAGE_WORDS = 16  # consecutive shared words from which on they are a passage
_MAX_FIRST_SLOT = 12  # a gap at the start that ends after this word is a new opening
_MAX_INSERTED_WORDS = 2  # consecutive inserted words that don't end a passage
# Fillings whose letters have at least this `SequenceMatcher` ratio are the same words, misread or
# inflected.
_MISREAD_RATIO = 0.6
_WORD_SWAP = 0.6  # the weight of a word that replaces a word: an editor does this, too
_MAX_SWAP = 2.0  # the weight of a passage that replaces a passage, and the most that a gap weighs
_MIN_REPLACED_WORDS = 6  # fewer replaced words in a gap are a phrase, more are a passage
_MIN_LAST_WORDS = 10  # the same at the end of the texts, where a page may have its footer
# A form has the same kind of thing in a slot. Digits in place of words are the same said in another
# way, such as a date for the day of the week, if both fillings have at most this many words.
_MAX_DATE_WORDS = 4
_MAX_EDGE_WORDS = 1  # words that two different sentences may share at each end, such as an article
_NOT_SHARED = re.compile(rb"\0+")
# Shared words, which may have inserted ones between them but no replaced ones.
_REPLACED = 2
_RUN = re.compile(rb"\x01+(?:\x00{1,%d}\x01+)*" % _MAX_INSERTED_WORDS)


class Difference(Enum):
    """The kind of a substitution; the value is its weight as evidence for a form."""

    HEADLINE = 2.0  # the fillings are words in which the two headlines differ
    FACT = 1.0  # the fillings are different figures or names
    WORDING = 0.25


@dataclass(frozen=True, slots=True)
class Alignment:
    """The result of aligning two texts; all shares are of words, 0 to 1.

    `shorter_in_longer` is the share of the shorter text's words that the longer text has too,
    including misread ones; `longer_in_shorter` is the reverse. `similarity` is the number of shared
    words divided by the number of words in the union, and `size_ratio` the length of the shorter
    text divided by that of the longer. `substitutions` are the kinds of all substitutions, and
    `swaps` is the weight of those within the texts in which both fillings have more than short
    words. `reworded_words` is the length of the swapped passage if it is the only one, consists of
    whole sentences, and has no figures, names or words of the headline that tell two forms apart;
    else 0. `edits` counts the other places within the texts where only one of them has words, or
    one has misread words. `replaced_words` counts the words of passages in place of which the other
    text has a different one (of the two, the one with fewer words), and `omitted_words` all other
    words that only one text has.
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
    reworded_words: int
    edits: int
    replaced_words: int
    omitted_words: int
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
    swaps = 0.0
    reworded: list[int] = []  # for each swap, the words of its sentences, or 0
    replaced_words = paired_words = 0
    # Each gap within a text counts as an edit until its other side turns up.
    edits = sum(
        _is_within(text, gap.places)
        for text, some in zip((longer, shorter), gaps, strict=True)
        for gap in some
    )
    for gap, same in _same_gaps(*gaps):
        filling = _compared(longer, gap, shorter, same)
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
    return Alignment(
        shorter_in_longer=shared[1] / short,
        longer_in_shorter=shared[0] / long,
        similarity=both / max(1, long + short - both),
        size_ratio=short / long,
        shared_words=both,
        shorter_words=len(shorter.words),
        substitutions=tuple(substitutions),
        swaps=swaps,
        reworded_words=reworded[0] if len(reworded) == 1 else 0,
        edits=edits,
        replaced_words=replaced_words,
        omitted_words=long + short - sum(shared) - paired_words,
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


def _is_rewording(first: AlignedText, gap: range, second: AlignedText, same: range) -> bool:
    """Whether whole sentences are replaced by others that don't tell two copies of a form apart.

    In a form, the fillings of a slot have different names or figures, or words of the headlines. In
    a script without case, names can't be told, so short sentences may have them.
    """
    if not (_is_sentence(first, gap) and _is_sentence(second, same)):
        return False
    is_short = min(len(gap), len(same)) <= _MAX_FILLING_WORDS
    if is_short and not (first.has_case(gap) and second.has_case(same)):
        return False
    if first.is_in_headline_alone(gap, second) or second.is_in_headline_alone(same, first):
        return False
    ours, theirs = first.facts_in(gap), second.facts_in(same)
    return ours <= theirs or theirs <= ours


def _is_sentence(text: AlignedText, gap: range) -> bool:
    """Whether a gap within a text is one or more whole sentences."""
    before = range(max(0, gap.start - _MAX_EDGE_WORDS), gap.start + 1)
    after = range(gap.stop, min(len(text.words), gap.stop + _MAX_EDGE_WORDS + 1))
    return any(map(text.starts_sentence, before)) and any(map(text.starts_sentence, after))


@dataclass(slots=True)
class _Filling:
    """The comparison of two fillings: the places of shared words, and the substitutions."""

    ours: list[int]
    theirs: list[int]
    substitutions: list[Difference]
    replaced: list[int]  # places in the second text
    swaps: float = 0.0
    misread: int = 0
    inserted: int = 0  # runs of words that only one of the fillings has


def _compared(first: AlignedText, gap: range, second: AlignedText, same: range) -> _Filling:
    found = _Filling([], [], [], [])
    matcher = SequenceMatcher(
        None,
        first.words[gap.start : gap.stop],
        second.words[same.start : same.stop],
        autojunk=False,
    )
    for operation, i, j, k, m in matcher.get_opcodes():
        ours = range(gap.start + i, gap.start + j)
        theirs = range(same.start + k, same.start + m)
        if operation == "replace":
            difference = _difference(first, ours, second, theirs)
            if difference is not None:
                found.replaced.extend(theirs)
                if max(len(ours), len(theirs)) <= _MAX_FILLING_WORDS:
                    found.substitutions.append(difference)
                    found.swaps += _swap_weight(first, ours, second, theirs)
                continue
            found.misread += 1
        elif operation != "equal":
            found.inserted += 1
            continue
        found.ours.extend(ours)
        found.theirs.extend(theirs)
    return found


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


def _is_unspaced(word: str) -> bool:
    return re.fullmatch(UNSPACED_CHAR, word) is not None


def _swap_weight(first: AlignedText, ours: range, second: AlignedText, theirs: range) -> float:
    """1.0 if both fillings say something and one is a phrase, less for two single words, or 0.0.

    A filling of short words only, such as articles, says nothing.
    """
    one, another = _longest_word(first, ours), _longest_word(second, theirs)
    if min(one, another) < MIN_NAME_LETTERS or max(one, another) <= MIN_NAME_LETTERS:
        return 0.0
    return 1.0 if max(len(ours), len(theirs)) > 1 else _WORD_SWAP


def _longest_word(text: AlignedText, places: range) -> int:
    """The letters of a filling's longest word; figures and runs of unspaced characters are long."""
    is_run = len(places) > 1 and _is_unspaced(text.words[places[0]])
    if is_run or any(map(text.is_figure, places)):
        return MIN_NAME_LETTERS + 1
    return max(len(text.words[place]) for place in places)


def _difference(
    first: AlignedText, ours: range, second: AlignedText, theirs: range
) -> Difference | None:
    """The kind of a substitution; None if the fillings say the same.

    They do if the words are misread, inflected, or a date in place of another word.
    """
    if len(ours) == len(theirs) == 1 and _is_unspaced(first.words[ours[0]]):
        figures = first.is_figure(ours[0]) and second.is_figure(theirs[0])
        return Difference.FACT if figures else None
    with_figure = any(map(first.is_figure, ours)), any(map(second.is_figure, theirs))
    if not all(with_figure) and max(len(ours), len(theirs)) <= _MAX_DATE_WORDS:
        words = [first.words[place] for place in ours] + [second.words[place] for place in theirs]
        if any(map(str.isnumeric, words)):
            return None
    figures = all(with_figure)
    if not figures and max(len(ours), len(theirs)) <= _MAX_FILLING_WORDS:
        filling = "".join(first.words[place] for place in ours)
        other = "".join(second.words[place] for place in theirs)
        if _are_misread(filling, other):
            return None
    if first.is_in_headline_alone(ours, second) and second.is_in_headline_alone(theirs, first):
        return Difference.HEADLINE
    if figures or (first.has_fact(ours) and second.has_fact(theirs)):
        return Difference.FACT
    return Difference.WORDING


def _are_misread(one: str, another: str) -> bool:
    """Whether two fillings have so many letters in common that they are the same words."""
    # The lengths bound the ratio, and then the letters in any order do.
    if 2.0 * min(len(one), len(another)) / (len(one) + len(another)) < _MISREAD_RATIO:
        return False
    matcher = SequenceMatcher(None, one, another, autojunk=False)
    return matcher.quick_ratio() >= _MISREAD_RATIO and matcher.ratio() >= _MISREAD_RATIO
