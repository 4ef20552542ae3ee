"""The overview of a warehouse, and the details around a record or a run, for the browser."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass

from warehouse.answers import ClusterMember, DoubtfulPage, Hit, ReasonCount, SiteDrift
from warehouse.blocks import OF_DOCUMENT
from warehouse.model import CaptureRecord, PageKey, Relation, RelationCounts, RunStatus
from warehouse.queries.clusters import cluster_members
from warehouse.queries.conditions import DISPUTED, UNSURE
from warehouse.queries.filters import Filters
from warehouse.queries.health import find_drift, newest_document
from warehouse.queries.snapshot import snapshot
from warehouse.sqlite.ids import id_list, page_names

# The overview describes this many of the newest documents, so that its cost doesn't grow with the
# warehouse.
RECENT = 1_000
# How many of the newest documents are searched for unsure records.
_UNSURE_AMONG = 5_000
_MAX_DAYS = 14
# The newest runs that are counted by day.
_COUNTED_RUNS = 500
_MAX_SHOWN = 12
_MAX_DRIFT_PAGES = 200  # of a site
_SNIPPET_CHARS = 240
_MAX_MEMBERS = 50
_MAX_CAPTURES = 50
_MAX_REJECTS = 500

_REMOVED = """
SELECT reason, count(*), sum(length(text)) FROM full_block
WHERE document_id IN (SELECT value FROM json_each(?))
GROUP BY reason ORDER BY sum(length(text)) DESC, reason
"""
_SITES = """
SELECT site, count(*), 1.0 * sum(kept) / max(1, sum(whole)), avg(quality), avg(published IS NULL),
       avg(n_words = 0)
FROM (SELECT d.site, d.quality, d.published, d.n_words,
             (SELECT coalesce(sum(length(text)), 0) FROM full_block
              WHERE document_id = d.id AND reason IS NULL) AS kept,
             (SELECT coalesce(sum(length(text)), 0) FROM full_block
              WHERE document_id = d.id) AS whole
      FROM document AS d
      WHERE d.site IS NOT NULL AND d.id IN (SELECT value FROM json_each(?)))
GROUP BY site ORDER BY count(*) DESC, site LIMIT ?
"""
_RUNS_BY_DAY = """
SELECT substr(started_at, 1, 10) AS day, sum(added) - sum(duplicates), sum(duplicates),
       sum(unchanged), sum(rejected)
FROM (SELECT * FROM run ORDER BY id DESC LIMIT ?)
GROUP BY day ORDER BY day DESC LIMIT ?
"""
_RUN_COLUMNS = (
    "id, flow, started_at, finished_at, status, seen, added, unchanged, duplicates, rejected"
)
_DOUBTFUL = """
SELECT d.id, coalesce(d.title, v.url, v.locator), d.quality, d.notes
FROM document AS d JOIN documents AS v ON v.id = d.id
WHERE d.quality < ? AND d.id IN (SELECT value FROM json_each(?))
ORDER BY d.quality, d.id DESC LIMIT ?
"""
_REJECTED = "SELECT locator, stage, error, message, run_id, at FROM reject WHERE "
# The weights of the three doubts were chosen on annotated pages: see docs/classifier.md. A record
# of unknown disagreement ranks as if the networks disagreed as much as on the others.
_UNSURE_RECORDS = f"""
WITH unsure AS (
    SELECT d.id, d.quality, d.disagreement, count(r.id) AS blocks,
           total(1 - r.confidence) AS doubt
    FROM document AS d LEFT JOIN block AS b ON {OF_DOCUMENT}
    LEFT JOIN removal AS r ON r.id = b.removal_id AND r.confidence < :unsure
    WHERE d.id IN (SELECT id FROM document ORDER BY id DESC LIMIT :among)
        AND NOT EXISTS (SELECT 1 FROM correction AS c WHERE c.document_id = d.id)
    GROUP BY d.id)
SELECT id, blocks, quality, disagreement FROM unsure
WHERE blocks > 0 OR quality < :unsure OR disagreement > :disputed
ORDER BY 1 - quality + 0.25 * doubt / (1 + doubt)
    + 5 * coalesce(disagreement, (SELECT avg(disagreement) FROM unsure), 0) DESC, id
LIMIT :limit
"""  # noqa: S608 - names of ours
_RECORDS_AS_HITS = """
SELECT v.id, v.title, v.site, v.url, v.published, v.language, substr(v.text, 1, ?), o.cluster_id,
       o.duplicate_of, o.relation, o.similarity, o.containment
