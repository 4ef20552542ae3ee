"""The pages that list the rules of sites, and show what a rule would change."""

from __future__ import annotations

from cleaners.reasons import Reason
from flows.browse.correction_form import record_digest, rule_request
from flows.browse.page_request import PageRequest, PageResponse
from flows.runs.site_rules import preview_rule, proposed_rules


def rules(request: PageRequest) -> PageResponse:
    """The rules of all sites, or of one."""
    site = request.query.get("site", "").strip() or None
    found = request.warehouse.site_rules(site)
    return request.render("rules.html", rules=found, site=site, form_token=request.form_token)


def rule(request: PageRequest) -> PageResponse:
    """What a rule made from a block of a record would change on all pages of its site."""
    record = request.record()
    correction, by = rule_request(request.query)
    [proposed] = proposed_rules(request.warehouse, record.id, correction, by)
    number = (*correction.keep, *correction.remove)[0]
    return request.render(
        "rule.html",
        record=record,
        block=record.blocks[number],
        number=number,
        preview=preview_rule(request.warehouse, proposed),
        all_reasons=list(Reason),
        form_token=request.form_token,
        digest=record_digest(record),
    )
