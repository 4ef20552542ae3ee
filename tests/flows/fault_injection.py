"""Damage to plant in a sound warehouse: what a failing disk, a bug or a stray hand may do."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from zstandard import ZstdCompressor

_OTHER = ZstdCompressor().compress(b"other bytes").hex()
# In the warehouse of `test_repair`, 23 and 24 are near-duplicates, and 8 is alone.
_A_BAND = "text_id = 8 AND key = (SELECT max(key) FROM band WHERE text_id = 8)"
_SCHEMA = "PRAGMA writable_schema = ON"


@dataclass(frozen=True, slots=True)
class Damage:
    """Statements that do it, and words of what a check says of it and where.

    After a repair the contents are what they were, but for the views in `lost`; `left` are words of
    what is wrong still.
    """

    name: str
    statements: tuple[str, ...]
    what: str
    where: str = ""
    lost: tuple[str, ...] = ()
    left: str = ""
    deep: bool = False

    def plant(self, path: Path) -> None:
        """Do it as no program of ours would: no constraint is minded."""
        with closing(sqlite3.connect(path, isolation_level=None)) as db:
            db.execute("PRAGMA ignore_check_constraints = ON")
            db.create_function("spread", 1, lambda text: text)
            for statement in self.statements:
                db.execute(statement)
            db.execute("PRAGMA writable_schema = RESET")


def _one(name: str, statement: str, what: str, where: str = "", **more: object) -> Damage:
    return Damage(name, tuple(statement.split(";")), what, where, **more)  # type: ignore[arg-type]


DAMAGES = (
    # raw
    _one(
        "missing raw",
        "DELETE FROM raw WHERE id = (SELECT raw_id FROM document WHERE id = 2)",
        "the raw bytes are missing",
        "document 2",
        left="the raw bytes are missing",
        lost=("documents", "articles", "blocks", "clusters", "quality", "captures"),
    ),
    _one(
        "raw garbage",
        "UPDATE raw SET bytes = x'00112233' WHERE id = (SELECT raw_id FROM document WHERE id = 3)",
        "can't be decompressed",
        "document 3",
        left="can't be decompressed",
    ),
    _one(
        "raw of others",
        f"UPDATE raw SET bytes = x'{_OTHER}' WHERE id = (SELECT raw_id FROM document WHERE id = 3)",
        "don't have the SHA-256",
        "document 3",
        left="don't have the SHA-256",
    ),
    _one(
        "raw size",
        "UPDATE raw SET size = 5 WHERE id = (SELECT raw_id FROM document WHERE id = 3)",
        "don't have the SHA-256",
        "document 3",
        left="don't have the SHA-256",
    ),
    # document
    _one(
        "document row",
        "DELETE FROM document WHERE id = 8",
        "refers to a row of document",
        "document 8",
        left="belong to no document",
        lost=("documents", "articles", "blocks", "clusters", "quality", "captures", "rejects"),
    ),
    _one("words", "UPDATE document SET n_words = 7 WHERE id = 8", "words, not 7", "document 8"),
    _one(
        "first seen",
        "UPDATE document SET first_seen = '2031-01-01T00:00:00Z' WHERE id = 23",
        "first seen is 2031",
        "document 23",
    ),
    _one(
        "site",
        "UPDATE document SET site = 'example.com' WHERE id = 24",
        "the site is example.com",
        "document 24",
    ),
    _one(
        "authors",
        "UPDATE document SET authors = '[7]' WHERE id = 8",
        "aren't a list of strings",
        "document 8",
    ),
    _one(
        "no JSON",
        "UPDATE document SET notes = '{' WHERE id = 8",
        "an invalid value",
        "document 8",
    ),
    _one(
        "quality",
        "UPDATE document SET quality = 7 WHERE id = 8",
        "an invalid value",
        "document 8",
    ),
    _one(
        "cleaner version",
        "UPDATE document SET cleaner_version = 0 WHERE id = 8",
        "no version of the cleaners",
        "document 8",
    ),
    _one(
        "media type",
        "UPDATE document SET media_type = 'text/css' WHERE id = 8",
        "an invalid value",
        "document 8",
        left="an invalid value",
    ),
    _one(
        "not UTF-8",
        "UPDATE document SET title = CAST(x'ff41' AS TEXT) WHERE id = 8",
        "not UTF-8",
        "document 8",
    ),
    _one(
        "no text",
        "UPDATE document SET text_id = NULL WHERE id = 8",
        "isn't among those compared",
        "document 8",
    ),
    _one(
        "another's text",
        "UPDATE document SET text_id = 9 WHERE id = 8",
        "isn't the one that was compared",
        "document 8",
    ),
    _one(
        "text that isn't",
        "UPDATE document SET text_id = 999 WHERE id = 8",
        "refers to a row of distinct_text",
        "document 8",
    ),
    _one("title", "UPDATE document SET title = 'Other' WHERE id = 8", "doesn't fit the texts"),
    _one(
        "published",
        "UPDATE document SET published = '1999-01-01' WHERE id = 8",
        "differs from its cleaned bytes (published)",
        "document 8",
        deep=True,
    ),
    _one(
        "disagreement",
        "UPDATE document SET disagreement = disagreement + 0.25 WHERE id = 8",
        "differs from its cleaned bytes (disagreement)",
        "document 8",
        deep=True,
    ),
    _one(
        "language",
        "UPDATE document SET language = 'eo' WHERE id = 8",
        "differs from its cleaned bytes (language)",
        "document 8",
        deep=True,
    ),
    # block
    _one(
        "a gap",
        "UPDATE block SET id = (8 << 20) + 700 WHERE id = (8 << 20) + 2",
        "without a gap",
        "document 8",
    ),
    _one(
        "block removed",
        "DELETE FROM block WHERE id = (8 << 20) + 4",
        "without a gap",
        "document 8",
    ),
    _one("no blocks", "DELETE FROM block WHERE id >> 20 = 8", "words, not", "document 8"),
    _one(
        "kind",
        "UPDATE block SET kind = 99 WHERE id = (8 << 20) + 2",
        "an invalid value",
        "document 8",
    ),
    _one(
        "text",
        "UPDATE block SET text = 'Other.' WHERE id = (8 << 20) + 10",
        "isn't the one that was compared",
        "document 8",
    ),
    _one(
        "text of few words",
        "UPDATE block SET text = 'Other.' WHERE id >> 20 = 6",
        "differs from its cleaned bytes",
        "document 6",
        deep=True,
    ),
    _one(
        "out of order",
        "UPDATE block SET id = (8 << 20) + 900 WHERE id = (8 << 20) + 9;"
        "UPDATE block SET id = (8 << 20) + 9 WHERE id = (8 << 20) + 8;"
        "UPDATE block SET id = (8 << 20) + 8 WHERE id = (8 << 20) + 900",
        "isn't the one that was compared",
        "document 8",
    ),
    _one(
        "reason",
        "INSERT INTO removal SELECT 999, digest, 'advert', cleaner, detail, confidence FROM removal"
        " WHERE id = (SELECT removal_id FROM block WHERE id = 8 << 20);"
        "UPDATE block SET removal_id = 999 WHERE id = 8 << 20;"
        "DELETE FROM document_reason WHERE document_id = 8;"
        "INSERT INTO document_reason"
        " SELECT DISTINCT reason, 8 FROM full_block WHERE document_id = 8 AND reason IS NOT NULL",
        "differs from its cleaned bytes (block 0)",
        "document 8",
        deep=True,
    ),
    _one(
        "block of nothing",
        "INSERT INTO block (id, kind, links, text) VALUES (99 << 20, 7, 0, 'x')",
        "refers to a row of document",
        "document 99",
    ),
    _one(
        "block of a negative ID",
        "INSERT INTO block (id, kind, links, text) VALUES (-5, 7, 0, 'x')",
        "refers to a row of document",
        "document -1",
    ),
    _one(
        "lost string",
        "DELETE FROM block_string WHERE id = 3",
        "refer to a string that isn't there",
        "document",
    ),
    _one(
        "other string",
        "UPDATE block_string SET text = 'body/other' WHERE id ="
        " (SELECT path_id FROM block WHERE id >> 20 = 7 AND path_id IS NOT NULL)",
        "the digest isn't that of the text",
        "block_string",
    ),
    _one(
        "no strings",
        "DROP TABLE block_string",
        "the table is missing",
        "table block_string",
    ),
    _one(
        "lost removal",
        "DELETE FROM removal WHERE id = (SELECT removal_id FROM block WHERE id = 8 << 20)",
        "refer to a string that isn't there",
        "document 8",
    ),
    _one(
        "other removal",
        "UPDATE removal SET cleaner = 'x'"
        " WHERE id = (SELECT removal_id FROM block WHERE id = 8 << 20)",
        "differs from its cleaned bytes (block 0)",
        "document 8",
        deep=True,
    ),
    _one(
        "lost paragraph",
        "DELETE FROM block WHERE id = (SELECT min(text_of) FROM block)",
        "refer to a string that isn't there",
        "document",
    ),
    _one(
        "removal of a forbidden confidence",
        "UPDATE removal SET confidence = 1.5"
        " WHERE id = (SELECT removal_id FROM block WHERE id = 8 << 20)",
        "an invalid value",
        "removal",
    ),
    _one(
        "digest of a removal",
        "UPDATE removal SET digest = digest + 1 WHERE id = 3",
        "the digest isn't that of the text",
        "removal 3",
    ),
    _one("no removals", "DROP TABLE removal", "is missing", "table removal"),
    _one(
        "lost reason",
        "DELETE FROM document_reason WHERE document_id = 8",
        "reasons listed aren't those of the blocks",
        "document 8",
    ),
    _one(
        "reason of no block",
        "INSERT INTO document_reason SELECT reason, 6 FROM removal WHERE reason NOT IN"
        " (SELECT reason FROM document_reason WHERE document_id = 6) LIMIT 1",
        "reasons listed aren't those of the blocks",
        "document 6",
    ),
    _one("no reasons", "DROP TABLE document_reason", "is missing", "table document_reason"),
    # capture
    _one(
        "never seen",
        "DELETE FROM capture WHERE document_id = 8",
        "no capture is recorded",
        "document 8",
    ),
    _one(
        "never seen by anybody",
        "DELETE FROM capture WHERE document_id = 8;DELETE FROM read_file WHERE document_id = 8",
        "no capture is recorded",
        "document 8",
        left="no capture is recorded",
        lost=("documents", "articles", "captures"),
    ),
    _one(
        "invalid timestamp",
        "UPDATE capture SET captured_at = 'yesterday' WHERE document_id = 8",
        "an invalid value",
        "capture",
    ),
    _one(
        "30 February",
        "UPDATE capture SET captured_at = '2024-02-30T00:00:00Z' WHERE document_id = 8",
        "invalid timestamp",
        "document 8",
    ),
    _one(
        "capture of nothing",
        "INSERT INTO capture VALUES (99, '2024-01-01T00:00:00Z', 'x', NULL, 1, NULL)",
        "refers to a row of document",
        "capture of x",
        lost=("rejects",),
    ),
    # run and reject
    _one("missing run", "DELETE FROM run WHERE id = 1", "refers to a row of run", "run 1"),
    _one("figures", "UPDATE run SET seen = seen + 1 WHERE id = 1", "pages were seen", "run 1"),
    _one(
        "status",
        "UPDATE run SET status = 'running' WHERE id = 1",
        "its end time contradicts that",
        "run 1",
    ),
    _one(
        "run's time",
        "UPDATE run SET started_at = 'noon' WHERE id = 1",
        "invalid timestamp",
        "run 1",
    ),
    _one("duplicates", "UPDATE run SET duplicates = 10000 WHERE id = 1", "inconsistent", "run 1"),
    _one("reject's time", "UPDATE reject SET at = 'noon'", "invalid timestamp", "empty.txt"),
    _one(
        "more rejects",
        "INSERT INTO reject SELECT locator, stage, error, message || n, sha256,"
        " run_id, at FROM reject, (SELECT 1 AS n UNION SELECT 2 UNION SELECT 3)",
        "the run counted",
        "run",
        lost=("rejects",),
    ),
    # distinct_text, duplicate_pair, band
    _one(
        "a signature of another length",
        "PRAGMA ignore_check_constraints = ON;"
        " UPDATE distinct_text SET signature = zeroblob(217) WHERE id = 8",
        "a row has an invalid value",
        "distinct_text: id 8",
    ),
    _one(
        "signature",
        "UPDATE distinct_text SET signature = zeroblob(241) WHERE id = 8",
        "the signature isn't that",
        "text 8",
    ),
    _one(
        "size",
        "UPDATE distinct_text SET size = 5 WHERE id = 8",
        "the signature isn't that",
        "text 8",
    ),
    _one(
        "similarity",
        "UPDATE distinct_text SET similarity = 0.5 WHERE canonical_id <> id",
        "place in its cluster",
        "text",
    ),
    _one(
        "similarity alone",
        "UPDATE distinct_text SET similarity = 0.5 WHERE id = 8",
        "place in its cluster",
        "text 8",
    ),
    _one(
        "relation",
        "UPDATE distinct_text SET relation = 'excerpt' WHERE canonical_id <> id",
        "place in its cluster",
        "text",
    ),
    _one(
        "canonical",
        "UPDATE distinct_text SET canonical_id = 8, relation = 'same' WHERE id = 9",
        "place in its cluster",
        "text 9",
    ),
    _one(
        "canonical that isn't",
        "UPDATE distinct_text SET canonical_id = 999, relation = 'same' WHERE id = 8",
        "refers to a row of distinct_text",
        "text 8",
    ),
    _one(
        "first document of a text",
        "UPDATE distinct_text SET document_id = 8 WHERE id = 8",
        "place in its cluster",
        "text 8",
    ),
    _one(
        "text of nobody",
        "INSERT INTO distinct_text SELECT 999, 5, size, signature, document_id, 999, NULL, 1, 1"
        " FROM distinct_text WHERE id = 8",
        "no document has this text",
        "text 999",
    ),
    _one("missing pair", "DELETE FROM duplicate_pair", "place in its cluster", "text"),
    _one(
        "pair of unlike texts",
        "INSERT INTO duplicate_pair VALUES (1, 8, 'same', 0.9, 0.9)",
        "no band of the index proposes",
        "texts 1 and 8",
    ),
    _one(
        "pair of nothing",
        "INSERT INTO duplicate_pair VALUES (8, 999, 'same', 0.9, 0.9)",
        "refers to a row of distinct_text",
        "text 999",
    ),
    _one(
        "pair's containment",
        "UPDATE duplicate_pair SET containment = 0.1",
        "isn't that of the texts",
        "texts",
    ),
    _one("orphan band", "INSERT INTO band VALUES (12345, 999)", "that no signature has", "1 band"),
    _one("missing band", f"DELETE FROM band WHERE {_A_BAND}", "doesn't have the bands", "text 8"),
    _one("band twice", "INSERT INTO band VALUES (12345, 8)", "that no signature has", "1 band"),
    _one("no bands", "DELETE FROM band WHERE text_id = 8", "doesn't have the bands", "text 8"),
    # page_group, site_block, kept_template, and the marks
    _one(
        "group", "UPDATE document SET group_id = NULL WHERE id = 8", "the page group", "document 8"
    ),
    _one(
        "group that isn't",
        "UPDATE document SET group_id = 999 WHERE id = 8",
        "refers to a row of page_group",
        "document 8",
    ),
    _one(
        "group's name", "UPDATE page_group SET name = 'x' || name", "the page group", "document 8"
    ),
    _one(
        "missing site block",
        "DELETE FROM site_block WHERE document_id = 8",
        "doesn't have the blocks",
        "document 8",
    ),
    _one(
        "site block of nothing",
        "INSERT INTO site_block VALUES (1, 5, 5, 999)",
        "refers to a row of document",
        "document 999",
    ),
    _one(
        "site block of no group",
        "INSERT INTO site_block VALUES (999, 5, 5, 8)",
        "refers to a row of page_group",
        "group 999",
    ),
    _one(
        "site block too many",
        "INSERT INTO site_block VALUES (1, 5, 5, 8)",
        "blocks that no page has",
        "1 block",
    ),
    _one(
        "kept template of no group",
        "INSERT INTO kept_template VALUES (999, 5, '2024-01-01T00:00:00Z')",
        "refers to a row of page_group",
        "template 5",
    ),
    _one(
        "correction of nothing",
        "INSERT INTO correction VALUES (999, 'title', '', NULL, 'x', 'ann', '2024-01-01', NULL)",
        "refers to a row of document",
        "document 999",
    ),
    _one(
        "correction made on nothing",
        "INSERT INTO correction VALUES (8, 'block', 'x', NULL, NULL, 'ann', '2024-01-01', 999)",
        "refers to a row of document",
        "document 8",
    ),
    _one(
        "template mark",
        "INSERT INTO removal VALUES (999, 0, 'template', 'site', 'x', 1);"
        "UPDATE block SET removal_id = 999 WHERE id = (8 << 20) + 2",
        "template mark",
        "document 8",
    ),
    _one(
        "site digest",
        "UPDATE block SET site_digest = 5 WHERE id = (8 << 20) + 2",
        "template mark",
        "document 8",
    ),
    _one(
        "site digest of what the cleaner removed",
        "UPDATE block SET site_digest = 5 WHERE id >> 20 = 8 AND removal_id IS NOT NULL",
        "template mark",
        "document 8",
    ),
    # versions
    _one(
        "address",
        "UPDATE document SET address = 'example.com/8' WHERE id = 8",
        "the address is example.com/8",
        "document 8",
    ),
    _one(
        "superseded",
        "UPDATE document SET superseded_by = 9 WHERE id = 8",
        "among the versions",
        "document 8",
    ),
    _one(
        "superseded by nothing",
        "UPDATE document SET superseded_by = 999 WHERE id = 8",
        "refers to a row of document",
        "document 8",
    ),
    _one(
        "previous",
        "UPDATE document SET previous_id = 9 WHERE id = 8",
        "among the versions",
        "document 8",
    ),
    _one(
        "similarity to the previous",
        "UPDATE document SET similarity_to_previous = 0.5 WHERE id = 8",
        "among the versions",
        "document 8",
    ),
    # setting
    _one(
        "setting",
        "UPDATE setting SET value = '5' WHERE name = 'shingle_words'",
        "built with 5",
        "shingle_words",
    ),
    _one("no setting", "DELETE FROM setting WHERE name = 'bands'", "built with nothing", "bands"),
    # the book of sources
    _one(
        "file read of nothing",
        "UPDATE read_file SET document_id = 99 WHERE document_id = 8",
        "refers to a row of document",
        "file",
    ),
    _one(
        "file read by another",
        "UPDATE read_file SET document_id = 9 WHERE document_id = 8",
        "listed as read",
        "file",
    ),
    _one(
        "fetched of nothing",
        "INSERT INTO fetched VALUES ('http://x/', 'e', NULL, 99, '2024-01-01T00:00:00Z', NULL)",
        "refers to a row of document",
        "address http://x/",
    ),
    _one(
        "fetched without validators",
        "INSERT INTO fetched SELECT locator, NULL, NULL,"
        " document_id, captured_at, url FROM capture WHERE document_id = 8",
        "an invalid value",
        "fetched",
    ),
    _one(
        "archive",
        "INSERT INTO read_archive VALUES ('a.zip', '/a.zip', 1, 1, '', 0, 9, 1)",
        "more records done than read",
        "archive a.zip",
    ),
    # the full-text index
    _one(
        "search entry",
        "INSERT INTO article_search (article_search, rowid, title, text)"
        " SELECT 'delete', id, title, text FROM searchable WHERE id = 8",
        "doesn't fit the texts",
        "article_search",
    ),
    _one(
        "search data",
        "UPDATE article_search_data SET block = x'00ff00ff' WHERE id > 100",
        "is broken",
        "article_search",
    ),
    _one(
        "search leaves",
        "DELETE FROM article_search_data WHERE id > 100",
        "is broken",
        "article_search",
    ),
    _one(
        "search structure",
        "DELETE FROM article_search_data WHERE id = 10",
        "is broken",
        "article_search",
    ),
    _one("search pages", "DELETE FROM article_search_idx", "is broken", "article_search"),
    _one(
        "search config",
        "UPDATE article_search_config SET v = 9 WHERE k = 'version'",
        "is broken",
        "article_search",
    ),
    _one(
        "search sizes",
        "DELETE FROM article_search_docsize WHERE id = 8",
        "doesn't fit",
        "article_search",
    ),
    # schema and header
    _one("no index", "DROP INDEX duplicate_pair_b", "is missing", "index duplicate_pair_b"),
    _one("no view", "DROP VIEW quality", "is missing", "view quality"),
    _one(
        "another view",
        "DROP VIEW quality; CREATE VIEW quality AS SELECT 1",
        "has a different definition",
        "view quality",
    ),
    _one("no full-text index", "DROP TABLE article_search", "is missing", "table article_search"),
    _one(
        "half a full-text index",
        "DROP TABLE article_search_data",
        "is missing",
        "table article_search_data",
    ),
    _one("no bands at all", "DROP TABLE band", "is missing", "table band"),
    _one("no table of blocks", "DROP TABLE block", "is missing", "table block"),
    _one("no table of files", "DROP TABLE read_file", "is missing", "table read_file"),
    _one(
        "no table of captures",
        "DROP TABLE capture",
        "is missing",
        "table capture",
        left="is missing",
        lost=("*",),
    ),
    _one(
        "index without a row",
        f"{_SCHEMA}; UPDATE sqlite_schema SET sql ="
        " 'CREATE INDEX document_text ON document (text_id) WHERE id > 5'"
        " WHERE name = 'document_text'; PRAGMA writable_schema = RESET; REINDEX;"
        f"{_SCHEMA}; UPDATE sqlite_schema SET sql = 'CREATE INDEX document_text ON document"
        " (text_id) WHERE text_id IS NOT NULL' WHERE name = 'document_text'",
        "doesn't match its table",
        "document_text",
    ),
    _one("application", "PRAGMA application_id = 77", "doesn't mark it as one", "application_id"),
    _one("version", "PRAGMA user_version = 1", "but its header says 1", "user_version"),
    _one("no version", "PRAGMA user_version = 0", "but its header says 0", "user_version"),
)
