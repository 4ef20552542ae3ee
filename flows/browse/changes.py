"""Handles the forms that change a warehouse, and leads back to the page that shows the result."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from flows.api import Database, open_database
from flows.browse.correction_form import (
    correction_request,
    form_number,
    require_unchanged,
    rule_request,
)
from flows.browse.links import Links
from flows.browse.page_request import (
    FormHandler,
    PageNotFound,
    PageResponse,
    redirect,
    with_error_page,
)
from warehouse.answers import Record


def correct(
    path: Path, links: Links, ids: Mapping[str, str], form: Mapping[str, str]
) -> PageResponse:
    """Correct a record."""
    record_id = int(ids["id"])

    def respond() -> PageResponse:
        with _open_to_change(path) as database:
            record = _unchanged_record(database, record_id, form)
            # Another process may change it before this one can write.
            confirm = partial(require_unchanged, form=form)
            database.apply_correction(record_id, correction_request(record, form), confirm)
        number = form.get("keep") or form.get("remove") or form.get("undo") or ""
        place = f"#block{number}" if number.isdecimal() else ""
        return redirect(links.to("record", record_id) + place)

    return with_error_page(respond, path, links, heading="Nothing was corrected")


def keep_template(
    path: Path, links: Links, _ids: Mapping[str, str], form: Mapping[str, str]
) -> PageResponse:
    """Keep a block on all pages of its site, or undo that."""

    def respond() -> PageResponse:
        with _open_to_change(path) as database:
            if form.get("unkeep"):
                changed = database.unkeep_template(form["unkeep"])
            else:
                changed = database.keep_template(form.get("keep", ""))
        return redirect(links.to("templates", site=changed.site))

    return with_error_page(respond, path, links, heading="Nothing was changed")


def add_rule(
    path: Path, links: Links, ids: Mapping[str, str], form: Mapping[str, str]
) -> PageResponse:
    """Add a rule for the site of a record."""
    record_id = int(ids["id"])

    def respond() -> PageResponse:
        with _open_to_change(path) as database:
            _unchanged_record(database, record_id, form)
            correction, by = rule_request(form)
            change = database.add_rules(record_id, correction=correction, by=by)
        return redirect(links.to("rules", site=change.rules[0].site))

    return with_error_page(respond, path, links, heading="No rule was made")


def delete_rule(
    path: Path, links: Links, _ids: Mapping[str, str], form: Mapping[str, str]
) -> PageResponse:
    """Delete a rule for a site."""

    def respond() -> PageResponse:
        with _open_to_change(path) as database:
            change = database.delete_rule(form_number(form.get("rule", "")))
        return redirect(links.to("rules", site=change.rules[0].site))

    return with_error_page(respond, path, links, heading="Nothing was deleted")


CHANGES: tuple[tuple[str, FormHandler], ...] = (
    ("/record/(?P<id>[0-9]{1,18})/correct", correct),
    ("/record/(?P<id>[0-9]{1,18})/rule/add", add_rule),
    ("/rules/delete", delete_rule),
    ("/templates/keep", keep_template),
)


def _open_to_change(path: Path) -> Database:
    """The warehouse, opened with the weights that presswash.toml names."""
    from flows.config.config import load_here

    return open_database(path, create=False, weights=load_here().weights)


def _unchanged_record(database: Database, record_id: int, form: Mapping[str, str]) -> Record:
    """The record that a form was shown for; raises RecordChanged if it has changed since."""
    record = database.get(record_id)
    if record is None:
        raise PageNotFound(f"There is no record {record_id}.")
    require_unchanged(record, form)
    return record
