"""Computes features of each block from the HTML tree: tags, class names and nearby text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cleaners.blocks.attribute_words import ATTRIBUTE_GROUPS, attribute_words
from cleaners.classifier.dom_arrays import DomArrays
from cleaners.classifier.sequence_ops import clip
from cleaners.classifier.text_features import TEXT_FEATURES, FeatureRow, TextFeatures
from cleaners.classifier.words import words_in

if TYPE_CHECKING:
    from cleaners.blocks.raw import RawPage
    from cleaners.classifier.words import PageWords

_LEAF_TAGS = (
    "p", "div", "li", "h1", "h2", "h3", "h4", "td", "figcaption", "blockquote", "section", "button", "article",
    "h5", "pre", "tr", "dt", "dd", "summary", "label", "select",
)  # fmt: skip
_ANCESTOR_TAGS = (
    "article", "main", "aside", "nav", "footer", "header", "figure", "ul", "ol", "table", "form", "section",
    "blockquote", "button", "dl", "li", "pre", "details", "select", "dialog", "fieldset", "tr",
)  # fmt: skip
_LEAF_TAG_INDEX = {tag: number for number, tag in enumerate(_LEAF_TAGS)}
_ANCESTOR_BIT = {tag: 1 << number for number, tag in enumerate(_ANCESTOR_TAGS)}
_MAX_LINKS = 20
_MAX_ARTICLES = 30

_KIND_MARKERS: dict[str, frozenset[str]] = {
    kind: frozenset(words.split())
    for kind, words in {
        "article": "article newsarticle blogposting reportagenewsarticle news blog blogs posts story stories post single",
        "forum": "discussionforumposting qapage question answer forum forums thread threads topic topics discourse phpbb vbulletin "
        "xenforo viewtopic showthread community discussion discussions questions t comments",
        "docs": "techarticle apireference docs doc documentation docusaurus sphinx mkdocs gitbook reference manual manuals guide "
        "guides api wiki mediawiki help tutorial tutorials learn",
        "product": "product products productgroup offer item itm p dp pdp aggregateoffer shopping",
        "shop": "shopify woocommerce magento bigcommerce prestashop shop store cart template",
        "collection": "collectionpage collection collections category categories c archive shop",
        "listing": "itemlist searchresultspage listitem list lists best top jobs job directory search tag events topics",
        "service": "service services softwareapplication organization localbusiness pricing platform solutions features website home",
        "recipe": "recipe recipes howto faqpage",
    }.items()
}
KIND_FEATURES: tuple[str, ...] = (
    *(f"says_{kind}" for kind in _KIND_MARKERS), *(f"path_{kind}" for kind in _KIND_MARKERS),
    "has_path", "is_home", "path_depth", "path_digits", "path_words", "path_query",
)  # fmt: skip
TREE_FEATURES: tuple[str, ...] = (
    "link_share", "links", "strong_share", "depth", "hidden",
    *(f"tag_{t}" for t in _LEAF_TAGS), "tag_other",
    *(f"in_{t}" for t in _ANCESTOR_TAGS),
    *(f"own_{g}" for g in ATTRIBUTE_GROUPS), *(f"near_{g}" for g in ATTRIBUTE_GROUPS), *(f"any_{g}" for g in ATTRIBUTE_GROUPS),
    *(f"{name}_{level}" for level in ("c1", "c2", "c3", "c4") for name in ("mass", "links", "blocks", "mean", "prose", "place")),
    "best_in", "best_common", "best_mass", "signature_blocks", "signature_prose", "signature_links", "signature_words",
    "article_mass", "article_count", "body_cover", "has_body", "description_cover", "h1_before", "h1_distance",
    "first_h1", "sibling_tag_before", "sibling_tag_after", "same_parent_before", "same_parent_after", *KIND_FEATURES,
)  # fmt: skip


def tree_features(page: RawPage, text: TextFeatures, tree: DomArrays) -> list[FeatureRow | float]:
    """The structural features of each block (`TREE_FEATURES`); `text` are its text features."""
    blocks, n, lengths = page.blocks, len(page.blocks), text.length
    links = np.fromiter([b.link_chars for b in blocks], np.float32, n)
    strong = np.fromiter([b.strong_chars for b in blocks], np.float32, n)
    link_share = np.minimum(links / np.maximum(lengths, 1), 1)
    read = clip(1.2 - 1.5 * link_share, 0, 1).astype(np.float32, copy=False)
    prose = text.prose * read
    leaf = np.fromiter([_LEAF_TAG_INDEX.get(b.tag, len(_LEAF_TAGS)) for b in blocks], np.intp, n)
    homes = [page.containers[i] for i in tree.element.tolist()]
    mass = _ElementMass(lengths, links, prose, tree)
    # The order is that of `TREE_FEATURES`.
    return [
        link_share,
        np.fromiter([min(b.links, _MAX_LINKS) for b in blocks], np.float32, n),
        np.minimum(strong / np.maximum(lengths, 1), 1),
        np.fromiter([c.depth for c in homes], np.float32, n),
        np.fromiter([c.hidden for c in homes], np.bool_, n),
        *(leaf == number for number in range(len(_LEAF_TAGS) + 1)),
        *_ancestor_features(page, tree),
        *_attribute_features(page, tree),
        *mass.of_containers(),
        *mass.of_best(),
        *mass.of_alike(text.words),
        *mass.of_article([c.tag == "article" for c in page.containers]),
        word_coverage(text.page_words, page.article_body),
        len(page.article_body) > 200,
        word_coverage(text.page_words, page.description),
        *_heading_features(
            leaf == _LEAF_TAG_INDEX["h1"], text.columns[TEXT_FEATURES.index("title_cover")]
        ),
        *_sibling_features(leaf),
        *_sibling_features(np.where(tree.element > 0, tree.ancestors[1], -1)),
        *kind_features(page),
    ]


def kind_features(page: RawPage) -> list[float]:
    """Evidence for the page type in its head and URL (`KIND_FEATURES`), equal for all blocks."""
    path = page.path or ""
    names = attribute_words(path)
    parts = [part for part in path.split("?")[0].split("/") if part]
    said = [float(not words.isdisjoint(page.markers)) for words in _KIND_MARKERS.values()]
    said += [float(not words.isdisjoint(names)) for words in _KIND_MARKERS.values()]
    home = page.path is not None and not parts
    digits = sum(map(str.isdigit, path))
    return [
        *said, float(page.path is not None), float(home), float(min(len(parts), 8)), float(min(digits, 12)),
        float(min(len(names), 15)), float("?" in path),
    ]  # fmt: skip


class _ElementMass:
    """The amounts of characters, links and prose in the elements of a page."""

    def __init__(
        self,
        lengths: NDArray[np.float32],
        links: NDArray[np.float32],
        prose: NDArray[np.float32],
        tree: DomArrays,
    ) -> None:
        self.lengths, self.links, self.prose, self.tree = lengths, links, prose, tree
        self.below = np.stack(
            [tree.sum_below(w) for w in (lengths, links, np.ones_like(prose), prose)]
        )
        self.page_mass = max(float(lengths.sum()), 1.0)
        self.page_prose = max(float(prose.sum()), 1.0)

    def of_containers(self) -> list[FeatureRow]:
        """The amounts in the four elements around each block's own, and its place in them."""
        starts = self._starts()
        at = np.arange(len(self.prose))
        rows: list[FeatureRow] = []
        for level in self.tree.ancestors[1:5]:
            mass, links, count, here = self.below[:, level]
            size = np.maximum(count, 1)
            rows += [
                mass / self.page_mass, links / np.maximum(mass, 1), np.log1p(count), np.log1p(mass / size),
                here / self.page_prose, (at - starts[level]) / size,
            ]  # fmt: skip
        return rows

    def _starts(self) -> NDArray[np.intp]:
        """The index of the first block in each element."""
        parent, home = self.tree.parent.tolist(), self.tree.element.tolist()
        first = [len(home)] * len(parent)
        for number in range(len(home) - 1, -1, -1):
            first[home[number]] = number
        for index in range(len(parent) - 1, 0, -1):
            first[parent[index]] = min(first[parent[index]], first[index])
        return np.array(first, dtype=np.intp)

    def of_best(self) -> list[FeatureRow | float]:
        """For the element with the most prose: whether a block is in it, steps to it, its size."""
        best = self.tree.densest_element(self.prose)
        steps = self.tree.steps_to(best)
        return [steps == 0, np.minimum(steps, 12), float(self.below[0, best]) / self.page_mass]

    def of_alike(self, words: NDArray[np.float32]) -> list[FeatureRow]:
        """The number of blocks with the same markup as each block, and their prose, links and size."""
        alike = self.tree.markup_class
        count = np.bincount(alike)
        lengths = np.maximum(np.bincount(alike, self.lengths), 1)
        rows = (
            np.log1p(count), np.bincount(alike, self.prose) / self.page_prose, np.bincount(alike, self.links) / lengths,
            np.log1p(np.bincount(alike, words) / np.maximum(count, 1)),
        )  # fmt: skip
        return [row[alike] for row in rows]

    def of_article(self, is_article: list[bool]) -> list[FeatureRow | float]:
        """The share of prose in the nearest `article` element, and the number of these elements."""
        numbers = np.where(is_article, np.arange(len(is_article)), 0)
        article = self.tree.accumulate_down(numbers, np.maximum)[self.tree.element]
        return [
            np.where(article > 0, self.below[3, article] / self.page_prose, -1),
            min(sum(is_article), _MAX_ARTICLES),
        ]


