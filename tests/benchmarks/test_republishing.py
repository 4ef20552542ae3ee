"""How many republished pages the warehouse clusters, and how many others it takes for them.

Made-up stories in several languages, and with `--corpus FOLDER` the article bodies in it, are
republished with every edit of `republishing.py`, ingested as flattened pages by the command line
in an order of no meaning, and compared pair by pair with the clusters.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import combinations
from math import comb
from pathlib import Path

import pytest

from tests.benchmarks.conftest import PRESSWASH
from tests.benchmarks.republishing import EDITS, quoting
from tests.benchmarks.stories import LANGUAGES, Story, live_blog, report, story
from tests.likeness import containment

STORIES = 70
REPORTS = 30  # of each template
_LEAST = 3  # paragraphs of a story; where there are fewer, another lead is another story

# A copy with the very same bytes is the same document, seen twice.
CLUSTERS = """
    SELECT c.locator, d.cluster_id FROM captures AS c JOIN documents AS d ON d.id = c.document_id
"""

Report = Callable[[str, dict[str, object]], None]


def made_up() -> list[Story]:
    return [story(number, LANGUAGES[number % len(LANGUAGES)]) for number in range(STORIES)]


def bodies(folder: Path) -> list[Story]:
    """The article bodies of an annotated collection that can be cut and are there only once."""
    found: list[Story] = []
    known: list[str] = []
    for line in (folder / "articles.jsonl").read_text(encoding="utf-8").splitlines():
        page = json.loads(line)
        parts = tuple(part for part in page["body"].split("\n\n") if part.strip())
        if len(parts) < _LEAST or len(page["body"]) <= 400:
            continue
        if all(containment(page["body"], other) < 0.5 for other in known):
            known.append(page["body"])
            title = page.get("title") or parts[0].split(".")[0][:80]
            found.append(Story(page.get("language") or "en", title, parts))
    return found


def pages(stories: list[Story]) -> Iterator[tuple[str, str, Story]]:
    """Each page with the family that it belongs to and what was done to it."""
    source = random.Random(7)
    for number, one in enumerate(stories):
        yield f"story{number}", "original", one
        for name, edit in EDITS.items():
            yield f"story{number}", name, edit(one, source)
        other = story(10_000 + number, one.language if one.language in LANGUAGES else "en")
        quote = quoting(one, other, source)
        if quote:
            yield f"quoting{number}", "quoting", quote
    for number in range(REPORTS):
        for template in ("market", "weather", "chinese market"):
            yield f"{template}{number}", template, report(template, number)
        yield f"live{number}", "live blog", live_blog(number)


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("kind", ["made up", "corpus"])
def test_republished_pages_are_clustered_and_others_are_not(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path, report: Report
) -> None:
    folder: Path | None = request.config.getoption("--corpus")
    if kind == "corpus" and folder is None:
        pytest.skip("needs --corpus FOLDER")
    stories = bodies(folder) if kind == "corpus" and folder else made_up()
    truth = written(pages(stories), tmp_path / "pages")
    subprocess.run(
        [PRESSWASH, "ingest", "--no-flow", "pages", "--json"],
        cwd=tmp_path,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    clusters = dict(asked(tmp_path, CLUSTERS))
    figures = measured(truth, clusters)
    empty = asked(tmp_path, "SELECT locator FROM documents WHERE n_words = 0")
    figures |= {
        "pages": len(truth),
        "lost": len(truth.keys() - clusters.keys()),
        "taken for no article": len(list(empty)),
    }
    report(f"republished pages, {kind}", figures)
    assert float(figures["precision"]) >= 0.98
    assert float(figures["recall"]) >= 0.98
    assert figures["lost"] == 0


def written(every: Iterable[tuple[str, str, Story]], folder: Path) -> dict[str, tuple[str, str]]:
    """Write pages under names that put them in no order; returns what each is, by locator."""
    folder.mkdir()
    every = list(every)
    random.Random(3).shuffle(every)
    truth = {}
    for number, (family, edit, one) in enumerate(every):
        file = folder / f"{number:05}.txt"
        # A number of its own, so that a copy without any change has other bytes.
        file.write_text(one.text + "\n" * (number % 7) + " " * (number % 11), encoding="utf-8")
        truth[f"pages/{file.name}"] = family, edit
        os.utime(file, (1_700_000_000 + number, 1_700_000_000 + number))
    return truth


def asked(folder: Path, query: str) -> Iterator[list[str]]:
    done = subprocess.run(
        [PRESSWASH, "sql", query, "--json"], cwd=folder, check=True, capture_output=True
    )
    yield from ([str(value) for value in row.values()] for row in json.loads(done.stdout))


def measured(truth: dict[str, tuple[str, str]], clusters: dict[str, str]) -> dict[str, object]:
    """Precision and recall on pairs, and for each edit the share of originals it was found with."""
    families = Counter(family for family, _ in truth.values())
    found = Counter(clusters.get(locator, locator) for locator in truth)
    right = Counter((truth[locator][0], clusters.get(locator, locator)) for locator in truth)
    both, true, told = (
        sum(comb(size, 2) for size in sizes.values()) for sizes in (right, families, found)
    )
    originals = {family: at for at, (family, edit) in truth.items() if edit == "original"}
    hits: Counter[str] = Counter()
    of: Counter[str] = Counter()
    for locator, (family, edit) in truth.items():
        if edit in EDITS:
            of[edit] += 1
            hits[edit] += clusters.get(locator) == clusters.get(originals[family], "")
    wrong = Counter(
        " with ".join(sorted((truth[a][1], truth[b][1])))
        for a, b in combinations(sorted(truth), 2)
        if truth[a][0] != truth[b][0] and clusters.get(a) == clusters.get(b, "")
    )
    return {
        "pairs": true,
        "precision": round(both / told, 4),
        "recall": round(both / true, 4),
        "recall by edit": {edit: round(hits[edit] / of[edit], 3) for edit in EDITS},
        "wrong pairs": dict(wrong.most_common(5)),
    }
