"""Pages to measure with: those of a corpus, or as many made from the pages in `seeds/`."""

from __future__ import annotations

import re
from pathlib import Path

from resiliparse.extract.html2text import extract_plain_text

from flows.training.converters import decode_corpus_page
from flows.training.corpus import read_corpus

SEEDS = Path(__file__).parents[2] / "seeds"
_TEXT_RUN = re.compile(rb"(?<=>)[^<]{40,}(?=<)")


def html_pages(corpus: Path | None, count: int) -> list[bytes]:
    """About `count` pages, spread evenly over the corpus; without one, made of the seeds."""
    if corpus is None:
        return [varied(number) for number in range(count)]
    found = read_corpus(corpus)
    return [page.payload() for page in found[:: max(1, len(found) // count)]]


def flattened(page: bytes) -> bytes:
    """The page's text as resiliparse gives it, chrome included."""
    return str(extract_plain_text(decode_corpus_page(page), main_content=False)).encode()


def varied(number: int) -> bytes:
    """One of the seeds, with words of its own, so that no two are near-duplicates."""
    letters = "".join(chr(97 + int(digit)) for digit in f"{number:04}").encode()

    def renamed(run: re.Match[bytes]) -> bytes:
        words = run[0].split(b" ")
        return b" ".join(word + letters if k % 3 == 1 else word for k, word in enumerate(words))

    return _TEXT_RUN.sub(renamed, SEED_PAGES[number % len(SEED_PAGES)])


SEED_PAGES = [path.read_bytes() for path in sorted(SEEDS.glob("*.html")) if path.stem != "picture"]
