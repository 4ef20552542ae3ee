"""Asks trafilatura which blocks are content, for pages that the classifier is unsure of."""

from __future__ import annotations

from collections.abc import Sequence

from cleaners.blocks.raw import RawPage
from cleaners.rules.line_features import PageLines
from cleaners.text.shingles import SHINGLE_WORDS, local_shingles, tokens

# A block is part of trafilatura's text if at least this share of its shingles is in the text.
_MIN_SHARED_SHINGLES = 0.8
# trafilatura would take too long for larger pages. The number of blocks matters because jusText,
# which trafilatura uses, compares each paragraph with all others.
_MAX_HTML_CHARS, _MAX_HTML_TAGS, _MAX_TREE_DEPTH = 2_000_000, 20_000, 150
_MAX_BLOCKS = 2_000
# Below this probability, a block isn't content even if trafilatura keeps it.
_MIN_PROBABILITY = 0.1


def trafilatura_vote(
    html: str, raw: RawPage, lines: PageLines, content: Sequence[float]
) -> list[bool] | None:
    """For each block whether trafilatura keeps it; None if trafilatura finds no article.

    `content` is the classifier's probability for each block. The result is also None for very large
    or deeply nested pages, for which trafilatura would take too long.
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
