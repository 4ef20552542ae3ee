"""What the HTML tree says of each block: its tags, the words of class and id around it, its containers' mass."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cleaners.blocks.hints import GROUPS
from cleaners.classifier.context import Tree
from cleaners.classifier.features import TEXT_FACTS
from cleaners.classifier.words import split_lines

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cleaners.blocks.raw import RawPage
    from cleaners.classifier.features import TextFacts
    from cleaners.classifier.words import PageWords

_LEAF_TAGS = (
    "p",
    "div",
    "li",
    "h1",
    "h2",
    "h3",
    "h4",
    "td",
    "figcaption",
    "blockquote",
    "section",
    "button",
    "article",
)
_AROUND = (
    "article",
    "main",
    "aside",
    "nav",
    "footer",
    "header",
    "figure",
    "ul",
    "ol",
    "table",
    "form",
    "section",
    "blockquote",
    "button",
    "dl",
)
_GROUP_COUNT = len(GROUPS)

TREE_FACTS: tuple[str, ...] = (
    "link_share", "links", "strong_share", "depth", "hidden",
    *(f"tag_{t}" for t in _LEAF_TAGS), "tag_other",
    *(f"in_{t}" for t in _AROUND),
    *(f"own_{g}" for g in GROUPS), *(f"near_{g}" for g in GROUPS), *(f"any_{g}" for g in GROUPS),
    *(f"{name}_{level}" for level in ("c1", "c2", "c3", "c4") for name in ("mass", "links", "blocks", "mean", "prose", "place")),
    "best_in", "best_common", "best_mass", "signature_blocks", "signature_prose", "signature_links", "signature_words",
    "article_mass", "article_count", "body_cover", "has_body", "description_cover", "h1_before", "h1_distance",
    "first_h1", "sibling_tag_before", "sibling_tag_after", "same_parent_before", "same_parent_after",
)  # fmt: skip
SHARED = (0, 3, 4, *(TREE_FACTS.index(f"tag_{tag}") for tag in ("p", "li", "h2", "div")))


def tree_facts(page: RawPage, told: TextFacts) -> tuple[NDArray[np.float32], Tree]:
    """Structural facts of each block (blocks x `TREE_FACTS`), and the tree; `told` are its text facts."""
    rows, words = told.rows, told.words
    blocks, containers = page.blocks, page.containers
    n, m = len(blocks), len(containers)
    lengths = np.fromiter((len(b.text) for b in blocks), dtype=np.float32, count=n)
    link_chars = np.fromiter((b.link_chars for b in blocks), dtype=np.float32, count=n)
    link_share = np.minimum(link_chars / np.maximum(lengths, 1), 1)
    strong = np.fromiter((b.strong_chars for b in blocks), dtype=np.float32, count=n)
    home = np.fromiter((b.container for b in blocks), dtype=np.int64, count=n)
    parent = np.fromiter((c.parent for c in containers), dtype=np.int64, count=m)
    prose = np.expm1(rows[:, TEXT_FACTS.index("prose")]) * np.clip(1.2 - 1.5 * link_share, 0, 1)

    own = np.stack(
        [
            np.bincount(home, weights=lengths, minlength=m),
            np.bincount(home, weights=link_chars, minlength=m),
            np.bincount(home, minlength=m).astype(np.float64),
            np.bincount(home, weights=prose, minlength=m),
            np.bincount(home, weights=prose * np.sqrt(np.maximum(prose, 1)), minlength=m),
        ],
        axis=1,
    ).tolist()
    total = own
    first = [10**9] * m
    for number in range(n - 1, -1, -1):
        first[blocks[number].container] = number
    for index in range(m - 1, 0, -1):
        mine, above = total[index], total[containers[index].parent]
        above[0] += mine[0]
        above[1] += mine[1]
        above[2] += mine[2]
        above[3] += mine[3]
        up = containers[index].parent
        first[up] = min(first[up], first[index])
    sums = np.array(total)
    starts = np.minimum(np.array(first), n)

    levels = ancestors(home, parent)
    page_mass = max(float(lengths.sum()), 1.0)
    page_prose = max(float(prose.sum()), 1.0)
    columns: list[NDArray[np.generic]] = [
        link_share,
        np.fromiter((min(b.links, 20) for b in blocks), dtype=np.float32, count=n),
        np.minimum(strong / np.maximum(lengths, 1), 1),
        np.fromiter((containers[b.container].depth for b in blocks), dtype=np.float32, count=n),
        np.fromiter((containers[b.container].hidden for b in blocks), dtype=np.float32, count=n),
    ]
    tag_names = [b.tag for b in blocks]
    leaf = np.array(
        [_LEAF_TAGS.index(t) if t in _LEAF_TAGS else len(_LEAF_TAGS) for t in tag_names]
    )
    columns.extend(leaf == number for number in range(len(_LEAF_TAGS) + 1))

    around_bits = [0] * m
    for index, container in enumerate(containers):
        above_bits = around_bits[container.parent] if container.parent >= 0 else 0
        around_bits[index] = above_bits | _AROUND_BIT.get(container.tag, 0)
    around = np.array(around_bits, dtype=np.int64)[home]
    columns.extend((around >> number) & 1 for number in range(len(_AROUND)))

    bits = np.array([c.words for c in containers], dtype=np.int64)
    inherited = np.array([c.inherited for c in containers], dtype=np.int64)
    near = bits[levels[1]] | bits[levels[2]] | bits[levels[3]]
    for mask in (bits[home], near, inherited[home]):
        columns.extend((mask >> number) & 1 for number in range(_GROUP_COUNT))

    at = np.arange(n)
    for level in levels[1:5]:
        mass, links, count, here = (sums[level, k] for k in range(4))
        size = np.maximum(count, 1)
        columns += [
            mass / page_mass, links / np.maximum(mass, 1), np.log1p(count), np.log1p(mass / size),
            here / page_prose, (at - starts[level]) / size,
        ]  # fmt: skip

    best = best_container(parent, home, prose)
    chain: dict[int, int] = {}
    index = best
    while index >= 0:
        chain[index] = len(chain)
        index = int(parent[index])
    common = np.zeros(m)
    inside = np.zeros(m)
    for index in range(m):
        if index in chain:
            common[index] = chain[index]
        else:
            common[index] = common[parent[index]]
        inside[index] = index == best or (index > 0 and inside[parent[index]] > 0)
    columns += [inside[home], np.minimum(common[home], 12), np.full(n, sums[best, 0] / page_mass)]

    groups: dict[str, int] = {}
    key = np.array([groups.setdefault(_signature(page, b.container), len(groups)) for b in blocks])
    alike = np.bincount(key)
    columns += [
        np.log1p(alike[key]), (np.bincount(key, weights=prose) / page_prose)[key],
        (np.bincount(key, weights=link_chars) / np.maximum(np.bincount(key, weights=lengths), 1))[key],
        np.log1p(np.bincount(key, weights=words) / np.maximum(alike, 1))[key],
    ]  # fmt: skip

    nearest = [0] * m
    articles = 0
    for index, container in enumerate(containers):
        if container.tag == "article":
            nearest[index] = index
            articles += 1
        elif container.parent >= 0:
            nearest[index] = nearest[container.parent]
    article = np.array(nearest)[home]
    columns += [
        np.where(article > 0, sums[article, 3] / page_prose, -1),
        np.full(n, min(articles, 30)),
    ]
    columns += [
        cover(told.spoken, page.article_body),
        np.full(n, len(page.article_body) > 200),
        cover(told.spoken, page.description),
    ]
    h1 = np.array([t == "h1" for t in tag_names])
    h1_at = np.flatnonzero(h1)
    overlap = rows[:, TEXT_FACTS.index("title_cover")]
    heads = h1_at if len(h1_at) else np.flatnonzero(overlap >= 0.6)
    chosen = int(heads[np.argmax(overlap[heads])]) if len(heads) else -1
    columns += [
        at > chosen if chosen >= 0 else np.full(n, -1),
        np.clip(at - chosen, -50, 100) if chosen >= 0 else np.full(n, -60),
        at == chosen,
    ]
    same_tag = leaf[1:] == leaf[:-1]
    same_parent = parent[home[1:]] == parent[home[:-1]]
    for same in (same_tag, same_parent):
        columns += [np.concatenate([[False], same]), np.concatenate([same, [False]])]

    facts = np.empty((n, len(columns)), dtype=np.float32, order="F")
    for number, column in enumerate(columns):
        facts[:, number] = column
    return facts, Tree(parent, home, key)


_AROUND_BIT = {tag: 1 << number for number, tag in enumerate(_AROUND)}


def _signature(page: RawPage, container: int) -> str:
    element = page.containers[container]
    above = page.containers[element.parent] if element.parent >= 0 else element
    return f"{element.signature}<{above.signature}"


def ancestors(
    home: NDArray[np.int64], parent: NDArray[np.int64], levels: int = 6
) -> list[NDArray[np.int64]]:
    """For each block its container, that one's parent, and so on upwards; the root stays the root."""
    up = np.maximum(parent, 0)
    chain = [home]
    for _ in range(levels - 1):
        chain.append(up[chain[-1]])
    return chain


