"""trafilatura's opinion of a page of which the classifier is unsure."""

from __future__ import annotations

from collections.abc import Sequence

from cleaners.blocks.raw import RawPage
from cleaners.rules.line_features import Lines
from cleaners.text.shingles import SHINGLE_WORDS, passing_shingles, tokens

_MOST = 0.8  # of a block's shingles that make it a part of a text
_LONGEST, _MOST_TAGS, _DEEPEST = 2_000_000, 20_000, 150  # characters, tags, levels
_MOST_BLOCKS = 2_000  # jusText, which trafilatura asks, looks from each paragraph at all others
_UNLIKELY = 0.1  # probability below which a block isn't content, whoever says so


def second_opinion(
    html: str, raw: RawPage, lines: Lines, content: Sequence[float]
) -> list[bool] | None:
    """Which blocks trafilatura takes for the article too; None where it finds no article.

    `content` is the classifier's probability of each block. Pages that are very long or very deep
    aren't asked about: it would take too long.
    """
    if len(raw.blocks) > _MOST_BLOCKS:
        return None
    deepest = max((container.depth for container in raw.containers), default=0)
    if len(html) > _LONGEST or html.count("<") > _MOST_TAGS or deepest > _DEEPEST:
        return None
    from trafilatura import extract

    text = extract(html, include_comments=False)
    words = tokens(text or "")
    if not words:
        return None
    known = passing_shingles(words)
    joined = f" {' '.join(words)} "
    return [
        likely >= _UNLIKELY and _within(fact.tokens, known, joined)
        for fact, likely in zip(lines, content, strict=True)
    ]


def _within(words: list[str], known: frozenset[int], joined: str) -> bool:
    if len(words) < SHINGLE_WORDS:
        return bool(words) and f" {' '.join(words)} " in joined
    own = passing_shingles(words)
    return len(own & known) >= _MOST * len(own)
