"""What other papers make of a story, and what only looks as if they had."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from tests.benchmarks.stories import LANGUAGES, Story, headline, paragraph, some_words

Edit: TypeAlias = Callable[[Story, random.Random], Story]

_SENTENCES = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？])")
_SHARE = 0.05  # of the words that a light edit touches
_CUT = 0.6
_CHROME = (
    ("Home", "Politics", "Business", "Sport", "Weather", "Subscribe", "Log in"),
    ("Share this article", "Facebook", "Telegram", "Copy link", "Print"),
    ("Read also", "Most read today", "All rights reserved"),
)


def republished(story: Story, source: random.Random) -> Story:
    """The same words with other quotes, dashes and blanks."""
    swap = str.maketrans({'"': "”", "'": "’", "-": "–"})
    return replace(story, paragraphs=tuple(text.translate(swap) for text in story.paragraphs))


def lightly_edited(story: Story, source: random.Random) -> Story:
    """One word in twenty replaced, left out or put in, a comma here and there."""
    return replace(
        story, paragraphs=tuple(_edited(text, story.language, source) for text in story.paragraphs)
    )


def _edited(text: str, language: str, source: random.Random) -> str:
    wide = language in ("zh", "ja")
    words = list(text) if wide else text.split()
    done: list[str] = []
    for word in words:
        chance = source.random() if word.isalpha() or not wide else 1.0
        if chance < _SHARE / 3:
            continue
        if chance < 2 * _SHARE / 3:
            done += [word, *_another(language, source)]
        elif chance < _SHARE:
            done += _another(language, source)
        else:
            done.append(word)
    return ("" if wide else " ").join(done) or text


def _another(language: str, source: random.Random) -> list[str]:
    found = some_words(language if language in LANGUAGES else "en", 1, source)
    return [found[0][0]] if language == "zh" else found


def other_headline_and_lead(story: Story, source: random.Random) -> Story:
    """A headline and a first paragraph of another desk's own."""
    lead = paragraph(_known(story), source)
    return Story(story.language, headline(_known(story), source), (lead, *story.paragraphs[1:]))


def moved(story: Story, source: random.Random) -> Story:
    """The paragraphs after the first in another order."""
    rest = list(story.paragraphs[1:])
    source.shuffle(rest)
    return replace(story, paragraphs=(story.paragraphs[0], *rest))


def cut(story: Story, source: random.Random) -> Story:
    """The first 60 % of the text, to the end of a sentence."""
    left = _CUT * sum(map(len, story.paragraphs))
    kept = []
    for text in story.paragraphs:
        sentences = []
        for one in _SENTENCES.split(text):
            if left <= 0:
                break
            sentences.append(one)
            left -= len(one)
        if sentences:
            kept.append(("" if story.language in ("zh", "ja") else " ").join(sentences))
    return replace(story, paragraphs=tuple(kept))


def with_chrome(story: Story, source: random.Random) -> Story:
    """Menus and buttons around the text and once within it, as a bad extraction leaves them."""
    menu, buttons, foot = (tuple(source.sample(line, len(line))) for line in _CHROME)
    middle = len(story.paragraphs) // 2
    return replace(
        story,
        paragraphs=(
            *menu,
            *story.paragraphs[:middle],
            *buttons,
            *story.paragraphs[middle:],
            *foot,
        ),
    )


def quoting(story: Story, other: Story, source: random.Random) -> Story | None:
    """Another article that quotes two paragraphs of a story: no duplicate of it.

    None where they are half of the story: that is more than a quotation.
    """
    quoted = source.sample(story.paragraphs, min(2, len(story.paragraphs)))
    if sum(map(len, quoted)) > sum(map(len, story.paragraphs)) / 2:
        return None
    middle = len(other.paragraphs) // 2
    return replace(
        other,
        paragraphs=(*other.paragraphs[:middle], *quoted, *other.paragraphs[middle:]),
    )


def both(first: Edit, second: Edit) -> Edit:
    """One edit after the other."""
    return lambda story, source: second(first(story, source), source)


def _known(story: Story) -> str:
    return story.language if story.language in LANGUAGES else "en"


EDITS: dict[str, Edit] = {
    "republished": republished,
    "lightly edited": lightly_edited,
    "other headline and lead": other_headline_and_lead,
    "paragraphs moved": moved,
    "cut to 60 %": cut,
    "with chrome": with_chrome,
    "cut and lightly edited": both(lightly_edited, cut),
    "cut, with chrome": both(cut, with_chrome),
    "other lead, moved": both(other_headline_and_lead, moved),
}
