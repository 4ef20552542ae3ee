"""The pages that show the rules of sites, what one would change, and that add and delete them."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path

from cleaners.reasons import Reason
from cleaners.site_rules import RuleBy
from flows.browse.correcting import number_of_block, record_digest, require_unchanged
from flows.browse.links import Links
from flows.browse.question import Answer, NothingThere, Question, explained, open_to_change
from flows.corrections import CorrectionRequest
from flows.runs.site_rules import preview_rule, proposed_rules
from warehouse.errors import RequestError


def rules(asked: Question) -> Answer:
    """The rules of all sites, or of one."""
    site = asked.query.get("site", "").strip() or None
    found = asked.warehouse.site_rules(site)
    return asked.page("rules.html", rules=found, site=site, form_token=asked.form_token)


def rule(asked: Question) -> Answer:
    """What it would change to do on all pages of a site what is asked for a block of a record."""
    record = asked.warehouse.record(asked.ids["id"])
    if record is None:
        raise NothingThere(f"There is no record {asked.ids['id']}.")
    correction, by = _asked(asked.query)
    [found] = proposed_rules(asked.warehouse, record.id, correction, by)
    number = (*correction.keep, *correction.remove)[0]
    return asked.page(
        "rule.html",
        record=record,
        block=record.blocks[number],
        number=number,
        preview=preview_rule(asked.warehouse, found),
        all_reasons=list(Reason),
        form_token=asked.form_token,
        digest=record_digest(record),
    )


def add_rule(path: Path, links: Links, ids: Mapping[str, str], form: Mapping[str, str]) -> Answer:
    """Add the rule of a form, and lead to the rules of its site."""
    record_id = int(ids["id"])

    def made() -> Answer:
        with open_to_change(path) as database:
            known = database.get(record_id)
            if known is None:
                raise NothingThere(f"There is no record {record_id}.")
            require_unchanged(known, form)
            correction, by = _asked(form)
            change = database.add_rules(record_id, correction=correction, by=by)
        location = links.to("rules", site=change.rules[0].site)
        return Answer("", HTTPStatus.SEE_OTHER, {"location": location})

    return explained(made, path, links, heading="No rule was made")


def delete_rule(
    path: Path, links: Links, _ids: Mapping[str, str], form: Mapping[str, str]
) -> Answer:
    """Delete a rule, and lead back to the list."""

    def made() -> Answer:
        with open_to_change(path) as database:
            change = database.delete_rule(number_of_block(form.get("rule", "")))
        location = links.to("rules", site=change.rules[0].site)
        return Answer("", HTTPStatus.SEE_OTHER, {"location": location})

    return explained(made, path, links, heading="Nothing was deleted")


def _asked(given: Mapping[str, str]) -> tuple[CorrectionRequest, RuleBy | None]:
    by = given.get("by") or None
    if by is not None and by not in list(RuleBy):
        raise RequestError(f"a rule recognises blocks by path or by text, not by {by!r}.")
    block = number_of_block(given.get("block", ""))
    if given.get("reason") == "keep":
        correction = CorrectionRequest(keep=(block,))
    else:
        correction = CorrectionRequest(remove=(block,), reason=given.get("reason") or None)
    return correction, RuleBy(by) if by else None
