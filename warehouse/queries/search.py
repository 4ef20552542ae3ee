"""Full-text search over all records, with words, "quoted phrases" and prefixes*."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from heapq import merge
from itertools import chain, islice

from cleaners.text.folding import fold, original_offsets
from cleaners.text.unspaced import UNSPACED_CHAR
from warehouse.answers import Hit
from warehouse.model import Relation, RelationCounts
from warehouse.queries.filters import NO_FILTERS, Filters
from warehouse.queries.inflections import other_forms
from warehouse.queries.snapshot import snapshot
from warehouse.sqlite.ids import id_list, page_names

TITLE_WEIGHT = 4.0
TEXT_WEIGHT = 1.0
MATCH_START, MATCH_END = "\x02", "\x03"
# Marks where a snippet was cut from the text.
_CUT = "\x04"
_SNIPPET_WORDS = 24
# For scripts without spaces, in which the index takes each letter as a word.
_SNIPPET_LETTERS = 60

_FIRST_ROWS = 100
# Up to so many documents that meet the filters are listed before the words are searched.
_FEW = 5_000
_QUOTES = re.compile("[“”„‟«»″＂「」『』]")
# Names such as C++, C# and .NET have signs that aren't in the index.
_HAS_SIGNS = re.compile(r"\w[+#]|^\.\w")
# How many texts are searched for such signs.
_MAX_COMPARED = 500
# A Korean particle follows its word without a space, so a Korean word is searched as a prefix.
_IS_PREFIX = re.compile(r"\w\*+$|[\uac00-\ud7a3]$")

# FTS5 sorts the matches fastest if the query asks for nothing else.
_MATCHES = f"""
SELECT rowid, rank FROM article_search
WHERE article_search MATCH :query AND rank MATCH 'bm25({TEXT_WEIGHT}, {TITLE_WEIGHT})'
    AND (:few IS NULL OR +rowid IN (SELECT value FROM json_each(:few)))
ORDER BY rank, rowid
"""  # noqa: S608 - numbers of ours
_DESCRIBED = """
SELECT d.id, d.title, d.site, d.url, d.published, d.language, d.cluster_id, d.duplicate_of,
       d.relation, d.similarity, o.containment,
       (SELECT snippet(article_search, 0, :start, :end, :cut, :words)
        FROM article_search WHERE article_search MATCH :query AND rowid = d.id), d.text
