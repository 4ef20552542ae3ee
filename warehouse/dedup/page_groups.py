"""Groups pages that may share a template: those of a site or, without one, a folder or archive."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

from warehouse.sqlite.ids import id_list, next_id


def current_groups(db: sqlite3.Connection, documents: Iterable[int]) -> dict[int, int | None]:
    """The ID of each document's group; adds the groups that aren't stored yet."""
    names = group_names(db, documents)
    groups: dict[str | None, int | None] = {None: None}
    groups |= db.execute(
        "SELECT name, id FROM page_group WHERE name IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted({name for name in names.values() if name})),),
    )
    following = next_id(db, "page_group")
    new = [name for name in dict.fromkeys(names.values()) if name not in groups]
    groups |= {name: following + place for place, name in enumerate(new)}
    db.executemany(
        "INSERT INTO page_group (id, name) VALUES (?, ?)", [(groups[name], name) for name in new]
    )
    return {document: groups[name] for document, name in names.items()}


def group_names(db: sqlite3.Connection, documents: Iterable[int]) -> dict[int, str | None]:
    """The name of each document's group, according to its canonical capture."""
    rows = db.execute(
        "SELECT d.id, d.site, (SELECT locator FROM capture WHERE document_id = d.id"
        "   ORDER BY captured_at, locator LIMIT 1)"
        " FROM document AS d WHERE d.id IN (SELECT value FROM json_each(?))",
        (id_list(documents),),
    )
    return {document: group_name(site, locator) for document, site, locator in rows}


def group_name(site: str | None, locator: str | None) -> str | None:
    """The group within which pages may share a template: their site, folder or archive.

    >>> group_name("example.org", "saved/a.html"), group_name(None, "saved/a.html")
    ('example.org', 'saved/')
    >>> group_name(None, "crawl.warc.gz#<urn:uuid:1>"), group_name(None, "-")
    ('crawl.warc.gz#', None)
    """
    if site or not locator:
        return site
    archive, mark, _ = locator.partition("#")
    if mark:
        return archive + mark
    folder, slash, _ = locator.rpartition("/")
    return folder + slash or None
