"""Finds the clauses of a numbered text that the classifier leaves out, by their numbers.

The last clauses of terms, contracts and judgments are short and use the words of footers. That a
number follows on those above shows that they belong to the text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from cleaners.reasons import Reason
from cleaners.rules.line_features import LineFeatures
from cleaners.rules.phrases import match_phrases
from cleaners.rules.software_words import match_software_line

_NUMBERED = re.compile(
    r"(?:(?:article|section|clause|artikel|artículo|articolo|статья|раздел|пункт|бап) |§ ?)"
    r"(\d{1,3})\b|(\d{1,3})(?:\.\d{1,2}\.?|[.)])\s+(?=[^\W\d_])",
    re.I,
)
_MIN_PARTS = 2  # kept parts of which one follows on the other
_MAX_LINES = 8  # lines of a part


def numbered_parts(lines: Sequence[LineFeatures], kept: Sequence[bool]) -> list[int]:
    """The lines of parts that follow on kept ones by their numbers, and of gaps between parts."""
    numbers = [
        (i, int(match[1] or match[2]))
        for i, line in enumerate(lines)
        if line.text[:1].isalnum() or line.text[:1] == "§"
        if line.n_numbers and line.words and (match := _NUMBERED.match(line.text))
    ]
    chain: list[int] = []
    found: list[int] = []
    last = 0
    for i, number in [*numbers, (len(lines), -1)]:
        is_next = bool(chain) and number in (last, last + 1)
        if is_next and not any(map(_ends_text, lines[chain[-1] + 1 : i])):
            chain.append(i)
        else:
            found += _rest(lines, kept, chain)
            chain = [i] if number == 1 else []
        last = number
    return found


def _rest(lines: Sequence[LineFeatures], kept: Sequence[bool], chain: Sequence[int]) -> list[int]:
    n_kept = sum(kept[i] for i in chain)
    if n_kept < _MIN_PARTS or 3 * n_kept < 2 * len(chain):
        return []
    found: list[int] = []
    for start in chain[[kept[i] for i in chain].index(True) :]:
        if lines[start].is_short_sentence:
            found.append(start)
            continue
        # Below the heading of the last part, only one line is sure to belong to it.
        stop = start + (_MAX_LINES if start != chain[-1] else 2)
        part = list(
            takewhile(lambda i: _is_sentence(lines[i]), range(start + 1, min(stop, len(lines))))
        )
        found += [start, *part] if part else []
    return [i for i in found if not kept[i]]


def _ends_text(line: LineFeatures) -> bool:
    """Whether a line is the heading of other stories (“Most read”), or of a footer."""
    if not line.is_heading_like or line.n_numbers:
        return False
    removal = match_phrases(line)
    return removal is not None and removal.reason in (Reason.RELATED, Reason.FOOTER)


def _is_sentence(line: LineFeatures) -> bool:
    return (
        line.is_short_sentence
        and not line.text[0].isdigit()
        and not line.text.endswith("?")
        and match_software_line(line, "p") is None
    )
