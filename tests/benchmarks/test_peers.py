"""The warehouse's index beside datasketch's and rensa's in memory, and MinHash beside datasketch's.

The same made-up stories and their republished copies for all; each peer gets the shingles of each
text as strings, as its manual shows, and its own estimate decides from a similarity of 0.5 on. All
times are CPU times, in one process and one run.
"""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

import pytest

from cleaners.model import Block, Media
from cleaners.page import Page
from cleaners.text.minhash import PERMUTATIONS, signature
from cleaners.text.shingles import shingle_hashes, tokens
from cleaners.text.sketch import Sketch
from tests.benchmarks.republishing import EDITS
from tests.benchmarks.stories import Story, story
from tests.benchmarks.union_find import UnionFind
from warehouse.model import CaptureRecord, Cleaned, PageKey
from warehouse.opening import open_warehouse

STORIES = 100
THRESHOLD = 0.5
BATCH = 64

Report = Callable[[str, dict[str, object]], None]


def texts() -> list[tuple[int, str]]:
    """Each text with the number of its story, in an order of no meaning."""
    source = random.Random(11)
    found = []
    for number in range(STORIES):
        one = story(20_000 + number)
        found += [(number, body(one)), *((number, body(e(one, source))) for e in EDITS.values())]
    random.Random(12).shuffle(found)
    return found


def body(one: Story) -> str:
    return "\n\n".join(one.paragraphs)


def strings(text: str) -> list[bytes]:
    words = tokens(text)
    return [" ".join(words[i : i + 4]).encode() for i in range(max(1, len(words) - 3))]


def recall(told: list[tuple[int, str]], cluster: Callable[[int], int]) -> float:
    """The share of pairs of one story that are in one cluster."""
    places: dict[int, list[int]] = {}
    for place, (number, _) in enumerate(told):
        places.setdefault(number, []).append(place)
    pairs = [(a, b) for some in places.values() for a in some for b in some if a < b]
    return sum(cluster(a) == cluster(b) for a, b in pairs) / len(pairs)


def by_warehouse(told: list[tuple[int, str]], folder: Path) -> Callable[[int], int]:
    numbered = iter(enumerate(told))
    with open_warehouse(folder / "peers.db") as warehouse:
        run = warehouse.begin_run("peers")
        while some := list(islice(numbered, BATCH)):
            warehouse.load(run, [cleaned(place, text) for place, (_, text) in some])
        rows = warehouse.sql("SELECT locator, cluster_id FROM documents").rows
    clusters = {int(str(locator)): int(str(cluster)) for locator, cluster in rows}
    return clusters.__getitem__


def cleaned(place: int, text: str) -> Cleaned:
    payload = f"{place} {text}".encode()
    key = PageKey(hashlib.sha256(payload).hexdigest(), Media.TEXT)
    page = Page(Media.TEXT, "utf-8", "valid UTF-8", (Block(text),))
    sighting = CaptureRecord(str(place), key, None, "2024-05-01T12:00:00Z")
    return Cleaned(sighting, payload, page, Sketch.of(text))


def by_datasketch(told: list[tuple[int, str]], _folder: Path) -> Callable[[int], int]:
    from datasketch import MinHash, MinHashLSH

    index, groups = MinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS), UnionFind()
    made = {}
    for place, (_, text) in enumerate(told):
        one = MinHash(num_perm=PERMUTATIONS)
        one.update_batch(strings(text))
        for other in index.query(one):
            if made[other].jaccard(one) >= THRESHOLD:
                groups.join(place, other)
        index.insert(place, one)
        made[place] = one
    return groups.root


def by_rensa(told: list[tuple[int, str]], _folder: Path) -> Callable[[int], int]:
    rensa = pytest.importorskip("rensa")
    index, groups = rensa.RMinHashLSH(THRESHOLD, PERMUTATIONS, 32), UnionFind()
    made = {}
    for place, (_, text) in enumerate(told):
        one = rensa.RMinHash(PERMUTATIONS, 1)
        one.update(strings(text))
        for other in index.query(one):
            if made[other].jaccard(one) >= THRESHOLD:
                groups.join(place, other)
        index.insert(place, one)
        made[place] = one
    return groups.root


def test_the_index_on_disk_finds_more_than_those_in_memory(tmp_path: Path, report: Report) -> None:
    told = texts()
    ways = {"presswash": by_warehouse, "datasketch": by_datasketch, "rensa": by_rensa}
    figures: dict[str, object] = {"pages": len(told)}
    found = {}
    for name, way in ways.items():
        folder = tmp_path / name
        folder.mkdir()
        start = time.process_time()
        cluster = way(told, folder)
        seconds = time.process_time() - start
        found[name] = recall(told, cluster)
        figures |= {
            f"{name} recall": round(found[name], 4),
            f"{name} ms/page": round(seconds / len(told) * 1000, 3),
        }
    report("beside indexes in memory", figures)
    assert found["presswash"] >= 0.98
    assert found["presswash"] >= max(found.values())


def test_signing_takes_at_most_a_third_of_datasketch_s_update(report: Report) -> None:
    figures = signing()
    report("signing", dict(figures))
    assert figures["MinHash.update"] >= 3 * figures["cutting, hashing and signature"]
    assert figures["update_batch / ours"] > 1


def signing() -> dict[str, float]:
    """CPU milliseconds a page of each way to sign it, and how many of ours update_batch takes."""
    from datasketch import MinHash

    some = [text for _, text in texts()[:150]]
    cut = [strings(text) for text in some]
    hashed = [shingle_hashes(text) for text in some]

    def theirs() -> None:
        for words in cut:
            one = MinHash(num_perm=PERMUTATIONS)
            for shingle in words:
                one.update(shingle)

    def batched() -> None:
        for words in cut:
            MinHash(num_perm=PERMUTATIONS).update_batch(words)

    ways: dict[str, Callable[[], object]] = {
        "MinHash.update": theirs,
        "MinHash.update_batch": batched,
        "signature": lambda: [signature(one) for one in hashed],
        "cutting, hashing and signature": lambda: [signature(shingle_hashes(one)) for one in some],
    }
    figures = {name: round(s / len(some) * 1000, 3) for name, s in timed(ways.items())}
    ratio = figures["MinHash.update_batch"] / figures["cutting, hashing and signature"]
    return figures | {"update_batch / ours": round(ratio, 2)}


def timed(ways: Iterable[tuple[str, Callable[[], object]]]) -> Iterator[tuple[str, float]]:
    """The least CPU seconds of each, of three runs by turns."""
    ways = list(ways)
    found: dict[str, list[float]] = {name: [] for name, _ in ways}
    for _ in range(3):
        for name, way in ways:
            start = time.process_time()
            way()
            found[name].append(time.process_time() - start)
    return ((name, min(seconds)) for name, seconds in found.items())
