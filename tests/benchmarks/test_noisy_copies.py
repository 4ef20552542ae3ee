"""How many copies with misread letters the warehouse finds, as scanned newspapers have them.

Of each story there are the clean text and two noisy copies. In a noisy copy, 5 % of the characters
are others, missing or put in; some words are split, and some are joined.
"""

from __future__ import annotations

import random
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.benchmarks.conftest import PRESSWASH
from tests.benchmarks.stories import Story
from tests.benchmarks.test_republishing import CLUSTERS, asked, bodies, made_up, written

_RATE = 0.05  # of characters
_JOINED = 0.01  # of blanks
_SPLIT = 0.002  # of characters
_MISREAD = {"e": "c", "l": "1", "o": "0", "i": "l", "h": "b", "n": "u", "m": "rn", "s": "5"}

Report = Callable[[str, dict[str, object]], None]


def misread(text: str, source: random.Random) -> str:
    """The text as a scanner reads it."""
    letters = [letter for letter in text if letter.isalpha()]
    found: list[str] = []
    for letter in text:
        chance = source.random()
        if letter.isspace() or not letters:
            found.append("" if letter == " " and chance < _JOINED else letter)
        elif chance < 0.8 * _RATE:
            alike = _MISREAD.get(letter) if source.random() < 0.5 else None
            found.append(alike or source.choice(letters))
        elif chance < 0.9 * _RATE:
            continue
        elif chance < _RATE:
            found += [letter, source.choice(letters)]
        else:
            found += [letter, " "] if chance < _RATE + _SPLIT else [letter]
    return "".join(found)


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("kind", ["made up", "corpus"])
@pytest.mark.parametrize("among", ["clean and noisy", "noisy alone"])
def test_copies_with_misread_letters_are_found(
    kind: str, among: str, request: pytest.FixtureRequest, tmp_path: Path, report: Report
) -> None:
    folder: Path | None = request.config.getoption("--corpus")
    if kind == "corpus" and folder is None:
        pytest.skip("needs --corpus FOLDER")
    stories = bodies(folder) if kind == "corpus" and folder else made_up()
    source = random.Random(5)
    pages: list[tuple[str, str, Story]] = []
    for number, one in enumerate(stories):
        copies = [
            Story(
                one.language,
                misread(one.title, source),
                tuple(misread(text, source) for text in one.paragraphs),
            )
            for _ in range(2)
        ]
        if among == "clean and noisy":
            copies[0] = one
        pages += [(f"story{number}", name, copy) for name, copy in zip("ab", copies, strict=True)]
    truth = written(pages, tmp_path / "pages")
    subprocess.run(
        [PRESSWASH, "ingest", "--no-flow", "pages", "--json"],
        cwd=tmp_path,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    clusters = dict(asked(tmp_path, CLUSTERS))
    by_story: dict[str, list[str]] = {}
    for locator, (story, _) in truth.items():
        by_story.setdefault(story, []).append(clusters[locator])
    together = sum(len(set(some)) == 1 for some in by_story.values())
    held = [{truth[at][0] for at in clusters if clusters[at] == one} for one in clusters.values()]
    recall = together / len(by_story)
    report(
        f"copies with misread letters, {kind}, {among}",
        {
            "pairs": len(by_story),
            "recall": round(recall, 4),
            "clusters of several stories": sum(len(some) > 1 for some in held),
        },
    )
    assert recall >= (0.9 if among == "clean and noisy" else 0.75)
    assert all(len(some) == 1 for some in held)