FROM documents AS d JOIN document_relation AS o ON o.id = d.id
WHERE d.id IN (SELECT value FROM json_each(:ids))
"""


@dataclass(frozen=True, slots=True)
class _Match:
    """A document that `query` finds; a smaller `order` is a better match.

    `lacks_signs` is true if the text lacks the signs of the search words, such as those of "C++".
    `inflected` is true if the document was found by other forms of the words.
    """

    document: int
    rank: float
    cluster: int
    query: str
    lacks_signs: bool = False
    inflected: bool = False

    @property
    def order(self) -> tuple[bool, bool, float]:
        """The sort key of a match."""
        return self.lacks_signs, self.inflected, self.rank


def search_documents(
    db: sqlite3.Connection,
    words: str,
    limit: int,
    *,
    every: bool = False,
    filters: Filters = NO_FILTERS,
) -> list[Hit]:
    """Documents that have all the words, best first by BM25; a title word counts four times.

    Each cluster is represented by its best match or, among equals, its canonical document; with
    `every`, all matches are returned. Words in double quotes form a phrase. A word that ends in *
    matches all words that begin with it. Other words also match their inflected forms in the
    document's language ("ferry" for "ferries"), after the documents with the exact words. Every
    result meets `filters`.

    BM25 follows Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond"
    (2009), as implemented in FTS5.
    """
    # SQLite accepts neither NUL nor lone surrogates, which a terminal may pass on.
    clean = words.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")
    wanted = _wanted(_QUOTES.sub('"', clean))
    query = " ".join(_quoted(one.text) for one in wanted)
    if not query:
        return []
    with snapshot(db):
        matches = _all_matches(db, wanted, query, filters)
        if signs := [one.text.lower() for one in wanted if _HAS_SIGNS.search(one.text)]:
            matches = _with_signs_first(db, matches, signs)
        return _described(db, _best(matches, limit, every=every))


def _all_matches(
    db: sqlite3.Connection, wanted: Sequence[_Wanted], query: str, filters: Filters
) -> Iterator[_Match]:
    """Documents with the exact words, best first, then those with inflected forms."""
    fitting = _Fitting.read(db, filters)
    if fitting.few == frozenset():
        return
    found: set[int] = set()
    for match in _matches(db, query, fitting):
        found.add(match.document)
        yield match
    # Inflected forms depend on the language, so each query is limited to its languages.
    queries: dict[str, list[str]] = {}
    for language, forms in other_forms(db, [one.text for one in wanted if one.may_inflect]):
        inflected = " AND ".join(
            "(" + " OR ".join(map(_quoted, [one.text, *forms.get(one.text, ())])) + ")"
            for one in wanted
        )
        queries.setdefault(inflected, []).append(language)
    streams = (
        _matches(db, inflected, fitting, tuple(languages))
        for inflected, languages in queries.items()
    )
    for match in merge(*streams, key=lambda one: one.order):
        if match.document not in found:
            yield replace(match, inflected=True)


@dataclass(frozen=True, slots=True)
class _Fitting:
    """The filters of a search: a condition on `document AS d`, or the documents that meet it.

    `few` holds all these documents if there are few; then most matches must be skipped, and the
    full-text index skips them fastest. If there are many, the condition is tested on each match.
    """

    condition: str
    values: dict[str, str | float]
    few: frozenset[int] | None = None

    @classmethod
    def read(cls, db: sqlite3.Connection, filters: Filters) -> _Fitting:
        condition, values = filters.condition()
        if not condition:
            return cls(condition, values)
        query = f"SELECT d.id FROM document AS d WHERE {condition} LIMIT :few"  # noqa: S608
        ids = frozenset(one for (one,) in db.execute(query, {**values, "few": _FEW + 1}))
        return cls(condition, values, ids if len(ids) <= _FEW else None)


def _matches(
    db: sqlite3.Connection, query: str, fitting: _Fitting, languages: tuple[str, ...] = ()
) -> Iterator[_Match]:
    """Yield every match, best first, in `languages` if given. Reads clusters in batches."""
    few = None if fitting.few is None else id_list(fitting.few)
    condition, values = (fitting.condition, fitting.values) if few is None else ("", {})
    if languages:
        spoken, their_values = Filters(languages=languages).condition()
        spoken = spoken.replace(":languages", ":spoken")
        condition = f"{condition} AND {spoken}" if condition else spoken
        values = {**values, "spoken": their_values["languages"]}
    clusters_of = (
        "SELECT o.id, o.cluster_id FROM document_relation AS o"
        " WHERE o.id IN (SELECT value FROM json_each(:ids))"
    )
    if condition:
        fits = f"SELECT 1 FROM document AS d WHERE d.id = o.id AND {condition}"  # noqa: S608
        clusters_of += f" AND EXISTS ({fits})"
    with closing(db.execute(_MATCHES, {"query": query, "few": few})) as cursor:
        size = _FIRST_ROWS
        while rows := cursor.fetchmany(size):
            ids = id_list(document for document, _ in rows)
            clusters = dict(db.execute(clusters_of, {"ids": ids, **values}))
            for document, rank in rows:
                if document in clusters:
                    yield _Match(document, rank, clusters[document], query)
            size *= 2


def _with_signs_first(
    db: sqlite3.Connection, matches: Iterator[_Match], signs: list[str]
) -> Iterator[_Match]:
    """Sort matches whose texts have signs such as those of "C++" before the others."""
    first = list(islice(matches, _MAX_COMPARED))
    rows = db.execute(
        "SELECT id, coalesce(title, '') || ' ' || text FROM searchable"
        " WHERE id IN (SELECT value FROM json_each(?))",
        (id_list(match.document for match in first),),
    )
    having = {one for one, text in rows if all(sign in text.lower() for sign in signs)}
    marked = [replace(one, lacks_signs=one.document not in having) for one in first]
    yield from sorted(marked, key=lambda one: one.order)
    yield from (replace(one, lacks_signs=True) for one in matches)


def _best(matches: Iterable[_Match], limit: int, *, every: bool) -> list[_Match]:
    """The best match of each cluster or, with `every`, all matches, up to `limit`."""
    found: dict[int, _Match] = {}
    worst = (False, False, 0.0)
    for match in matches:
        if len(found) == limit and match.order > worst:
            break
        place = match.document if every else match.cluster
        known = found.get(place)
        if known is None and len(found) < limit:
            found[place], worst = match, match.order
        elif known and known.order == match.order and match.document == match.cluster:
            found[place] = match
    return sorted(found.values(), key=lambda one: (one.order, one.document))


def _described(db: sqlite3.Connection, matches: list[_Match]) -> list[Hit]:
    rows = chain.from_iterable(
        db.execute(
            _DESCRIBED,
            {
                "query": query,
                "ids": id_list(match.document for match in matches if match.query == query),
                "start": MATCH_START,
                "end": MATCH_END,
                "cut": _CUT,
                "words": _SNIPPET_LETTERS if re.search(UNSPACED_CHAR, query) else _SNIPPET_WORDS,
            },
        )
        for query in {match.query for match in matches}
    )
    facts = {document: rest for document, *rest in rows}
    related = page_names(db, {one for _, _, _, _, _, _, one, *_ in facts.values() if one})
    members = _relation_counts(db, {match.cluster for match in matches})
    hits = []
    for match in matches:
        title, site, url, published, language, cluster, *relates, snippet, text = facts[
            match.document
        ]
        canonical, relation, likeness, containment = relates
        own = relation and Relation(relation)
        hits.append(
            Hit(
                id=match.document,
                title=title,
                site=site,
                url=url,
                published=published,
                language=language,
                snippet=_original(snippet, text),
                score=-match.rank,
                cluster_id=cluster,
                duplicate_of=canonical,
                relation=own,
                similarity=likeness,
                containment=containment,
                related_page=related.get(canonical),
                more=members.get(cluster, RelationCounts()).without(own),
            )
        )
    return hits


def _relation_counts(db: sqlite3.Connection, clusters: set[int]) -> dict[int, RelationCounts]:
    """How many documents each cluster has besides its canonical one, by relation."""
    counts: dict[int, dict[str, int]] = {}
    for cluster, relation, count in db.execute(
        "SELECT m.cluster_id, o.relation, count(*) FROM cluster_member AS m"
        " JOIN document_relation AS o ON o.id = m.id"
        " WHERE m.cluster_id IN (SELECT value FROM json_each(?)) AND o.relation IS NOT NULL"
        " GROUP BY m.cluster_id, o.relation",
        (id_list(clusters),),
    ):
        counts.setdefault(cluster, {})[relation] = count
    return {cluster: RelationCounts(**each) for cluster, each in counts.items()}


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A word or phrase of the query."""

    text: str
    is_phrase: bool = False

    @property
    def may_inflect(self) -> bool:
        """Whether inflected forms also match: not for phrases or words that end in *."""
        return not self.is_phrase and not self.text.endswith("*")


