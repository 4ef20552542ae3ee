"""Asks trafilatura which blocks are content, for pages that the classifier is unsure of."""

from __future__ import annotations

from collections.abc import Sequence

from cleaners.blocks.raw import RawPage
from cleaners.rules.line_features import PageLines
from cleaners.text.shingles import SHINGLE_WORDS, local_shingles, tokens

_MIN_SHARED_SHINGLES = 0.8  # of a block's shingles that make it a part of a text
_MAX_HTML_CHARS, _MAX_HTML_TAGS, _MAX_TREE_DEPTH = (
    2_000_000,
    20_000,
    150,
)  # characters, tags, levels
_MAX_BLOCKS = 2_000  # jusText, which trafilatura asks, looks from each paragraph at all others
_MIN_PROBABILITY = 0.1  # probability below which a block isn't content, whoever says so


def trafilatura_vote(
    html: str, raw: RawPage, lines: PageLines, content: Sequence[float]
) -> list[bool] | None:
    """Which blocks trafilatura takes for the article too; None where it finds no article.

    `content` is the classifier's probability of each block. Pages that are very long or very deep
    aren't asked about: it would take too long.
    """
    if len(raw.blocks) > _MAX_BLOCKS:
        return None
    deepest = max((container.depth for container in raw.containers), default=0)
    if len(html) > _MAX_HTML_CHARS or html.count("<") > _MAX_HTML_TAGS or deepest > _MAX_TREE_DEPTH:
        return None
    from trafilatura import extract

    text = extract(html, include_comments=False)
    words = tokens(text or "")
    if not words:
        return None
    known = local_shingles(words)
    joined = f" {' '.join(words)} "
    return [
        likely >= _MIN_PROBABILITY and _is_part_of(line.tokens, known, joined)
        for line, likely in zip(lines, content, strict=True)
    ]


def _is_part_of(words: list[str], known: frozenset[int], joined: str) -> bool:
    if len(words) < SHINGLE_WORDS:
        return bool(words) and f" {' '.join(words)} " in joined
    own = local_shingles(words)
    return len(own & known) >= _MIN_SHARED_SHINGLES * len(own)
