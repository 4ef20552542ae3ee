"""Reads the form that corrects a record."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from warehouse.answers import Record
from warehouse.errors import RequestError


class RecordChanged(Exception):
    """The form was made for another state of the record; the message is a sentence."""


def record_digest(record: Record) -> str:
    """Identifies what a person sees of a record and can correct: its facts and its blocks."""
    blocks = [(one.text, one.removal.reason if one.removal else None) for one in record.blocks]
    seen = [record.title, record.authors, record.published, blocks]
    return sha256(json.dumps(seen).encode()).hexdigest()


def require_unchanged(record: Record, form: Mapping[str, str]) -> None:
    """Raises RecordChanged where the form was made for another state of the record."""
    if form.get("digest") != record_digest(record):
        raise RecordChanged("The record has changed: look again.")


def asked_corrections(record: Record, form: Mapping[str, str]) -> dict[str, Any]:
    """What a form asks for, as arguments of `Database.correct`.

    Raises RequestError where it names no block.
    """
    if form.get("facts"):
        return _facts(record, form)
    if form.get("undo"):
        return {"undo": [form["undo"]]}
    if form.get("keep"):
        return {"keep": [number_of_block(form["keep"])]}
    return {"remove": [number_of_block(form.get("remove", ""))], "reason": form.get("reason")}


def number_of_block(text: str) -> int:
    """The number of a block, or of a rule, in a form. Raises RequestError for any other text."""
    if not text.isascii() or not text.isdecimal() or len(text) > 18:
        raise RequestError(f"{text!r} is no number.")
    return int(text)


def _facts(record: Record, form: Mapping[str, str]) -> dict[str, Any]:
    """The facts that a person changed in the form, which showed those of the record."""
    shown = {
        "title": record.title or "",
        "authors": "; ".join(record.authors),
        "published": record.published or "",
    }
    changed = {
        name: text.strip()
        for name, text in form.items()
        if name in shown and text.strip() != shown[name].strip()
    }
    return changed | ({"authors": changed["authors"].split(";")} if "authors" in changed else {})