def _wanted(words: str) -> list[_Wanted]:
    """The words and phrases of a query. A quote that is never closed is ignored.

    >>> [one.text for one in _wanted('ferry "tour boat" 5" deep')]
    ['ferry', 'tour boat', '5', 'deep']
    """
    parts = words.split('"')
    closed = len(parts) - 1 if len(parts) % 2 == 0 else len(parts)
    found: list[_Wanted] = []
    for place, part in enumerate(parts):
        if place % 2 == 1 and place < closed and part.strip():
            found.append(_Wanted(part, is_phrase=True))
        else:
            found += map(_Wanted, part.split())
    return found


def _quoted(wanted: str) -> str:
    """The word or phrase as an FTS5 string, in which only a final * has a special meaning.

    >>> _quoted("NOT"), _quoted("cat*"), _quoted("*"), _quoted("다리")
    ('"NOT"', '"cat"*', '"*"', '"다리"*')
    """
    is_prefix = _IS_PREFIX.search(wanted)
    return f'"{fold(wanted.rstrip("*") if is_prefix else wanted)}"{"*" if is_prefix else ""}'


def _original(snippet: str, text: str) -> str:
    """Turn a snippet of a folded text, with its marks, into the original spelling."""
    folded = fold(text)
    if folded != text:
        parts = re.split(f"([{MATCH_START}{MATCH_END}{_CUT}])", snippet)
        place = folded.find("".join(parts[::2]))
        offsets = original_offsets(text)
        for number in range(0, len(parts), 2):
            end = place + len(parts[number])
            parts[number] = text[offsets[place] : offsets[end]]
            place = end
        snippet = "".join(parts)
    return snippet.replace(_CUT, "…")
