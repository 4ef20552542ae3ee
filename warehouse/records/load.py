"""Loads a batch in one transaction: a verdict for each input, or nothing if anything fails."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from cleaners.corrections import Correction
from cleaners.page import Page
from cleaners.site_rules import SiteRule
from warehouse.blocks import OF_DOCUMENT
from warehouse.corrections import (
    Origin,
    carried_corrections,
    has_corrections,
    insert_carried,
    mark_new_versions,
    version_names,
)
from warehouse.dedup.clustering import DuplicateMatch, duplicate_matches
from warehouse.dedup.distinct_texts import ComparedText
from warehouse.dedup.page_groups import group_name
from warehouse.dedup.refresh import refresh_relations
from warehouse.errors import WarehouseError
from warehouse.model import (
    CaptureRecord,
    Cleaned,
    Counts,
    Loaded,
    PageKey,
    PageOutcome,
    Rejected,
    Verdict,
)
from warehouse.records import documents
from warehouse.records.documents import PageToStore
from warehouse.records.rejects import insert_rejects, report_rejected
from warehouse.records.resume import ResumeRecord, save_resume_records
from warehouse.records.runs import add_counts
from warehouse.site_rules import mark_regrouped, read_rules, sites_of
from warehouse.sqlite.ids import id_list, next_id, page_names
from warehouse.sqlite.transaction import transaction


def load_batch(
    db: sqlite3.Connection,
    run_id: int,
    outcomes: Sequence[PageOutcome],
    resume_records: Sequence[ResumeRecord] = (),
) -> list[Loaded]:
    """Store the outcomes of a batch of inputs; returns a report for each, in order.

    `resume_records` say which sources are complete once the batch is stored. The cost depends on
    the batch and on similar pages, but not on the size of the warehouse. Raises WarehouseError if a
    `Known` page isn't stored, or bytes don't match their hash.
    """
    from cleaners import VERSION

    with transaction(db):
        captures = [one.capture for one in outcomes if not isinstance(one, Rejected)]
        ids = documents.document_ids(db, [sighting.key for sighting in captures])
        new = _new_documents(db, outcomes, ids)
        seen = [(ids[sighting.key], sighting) for sighting in captures]
        pages_to_store, carried = _corrected_new_pages(db, new, seen)
        documents.insert_documents(db, new, pages_to_store, VERSION)
        for document, corrections in carried.items():
            insert_carried(db, document, new[document].page, corrections)
        sites = sites_of(db, {document for document, _ in seen})
        stored = {document for document, _ in seen} - new.keys()
        names = version_names(db, stored) if has_corrections(db) else {}
        documents.insert_captures(db, run_id, seen)
        moved = documents.refresh_first_seen(db, {document for document, _ in seen})
        compared = {
            document: ComparedText(one.page.title, one.sketch)
            for document, one in pages_to_store.items()
        }
        refresh_relations(db, compared, {document for document, _ in seen}, moved)
        mark_regrouped(db, sites)
        mark_new_versions(db, names)
        insert_rejects(db, run_id, [one for one in outcomes if isinstance(one, Rejected)])
        loaded = _report(db, outcomes, ids, new)
        save_resume_records(db, resume_records, loaded)
        add_counts(db, run_id, Counts.of(loaded))
    return loaded


def corrected_outcomes(
    db: sqlite3.Connection, outcomes: Sequence[PageOutcome]
) -> list[PageOutcome]:
    """The outcomes with each new page as `load_batch` would store it; writes nothing.

    That is with the rules of its site, and with the corrections of its other versions.
    """
    captures = [one.capture for one in outcomes if not isinstance(one, Rejected)]
    ids = documents.document_ids(db, [sighting.key for sighting in captures])
    new = _new_documents(db, outcomes, ids)
    corrected, _ = _corrected_new_pages(
        db, new, [(ids[sighting.key], sighting) for sighting in captures]
    )
    return [
        replace(one, page=found.page, sketch=found.sketch)
        if isinstance(one, Cleaned) and (found := corrected.get(ids[one.capture.key]))
        else one
        for one in outcomes
    ]


def _corrected_new_pages(
    db: sqlite3.Connection,
    new: Mapping[int, Cleaned],
    seen: Iterable[tuple[int, CaptureRecord]],
) -> tuple[dict[int, PageToStore], dict[int, list[Correction]]]:
    """New pages, corrected, and the corrections that they take over from other versions."""
    captured = _captures_of_new(new, seen)
    cleaned = {document: one.page for document, one in new.items()}
    origins = {
        document: [Origin(one.locator, one.url) for one in some]
        for document, some in captured.items()
    }
    carried = carried_corrections(db, cleaned, origins)
    rules = _rules_of_new(db, cleaned, captured)
    pages_to_store = {
        document: PageToStore.corrected(
            one.page, one.sketch, rules.get(document, ()), carried.get(document, ())
        )
        for document, one in new.items()
    }
    return pages_to_store, carried


def _new_documents(
    db: sqlite3.Connection, outcomes: Sequence[PageOutcome], ids: dict[PageKey, int]
) -> dict[int, Cleaned]:
    """Assign an ID to each page that isn't stored yet, and add it to `ids`."""
    following = next_id(db, "document")
    new: dict[int, Cleaned] = {}
    for one in outcomes:
        if isinstance(one, Rejected) or one.capture.key in ids:
            continue
        key, locator = one.capture.key, one.capture.locator
        if not isinstance(one, Cleaned):
            raise WarehouseError(
                f"{locator} was given as known, but isn't stored: clean it and load again."
            )
        if hashlib.sha256(one.payload).hexdigest() != key.sha256:
            raise WarehouseError(
                f"the bytes of {locator} don't have the SHA-256 given: read it again."
            )
        ids[key] = following + len(new)
        new[ids[key]] = one
    return new


