"""The title of a flattened page: the line above the article that the article is about."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from cleaners.facts import Facts
from cleaners.lines import Lines
from cleaners.reasons.captions import as_caption
from cleaners.reasons.dates import looks_dated
from cleaners.reasons.wording import by_wording

_MAX_WORDS = 30
_REACH = 60  # lines above the article that may hold its title
_TELLING = 4  # letters; shorter words are in every text
_LONGEST = 30  # letters of a word that are compared
_LEAST = 0.45


def title_position(lines: Lines, kept: Sequence[bool], span: range) -> int | None:
    """The position of the title above the article; None where no line there is like one.

    A headline's words come back in the article; those of a menu entry, or of another
    article's headline, seldom do. Where none comes back, the last line above the article that
    is long enough and nothing else will do.
    """
    if not span:
        return None
    body = [i for i in span if kept[i]]
    article = {word[:_LONGEST] for i in body for word in lines[i].words}
    article |= {word[:size] for word in article for size in range(_TELLING, len(word))}
    joined = "".join(lines.texts[i] for i in body)
    best, best_score = None, _LEAST
    last = None
    for i in range(max(0, span.start - _REACH), span.start + 1):
        fact = lines[i]
        if not _headline_like(fact) or by_wording(fact) or as_caption(fact):
            continue
        score = _echo(fact, article, joined) + min(fact.size, 8) / 16
        if score > best_score + 0.05:
            best, best_score = i, score
        if fact.size >= 5 and not looks_dated(fact) and not kept[i]:
            last = i
    return best if best is not None else last


def _headline_like(fact: Facts) -> bool:
    if len(fact.text) > 300 or fact.announces:
        return False
    question = fact.text.endswith(("?", "!")) and fact.sentences == 1
    return 2 <= fact.size <= _MAX_WORDS and fact.script is not None and (not fact.prose or question)


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
        word[:_LONGEST] in article or word[: max(_TELLING, len(word) - 2)] in article
        for word in telling
    )
    return found / len(telling)
