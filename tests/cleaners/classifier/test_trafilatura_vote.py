"""Letting trafilatura decide, within limits, on pages that the classifier is unsure of."""

import pytest

from cleaners.blocks.html import html_blocks
from cleaners.classifier.trafilatura_vote import trafilatura_vote
from cleaners.rules.line_features import PageLines

MENU = "<nav><ul><li><a href='/'>Home</a><li><a href='/sport'>Sport</a></ul></nav>"
STORY = [
    "The lighthouse keeper has counted the gannets on the stack every morning for thirty years.",
    "This spring there were fewer than half as many as last year, and nobody knows the reason.",
    "He will go on counting, he said, since somebody has to know how many there were of them.",
]
PAGE = f"<html><body>{MENU}<article>{''.join(f'<p>{p}</p>' for p in STORY)}</article></body>"


def asked(page: str, likely: float = 0.4) -> list[str] | None:
    """The texts of the blocks that the vote keeps."""
    raw = html_blocks(page)
    lines = PageLines(block.text for block in raw.blocks)
    said = trafilatura_vote(page, raw, lines, [likely] * len(lines))
    return said and [text for text, keep in zip(lines.texts, said, strict=True) if keep]


def test_blocks_that_trafilatura_keeps_are_kept() -> None:
    assert asked(PAGE) == STORY


def test_a_very_unlikely_block_is_removed_even_if_trafilatura_keeps_it() -> None:
    assert asked(PAGE, likely=0.01) == []


@pytest.mark.parametrize(
    "page",
    [
        PAGE + "<br>" * 30_000,
        PAGE + "<p>a" * 3_000,
        "<div>" * 300 + PAGE,
        "<html><body><p> </p>",
    ],
)
def test_trafilatura_does_not_vote_on_large_or_empty_pages(page: str) -> None:
    assert asked(page) is None