FROM documents AS v JOIN document_relation AS o ON o.id = v.id
WHERE v.id IN (SELECT value FROM json_each(?)) ORDER BY v.id DESC
"""


@dataclass(frozen=True, slots=True)
class DayCounts:
    """The inputs of the runs that started on a day, by result; `added` excludes duplicates."""

    day: str
    added: int
    duplicates: int
    unchanged: int
    rejected: int

    @property
    def total(self) -> int:
        """The number of inputs."""
        return self.added + self.duplicates + self.unchanged + self.rejected


@dataclass(frozen=True, slots=True)
class SiteHealth:
    """Averages over a site's newest pages, from 0 to 1, as in the view site_health."""

    site: str
    pages: int
    kept: float
    quality: float
    undated: float
    emptied: float


@dataclass(frozen=True, slots=True)
class Run:
    """A run, with the columns of the view `runs`."""

    id: int
    flow: str
    started_at: str
    finished_at: str | None
    status: RunStatus
    seen: int
    added: int
    unchanged: int
    duplicates: int
    rejected: int


@dataclass(frozen=True, slots=True)
class RejectedInput:
    """An input that could not be read or cleaned, with the columns of the view `rejects`."""

    locator: str
    stage: str
    error: str
    message: str
    run_id: int
    at: str


@dataclass(frozen=True, slots=True)
class Removals:
    """How many characters were kept, and the characters and blocks removed for each reason."""

    kept: int
    reasons: tuple[ReasonCount, ...]

    @property
    def whole(self) -> int:
        """All characters, kept and removed."""
        return self.kept + sum(one.characters for one in self.reasons)


@dataclass(frozen=True, slots=True)
class Overview:
    """The state of a warehouse.

    `removals`, `sites` and `doubtful` describe only the newest documents; `recent` is how many. The
    newest days, runs and rejects come first, and the doubtful pages with the lowest quality.
    """

    documents: int
    recent: int
    days: tuple[DayCounts, ...]
    removals: Removals
    sites: tuple[SiteHealth, ...]
    runs: tuple[Run, ...]
    doubtful: tuple[DoubtfulPage, ...]
    rejects: tuple[RejectedInput, ...]
    drift: tuple[SiteDrift, ...]


@dataclass(frozen=True, slots=True)
class RunDetails:
    """A run, up to 500 of its rejected inputs, and what was removed from its newest pages."""

    run: Run
    rejects: tuple[RejectedInput, ...]
    removals: Removals
    recent: int


