"""What cleaning costs: HTML beside trafilatura, text by the CPU second, loading the weights.

Times of cleaning are CPU times, the least of several runs over all pages, with everything loaded.
The pages are those of --corpus, or the seeds.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from importlib.resources import files
from pathlib import Path

import pytest

from cleaners import clean
from cleaners.classifier import scoring
from cleaners.model import Capture, Media, Rejection

SEEDS = Path(__file__).parents[2] / "seeds"
ABOUT_PAGES = 100
RUNS = 3

Report = Callable[[str, dict[str, object]], None]


@pytest.fixture(scope="module")
def pages(request: pytest.FixtureRequest) -> list[bytes]:
    """Pages of HTML: of --corpus, spread evenly, or the seeds that are HTML."""
    given: Path | None = request.config.getoption("--corpus")
    if given is None:
        return accepted(Media.HTML, [file.read_bytes() for file in sorted(SEEDS.glob("*.html"))])
    from flows.training.corpus import read_corpus

    found = read_corpus(given)
    some = found[:: max(1, len(found) // ABOUT_PAGES)]
    return accepted(Media.HTML, [page.payload() for page in some])


@pytest.fixture(scope="module")
def texts(request: pytest.FixtureRequest, pages: list[bytes]) -> list[bytes]:
    """Flattened pages: of --corpus, by resiliparse, or the seeds that are text."""
    if request.config.getoption("--corpus") is None:
        return accepted(Media.TEXT, [file.read_bytes() for file in sorted(SEEDS.glob("*.txt"))])
    from resiliparse.extract.html2text import extract_plain_text

    from flows.training.converters import decode_corpus_page

    flat = [str(extract_plain_text(decode_corpus_page(page), main_content=False)) for page in pages]
    return accepted(Media.TEXT, [text.encode() for text in flat])


def accepted(media: Media, payloads: list[bytes]) -> list[bytes]:
    """The pages that can be cleaned: some seeds are there to be refused."""
    found = []
    for payload in payloads:
        with suppress(Rejection):
            clean(Capture("", payload, media))
            found.append(payload)
    return found


def cpu_seconds(work: Callable[[bytes], object], payloads: list[bytes]) -> float:
    """The least CPU seconds of some runs over all pages."""
    work(payloads[0])
    found = []
    for _ in range(RUNS):
        start = time.process_time()
        for payload in payloads:
            work(payload)
        found.append(time.process_time() - start)
    return min(found)


def test_cleaning_html_costs_no_more_than_trafilatura(pages: list[bytes], report: Report) -> None:
    from trafilatura import bare_extraction

    ours = cpu_seconds(lambda page: clean(Capture("", page, Media.HTML)), pages)
    theirs = cpu_seconds(lambda page: bare_extraction(page, with_metadata=True), pages)
    figures = {
        "pages": len(pages),
        "ms/page": round(ours / len(pages) * 1000, 2),
        "trafilatura ms/page": round(theirs / len(pages) * 1000, 2),
        "ratio": round(ours / theirs, 3),
        "aim": 0.333,
    }
    report("cleaning HTML", figures)
    assert ours <= theirs


def test_flattened_pages_a_cpu_second(texts: list[bytes], report: Report) -> None:
    rate = len(texts) / cpu_seconds(lambda page: clean(Capture("", page, Media.TEXT)), texts)
    report("cleaning text", {"pages": len(texts), "pages/s": round(rate), "aim": 500})
    assert rate >= 500


def test_the_weights_load_in_under_50_ms(report: Report) -> None:
    scoring.shipped_lexicon()  # word lists, which are no weights
    found = []
    for _ in range(RUNS + 1):
        scoring.shipped_classifier.cache_clear()
        start = time.perf_counter()
        scoring.shipped_classifier()
        found.append(time.perf_counter() - start)
    report("loading the weights", {"ms": round(min(found) * 1000, 1)})
    assert min(found) < 0.05


def test_the_weights_take_at_most_two_megabytes(report: Report) -> None:
    with (files("cleaners") / "data" / scoring.WEIGHTS_FILE).open("rb") as file:
        size = len(file.read())
    report("size of the weights", {"bytes": size})
    assert size <= 2_000_000