def _captures_of_new(
    new: Mapping[int, Cleaned], seen: Iterable[tuple[int, CaptureRecord]]
) -> dict[int, list[CaptureRecord]]:
    """The captures of each new document, its canonical one first."""
    captures: dict[int, list[CaptureRecord]] = {document: [] for document in new}
    for document, sighting in seen:
        if document in new:
            captures[document].append(sighting)
    return {document: sorted(some, key=_capture_order) for document, some in captures.items()}


def _capture_order(one: CaptureRecord) -> tuple[str, str, bool, str]:
    """The least is the canonical capture; of two of one place and second, the one with a URL."""
    return one.captured_at, one.locator, one.url is None, one.url or ""


def _rules_of_new(
    db: sqlite3.Connection, pages: Mapping[int, Page], captures: Mapping[int, list[CaptureRecord]]
) -> dict[int, list[SiteRule]]:
    """The rules of the sites that new documents belong to."""
    sites = {
        document: group_name(documents.site_of(first.url or page.url), first.locator)
        for document, page in pages.items()
        for first in captures[document][:1]
    }
    rules = read_rules(db, sites.values())
    return {document: rules[site] for document, site in sites.items() if site in rules}


def _report(
    db: sqlite3.Connection,
    outcomes: Sequence[PageOutcome],
    ids: Mapping[PageKey, int],
    new: Mapping[int, Cleaned],
) -> list[Loaded]:
    known = document_summaries(db, set(ids.values()))
    matches = duplicate_matches(db, new)
    pages = page_names(db, {match.document for match in matches.values()})
    loaded: list[Loaded] = []
    for one in outcomes:
        if isinstance(one, Rejected):
            loaded.append(report_rejected(one))
            continue
        document = ids[one.capture.key]
        match = None
        if new.get(document) is not one:
            verdict = Verdict.UNCHANGED
        else:
            match = matches.get(document)
            verdict = Verdict.DUPLICATE if match else Verdict.ADDED
        page = pages.get(match.document) if match else None
        loaded.append(known[document].loaded(verdict, one.capture.locator, document, match, page))
    return loaded


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """The part of a `Loaded` report that depends only on the document."""

    title: str | None
    language: str | None
    n_words: int
    kept: int
    removed: int

    def loaded(
        self,
        verdict: Verdict,
        locator: str,
        document: int,
        match: DuplicateMatch | None = None,
        related_page: str | None = None,
    ) -> Loaded:
        """The report on one input; `match` is what it duplicates or is canonical for."""
        return Loaded(
            verdict=verdict,
            locator=locator,
            document_id=document,
            title=self.title,
            language=self.language,
            n_words=self.n_words,
            kept=self.kept,
            removed=self.removed,
            duplicate_of=match.document if match and not match.is_canonical else None,
            canonical_for=match.document if match and match.is_canonical else None,
            relation=match.relation if match else None,
            similarity=match.similarity if match else None,
            related_page=related_page,
        )


def document_summaries(
    db: sqlite3.Connection, documents: Iterable[int]
) -> dict[int, DocumentSummary]:
    """The summaries of documents, read with one statement for a whole batch."""
    rows = db.execute(
        "SELECT d.id, d.title, d.language, d.n_words, count(b.id) - count(b.removal_id),"  # noqa: S608
        f" count(b.removal_id) FROM document AS d LEFT JOIN block AS b ON {OF_DOCUMENT}"
        " WHERE d.id IN (SELECT value FROM json_each(?)) GROUP BY d.id",
        (id_list(documents),),
    )
    return {document: DocumentSummary(*facts) for document, *facts in rows}
