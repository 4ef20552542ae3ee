"""What the classifier learns from besides whole pages: plain pages, and content alone."""

from dataclasses import replace

import numpy as np
import pytest

from cleaners.blocks.html import html_blocks
from cleaners.classifier.lexicon import shipped_lexicon
from cleaners.classifier.scoring import block_features
from flows.training.examples import Example, content_only_example, plain_html_example
from flows.training.labels import Labels

MENU = tuple(f"Harbour notices of week {n}" for n in range(8))
STORY = tuple(
    f"On day {n} the ferry crossed twice, and the crew counted the gulls." for n in range(9)
)


@pytest.fixture(scope="module")
def page() -> Example:
    parts = [f"<li>{line}</li>" for line in MENU] + [f"<p>{line}</p>" for line in STORY]
    raw = html_blocks("".join(parts) + "".join(f"<li>{line} again</li>" for line in MENU))
    texts = tuple(block.text for block in raw.blocks)
    content = np.array([text in STORY for text in texts], np.float32)
    labels = Labels(content, np.ones_like(content))
    features = block_features(raw, shipped_lexicon())
    tags = tuple(block.tag for block in raw.blocks)
    return Example(0, "a", True, True, texts, features, labels, title="The ferry", tags=tags)


def test_some_plain_pages_have_a_few_paragraphs_and_nothing_else(page: Example) -> None:
    made = [plain_html_example(replace(page, page=n), page.labels) for n in range(80)]
    sizes = {len(one.texts) for one in made if one}
    assert min(sizes) <= 3
    assert max(sizes) > len(STORY)


def test_no_text_of_the_article_is_learnt_as_boilerplate(page: Example) -> None:
    for n in range(40):
        one = plain_html_example(replace(page, page=n), page.labels)
        assert one is not None
        learnt = zip(one.texts, one.labels.content, one.labels.weight, strict=True)
        assert all((text in STORY) == bool(kept) for text, kept, known in learnt if known)


def test_some_clean_texts_are_the_beginning_of_an_article(page: Example) -> None:
    made = [content_only_example(replace(page, page=n), page.labels) for n in range(40)]
    sizes = {len(one.texts) for one in made if one}
    assert min(sizes) <= 3
    assert max(sizes) == 1 + len(STORY)
