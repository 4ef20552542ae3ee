"""Trains the classifier on annotated pages: HTML, and text as four converters flatten it.

Needs the extra `presswash[train]`. Deterministic: the same pages in the same order, on the same
kind of processor and with the same version of numpy, give the same weights.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from cleaners.blocks.html import html_blocks
from cleaners.blocks.text import text_blocks
from cleaners.classifier.lexicon import lexicon
from cleaners.classifier.network import Ensemble
from cleaners.classifier.scoring import Classifier, facts_of
from flows.training import self_training as teaching
from flows.training.converters import converters, decoded
from flows.training.corpus import Annotated
from flows.training.descent import Lesson, descend
from flows.training.examples import Example, cleaned, shortened
from flows.training.labels import Labels, from_body, from_segments

ROUNDS: Mapping[str, int] = {"html": 12, "text": 7}
# For each network the seed it begins with, and whether it learns from pages cut short, and from
# pages that are clean already, as well.
NETWORKS: Mapping[str, tuple[tuple[int, bool], ...]] = {
    "html": ((0, False), (1, False)),
    "text": ((0, True), (1, True)),
}

Progress = Callable[[str, int, int], None]
"""Told what is under way, how many steps of it are done, and how many there are."""


class TrainingError(Exception):
    """Why nothing can be learnt from these pages, as a sentence."""


@dataclass(frozen=True, slots=True)
class Examples:
    """What there is to learn from, by kind (`html`, `text`), and the forms that couldn't be had.

    `wanted` are the kinds to make networks for; HTML teaches text, and is always there. `skipped`
    are sentences; a page that can't be read or flattened costs the examples of it.
    """

    kinds: Mapping[str, Sequence[Example]]
    skipped: tuple[str, ...] = ()
    wanted: tuple[str, ...] = field(default=tuple(ROUNDS))

    def without(self, pages: set[int]) -> Examples:
        """The examples of other pages than those."""
        kinds = {
            kind: [one for one in examples if one.page not in pages]
            for kind, examples in self.kinds.items()
        }
        return Examples(kinds, self.skipped, self.wanted)

    @property
    def labelled(self) -> int:
        """How many blocks say whether they are content."""
        return sum(
            int((one.labels.weight > 0).sum()) for many in self.kinds.values() for one in many
        )


def unheard(_what: str, _done: int, _total: int) -> None:
    """Progress that nobody is told of."""


def require_libraries() -> None:
    """Raises MissingExtra where a library that training takes isn't installed."""
    converters("train")


def examples_of(
    pages: Sequence[Annotated], progress: Progress = unheard, kinds: Sequence[str] = tuple(ROUNDS)
) -> Examples:
    """The examples of all pages, in their order, to make networks for those kinds of page."""
    forms = {**converters("train"), "lines": _lines} if "text" in kinds else {}
    found: dict[str, list[Example]] = {kind: [] for kind in dict.fromkeys(["html", *kinds])}
    skipped: list[str] = []
    for number, page in enumerate(pages):
        progress("reading pages", number, len(pages))
        try:
            html = decoded(page.payload())
        except OSError as error:
            skipped.append(f"{page.id}: {error}")
            continue
        found["html"] += _examples(number, page, html, is_html=True)
        for name, convert in forms.items():
            try:
                text = convert(html)
            except Exception as error:  # a converter's failure costs one example
                skipped.append(f"{page.id}: {name}: {error}")
                continue
            found["text"] += _examples(number, page, text, is_html=False)
    progress("reading pages", len(pages), len(pages))
    return Examples(found, tuple(skipped), tuple(kinds))


def train(examples: Examples, progress: Progress = unheard) -> Classifier:
    """A classifier that has learnt from the examples.

    Raises TrainingError where there is nothing to tell apart.
    """
    html = examples.kinds["html"]
    if len({one.site for one in html}) < 2:
        raise TrainingError("training takes pages of at least two sites")
    of_networks = sum(ROUNDS[kind] * len(NETWORKS[kind]) for kind in examples.wanted)
    total, gone = teaching.FOLDS * teaching.ROUNDS + of_networks, 0

    def one_more() -> None:
        nonlocal gone
        gone += 1
        progress("training networks", gone, total)

    progress("training networks", 0, total)
    taught = teaching.teach(html, one_more)
    ensembles = {}
    for kind in examples.wanted:
        lessons = [(one.short, teaching.lesson_of(one, taught)) for one in examples.kinds[kind]]
        lessons += [(True, lesson) for lesson in _clean_lessons(examples.kinds[kind], taught)]
        _require_both([lesson for _, lesson in lessons])
        networks = []
        for seed, also_short in NETWORKS[kind]:
            chosen = [lesson for short, lesson in lessons if also_short or not short]
            networks.append(descend(chosen, ROUNDS[kind], seed, one_more))
        ensembles[kind] = Ensemble(tuple(networks))
    return Classifier(ensembles, lexicon())


def _clean_lessons(
    examples: Sequence[Example], taught: Mapping[int, teaching.Taught]
) -> Iterator[Lesson]:
    """Of each page of text, in the first form that it has, its content alone."""
    seen: set[int] = set()
    for one in examples:
        if one.is_html or one.short or one.page in seen:
            continue
        seen.add(one.page)
        lesson = teaching.lesson_of(one, taught)
        if (alone := cleaned(one, Labels(lesson.content, lesson.weight))) is not None:
            yield teaching.lesson_of(alone)


def weights_of(classifier: Classifier) -> bytes:
    """The networks as the file that the package keeps its weights in: numpy arrays, no pickle."""
    arrays: dict[str, Any] = {}
    for name, trained in classifier.ensembles.items():
        arrays |= trained.arrays(name)
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **arrays)
    return file.getvalue()


def _lines(page: str) -> str:
    """A page's blocks, one a line, as in the text that web crawls publish (WET)."""
    return "\n".join(block.text for block in html_blocks(page).blocks)


def _examples(number: int, page: Annotated, text: str, is_html: bool) -> list[Example]:
    """One form of a page, and of text whose article is known the same cut short."""
    raw = html_blocks(text) if is_html else text_blocks(text)
    if not raw.blocks:
        return []
    texts = tuple(block.text for block in raw.blocks)
    whole = page.body is not None
    if page.body is None:
        labels = from_segments(texts, page.with_, page.without)
    else:
        labels = from_body(texts, page.body)
    facts = facts_of(raw, lexicon())
    one = Example(number, page.site, is_html, whole, texts, facts, labels, title=page.title)
    short = shortened(one, raw) if whole and not is_html else None
    return [one] if short is None else [one, short]


def _require_both(lessons: Sequence[Lesson]) -> None:
    """Raises TrainingError where there isn't both content and boilerplate."""
    known = [one.content[one.weight > 0] for one in lessons]
    if not any(one.any() for one in known) or all(one.all() for one in known):
        raise TrainingError(
            "nothing to learn: too few blocks of these pages are known to be content or boilerplate"
        )