def _bit_rows(masks: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """The bits of each mask (bits x masks)."""
    return (masks >> np.arange(count)[:, None]) & 1


def _ancestor_features(page: RawPage, tree: DomArrays) -> NDArray[np.int64]:
    """Which of the elements `_ANCESTOR_TAGS` are around each block."""
    containers = page.containers
    own = np.fromiter([_ANCESTOR_BIT.get(c.tag, 0) for c in containers], np.int64, len(containers))
    return _bit_rows(tree.accumulate_down(own, np.bitwise_or)[tree.element], len(_ANCESTOR_TAGS))


def _attribute_features(page: RawPage, tree: DomArrays) -> list[FeatureRow]:
    """Word groups in the attributes of each block's element, of three around it, and of all."""
    containers = page.containers
    own = np.fromiter([c.own_groups for c in containers], np.int64, len(containers))
    every = np.fromiter([c.inherited_groups for c in containers], np.int64, len(containers))
    near = own[tree.ancestors[1]] | own[tree.ancestors[2]] | own[tree.ancestors[3]]
    masks = (own[tree.element], near, every[tree.element])
    return [row for mask in masks for row in _bit_rows(mask, len(ATTRIBUTE_GROUPS))]


def _heading_features(
    h1: NDArray[np.bool_], overlap: NDArray[np.float32]
) -> list[FeatureRow | float]:
    """Each block's position relative to the page's heading, the h1 most similar to the title."""
    heads = np.flatnonzero(h1)
    if not len(heads):
        heads = np.flatnonzero(overlap >= 0.6)
    if not len(heads):
        return [-1, -60, False]
    at = np.arange(len(h1))
    chosen = int(heads[overlap[heads].argmax()])
    return [at > chosen, np.clip(at - chosen, -50, 100), at == chosen]


def _sibling_features(values: NDArray[np.intp]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Whether each block has the same value as the block before, and as the block after."""
    before = np.zeros(len(values), dtype=np.bool_)
    np.equal(values[1:], values[:-1], out=before[1:])
    after = np.zeros_like(before)
    after[:-1] = before[1:]
    return before, after


def word_coverage(block_words: PageWords, text: str) -> FeatureRow | float:
    """The share of each block's runs of three words that are also in `text`, 0 to 1.

    Blocks of one or two words get at most 0.3.
    """
    if not text:
        return 0.0
    words, flat = words_in(text), block_words.words
    known = set(zip(words, words[1:], words[2:], strict=False))
    total = np.zeros(len(flat) + 1)
    if len(flat) > 2:
        runs = map(known.__contains__, zip(flat, flat[1:], flat[2:], strict=False))
        np.cumsum(np.fromiter(runs, np.bool_, len(flat) - 2), out=total[1:-2])
        total[-2:] = total[-3]
    size, first = block_words.sizes, block_words.first
    found = total[np.maximum(block_words.end - 2, first)] - total[first]
    result = np.where(size > 2, found / np.maximum(size - 2, 1), 0).astype(np.float32)
    single = set(words)
    for block in np.flatnonzero((size > 0) & (size < 3)).tolist():
        if single.issuperset(flat[first[block] : block_words.end[block]]):
            result[block] = 0.3
    return result
