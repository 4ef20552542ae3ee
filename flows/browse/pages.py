"""The pages: what each asks the warehouse for, and the template that shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from http import HTTPStatus
from itertools import accumulate
from pathlib import Path

from cleaners.corrections import Corrected, Correction
from cleaners.model import Block, PageType
from cleaners.reasons import Reason
from cleaners.text.diff import Paragraph, Side
from flows.browse import saved_page, site_rules
from flows.browse.correcting import asked_corrections, record_digest, require_unchanged
from flows.browse.links import Links
from flows.browse.question import (
    Answer,
    Change,
    NothingThere,
    Page,
    Question,
    explained,
    open_to_change,
)
from flows.corrections import describe_correction
from flows.relations import differences, relation_phrase, verdict
from warehouse.answers import Hit, Record
from warehouse.errors import RequestError
from warehouse.opening import open_readonly
from warehouse.queries.conditions import UNSURE
from warehouse.queries.filters import Filters

_PER_PAGE = 50
_MOST_HITS = 200
_VERSIONS = 50
_TEMPLATES = 200
_RUNS = 200
# What a page of a long record shows at first: bytes of its blocks, which need so many more for
# their markup, and bytes of its clean text.
_MAX_BLOCK_BYTES = 140_000
_BLOCK_MARKUP = 700
_MAX_PAIR_BYTES = 200_000
_PASSAGE_MARKUP = 30
_MAX_BYTES = 60_000
_MAX_TEXT = 20_000  # characters of a block or a passage


def answer(
    page: Page,
    path: Path,
    links: Links,
    ids: Mapping[str, str],
    query: Mapping[str, str],
    form_token: str | None = None,
) -> Answer:
    """A page about the warehouse at `path`; where it can't be made, one that says why."""

    def made() -> Answer:
        with open_readonly(path) as warehouse:
            numbers = {name: int(number) for name, number in ids.items()}
            return page(Question(warehouse, links, numbers, query, form_token))

    return explained(made, path, links, heading="This page can't be shown")


def correct(path: Path, links: Links, ids: Mapping[str, str], form: Mapping[str, str]) -> Answer:
    """Correct a record as a form says, and lead back to it; else a page that says why not."""
    record_id = int(ids["id"])

    def made() -> Answer:
        with open_to_change(path) as database:
            known = database.get(record_id)
            if known is None:
                raise NothingThere(f"There is no record {record_id}.")
            require_unchanged(known, form)
            # Another process may have corrected it since.
            unchanged = partial(require_unchanged, form=form)
            database.correct(record_id, **asked_corrections(known, form), confirm=unchanged)
        number = form.get("keep") or form.get("remove") or form.get("undo") or ""
        place = f"#block{number}" if number.isdecimal() else ""
        location = links.to("record", record_id) + place
        return Answer("", HTTPStatus.SEE_OTHER, {"location": location})

    return explained(made, path, links, heading="Nothing was corrected")


def keep_template(
    path: Path, links: Links, _ids: Mapping[str, str], form: Mapping[str, str]
) -> Answer:
    """Keep a site's block on all its pages or undo that, and lead back to the list."""

    def made() -> Answer:
        with open_to_change(path) as database:
            if form.get("unkeep"):
                changed = database.unkeep_template(form["unkeep"])
            else:
                changed = database.keep_template(form.get("keep", ""))
        location = links.to("templates", site=changed.site)
        return Answer("", HTTPStatus.SEE_OTHER, {"location": location})

    return explained(made, path, links, heading="Nothing was changed")


def front(asked: Question) -> Answer:
    """What came in, what was removed, and what to look at first."""
    return asked.page("front.html", overview=asked.warehouse.overview(), unsure=UNSURE)


def records(asked: Question) -> Answer:
    """Records that have words and fit filters, best first; without words, the newest first."""
    words = asked.query.get("q", "").strip()
    filters = _filters(asked.query)
    every = asked.query.get("all") == "1"
    limit = _limit(asked.query)
    if words:
        hits = asked.warehouse.search(words, limit, every=every, filters=filters)
    else:
        hits = asked.warehouse.newest(limit, _whole(asked.query, "before"), filters)
    return asked.page(
        "records.html",
        hits=[(hit, _relation(hit)) for hit in hits],
        words=words,
        more=_more(asked, hits, limit, is_search=bool(words)),
        page_types=list(PageType),
        reasons=list(Reason),
    )


