"""Compares two fillings: the different words that two texts have between the same words.

Pages made from one form have other names, figures or words there. In a copy the words are misread,
inflected, or the same said in another way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum

from cleaners.text.aligned_text import MIN_NAME_LETTERS, AlignedText, is_unspaced, letters
from cleaners.text.number_words import number_in

MAX_FILLING_WORDS = 12  # fillings with more words are different sentences, not a substitution
# Fillings whose letters have at least this `SequenceMatcher` ratio are the same words, misread or
# inflected.
_MISREAD_RATIO = 0.6
_WORD_SWAP = 0.6  # the weight of a word that replaces a word: an editor does this, too
# A form has the same kind of thing in a slot. Digits in place of words are the same said in another
# way, such as a date for the day of the week, if both fillings have at most this many words.
_MAX_DATE_WORDS = 4


class Difference(Enum):
    """The kind of a substitution; the value is its weight as evidence for a form."""

    HEADLINE = 2.0  # the fillings are words in which the two headlines differ
    FACT = 1.0  # the fillings are different figures or names
    WORDING = 0.25


@dataclass(slots=True)
class FillingComparison:
    """The comparison of two fillings: the places of shared words, and the substitutions."""

    ours: list[int]
    theirs: list[int]
    substitutions: list[Difference]
    replaced: list[int]  # places in the second text
    swaps: float = 0.0
    misread: int = 0
    inserted: int = 0  # runs of words that only one of the fillings has


def compare_fillings(
    first: AlignedText, gap: range, second: AlignedText, same: range
) -> FillingComparison:
    """Compare what two texts have in the same gap."""
    found = FillingComparison([], [], [], [])
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
                if max(len(ours), len(theirs)) <= MAX_FILLING_WORDS:
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
    is_run = len(places) > 1 and is_unspaced(text.words[places[0]])
    if is_run or any(map(text.is_figure, places)):
        return MIN_NAME_LETTERS + 1
    return max(letters(text.words[place]) for place in places)


def _difference(
    first: AlignedText, ours: range, second: AlignedText, theirs: range
) -> Difference | None:
    """The kind of a substitution; None if the fillings say the same.

    They do if the words are misread, inflected, or a date in place of another word.
    """
    if len(ours) == len(theirs) == 1 and is_unspaced(first.words[ours[0]]):
        figures = first.is_figure(ours[0]) and second.is_figure(theirs[0])
        return Difference.FACT if figures else None
    some = first.words[ours.start : ours.stop]
    others = second.words[theirs.start : theirs.stop]
    if max(len(ours), len(theirs)) <= _MAX_DATE_WORDS and _is_same_date(some, others):
        return None
    figures = any(map(first.is_figure, ours)) and any(map(second.is_figure, theirs))
    if not figures and max(len(ours), len(theirs)) <= MAX_FILLING_WORDS:
        filling = "".join(some)
        other = "".join(others)
        matcher = SequenceMatcher(None, filling, other, autojunk=False)
        # The first two are upper bounds of the ratio, and fast.
        ratios = (matcher.real_quick_ratio, matcher.quick_ratio, matcher.ratio)
        if all(ratio() >= _MISREAD_RATIO for ratio in ratios):
            return None
    if first.is_in_headline_alone(ours, second) and second.is_in_headline_alone(theirs, first):
        return Difference.HEADLINE
    if figures or (first.has_fact(ours) and second.has_fact(theirs)):
        return Difference.FACT
    return Difference.WORDING


def _is_same_date(some: Sequence[str], others: Sequence[str]) -> bool:
    """Whether two fillings may be the same number or date: spelled out, in digits, a weekday."""
    in_digits = any(map(str.isnumeric, some)), any(map(str.isnumeric, others))
    if in_digits[0] == in_digits[1]:
        return False
    digits, spelled = (some, others) if in_digits[0] else (others, some)
    return number_in(spelled) in (None, number_in(digits))
