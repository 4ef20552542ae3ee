"""The title of a flattened page: the line above the article that the article is about."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from cleaners.facts import Facts
from cleaners.model import Removal

_MAX_WORDS = 30
_TELLING = 4  # letters; shorter words are in every text
_LEAST = 0.45


def title_position(
    facts: Sequence[Facts], marks: Sequence[Removal | None], span: range
) -> int | None:
    """The position of the title above the article; None where no line there is like one.

    A headline's words come back in the article; those of a menu entry, or of another
    article's headline, seldom do.
    """
    if not span:
        return None
    article = {word for i in span if marks[i] is None for word in facts[i].words}
    article |= {word[:size] for word in article for size in range(_TELLING, len(word))}
    joined = "".join(facts[i].text for i in span)
    best, best_score = None, _LEAST
    for i in range(_first_candidate(span, facts), span.start + 1):
        fact = facts[i]
        if marks[i] is not None or fact.prose or not _headline_like(fact):
            continue
        score = _echo(fact, article, joined) + min(fact.size, 8) / 16
        if score > best_score + 0.05:
            best, best_score = i, score
    return best


def _first_candidate(span: range, facts: Sequence[Facts]) -> int:
    return max(0, span.start - 60) if len(facts) > 60 else 0


def _headline_like(fact: Facts) -> bool:
    return 2 <= fact.size <= _MAX_WORDS and fact.script is not None and not fact.ends_open


def _echo(fact: Facts, article: set[str], joined: str) -> float:
    """The share of a line's telling words that the article has too, 0 to 1.

    `article` holds its words and all their openings.
    """
    if fact.script in ("han", "thai"):
        letters = [c for c in fact.text if c.isalpha()]
        pairs = [a + b for a, b in pairwise(letters)]
        return sum(pair in joined for pair in pairs) / len(pairs) if pairs else 0.0
    telling = {word for word in fact.words if len(word) >= _TELLING or word.isdigit()}
    if not telling:
        return 0.0
    # All but the last two letters will do: inflecting languages put other endings on.
    found = sum(
        word in article or word[: max(_TELLING, len(word) - 2)] in article for word in telling
    )
    return found / len(telling)