def _more(asked: Question, hits: Sequence[Hit], limit: int, *, is_search: bool) -> str | None:
    """The address of what follows; None where nothing does."""
    if len(hits) < limit or (is_search and limit >= _MOST_HITS):
        return None
    following: dict[str, str | int] = {**asked.query}
    following.pop("db", None)
    if is_search:
        following["limit"] = min(2 * limit, _MOST_HITS)
    else:
        following["before"] = hits[-1].id
    return asked.links.to("records", **following)


def record(asked: Question) -> Answer:
    """A record: its page block by block, its clean text, its facts, and what surrounds it."""
    one = _record(asked, "id")
    whole = asked.query.get("whole") == "1"
    history = asked.warehouse.history(one.id)
    blocks = one.blocks if whole else _beginning(one.blocks)
    return asked.page(
        "record.html",
        record=one,
        blocks=blocks,
        n_hidden=len(one.blocks) - len(blocks),
        max_block=10**9 if whole else _MAX_TEXT,
        text=one.text if whole else _cut(one.text),
        is_cut=not whole and _cut(one.text) != one.text,
        reasons=_reasons(one.blocks),
        relation=_relation(one),
        history=history,
        versions=history.versions[-_VERSIONS:],
        around=asked.warehouse.surroundings(one.id),
        form_token=asked.form_token,
        digest=record_digest(one),
        corrections=[
            (describe_correction(each, one.id), _name(one, each)) for each in one.corrections
        ],
        other_corrections=[
            (describe_correction(each, one.id), each.made_on) for each in one.other_corrections
        ],
        corrected={each.text for each in one.corrections if each.what is Corrected.BLOCK},
        all_reasons=list(Reason),
        unsure=UNSURE,
    )


def saved(asked: Question) -> Answer:
    """The saved page of a record, for a frame without scripts and network."""
    one = _record(asked, "id")
    payload = asked.warehouse.raw(one.id)
    body = saved_page.render_saved_page(payload, one.media_type, one.charset, one.blocks, one.id)
    return Answer(body, headers=saved_page.HEADERS)


def pair(asked: Question) -> Answer:
    """Two records as one text, with what differs."""
    first, second = _record(asked, "first"), _record(asked, "second")
    if first.id == second.id:
        raise RequestError(f"record {first.id} can't be compared with itself: give two.")
    compared = asked.warehouse.compare(first.id, second.id)
    every = differences(compared)
    whole = asked.query.get("whole") == "1"
    paragraphs = every if whole else _differing(every)
    return asked.page(
        "pair.html",
        pair=compared,
        verdict=verdict(compared),
        paragraphs=paragraphs,
        n_hidden=len(every) - len(paragraphs),
        max_passage=10**9 if whole else _MAX_TEXT,
    )


def label(asked: Question) -> Answer:
    """The records that a person should look at first, since the cleaners are unsure of them."""
    found = asked.warehouse.unsure_records(_limit(asked.query))
    return asked.page("label.html", records=found)


def templates(asked: Question) -> Answer:
    """The blocks that sites repeat on page after page, and how to keep one."""
    site = asked.query.get("site", "").strip() or None
    found = asked.warehouse.templates(site, _TEMPLATES)
    return asked.page(
        "templates.html",
        templates=found,
        site=site,
        limit=_TEMPLATES,
        form_token=asked.form_token,
    )


def runs(asked: Question) -> Answer:
    """The newest runs."""
    return asked.page("runs.html", runs=asked.warehouse.runs(_RUNS))


def run(asked: Question) -> Answer:
    """A run: what it rejected and removed."""
    found = asked.warehouse.run_details(asked.ids["id"])
    if found is None:
        raise NothingThere(f"There is no run {asked.ids['id']}.")
    return asked.page("run.html", details=found)


def nothing(_asked: Question) -> Answer:
    """Where no other page is."""
    raise NothingThere("There is no page at this address.")


