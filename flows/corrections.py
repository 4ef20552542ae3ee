"""Turns what a person wants to correct into corrections of a record."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from getpass import getuser
from textwrap import shorten

from cleaners.corrections import Corrected, Correction
from cleaners.reasons import Reason
from warehouse.answers import Record
from warehouse.errors import RequestError

_FACTS = (Corrected.TITLE, Corrected.AUTHORS, Corrected.PUBLISHED)


@dataclass(frozen=True, slots=True)
class CorrectionRequest:
    """What to correct: blocks by their numbers in the record, from 0, and facts.

    None leaves a fact as it is, "" and () say that the page has none. `published` is YYYY-MM-DD.
    `reason` is why the blocks are removed, by default boilerplate.
    `undo` names what was corrected: the number of a block, "title", "authors" or "published".
    `person` is who corrects; without it, the user of this process.
    """

    keep: tuple[int, ...] = ()
    remove: tuple[int, ...] = ()
    reason: str | None = None
    title: str | None = None
    authors: tuple[str, ...] | None = None
    published: str | None = None
    undo: tuple[str, ...] = ()
    person: str = ""

    @property
    def has_facts(self) -> bool:
        """Whether it is about title, authors or date."""
        return not (self.title is None and self.authors is None and self.published is None)

    def corrections(self, record: Record) -> list[Correction]:
        """The corrections of a record. Raises RequestError for what can't be."""
        person = self.person or person_here()
        return [replace(one, person=person) for one in (*self._blocks(record), *self._facts())]

    def undone(self, record: Record) -> list[Correction]:
        """The corrections of a record to undo. Raises RequestError if there is none."""
        return [_correction_of(record, one) for one in self.undo]

    def _blocks(self, record: Record) -> Iterator[Correction]:
        if self.reason is not None and self.reason not in list(Reason):
            raise RequestError(
                f"{self.reason!r} is not a reason: choose one of {', '.join(Reason)}."
            )
        if self.reason is not None and not self.remove:
            raise RequestError("a reason is why blocks are removed: say which.")
        kept = {_text(record, one): one for one in self.keep}
        removed = {_text(record, one): one for one in self.remove}
        for text in kept.keys() & removed.keys():
            one, other = kept[text], removed[text]
            if one == other:
                raise RequestError(f"block {one} can't be both kept and removed.")
            raise RequestError(
                f"blocks {one} and {other} have the same text: keep or remove both of them."
            )
        for text in kept:
            yield Correction(Corrected.BLOCK, None, text)
        for text in removed:
            yield Correction(Corrected.BLOCK, self.reason or Reason.BOILERPLATE.value, text)

    def _facts(self) -> Iterator[Correction]:
        if self.title is not None:
            yield Correction(Corrected.TITLE, self.title.strip() or None)
        if self.authors is not None:
            names = [name.strip() for name in self.authors if name.strip()]
            yield Correction(Corrected.AUTHORS, json.dumps(names, ensure_ascii=False))
        if self.published is not None:
            yield Correction(Corrected.PUBLISHED, _day(self.published.strip()))


def person_here() -> str:
    """The name of the user of this process, or else the number."""
    try:
        return getuser()
    except (KeyError, OSError):  # a user without a name, as in containers
        return str(os.getuid())


def _text(record: Record, number: int) -> str:
    if not 0 <= number < len(record.blocks):
        raise RequestError(
            f"record {record.id} has no block {number}: its last is {len(record.blocks) - 1}."
        )
    return record.blocks[number].text


def _correction_of(record: Record, name: str) -> Correction:
    found: Sequence[Correction]
    if name.isascii() and name.isdecimal():
        text = _text(record, int(name))
        found = [one for one in record.corrections if one.text == text]
    elif name in _FACTS:
        found = [one for one in record.corrections if one.what == name]
    else:
        raise RequestError(
            f"{name!r} can't be undone: give the number of a block, title, authors or published."
        )
    if not found:
        what = f"block {name}" if name.isdecimal() else name
        raise RequestError(f"nobody corrected {what} of record {record.id}.")
    return found[0]


def _day(text: str) -> str | None:
    try:
        return date.fromisoformat(text).isoformat() if text else None
    except ValueError:
        raise RequestError(f"{text!r} is no day: write YYYY-MM-DD.") from None


def describe_correction(one: Correction, record_id: int | None = None) -> str:
    """A correction of a record in one line.

    >>> describe_correction(Correction(Corrected.BLOCK, None, "Harbour", "share", "ann"))
    'kept by ann, was share: Harbour'
    >>> describe_correction(Correction(Corrected.TITLE, "Left", "", "Right", "ann", "", 7), 8)
    'title by ann on record 7: Left, was Right'
    """
    new, old = one.new, one.old
    who = one.person
    if record_id is not None and one.made_on not in (None, record_id):
        who += f" on record {one.made_on}"
    if one.what is Corrected.BLOCK:
        done = f"removed as {new} by {who}" if new else f"kept by {who}"
        return f"{done}, was {old or 'kept'}: {shorten(one.text, 80, placeholder=' …')}"
    if one.what is Corrected.AUTHORS:
        new, old = ("; ".join(json.loads(names or "[]")) for names in (new, old))
    return f"{one.what} by {who}: {new or 'none'}, was {old or 'none'}"
