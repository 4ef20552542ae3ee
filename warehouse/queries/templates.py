"""Lists the blocks that recur on a site, and stores which of them a person wants to keep."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import islice

from warehouse.answers import Template
from warehouse.blocks import OF_DOCUMENT
from warehouse.dedup.refresh import refresh_relations
from warehouse.dedup.site_blocks import MIN_HEADLINES, SiteBlock, recurring
from warehouse.errors import RequestError
from warehouse.queries.snapshot import snapshot
from warehouse.sqlite.transaction import transaction

_ID_DIGITS = 12
_DOCUMENTS_PER_BATCH = 500

# For a block: on how many pages it is marked, and the first page that has it, as an example.
_MARKED = f"""
SELECT count(*) FILTER (WHERE r.reason = 'template'), min(d.id)
FROM every_site_block AS s JOIN document AS d ON d.id = s.document_id
JOIN block AS b ON b.site_digest = s.digest AND {OF_DOCUMENT}
LEFT JOIN removal AS r ON r.id = b.removal_id
WHERE s.group_id = ?1 AND s.digest = ?2
"""  # noqa: S608 - names of ours
_EXAMPLE = "SELECT text FROM full_block WHERE document_id = ? AND site_digest = ? ORDER BY position"


def read_templates(db: sqlite3.Connection, site: str | None, limit: int) -> list[Template]:
    """Up to `limit` blocks that recur and are marked on some page, or that a person keeps.

    They are sorted by site and, within a site, by number of pages, the most first.
    """
    with snapshot(db):
        return list(islice(_templates(db, site), limit))


def keep_template(db: sqlite3.Connection, template_id: str) -> Template:
    """Keep a block on all pages of its site, in one transaction.

    `template_id` is an ID from `read_templates`, or its first digits. Raises RequestError if no
    template has that ID, or if several match.
    """
    return _decide(
        db,
        template_id,
        "INSERT OR IGNORE INTO kept_template (group_id, digest, at)"
        " VALUES (?, ?, strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))",
    )


def unkeep_template(db: sqlite3.Connection, template_id: str) -> Template:
    """Undo `keep_template`: mark the block again where it recurs. Raises the same errors."""
    return _decide(db, template_id, "DELETE FROM kept_template WHERE group_id = ? AND digest = ?")


def _decide(db: sqlite3.Connection, template_id: str, statement: str) -> Template:
    with transaction(db):
        entry, name = _entry(db, template_id)
        db.execute(statement, entry)
        pages = [
            document
            for (document,) in db.execute(
                "SELECT document_id FROM every_site_block WHERE group_id = ? AND digest = ?", entry
            )
        ]
        for start in range(0, len(pages), _DOCUMENTS_PER_BATCH):
            refresh_relations(db, {}, (), concerned=pages[start : start + _DOCUMENTS_PER_BATCH])
        return _template(db, entry, name, len(pages))


def _entry(db: sqlite3.Connection, template_id: str) -> tuple[SiteBlock, str]:
    """The block with this ID, and the name of its page group."""
    wanted = template_id.strip().lower()
    found = [
        (entry, name)
        for entry, name, _ in _recurring_or_kept(db, None)
        if wanted and _id(name, entry.digest).startswith(wanted)
    ]
    if not wanted:
        raise RequestError("give the ID of a template: `presswash templates` lists them.")
    if not found:
        raise RequestError(
            f"no template has the ID {template_id}: `presswash templates` lists them."
        )
    if len(found) > 1:
        raise RequestError(
            f"{len(found)} templates have an ID that begins with {template_id}: give more of it."
        )
    return found[0]


def _templates(db: sqlite3.Connection, site: str | None) -> Iterator[Template]:
    for entry, name, pages in _recurring_or_kept(db, site):
        found = _template(db, entry, name, pages)
        if found.marked or found.is_kept:
            yield found


def _recurring_or_kept(
    db: sqlite3.Connection, site: str | None
) -> Iterator[tuple[SiteBlock, str, int]]:
    """Each block that recurs or is kept, its group's name, and its number of pages."""
    candidates = [
        (SiteBlock(group, digest), name, pages)
        for group, digest, name, pages in db.execute(
            "SELECT s.group_id, s.digest, g.name, s.pages FROM ("
            "  SELECT group_id, digest, count(*) AS pages FROM every_site_block"
            "  GROUP BY digest, group_id HAVING count(*) >= ?1 UNION"
            "  SELECT k.group_id, k.digest, (SELECT count(*) FROM every_site_block AS b"
            "    WHERE b.group_id = k.group_id AND b.digest = k.digest) FROM kept_template AS k"
            " ) AS s JOIN page_group AS g ON g.id = s.group_id"
            " WHERE ?2 IS NULL OR g.name = ?2 ORDER BY g.name, s.pages DESC, s.digest",
            (MIN_HEADLINES, site),
        )
    ]
    chosen = recurring(db, [entry for entry, _, _ in candidates]) | _kept(db)
    return (one for one in candidates if one[0] in chosen)


def _kept(db: sqlite3.Connection) -> set[SiteBlock]:
    return {SiteBlock(*row) for row in db.execute("SELECT group_id, digest FROM kept_template")}


def _template(db: sqlite3.Connection, entry: SiteBlock, name: str, pages: int) -> Template:
    marked, first = db.execute(_MARKED, entry).fetchone()
    example = db.execute(_EXAMPLE, (first, entry.digest)).fetchone()
    return Template(
        id=_id(name, entry.digest),
        site=name,
        pages=pages,
        marked=marked,
        is_kept=entry in _kept(db),
        text=example[0] if example else None,
    )


def _id(name: str, digest: int) -> str:
    """An ID that is the same in every warehouse, and different on each site."""
    import xxhash

    return xxhash.xxh3_64_hexdigest(f"{name}\n{digest}".encode())[:_ID_DIGITS]