_ID = r"(?P<{}>[0-9]{{1,18}})"
CHANGES: tuple[tuple[str, Change], ...] = (
    (f"/record/{_ID.format('id')}/correct", correct),
    (f"/record/{_ID.format('id')}/rule/add", site_rules.add_rule),
    ("/rules/delete", site_rules.delete_rule),
    ("/templates/keep", keep_template),
)
PAGES: tuple[tuple[str, Page], ...] = (
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


def _record(asked: Question, name: str) -> Record:
    found = asked.warehouse.record(asked.ids[name])
    if found is None:
        raise NothingThere(f"There is no record {asked.ids[name]}.")
    return found


def _name(one: Record, correction: Correction) -> str | int | None:
    """What undoes a correction; None where its block isn't in the page any more."""
    if correction.what is not Corrected.BLOCK:
        return str(correction.what)
    texts = [block.text for block in one.blocks]
    return texts.index(correction.text) if correction.text in texts else None


def _filters(query: Mapping[str, str]) -> Filters:
    def listed(name: str) -> tuple[str, ...]:
        return tuple(one.strip() for one in query.get(name, "").split(",") if one.strip())

    return Filters(
        languages=listed("lang"),
        sites=listed("site"),
        since=query.get("since") or None,
        until=query.get("until") or None,
        quality=_share(query, "quality"),
        page_types=listed("type"),
        max_quality=_share(query, "max_quality"),
        reasons=listed("reason"),
        run=_whole(query, "run"),
    )


def _whole(query: Mapping[str, str], name: str) -> int | None:
    text = query.get(name, "").strip()
    if not text:
        return None
    if not text.isascii() or not text.isdecimal() or len(text) > 18:
        raise RequestError(f"{name} must be a whole number.")
    return int(text)


def _limit(query: Mapping[str, str]) -> int:
    """How many records a page lists."""
    limit = _whole(query, "limit")
    if limit == 0:
        raise RequestError("limit must be at least 1.")
    return min(limit or _PER_PAGE, _MOST_HITS)


def _share(query: Mapping[str, str], name: str) -> float | None:
    text = query.get(name, "").strip()
    try:
        return float(text) if text else None
    except ValueError:
        raise RequestError(f"{name} must be a number between 0 and 1.") from None


def _relation(one: Hit | Record) -> str | None:
    if one.relation is None or one.duplicate_of is None:
        return None
    return relation_phrase(
        one.relation, one.duplicate_of, one.similarity, one.containment, page=one.related_page
    )


def _reasons(blocks: Sequence[Block]) -> list[tuple[Reason, int]]:
    """How many blocks were removed for each reason, the most frequent first."""
    found = [block.removal.reason for block in blocks if block.removal]
    return sorted(
        ((one, found.count(one)) for one in {*found}), key=lambda pair: (-pair[1], pair[0])
    )


def _beginning(blocks: Sequence[Block]) -> Sequence[Block]:
    """As many blocks, from the first, as a page shows."""
    size = 0
    for number, block in enumerate(blocks):
        detail = block.removal.detail[:600] if block.removal else ""
        size += len((block.text[:_MAX_TEXT] + detail).encode()) + _BLOCK_MARKUP
        if size > _MAX_BLOCK_BYTES and number:
            return blocks[:number]
    return blocks


def _differing(paragraphs: Sequence[Paragraph]) -> Sequence[Paragraph]:
    """All paragraphs, or of too many for a page, as many as it shows of those that differ."""

    def size(one: Paragraph) -> int:
        texts = (passage.text[:_MAX_TEXT] for passage in one.passages)
        return sum(len(text.encode()) + _PASSAGE_MARKUP for text in texts)

    if sum(map(size, paragraphs)) <= _MAX_PAIR_BYTES:
        return paragraphs
    differing = [
        one
        for one in paragraphs
        if one.moved or {each.side for each in one.passages} != {Side.BOTH}
    ]
    sizes = accumulate(map(size, differing))
    shown = sum(1 for total in sizes if total <= _MAX_PAIR_BYTES)
    return differing[: max(shown, 1)]


def _cut(text: str) -> str:
    return text.encode()[:_MAX_BYTES].decode(errors="ignore")
