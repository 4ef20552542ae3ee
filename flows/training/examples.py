"""Training examples: the features of a page's blocks, and their labels."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from cleaners.blocks.raw import RawPage
from cleaners.blocks.text import text_blocks
from cleaners.classifier.lexicon import shipped_lexicon
from cleaners.classifier.scoring import BlockFeatures, block_features
from flows.training.labels import Labels

_MIN_CONTENT_BLOCKS = 3  # blocks of content that make an article
_MAX_BLOCKS_AROUND = 12  # blocks left above the article of a page cut short, and below it


@dataclass(frozen=True, slots=True)
class Example:
    """One form of one annotated page; `page` is its index in the corpus.

    `whole` means that the whole article is known, not only some pieces; `short` that the page was
    shortened. `title` is the article's, if it is known.
    """

    page: int
    site: str
    is_html: bool
    whole: bool
    texts: tuple[str, ...]
    features: BlockFeatures
    labels: Labels
    short: bool = False
    title: str | None = None


def cropped_example(example: Example, raw: RawPage) -> Example | None:
    """The same text with only a few blocks around the article, like pages with little boilerplate.

    The number of blocks is random, but the same in every run. None if there is nothing to cut.
    """
    content = np.flatnonzero(example.labels.content)
    if not len(content):
        return None
    draw = np.random.default_rng([example.page, len(raw.blocks)])
    above, below = draw.integers(0, _MAX_BLOCKS_AROUND + 1, 2).tolist()
    kept = slice(max(0, int(content[0]) - above), int(content[-1]) + 1 + below)
    blocks = raw.blocks[kept]
    if len(blocks) == len(raw.blocks):
        return None
    labels = Labels(example.labels.content[kept], example.labels.weight[kept])
    features = block_features(replace(raw, blocks=blocks), shipped_lexicon())
    return replace(example, texts=example.texts[kept], features=features, labels=labels, short=True)


def content_only_example(example: Example, content: Labels) -> Example | None:
    """Only the content of a page of text, below its title, as presswash prints it.

    The model learns from it to remove nothing from a clean text. None if there is hardly any
    content.
    """
    chosen = np.flatnonzero((content.content >= 0.5) & (content.weight > 0)).tolist()
    if len(chosen) < _MIN_CONTENT_BLOCKS:
        return None
    texts = [example.title or "", *(example.texts[i] for i in chosen)]
    raw = text_blocks("\n\n".join(filter(None, texts)))
    labels = Labels(np.ones(len(raw.blocks), np.float32), np.ones(len(raw.blocks), np.float32))
    labels.content[: 1 if example.title else 0] = 0
    labels.weight[:] = content.weight[chosen].min()
    features = block_features(raw, shipped_lexicon())
    shown = tuple(block.text for block in raw.blocks)
    return replace(example, texts=shown, features=features, labels=labels, short=True)
