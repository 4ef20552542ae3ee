"""Checks what is derived from sites and addresses: page groups, templates and versions."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from math import isclose

from warehouse.dedup.page_groups import group_names
from warehouse.dedup.site_blocks import CLEANER, DETAIL, site_block_rows, wrongly_marked
from warehouse.dedup.versions import VersionPlace, addresses_of, place_versions, versions_of
from warehouse.integrity.problems import Problem, Repair, repairable
from warehouse.sqlite.ids import id_batches, id_list

_ADDRESSES_PER_BATCH = 256


def groups(db: sqlite3.Connection) -> Iterator[Problem]:
    """Every document is in the right page group, and each group has exactly its pages' blocks."""
    expected = 0
    for some in id_batches(db, "document"):
        names = group_names(db, some)
        for document, name in db.execute(
            "SELECT d.id, g.name FROM document AS d LEFT JOIN page_group AS g ON g.id = d.group_id"
            " WHERE d.id IN (SELECT value FROM json_each(?))",
            (id_list(some),),
        ):
            if name != names[document]:
                what = f"the page group is {name}, and should be {names[document]}"
                yield _problem(what, f"document {document}")
        rows = site_block_rows(db, some)
        expected += len(rows)
        for (document,) in db.execute(
            "SELECT DISTINCT q.value ->> 3 FROM json_each(?) AS q WHERE NOT EXISTS (SELECT 1"
            " FROM every_site_block WHERE group_id = q.value ->> 0 AND digest = q.value ->> 1"
            "  AND headline = q.value ->> 2 AND document_id = q.value ->> 3)",
            (json.dumps(rows),),
        ):
            yield _problem("the page group doesn't have the blocks", f"document {document}")
    (held,) = db.execute("SELECT count(*) FROM every_site_block").fetchone()
    if held > expected:
        yield _problem("page groups have blocks that no page has", f"{held - expected} blocks")


def templates(db: sqlite3.Connection) -> Iterator[Problem]:
    """The blocks that recur in a page group, and no others, have the right template marks.

    A repair must clean the raw bytes again: the marks don't show whether the cleaner kept the
    block.
    """
    for some in id_batches(db, "document"):
        for document in sorted(wrongly_marked(db, some)):
            what = "the template marks aren't those that follow from the site's pages"
            yield repairable(what, f"document {document}", Repair.RECORDS, document)
    for (document,) in db.execute(
        "SELECT DISTINCT document_id FROM full_block WHERE cleaner = ?1"
        "  AND (reason, detail, confidence) IS NOT ('template', ?2, 1.0)"
        " OR site_digest IS NOT NULL AND (cleaner <> ?1 OR kind = 'title')",
        (CLEANER, DETAIL),
    ):
        what = "a template mark isn't as it should be"
        yield repairable(what, f"document {document}", Repair.RECORDS, document)


def versions(db: sqlite3.Connection) -> Iterator[Problem]:
    """Every document has its address and its place among the versions of that address."""
    for some in id_batches(db, "document"):
        for document, stored, address in addresses_of(db, some):
            if stored != address:
                what = f"the address is {stored}, and should be {address}"
                yield _problem(what, f"document {document}")
    last = ""
    while addresses := [
        address
        for (address,) in db.execute(
            "SELECT DISTINCT address FROM document WHERE address > ? ORDER BY address LIMIT ?",
            (last, _ADDRESSES_PER_BATCH),
        )
    ]:
        last = addresses[-1]
        for every in versions_of(db, addresses):
            places = place_versions(db, every)
            for one in every:
                if not _is_same(one.place, places[one.document]):
                    yield _problem(_PLACE, f"document {one.document}")
    for (document,) in db.execute(
        "SELECT id FROM document WHERE address IS NULL AND (superseded_by IS NOT NULL"
        " OR previous_id IS NOT NULL OR similarity_to_previous IS NOT NULL)"
    ):
        yield _problem(_PLACE, f"document {document}")


_PLACE = "the place among the versions of the address isn't the right one"


def _is_same(stored: VersionPlace, place: VersionPlace) -> bool:
    return stored._replace(similarity=None) == place._replace(similarity=None) and (
        stored.similarity is place.similarity
        or isclose(stored.similarity or 0.0, place.similarity or 0.0, abs_tol=1e-9)
    )


def _problem(what: str, where: str) -> Problem:
    return repairable(what, where, Repair.DUPLICATES)
