"""Lists below the headings of boilerplate."""

from __future__ import annotations

import pytest

from cleaners.blocks.text import text_blocks
from cleaners.rules.line_features import PageLines
from cleaners.rules.page_context import PageContext
from cleaners.rules.phrases import match_phrases
from cleaners.rules.position import match_headed_lists


@pytest.mark.parametrize(
    ("heading", "n_found"),
    [("相关阅读", 2), ("相关阅读 市政府发布新规", 0), ("関連記事 市議会が予算を可決", 0)],
)
def test_a_headline_in_the_line_of_its_label_opens_no_list(heading: str, n_found: int) -> None:
    raw = text_blocks(f"{heading}\n春季运动会昨日开幕\n河畔公园新增停车位\n")
    lines = PageLines([block.text for block in raw.blocks])
    kept = [False] * len(lines)
    removals = [match_phrases(lines[0]), None, None]
    page = PageContext(raw, lines, kept, range(0))
    assert len(match_headed_lists(page, removals, kept)) == n_found
