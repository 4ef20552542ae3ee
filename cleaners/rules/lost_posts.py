"""Finds the lines of posts in a plain-text thread that the classifier doesn't keep."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Sequence, Set
from itertools import pairwise

from cleaners.rules.line_features import LineFeatures
from cleaners.rules.phrases import match_phrases

_MIN_POSTS = 2
_MAX_POST_LINES = 40


def lost_posts(
    lines: Sequence[LineFeatures],
    kept: Sequence[bool],
    authors: Set[int],
    removed: Container[int],
    *,
    is_unsure: bool,
) -> Iterator[int]:
    """The lines of posts of which nothing is kept, and the rest of posts that are kept in part.

    `authors` are the lines with the authors of posts; `removed` are lines that are known to belong
    to no post. If more than a third of the posts are lost, they count only where the classifier is
    unsure.
    """
    if len(authors) < _MIN_POSTS:
        return
    spans = [
        range(start + 1, min(stop, start + 1 + _MAX_POST_LINES))
        for start, stop in pairwise([*sorted(authors), len(lines)])
    ]
    posts = [_sentences_of(span, lines, removed) for span in spans]
    lost = [post for post in posts if not any(kept[i] for i in post)]
    if is_unsure or len(posts) >= 3 * len(lost):
        yield from (i for post in lost for i in post)
    times = Counter(line.text for line in lines)
    for span in spans:
        places = [i for i in span if kept[i] and i not in removed]
        end = next((i for i in span if places and i > places[-1] and i in removed), 0)
        rest = [i for i in range(places[0], places[-1]) if not kept[i]] if places else []
        # A signature can follow a post, but seldom lines with numbers, such as quantities.
        rest += [i for i in range(places[-1] + 1, end) if lines[i].n_numbers] if places else []
        yield from (i for i in rest if times[lines[i].text] == 1 and not match_phrases(lines[i]))


def _sentences_of(span: range, lines: Sequence[LineFeatures], removed: Container[int]) -> list[int]:
    """The sentences below an author, up to the end of the post."""
    post: list[int] = []
    for i in span:
        line = lines[i]
        is_sentence = line.is_prose or line.is_short_sentence
        if i in removed:
            if post:
                break
        elif match_phrases(line):
            continue
        elif is_sentence or (line.ends_sentence and i == span.start):  # “This.”
            post.append(i)
    return post
