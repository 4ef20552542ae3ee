"""Different texts made from one form, which only look like copies of one text.

A slot is filled from a list of its own, so that two pages of a form share most of their words and
say different things. Each page has words that no other page of the form has.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.stories import Story, paragraph


@dataclass(frozen=True, slots=True)
class Form:
    """A headline and paragraphs with slots, and the fillings of each slot.

    `unique_slot` is the slot whose filling each page has alone. With `news`, a page opens with so
    many paragraphs of its own; with `standing`, it ends with so many that all `pages` have.
    """

    name: str
    language: str
    headline: str
    paragraphs: tuple[str, ...]
    slots: dict[str, list[str]]
    unique_slot: str
    news: int = 0
    standing: int = 0
    pages: int = 6


def _read() -> dict[str, tuple[Form, ...]]:
    text = Path(__file__).with_name("forms.toml").read_text(encoding="utf-8")
    return {kind: tuple(map(_form, tables)) for kind, tables in tomllib.loads(text).items()}


def _form(table: dict[str, Any]) -> Form:
    return Form(**table | {"paragraphs": tuple(table["paragraphs"])})


_BY_KIND = _read()
FORMS = _BY_KIND["form"]
FORMS_LIKE_COPIES = _BY_KIND["form_like_copies"]


def filled(form: Form, number: int) -> tuple[Story, str]:
    """The page of a form with this number, and the words that no other page of the form has."""
    source = random.Random(f"{form.name} {number}")
    # The later the slot, the larger the steps in its list, so that pages share few fillings.
    fillings = {
        slot: every[number * (turn + 1) % len(every)]
        for turn, (slot, every) in enumerate(form.slots.items())
    }
    unique = form.slots[form.unique_slot]
    fillings[form.unique_slot] = unique[number % len(unique)]
    news = tuple(paragraph("en", source) for _ in range(form.news))
    every_page = random.Random(form.name)
    standing = tuple(paragraph(form.language, every_page) for _ in range(form.standing))
    paragraphs = tuple(one.format(**fillings) for one in form.paragraphs) + standing
    headline = form.headline.format(**fillings)
    headline = headline[0].upper() + headline[1:]
    return Story(form.language, headline, (*news, *paragraphs)), fillings[form.unique_slot]


def different_texts(forms: Iterable[Form]) -> Iterator[tuple[str, Story, str]]:
    """Every page of every form: the form's name, the page, and the words it has alone."""
    for form in forms:
        for number in range(form.pages):
            yield form.name, *filled(form, number)
