"""Makes training examples: the features of a page's blocks with their labels."""

from __future__ import annotations

from dataclasses import dataclass, replace
from html import escape

import numpy as np

from cleaners.blocks.html import html_blocks
from cleaners.blocks.raw import Container, RawPage
from cleaners.blocks.text import text_blocks
from cleaners.classifier.lexicon import shipped_lexicon
from cleaners.classifier.scoring import BlockFeatures, block_features
from cleaners.model import PageType
from flows.training.corpus import LISTS
from flows.training.labels import Labels

_PLAIN_ELEMENTS = ("", "article", "main", "div")  # elements around the content of a plain page
_PLAIN_TAGS = frozenset(("p", "h2", "h3", "h4", "pre", "blockquote"))
_MIN_CONTENT_BLOCKS = 3  # a page with fewer blocks of content gives no shortened example
_MAX_BLOCKS_AROUND = 12  # blocks of boilerplate that a shortened example keeps on either side
_BARE_SHARE = 0.3  # share of plain pages without any boilerplate
# Share of examples with only the first blocks of the content, and the most blocks of these.
_STUB_SHARE, _MAX_STUB_BLOCKS = 0.4, 5


@dataclass(frozen=True, slots=True)
class Example:
    """An annotated page in one form; `page` is its index in the corpus.

    `whole` means that the complete content is annotated, not only some pieces. `title` and
    `page_type` are the annotated ones, if known. `tags` are the tags of HTML blocks. `on_list` is
    the corpus list that has the page.
    """

    page: int
    site: str
    is_html: bool
    whole: bool
    texts: tuple[str, ...]
    features: BlockFeatures
    labels: Labels
    title: str | None = None
    page_type: PageType | None = None
    tags: tuple[str, ...] = ()
    on_list: str = LISTS[0]


def cropped_example(example: Example, raw: RawPage) -> Example | None:
    """The example with only a few blocks around the content, like a page with little boilerplate.

    The number of blocks is random, but the same in every run. None if there is nothing to cut off.
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
    return replace(example, texts=example.texts[kept], features=features, labels=labels)


def plain_html_example(example: Example, content: Labels) -> Example | None:
    """The content of an HTML page in plain elements, with a few blocks of boilerplate around it.

    It teaches the model to clean small pages, such as hand-written ones, feeds and exports. The
    choice of boilerplate is random, but the same in every run. None if there is too little content.
    """
    chosen = np.flatnonzero((content.content >= 0.5) & (content.weight > 0)).tolist()
    if len(chosen) < _MIN_CONTENT_BLOCKS:
        return None
    draw = np.random.default_rng([example.page, len(example.texts)])
    others = np.setdiff1d(np.flatnonzero(content.weight > 0), chosen)
    chosen = _stub(chosen, draw)
    bare = draw.random() < _BARE_SHARE
    n_above, n_below = (0, 0) if bare else draw.integers(1, _MAX_BLOCKS_AROUND, 2).tolist()
    above = others[others < chosen[0]][:n_above]
    below = others[others > chosen[0]][::-1][:n_below][::-1]
    around = draw.choice(np.array(_PLAIN_ELEMENTS))
    parts = [f"<title>{escape(example.title)}</title>"] if example.title else []
    parts += ["<nav><ul>", *(_element("li", example.texts[i], "a") for i in above), "</ul></nav>"]
    parts += [f"<{around}>"] if around else []
    parts += [f"<h1>{escape(example.title)}</h1>"] if example.title and draw.random() < 0.8 else []
    parts += [_element(example.tags[i], example.texts[i]) for i in chosen]
    parts += [f"</{around}>"] if around else []
    parts += ["<footer>", *(_element("p", example.texts[i]) for i in below), "</footer>"]
    raw = html_blocks("".join(parts))
    texts = tuple(block.text for block in raw.blocks)
    homes = [raw.containers[block.container] for block in raw.blocks]
    chrome = [home.tag in ("a", "li", "p") and _is_chrome(raw, home) for home in homes]
    titled = [block.tag == "h1" and block.text == example.title for block in raw.blocks]
    labels = Labels(1 - np.array(chrome, np.float32), 1 - np.array(titled, np.float32))
    features = block_features(raw, shipped_lexicon())
    return replace(example, texts=texts, features=features, labels=labels, tags=())


def _stub(content: list[int], draw: np.random.Generator) -> list[int]:
    """The blocks of content, or only the first few: a page may have a single paragraph."""
    if draw.random() >= _STUB_SHARE:
        return content
    return content[: int(draw.integers(1, _MAX_STUB_BLOCKS + 1))]


def _element(tag: str, text: str, inside: str = "") -> str:
    """A block as an element with its own tag if that is plain, else as a paragraph."""
    shown = f"<{inside} href='/'>{escape(text)}</{inside}>" if inside else escape(text)
    if tag == "li":
        return f"<li>{shown}</li>"
    return f"<{tag}>{shown}</{tag}>" if tag in _PLAIN_TAGS else f"<p>{shown}</p>"


def _is_chrome(raw: RawPage, element: Container) -> bool:
    """Whether an element is in a menu or a footer."""
    while element.parent >= 0:
        element = raw.containers[element.parent]
        if element.tag in ("nav", "footer"):
            return True
    return False


def content_only_example(example: Example, content: Labels) -> Example | None:
    """The title and content of a text page without boilerplate, as presswash prints them.

    It teaches the model to remove nothing from a clean text. None if there is too little content.
    """
    chosen = np.flatnonzero((content.content >= 0.5) & (content.weight > 0)).tolist()
    if len(chosen) < _MIN_CONTENT_BLOCKS:
        return None
    chosen = _stub(chosen, np.random.default_rng([example.page, len(example.texts)]))
    texts = [example.title or "", *(example.texts[i] for i in chosen)]
    raw = text_blocks("\n\n".join(filter(None, texts)))
    labels = Labels(np.ones(len(raw.blocks), np.float32), np.ones(len(raw.blocks), np.float32))
    labels.content[: 1 if example.title else 0] = 0
    labels.weight[:] = content.weight[chosen].min()
    features = block_features(raw, shipped_lexicon())
    shown = tuple(block.text for block in raw.blocks)
    return replace(example, texts=shown, features=features, labels=labels)