@dataclass(frozen=True, slots=True)
class UnsureRecord:
    """A record that the cleaners are unsure of.

    `blocks` is how many of its blocks have a low confidence; `quality` is from 0 to 1.
    `disagreement` is that of the networks, 0 to 0.5; None for records of older versions.
    """

    hit: Hit
    blocks: int
    quality: float
    disagreement: float | None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Up to 50 captures of a document, newest first, and up to 50 members of its cluster."""

    captures: tuple[CaptureRecord, ...]
    cluster_size: int
    cluster: tuple[ClusterMember, ...]


def read_overview(db: sqlite3.Connection) -> Overview:
    """The state of a warehouse: its newest documents and runs, and the number of documents."""
    with snapshot(db):
        recent = [
            row[0]
            for row in db.execute("SELECT id FROM document ORDER BY id DESC LIMIT ?", (RECENT,))
        ]
        ids = id_list(recent)
        return Overview(
            documents=db.execute("SELECT count(*) FROM document").fetchone()[0],
            recent=len(recent),
            days=tuple(
                DayCounts(*row) for row in db.execute(_RUNS_BY_DAY, (_COUNTED_RUNS, _MAX_DAYS))
            ),
            removals=_removals(db, ids),
            sites=tuple(SiteHealth(*row) for row in db.execute(_SITES, (ids, _MAX_SHOWN))),
            runs=newest_runs(db, _MAX_SHOWN),
            doubtful=tuple(
                DoubtfulPage(one, page, quality, tuple(json.loads(notes)))
                for one, page, quality, notes in db.execute(_DOUBTFUL, (UNSURE, ids, _MAX_SHOWN))
            ),
            rejects=tuple(
                RejectedInput(*row)
                for row in db.execute(
                    f"{_REJECTED}true ORDER BY at DESC, locator LIMIT ?", (_MAX_SHOWN,)
                )
            ),
            drift=tuple(_newest_drift(db)),
        )


def _newest_drift(db: sqlite3.Connection) -> list[SiteDrift]:
    """The sites whose pages of the newest run that added some differ from those before it."""
    added = db.execute("SELECT added FROM run WHERE added > 0 ORDER BY id DESC LIMIT 1").fetchone()
    if added is None:
        return []
    after = newest_document(db) - min(added[0], RECENT)
    return find_drift(db, after, _MAX_SHOWN, _MAX_DRIFT_PAGES)


def newest_runs(db: sqlite3.Connection, limit: int) -> tuple[Run, ...]:
    """Up to `limit` runs, the newest first."""
    query = f"SELECT {_RUN_COLUMNS} FROM run ORDER BY id DESC LIMIT ?"  # noqa: S608
    return tuple(map(_run, db.execute(query, (limit,))))


def read_run(db: sqlite3.Connection, run_id: int) -> RunDetails | None:
    """A run and its results; None if no run has this ID."""
    with snapshot(db):
        row = db.execute(
            f"SELECT {_RUN_COLUMNS} FROM run WHERE id = ?",  # noqa: S608 - names of ours
            (run_id,),
        ).fetchone()
        if row is None:
            return None
        recent = [
            one
            for (one,) in db.execute(
                "SELECT DISTINCT document_id FROM capture WHERE run_id = ?"
                " ORDER BY document_id DESC LIMIT ?",
                (run_id, RECENT),
            )
        ]
        return RunDetails(
            run=_run(row),
            rejects=tuple(
                RejectedInput(*one)
                for one in db.execute(
                    _REJECTED + "run_id = ? ORDER BY at, locator LIMIT ?", (run_id, _MAX_REJECTS)
                )
            ),
            removals=_removals(db, id_list(recent)),
            recent=len(recent),
        )


def read_surroundings(db: sqlite3.Connection, document_id: int) -> Surroundings:
    """The captures and the cluster of a document, which must exist."""
    with snapshot(db):
        cluster = db.execute(
            "SELECT cluster_id FROM document_relation WHERE id = ?", (document_id,)
        ).fetchone()[0]
        return Surroundings(
            captures=tuple(
                CaptureRecord(locator, PageKey(sha256, media, charset or None), url, at, rights)
                for locator, sha256, media, charset, url, at, rights in db.execute(
                    "SELECT c.locator, lower(hex(r.sha256)), d.media_type, d.charset, c.url,"
                    " c.captured_at, c.rights FROM capture AS c"
                    " JOIN document AS d ON d.id = c.document_id JOIN raw AS r ON r.id = d.raw_id"
                    " WHERE c.document_id = ? ORDER BY c.captured_at DESC, c.locator LIMIT ?",
                    (document_id, _MAX_CAPTURES),
                )
            ),
            cluster_size=db.execute(
                "SELECT count(*) FROM cluster_member WHERE cluster_id = ?", (cluster,)
            ).fetchone()[0],
            cluster=tuple(cluster_members(db, [cluster], _MAX_MEMBERS).get(cluster, ())),
        )


def newest_documents(
    db: sqlite3.Connection, limit: int, before: int | None, filters: Filters
) -> list[Hit]:
    """Up to `limit` documents that match, newest first, with the beginning of each text.

    `before` leaves out that ID and all later documents, to read the next page of results.
    """
    condition, values = filters.condition()
    if before is not None:
        condition = f"{condition} AND d.id < :before" if condition else "d.id < :before"
        values["before"] = before
    query = (
        f"SELECT d.id FROM document AS d WHERE {condition or 'true'}"  # noqa: S608
        " ORDER BY d.id DESC LIMIT :limit"
    )
    with snapshot(db):
        return _hits(db, [row[0] for row in db.execute(query, {**values, "limit": limit})])


def unsure_records(db: sqlite3.Connection, limit: int) -> list[UnsureRecord]:
    """Up to `limit` of the newest records, those that the cleaners are least sure of first.

    Records that a person has corrected are left out.
    """
    with snapshot(db):
        values = {"unsure": UNSURE, "disputed": DISPUTED, "among": _UNSURE_AMONG, "limit": limit}
        rows = db.execute(_UNSURE_RECORDS, values).fetchall()
        hits = {hit.id: hit for hit in _hits(db, [row[0] for row in rows])}
    return [UnsureRecord(hits[one], *doubts) for one, *doubts in rows]


def _hits(db: sqlite3.Connection, ids: list[int]) -> list[Hit]:
    """The documents in the form of search results, newest first."""
    rows = db.execute(_RECORDS_AS_HITS, (_SNIPPET_CHARS, id_list(ids))).fetchall()
    related = page_names(db, {row[8] for row in rows if row[8]})
    return [
        Hit(
            id=one,
            title=title,
            site=site,
            url=url,
            published=published,
            language=language,
            snippet=snippet,
            score=0.0,
            cluster_id=cluster,
            duplicate_of=canonical,
            relation=relation and Relation(relation),
            similarity=similarity,
            containment=containment,
            related_page=related.get(canonical),
            more=RelationCounts(),
        )
        for one, title, site, url, published, language, snippet, cluster, *likeness in rows
        for canonical, relation, similarity, containment in [likeness]
    ]


def _removals(db: sqlite3.Connection, ids: str) -> Removals:
    rows = db.execute(_REMOVED, (ids,)).fetchall()
    return Removals(
        kept=sum(characters for reason, _, characters in rows if reason is None),
        reasons=tuple(ReasonCount(*row) for row in rows if row[0]),
    )


def _run(row: tuple[int, str, str, str | None, str, int, int, int, int, int]) -> Run:
    one, flow, started, finished, status, *counts = row
    return Run(one, flow, started, finished, RunStatus(status), *counts)
