"""Reads the forms that correct a record, or all pages of a site."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256

from cleaners.site_rules import RuleBy
from flows.corrections import CorrectionRequest
from warehouse.answers import Record
from warehouse.errors import RequestError


class RecordChanged(Exception):
    """The record has changed since its form was shown; the message is a sentence."""


def record_digest(record: Record) -> str:
    """A digest of what a person sees of a record and can correct: its facts and its blocks."""
    blocks = [(one.text, one.removal.reason if one.removal else None) for one in record.blocks]
    seen = [record.title, record.authors, record.published, blocks]
    return sha256(json.dumps(seen).encode()).hexdigest()


def require_unchanged(record: Record, form: Mapping[str, str]) -> None:
    """Raise RecordChanged if the record has changed since its form was shown."""
    if form.get("digest") != record_digest(record):
        raise RecordChanged("The record has changed: look again.")


def correction_request(record: Record, form: Mapping[str, str]) -> CorrectionRequest:
    """The correction in a form. Raises RequestError if it names no block."""
    if form.get("facts"):
        return _changed_facts(record, form)
    if form.get("undo"):
        return CorrectionRequest(undo=(form["undo"],))
    if form.get("keep"):
        return CorrectionRequest(keep=(form_number(form["keep"]),))
    block = form_number(form.get("remove", ""))
    return CorrectionRequest(remove=(block,), reason=form.get("reason"))


def rule_request(fields: Mapping[str, str]) -> tuple[CorrectionRequest, RuleBy | None]:
    """The rule for a site in the fields of a form or URL: its block and reason, and its key.

    The key is None if presswash shall choose it. Raises RequestError for an invalid field.
    """
    by = fields.get("by") or None
    if by is not None and by not in list(RuleBy):
        raise RequestError(f"a rule recognises blocks by path or by text, not by {by!r}.")
    block = form_number(fields.get("block", ""))
    if fields.get("reason") == "keep":
        correction = CorrectionRequest(keep=(block,))
    else:
        correction = CorrectionRequest(remove=(block,), reason=fields.get("reason") or None)
    return correction, RuleBy(by) if by else None


def form_number(text: str) -> int:
    """The number of a block or rule in a form. Raises RequestError for any other text."""
    if not text.isascii() or not text.isdecimal() or len(text) > 18:
        raise RequestError(f"{text!r} is no number.")
    return int(text)


def _changed_facts(record: Record, form: Mapping[str, str]) -> CorrectionRequest:
    """The facts that a person changed in a form that showed those of the record."""

    def changed(name: str, shown: str) -> str | None:
        text = form.get(name, shown).strip()
        return None if text == shown.strip() else text

    authors = changed("authors", "; ".join(record.authors))
    return CorrectionRequest(
        title=changed("title", record.title or ""),
        authors=None if authors is None else tuple(authors.split(";")),
        published=changed("published", record.published or ""),
    )
