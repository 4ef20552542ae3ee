"""What there is to learn from a page: the facts of its blocks, and which of them are content."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from cleaners.blocks.raw import RawPage
from cleaners.classifier.lexicon import lexicon
from cleaners.classifier.scoring import Facts, facts_of
from cleaners.training.gold import Labels

_MOST_AROUND = 12  # blocks left above the article of a page cut short, and below it


@dataclass(frozen=True, slots=True)
class Example:
    """One form of one annotated page; `page` is its place in the corpus.

    `whole` says that all of its article is known, not only some pieces; `short` that the page was
    cut short.
    """

    page: int
    site: str
    is_html: bool
    whole: bool
    texts: tuple[str, ...]
    facts: Facts
    labels: Labels
    short: bool = False


def shortened(example: Example, raw: RawPage) -> Example | None:
    """The same text with few blocks around the article, as pages are that print little else.

    How many is drawn, the same number in every run. None where there is nothing to cut.
    """
    content = np.flatnonzero(example.labels.content)
    if not len(content):
        return None
    draw = np.random.default_rng([example.page, len(raw.blocks)])
    above, below = draw.integers(0, _MOST_AROUND + 1, 2).tolist()
    kept = slice(max(0, int(content[0]) - above), int(content[-1]) + 1 + below)
    blocks = raw.blocks[kept]
    if len(blocks) == len(raw.blocks):
        return None
    labels = Labels(example.labels.content[kept], example.labels.weight[kept])
    facts = facts_of(replace(raw, blocks=blocks), lexicon())
    return replace(example, texts=example.texts[kept], facts=facts, labels=labels, short=True)