def best_container(
    parent: NDArray[np.int64], home: NDArray[np.int64], prose: NDArray[np.float32]
) -> int:
    """The element that most prose stands right below: paragraphs vote for parent, and less for those above it.

    After Readability: a paragraph gives its parent all of its score and its grandparent half.
    """
    score = np.zeros(len(parent))
    up = np.maximum(parent, 0)
    first = up[home]
    second = up[first]
    third = up[second]
    np.add.at(score, first, prose)
    np.add.at(score, second, 0.7 * prose)
    np.add.at(score, third, 0.4 * prose)
    return int(np.argmax(score))


def cover(spoken: PageWords, text: str) -> NDArray[np.float32]:
    """The share of each block's words that stand in `text`, in runs of three; blocks of one or two
    words count for little.
    """
    n = len(spoken.first)
    if not text:
        return np.zeros(n, dtype=np.float32)
    words = split_lines([text.replace("\n", " ")])[0]
    flat = spoken.flat
    known = set(zip(words, words[1:], words[2:], strict=False))
    size = spoken.end - spoken.first
    total = np.zeros(len(flat) + 1)
    if len(flat) > 2:
        found = np.fromiter(
            map(known.__contains__, zip(flat, flat[1:], flat[2:], strict=False)),
            dtype=np.float64,
            count=len(flat) - 2,
        )
        np.cumsum(found, out=total[1:-2])
        total[-2:] = total[-3]
    runs = size - 2
    last = np.maximum(spoken.end - 2, spoken.first)
    result = np.where(
        runs > 0, (total[last] - total[spoken.first]) / np.maximum(runs, 1), 0
    ).astype(np.float32)
    single = set(words)
    for block in np.flatnonzero((size > 0) & (size < 3)).tolist():
        if single.issuperset(flat[spoken.first[block] : spoken.end[block]]):
            result[block] = 0.3
    return result
