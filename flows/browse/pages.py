"""The pages: what each reads from the warehouse, and the template that shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from cleaners.corrections import Corrected, Correction
from cleaners.model import Block, PageType
from cleaners.reasons import Reason
from flows.browse import saved_page, site_rules
from flows.browse.correction_form import record_digest
from flows.browse.links import Links
from flows.browse.page_request import (
    PageNotFound,
    PageRequest,
    PageResponse,
    PageView,
    with_error_page,
)
from flows.browse.page_sizes import (
    MAX_TEXT_CHARS,
    first_blocks,
    shortened_pair,
    shortened_text,
)
from flows.browse.query_values import MAX_RECORDS, query_filters, query_limit, query_number
from flows.corrections import describe_correction
from flows.relations import differences, relation_phrase, verdict
from warehouse.answers import Hit, Record
from warehouse.errors import RequestError
from warehouse.opening import open_readonly
from warehouse.queries.conditions import UNSURE

_MAX_VERSIONS = 50
_MAX_TEMPLATES = 200
_MAX_RUNS = 200
_NO_LIMIT = 10**9


def respond(
    page: PageView,
    path: Path,
    links: Links,
    ids: Mapping[str, str],
    query: Mapping[str, str],
    form_token: str | None = None,
) -> PageResponse:
    """A page about the warehouse at `path`, or a page that explains an error."""

    def view() -> PageResponse:
        with open_readonly(path) as warehouse:
            numbers = {name: int(number) for name, number in ids.items()}
            return page(PageRequest(warehouse, links, numbers, query, form_token))

    return with_error_page(view, path, links, heading="This page can't be shown")


def front(request: PageRequest) -> PageResponse:
    """What came in, what was removed, and what to look at first."""
    return request.render("front.html", overview=request.warehouse.overview(), unsure=UNSURE)


def records(request: PageRequest) -> PageResponse:
    """The records with the given words, best first or, without words, the newest first."""
    words = request.query.get("q", "").strip()
    filters = query_filters(request.query)
    every = request.query.get("all") == "1"
    limit = query_limit(request.query)
    if words:
        hits = request.warehouse.search(words, limit, every=every, filters=filters)
    else:
        hits = request.warehouse.newest(limit, query_number(request.query, "before"), filters)
    return request.render(
        "records.html",
        hits=[(hit, _relation(hit)) for hit in hits],
        words=words,
        more=_more_url(request, hits, limit, is_search=bool(words)),
        page_types=list(PageType),
        reasons=list(Reason),
    )


def _more_url(
    request: PageRequest, hits: Sequence[Hit], limit: int, *, is_search: bool
) -> str | None:
    """The URL of the records after `hits`; None if there are no more."""
    if len(hits) < limit or (is_search and limit >= MAX_RECORDS):
        return None
    query: dict[str, str | int] = {**request.query}
    query.pop("db", None)
    if is_search:
        query["limit"] = min(2 * limit, MAX_RECORDS)
    else:
        query["before"] = hits[-1].id
    return request.links.to("records", **query)


def record(request: PageRequest) -> PageResponse:
    """A record: its blocks, clean text, facts, versions, duplicates, captures and corrections."""
    found = request.record()
    is_whole = request.query.get("whole") == "1"
    history = request.warehouse.history(found.id)
    blocks = found.blocks if is_whole else first_blocks(found.blocks)
    text = found.text if is_whole else shortened_text(found.text)
    return request.render(
        "record.html",
        record=found,
        blocks=blocks,
        n_hidden=len(found.blocks) - len(blocks),
        max_block=_NO_LIMIT if is_whole else MAX_TEXT_CHARS,
        text=text,
        is_cut=text != found.text,
        reasons=_reason_counts(found.blocks),
        relation=_relation(found),
        history=history,
        versions=history.versions[-_MAX_VERSIONS:],
        around=request.warehouse.surroundings(found.id),
        form_token=request.form_token,
        digest=record_digest(found),
        corrections=[
            (describe_correction(one, found.id), _undo_name(found, one))
            for one in found.corrections
        ],
        other_corrections=[
            (describe_correction(one, found.id), one.made_on) for one in found.other_corrections
        ],
        corrected={one.text for one in found.corrections if one.what is Corrected.BLOCK},
        all_reasons=list(Reason),
        unsure=UNSURE,
    )


def saved(request: PageRequest) -> PageResponse:
    """The saved page of a record, for a frame without scripts and network."""
    found = request.record()
    payload = request.warehouse.raw(found.id)
    body = saved_page.render_saved_page(
        payload, found.media_type, found.charset, found.blocks, found.id
    )
    return PageResponse(body, headers=saved_page.HEADERS)


def pair(request: PageRequest) -> PageResponse:
    """Two records as one text, with the differences marked."""
    first, second = request.record("first"), request.record("second")
    if first.id == second.id:
        raise RequestError(f"record {first.id} can't be compared with itself: give two.")
    compared = request.warehouse.compare(first.id, second.id)
    every = differences(compared)
    is_whole = request.query.get("whole") == "1"
    paragraphs = every if is_whole else shortened_pair(every)
    return request.render(
        "pair.html",
        pair=compared,
        verdict=verdict(compared),
        paragraphs=paragraphs,
        n_hidden=len(every) - len(paragraphs),
        max_passage=_NO_LIMIT if is_whole else MAX_TEXT_CHARS,
    )


def label(request: PageRequest) -> PageResponse:
    """The records that the cleaners are least sure of, to check and correct first."""
    found = request.warehouse.unsure_records(query_limit(request.query))
    return request.render("label.html", records=found)


def templates(request: PageRequest) -> PageResponse:
    """The blocks that sites repeat on page after page."""
    site = request.query.get("site", "").strip() or None
    return request.render(
        "templates.html",
        templates=request.warehouse.templates(site, _MAX_TEMPLATES),
        site=site,
        limit=_MAX_TEMPLATES,
        form_token=request.form_token,
    )


def runs(request: PageRequest) -> PageResponse:
    """The newest runs."""
    return request.render("runs.html", runs=request.warehouse.runs(_MAX_RUNS))


def run(request: PageRequest) -> PageResponse:
    """A run: what it rejected and removed."""
    found = request.warehouse.run_details(request.ids["id"])
    if found is None:
        raise PageNotFound(f"There is no run {request.ids['id']}.")
    return request.render("run.html", details=found)


def not_found(_request: PageRequest) -> PageResponse:
    """The page for every other URL."""
    raise PageNotFound("There is no page at this address.")


_ID = r"(?P<{}>[0-9]{{1,18}})"
PAGES: tuple[tuple[str, PageView], ...] = (
    ("", front),
    ("/records", records),
    (f"/record/{_ID.format('id')}", record),
    (f"/record/{_ID.format('id')}/rule", site_rules.rule),
    ("/rules", site_rules.rules),
    (f"/saved/{_ID.format('id')}", saved),
    (f"/pair/{_ID.format('first')}/{_ID.format('second')}", pair),
    ("/label", label),
    ("/templates", templates),
    ("/runs", runs),
    (f"/run/{_ID.format('id')}", run),
)


def _undo_name(found: Record, correction: Correction) -> str | int | None:
    """The name that undoes a correction; None if the page no longer has the corrected block."""
    if correction.what is not Corrected.BLOCK:
        return str(correction.what)
    texts = [block.text for block in found.blocks]
    return texts.index(correction.text) if correction.text in texts else None


def _relation(found: Hit | Record) -> str | None:
    """How a record relates to the one that represents it; None for a canonical record."""
    if found.relation is None or found.duplicate_of is None:
        return None
    return relation_phrase(
        found.relation,
        found.duplicate_of,
        found.similarity,
        found.containment,
        page=found.related_page,
    )


def _reason_counts(blocks: Sequence[Block]) -> list[tuple[Reason, int]]:
    """The number of blocks removed for each reason, the most frequent first."""
    counts = Counter(block.removal.reason for block in blocks if block.removal)
    return sorted(counts.items(), key=lambda count: (-count[1], count[0]))
