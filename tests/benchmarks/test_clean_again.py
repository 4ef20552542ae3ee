"""Whether clean text is clean: how much goes when what `presswash clean` prints is cleaned again.

From pages of text nothing may: that holds by construction (`cleaners/clean.py`). HTML is judged by
its tags as well, which its text no longer has, so there it is measured. The pages are those of
--corpus.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cleaners import clean
from cleaners.clean import printed_text
from cleaners.model import Capture, Media, Rejection
from cleaners.page import Page

Report = Callable[[str, dict[str, object]], None]
FEW = 0.1  # of the pages of HTML; mostly it is a title that the text does not take up


@pytest.fixture(scope="module")
def corpus(request: pytest.FixtureRequest) -> Path:
    folder: Path | None = request.config.getoption("--corpus")
    if folder is None:
        pytest.skip("needs --corpus FOLDER")
    return folder


def test_nothing_more_goes_from_the_clean_text_of_text(corpus: Path, report: Report) -> None:
    lossy = measured("clean text of text, cleaned again", texts(corpus), Media.TEXT, report)
    assert lossy == 0


def test_next_to_nothing_goes_from_the_clean_text_of_html(corpus: Path, report: Report) -> None:
    lossy = measured("clean text of HTML, cleaned again", pages(corpus), Media.HTML, report)
    assert lossy <= FEW


def pages(corpus: Path) -> Iterator[bytes]:
    from flows.training.corpus import read_corpus

    return (page.payload() for page in read_corpus(corpus))


def texts(corpus: Path) -> Iterator[bytes]:
    """The pages as text, each by the next of the converters."""
    from flows.training.converters import converters, decode_corpus_page

    ways = list(converters().values())
    for number, page in enumerate(pages(corpus)):
        try:
            yield ways[number % len(ways)](decode_corpus_page(page)).encode("utf-8", "replace")
        except Exception:  # a converter's failure costs one page
            continue


def measured(name: str, payloads: Iterator[bytes], media: Media, report: Report) -> float:
    """The share of pages whose clean text loses something when it is cleaned."""
    tried = lossy = characters = gone = 0
    for payload in payloads:
        page = cleaned(payload, media)
        if page is None or not page.text:
            continue
        tried += 1
        characters += len(page.text)
        lost = removed(printed_text(page))
        lossy += lost > 0
        gone += lost
    figures = {"pages": tried, "that lose something": lossy}
    report(name, {**figures, "characters": characters, "of them gone": gone})
    return lossy / tried


def removed(text: str) -> int:
    """How many characters go when a text is cleaned."""
    again = cleaned(text.encode(), Media.TEXT)
    if again is None:
        return len(text)
    return sum(len(block.text) for block in again.blocks if block.removal)


def cleaned(payload: bytes, media: Media) -> Page | None:
    try:
        return clean(Capture("page", payload, media))
    except Rejection:
        return None
