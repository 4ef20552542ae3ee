"""Stores the rules that people made for sites, and finds the documents that they apply to."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from cleaners.site_rules import RuleBy, SiteRule
from warehouse.answers import RuledBlock
from warehouse.errors import RequestError
from warehouse.sqlite.ids import id_list

_COLUMNS = "site, by, pattern, reason, person, at, id"
_BLOCKS = """
SELECT b.document_id, b.text, b.path, b.reason, d.title
FROM page_group AS g JOIN document AS d ON d.group_id = g.id JOIN full_block AS b
    ON b.document_id = d.id
WHERE g.name = ?1 AND b.kind <> 'title' AND (?2 = 'text' OR b.path = ?3)
AND NOT EXISTS (SELECT 1 FROM correction AS k
                WHERE k.document_id = d.id AND k.what = 'block' AND k.text = b.text)
ORDER BY b.document_id, b.position
"""


def read_rules(db: sqlite3.Connection, sites: Iterable[str | None]) -> dict[str, list[SiteRule]]:
    """The rules of each site that has any, by site."""
    found: dict[str, list[SiteRule]] = defaultdict(list)
    for row in db.execute(
        f"SELECT {_COLUMNS} FROM site_rule WHERE site IN (SELECT value FROM json_each(?))",  # noqa: S608
        (json.dumps(sorted({site for site in sites if site})),),
    ):
        rule = _rule(*row)
        found[rule.site].append(rule)
    return dict(found)


def list_rules(db: sqlite3.Connection, site: str | None) -> list[SiteRule]:
    """All rules, or those of one site, in the order in which they were added."""
    rows = db.execute(
        f"SELECT {_COLUMNS} FROM site_rule WHERE ?1 IS NULL OR site = ?1 ORDER BY id",  # noqa: S608
        (site,),
    )
    return [_rule(*row) for row in rows]


def sites_of(db: sqlite3.Connection, documents: Iterable[int]) -> dict[int, str]:
    """The site, folder or archive of each document that has one, by document ID."""
    rows = db.execute(
        "SELECT d.id, g.name FROM document AS d JOIN page_group AS g ON g.id = d.group_id"
        " WHERE d.id IN (SELECT value FROM json_each(?))",
        (id_list(documents),),
    )
    return dict(rows)


def rules_of(db: sqlite3.Connection, documents: Iterable[int]) -> dict[int, list[SiteRule]]:
    """The rules that apply to each document that has any, by document ID."""
    sites = sites_of(db, documents)
    rules = read_rules(db, sites.values())
    return {document: rules[site] for document, site in sites.items() if site in rules}


def ruled_blocks(db: sqlite3.Connection, rule: SiteRule) -> Iterator[RuledBlock]:
    """Yield the stored blocks that a rule matches, except those that a person corrected."""
    for document, text, path, reason, title in db.execute(
        _BLOCKS, (rule.site, rule.by.value, rule.pattern)
    ):
        if rule.matches(text, path):
            yield RuledBlock(document, title, text, reason)


def insert_rule(db: sqlite3.Connection, rule: SiteRule) -> SiteRule:
    """Add a rule, replacing one for the same blocks; marks its documents as outdated."""
    db.execute(
        "DELETE FROM site_rule WHERE site = ? AND by = ? AND pattern = ?",
        (rule.site, rule.by.value, rule.pattern),
    )
    [row] = db.execute(
        "INSERT INTO site_rule (site, by, pattern, reason, person, at) VALUES (?, ?, ?, ?, ?,"  # noqa: S608
        f" strftime('%Y-%m-%dT%H:%M:%SZ', 'now')) RETURNING {_COLUMNS}",
        (rule.site, rule.by.value, rule.pattern, rule.reason, rule.person),
    ).fetchall()
    stored = _rule(*row)
    _mark_outdated(db, stored)
    return stored


def delete_rule(db: sqlite3.Connection, rule_id: int) -> SiteRule:
    """Delete a rule and mark its documents as outdated.

    Raises RequestError if it doesn't exist.
    """
    row = db.execute(
        f"DELETE FROM site_rule WHERE id = ? RETURNING {_COLUMNS}",  # noqa: S608 - names of ours
        (rule_id,),
    ).fetchone()
    if row is None:
        raise RequestError(f"there is no rule {rule_id}: `presswash rules` lists them.")
    deleted = _rule(*row)
    _mark_outdated(db, deleted)
    return deleted


def mark_regrouped(db: sqlite3.Connection, before: Mapping[int, str]) -> None:
    """Mark documents as outdated that now belong to another site, if either site has rules.

    `before` has the earlier site of each document that had one. New captures can change the site of
    a document, because the earliest of its captures decides it.
    """
    now = sites_of(db, before)
    moved = {one: {site, now.get(one)} for one, site in before.items() if now.get(one) != site}
    ruled = read_rules(db, {site for some in moved.values() for site in some}).keys()
    _set_outdated(db, {one for one, some in moved.items() if some & ruled})


def _mark_outdated(db: sqlite3.Connection, rule: SiteRule) -> None:
    _set_outdated(db, {one.document_id for one in ruled_blocks(db, rule)})


def _set_outdated(db: sqlite3.Connection, documents: Collection[int]) -> None:
    db.execute(
        "UPDATE document SET is_outdated = 1 WHERE id IN (SELECT value FROM json_each(?))",
        (id_list(documents),),
    )


def _rule(  # noqa: PLR0913, PLR0917  (each is a column)
    site: str, by: str, pattern: str, reason: str | None, person: str, at: str, rule_id: int
) -> SiteRule:
    return SiteRule(site, RuleBy(by), pattern, reason, person, at, rule_id)
