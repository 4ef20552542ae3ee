"""Full-text search over the articles, for people: words and "phrases", and no other syntax."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

from cleaners.text.unspaced import insert_word_breaks, remove_word_breaks
from warehouse.model import Hit
from warehouse.queries.conditions import IS_ARTICLE

TITLE_WEIGHT = 4.0
TEXT_WEIGHT = 1.0
MATCH_START, MATCH_END = "\x02", "\x03"
_SNIPPET_WORDS = 24
_SNIPPET_LETTERS = 60  # where each letter is a word

# The snippet of every match would be made before sorting, so the best are chosen first.
_SEARCH = f"""
WITH best AS MATERIALIZED (
    SELECT s.rowid AS id, bm25(article_search, {TITLE_WEIGHT}, {TEXT_WEIGHT}) AS score
    FROM article_search AS s
    JOIN document AS d ON d.id = s.rowid
    LEFT JOIN wording AS w ON w.id = d.wording_id
    WHERE article_search MATCH :query
      AND {IS_ARTICLE}
    ORDER BY score, s.rowid
    LIMIT :limit
)
SELECT best.id, a.title, a.site, a.url, a.published, a.language,
       (SELECT snippet(article_search, 1, :start, :end, '…', :words)
        FROM article_search WHERE article_search MATCH :query AND rowid = best.id),
       -best.score
FROM best JOIN documents AS a ON a.id = best.id
ORDER BY best.score, best.id
"""  # noqa: S608 - numbers of ours


def search_articles(db: sqlite3.Connection, words: str, limit: int) -> list[Hit]:
    """Articles that have all the words, best first by BM25; a word in the title counts four times.

    What stands between two double quotes is a phrase: its words follow one another.

    Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), as
    FTS5 computes it.
    """
    # SQLite takes neither NUL nor lone surrogates, which a terminal may pass on.
    clean = words.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")
    query = " ".join(_quoted(insert_word_breaks(wanted)) for wanted in _wanted(clean))
    if not query:
        return []
    rows = db.execute(
        _SEARCH,
        {
            "query": query,
            "limit": limit,
            "start": MATCH_START,
            "end": MATCH_END,
            "words": _SNIPPET_WORDS if query == remove_word_breaks(query) else _SNIPPET_LETTERS,
        },
    )
    return [
        replace(hit, snippet=remove_word_breaks(hit.snippet)) for hit in (Hit(*row) for row in rows)
    ]


def _wanted(words: str) -> list[str]:
    """The words and phrases; a quote that is never closed opens nothing.

    >>> _wanted('ferry "tour boat" 5" deep')
    ['ferry', 'tour boat', '5', 'deep']
    """
    parts = words.split('"')
    closed = len(parts) - 1 if len(parts) % 2 == 0 else len(parts)
    found: list[str] = []
    for place, part in enumerate(parts):
        is_phrase = place % 2 == 1 and place < closed
        found += [part] if is_phrase and part.strip() else part.split()
    return found


def _quoted(wanted: str) -> str:
    """A word or phrase as an FTS5 string, in which nothing has a meaning: `NOT` is "not".

    >>> _quoted("NOT cat*")
    '"NOT cat*"'
    """
    return f'"{wanted}"'
