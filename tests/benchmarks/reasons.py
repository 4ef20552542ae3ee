"""The labelled samples of removed blocks: how they were drawn, and how blocks are found again.

There are two. Rules were mended on the first; the second was drawn after that, and has shown a
few rules to be too bold. Neither has text of the pages. A row is a page of the corpus, the form
that it was cleaned in, the start of the SHA-256 of a block's text, `nth` (from 0) where several
blocks of the page have that text, and the reasons that a careful editor would accept for it.
They were given from the block, its neighbours and its place in the tree, without looking at
the reason that the cleaners had given:

- An entry of a menu is `navigation`; in the page's last menus, `footer` as well.
- All that belongs to a teaser is `related`; its date, byline, section or caption may be
  called that, too. A second printing of a teaser may be `repeated`.
- An offer to subscribe, register or donate is an `advert`, and so is a product's label.
- `boilerplate` stands only where no other reason fits, and `content` where the block should
  have stayed: then every reason is wrong.

`python -m tests.benchmarks.reasons CORPUS` prints a sample drawn in the same way, to label anew.
"""

from __future__ import annotations

import gzip
import json
import random
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from cleaners import clean
from cleaners.model import Block, Capture, Media, Removal
from cleaners.page import Page
from cleaners.reasons import Reason

SAMPLES = ("reasons_sample.jsonl", "reasons_sample_2.jsonl")
CONTENT = "content"
_SEED = 20261122
_EACH = 150  # blocks from either form
_A_PAGE = 4  # at most, over both forms
_AROUND = 3  # lines of context either side


@dataclass(frozen=True, slots=True)
class Labelled:
    """A removed block of the sample, and the reasons that are right for it."""

    page: str
    form: str
    hash: str
    accept: tuple[str, ...]
    nth: int = 0


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of the sample: how many were found, and what was said of those removed."""

    sample: int
    found: int
    given: tuple[tuple[Labelled, Removal], ...]

    @property
    def named(self) -> tuple[tuple[Labelled, Removal], ...]:
        """Those with another reason than `boilerplate`, and all that should have stayed."""
        return tuple(
            (label, removal)
            for label, removal in self.given
            if removal.reason is not Reason.BOILERPLATE or CONTENT in label.accept
        )

    @property
    def right(self) -> float:
        """The share of the named that have an accepted reason, 0 to 1."""
        accepted = sum(removal.reason.value in label.accept for label, removal in self.named)
        return accepted / max(1, len(self.named))

    @property
    def unnamed(self) -> float:
        """The share of `boilerplate` among the removed, 0 to 1."""
        unnamed = sum(removal.reason is Reason.BOILERPLATE for _, removal in self.given)
        return unnamed / max(1, len(self.given))

    def confusions(self) -> dict[str, int]:
        """How often which reason of which cleaner stands for what, commonest first."""
        wrong = Counter(
            f"{removal.reason.value} ({removal.cleaner}) for {label.accept[0]}"
            for label, removal in self.given
            if removal.reason.value not in label.accept
        )
        return dict(sorted(wrong.items(), key=lambda item: (-item[1], item[0])))


def read_sample(name: str) -> list[Labelled]:
    """The rows of a labelled sample."""
    rows = map(json.loads, Path(__file__).with_name(name).read_text("utf-8").splitlines())
    return [Labelled(**{**row, "accept": tuple(row["accept"])}) for row in rows]


def tally(corpus: Path, sample: Iterable[Labelled]) -> Tally:
    """Cleans the sample's pages and looks up its blocks."""
    labels = list(sample)
    rows = _articles(corpus)
    pages: dict[tuple[str, str], Page] = {}
    found, given = 0, []
    for label in labels:
        key = label.page, label.form
        if key not in pages:
            pages[key] = cleaned(corpus, rows[label.page], label.form)
        block = _block(pages[key], label)
        if block is None:
            continue
        found += 1
        if block.removal is not None:
            given.append((label, block.removal))
    return Tally(len(labels), found, tuple(given))


def cleaned(corpus: Path, row: Mapping[str, Any], form: str) -> Page:
    """A page of the corpus, cleaned as HTML or as the text that resiliparse makes of it."""
    payload = gzip.decompress((corpus / row["html"]).read_bytes())
    if form == "html":
        return clean(Capture(row["html"], payload, Media.HTML))
    from resiliparse.extract.html2text import extract_plain_text

    text = str(extract_plain_text(_decoded(payload), main_content=False))
    return clean(Capture(row["html"], text.encode(), Media.TEXT))


def digest(block: Block) -> str:
    """The name of a block in the sample: 16 hexadecimal digits of its text's SHA-256."""
    return sha256(block.text.encode()).hexdigest()[:16]


def draw(pages: Mapping[tuple[str, str], Page]) -> Iterator[tuple[str, str, int]]:
    """Removed blocks of cleaned pages at random, as page, form and position."""
    rng = random.Random(_SEED)
    taken: Counter[str] = Counter()
    for form in ("html", "text"):
        pool = [
            (name, i)
            for (name, its_form), page in sorted(pages.items())
            if its_form == form
            for i, block in enumerate(page.blocks)
            if not block.kept
        ]
        rng.shuffle(pool)
        left = _EACH
        for name, i in pool:
            if left and taken[name] < _A_PAGE:
                taken[name] += 1
                left -= 1
                yield name, form, i


def _articles(corpus: Path) -> dict[str, dict[str, Any]]:
    lines = (corpus / "articles.jsonl").read_text("utf-8").splitlines()
    return {row["id"]: row for row in map(json.loads, lines)}


def _decoded(payload: bytes) -> str:
    from resiliparse.parse.encoding import detect_encoding

    try:
        return payload.decode("utf-8")
    except UnicodeDecodeError:
        return payload.decode(detect_encoding(payload) or "utf-8", "replace")


def _block(page: Page, label: Labelled) -> Block | None:
    same = [block for block in page.blocks if digest(block) == label.hash]
    return same[label.nth] if label.nth < len(same) else None


def _print_sample(corpus: Path) -> None:
    """Each block of a new sample in its context, without its reason; `+` is a kept block."""
    rows = _articles(corpus)
    pages = {(name, f): cleaned(corpus, rows[name], f) for name in rows for f in ("html", "text")}
    for name, form, i in draw(pages):
        blocks = pages[name, form].blocks
        same = [j for j, block in enumerate(blocks) if block.text == blocks[i].text]
        print(f"\n{name} {form} {digest(blocks[i])} nth {same.index(i)} {blocks[i].path}")
        for j in range(max(0, i - _AROUND), min(len(blocks), i + _AROUND + 1)):
            mark = ">" if j == i else "+" if blocks[j].kept else " "
            print(mark, blocks[j].text[: 400 if j == i else 80])


if __name__ == "__main__":
    _print_sample(Path(sys.argv[1]))
