"""Reads a page and its facts from a record with fields: a JSON object or a table row."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as Fields
from contextlib import suppress
from datetime import datetime
from itertools import islice
from types import MappingProxyType
from typing import TypeAlias

from cleaners.encoding.control_chars import strip_control_chars
from cleaners.model import Capture, Media, StatedFacts
from flows.sources.archives.field_mapping import FieldMapping, join_names
from flows.sources.archives.reader import ReadOptions, record_locator
from flows.sources.discover import InputRef
from flows.sources.errors import ReadError, ReadErrorKind, too_large
from flows.sources.timestamps import (
    DateOrder,
    SeparatorOrders,
    may_be_ambiguous,
    parse_day,
    parse_timestamp,
    shown_order,
)

DateOrders: TypeAlias = Fields[str, SeparatorOrders]
NO_ORDERS: DateOrders = MappingProxyType({})

_INLINE_TAG = re.compile(
    r"</?(?:a|abbr|b|cite|code|em|i|p|q|small|span|strong|su[bp]|u)(?:\s[^<>]*)?>|<br\s*/?>",
    re.IGNORECASE,
)
_MAX_FACT_CHARS = 2000
_MAX_AUTHORS = 50
_SAMPLED_RECORDS = 100
_BY = re.compile(r"\s*by[:\s]+", re.IGNORECASE)
_AUTHOR_JOINTS = re.compile(r"\s*(?:[;|\n]|\band\b|&)\s*")
_LANGUAGE_CODE = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9_-]+)?")


def page_from_record(
    ref: InputRef,
    number: object,
    record: Fields[str, object],
    mapping: FieldMapping,
    options: ReadOptions,
    orders: DateOrders = NO_ORDERS,
) -> Capture:
    """The page in a record, with the facts in its other fields; raises ReadError.

    `number` identifies the record; lines and rows are counted from 1. `orders` gives the order of
    day and month in its dates.
    """
    if not (has_text(record, mapping.html) or has_text(record, mapping.text)):
        mapping = _own_mapping(record, options) or mapping
    value = _text_value(record, mapping.html)
    media_type: Media | None = Media.HTML
    if not has_text(record, mapping.html):
        value, media_type = _text_value(record, mapping.text), None
    if not isinstance(value, str | bytes):
        name = mapping.text or mapping.html
        what = (
            "is not text" if value is not None else "is empty" if name in record else "is missing"
        )
        why = f"its field {name} {what}; it has {join_names(map(str, record))}"
        raise ReadError(ReadErrorKind.NO_TEXT, why)
    payload = value.encode("utf-8", "replace") if isinstance(value, str) else value
    if len(payload) > options.max_bytes:
        raise too_large(options.max_bytes)
    notes: list[str] = []
    url = _text(field_value(record, mapping.url))
    return Capture(
        record_locator(ref, number),
        payload,
        media_type,
        url=url,
        charset="utf-8" if isinstance(value, str) else None,
        captured_at=_captured_at(record, mapping, orders, notes),
        stated=_stated_facts(record, mapping, orders, notes),
    )


def field_value(record: Fields[str, object], name: str | None) -> object:
    """A field's value; None if it is missing. A dot selects a field of a nested record."""
    if name is None:
        return None
    if name in record:
        return record[name]
    value: object = record
    for part in name.split("."):
        if not isinstance(value, Fields):
            return None
        value = value.get(part)
    return value


def has_text(record: Fields[str, object], name: str | None) -> bool:
    """Whether a field holds text that isn't blank."""
    value = _text_value(record, name)
    return isinstance(value, str | bytes) and bool(value.strip())


def _own_mapping(record: Fields[str, object], options: ReadOptions) -> FieldMapping | None:
    """The mapping of a record whose page is in another field than that of the first records."""
    if options.mapping.html or options.mapping.text:
        return None
    with suppress(ReadError):
        return options.mapping.resolved(name for name in record if has_text(record, name))
    return None


def _text_value(record: Fields[str, object], name: str | None) -> object:
    """A field's text, also from WordPress's {"rendered": text} or a list of paragraphs."""
    value = field_value(record, name)
    if isinstance(value, Fields) and "rendered" in value:
        return value["rendered"]
    if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        return "\n\n".join(value)
    return value


def without_markup(text: str) -> str:
    """A title, which may be HTML in feeds and WordPress, as text with single spaces.

    >>> without_markup("Ferry <b>pier</b> &amp; quay"), without_markup("Rain < snow")
    ('Ferry pier & quay', 'Rain < snow')
    """
    return " ".join(html.unescape(_INLINE_TAG.sub("", text)).split())


def stated_language(value: object) -> str | None:
    """The language code that a value states; None if it isn't a code.

    >>> stated_language("en-GB"), stated_language("English"), stated_language(None)
    ('en', None, None)
    """
    found = _LANGUAGE_CODE.fullmatch(value.strip()) if isinstance(value, str) else None
    return found[1].lower() if found else None


def stated_authors(value: object) -> tuple[str, ...]:
    """The author names in a field: a text, a list of texts, or objects with a name.

    >>> stated_authors("By Ada Ilves and Tom Askew"), stated_authors([{"name": "Ada Ilves"}])
    (('Ada Ilves', 'Tom Askew'), ('Ada Ilves',))
    """
    if isinstance(value, str):
        names = _AUTHOR_JOINTS.split(_BY.sub("", value, count=1) if _BY.match(value) else value)
        if len(names) == 1 and all(" " in part.strip() for part in value.split(",")):
            # "Ada Ilves, Tom Askew" are two people, but "Ilves, Ada" is one.
            names = value.split(",")
    elif isinstance(value, Fields):
        return stated_authors(value.get("name"))
    elif isinstance(value, list | tuple):
        names = [name for one in value[:_MAX_AUTHORS] for name in stated_authors(one)]
    else:
        return ()
    plain = (" ".join(name.split()) for name in names[:_MAX_AUTHORS])
    return tuple(dict.fromkeys(name for name in plain if 0 < len(name) <= 200))


def date_orders(
    records: Callable[[], Iterable[Fields[str, object]]], mapping: FieldMapping
) -> DateOrders:
    """The order of day and month in each date field of a table.

    `records` yields the records from the first one on. All are read only if one of the first has an
    ambiguous date such as 03/04/2024. A field whose dates contradict each other has no order.
    """
    names = [name for name in dict.fromkeys((mapping.date, mapping.published)) if name]
    if not names:
        return NO_ORDERS

    def values(limit: int | None = None) -> Iterator[tuple[str, object]]:
        for record in islice(records(), limit):
            yield from ((name, field_value(record, name)) for name in names)

    dates: Iterable[tuple[str, object]] = list(values(_SAMPLED_RECORDS))
    if any(may_be_ambiguous(value) for _, value in dates):
        dates = values()
    shown: dict[tuple[str, str], set[DateOrder]] = {}
    for name, value in dates:
        if found := shown_order(value):
            shown.setdefault((name, found[0]), set()).add(found[1])
    orders: dict[str, dict[str, DateOrder]] = {}
    for (name, separator), found_orders in shown.items():
        if len(found_orders) == 1:
            orders.setdefault(name, {})[separator] = found_orders.pop()
    return orders


def _captured_at(
    record: Fields[str, object], mapping: FieldMapping, orders: DateOrders, notes: list[str]
) -> datetime | None:
    value = field_value(record, mapping.date)
    found = parse_timestamp(value, orders.get(mapping.date or "", {}))
    if found is None and mapping.date != mapping.published:
        _note_bad_date(mapping.date, value, notes)
    return found


def _stated_facts(
    record: Fields[str, object], mapping: FieldMapping, orders: DateOrders, notes: list[str]
) -> StatedFacts | None:
    published = field_value(record, mapping.published)
    day = parse_day(published, orders.get(mapping.published or "", {}))
    if day is None:
        _note_bad_date(mapping.published, published, notes)
    facts = StatedFacts(
        title=_fact(record, mapping.title),
        authors=stated_authors(field_value(record, mapping.authors)),
        published=day,
        language=stated_language(field_value(record, mapping.language)),
        description=_fact(record, mapping.description),
        notes=tuple(notes),
    )
    return None if facts == StatedFacts() else facts


def _note_bad_date(name: str | None, value: object, notes: list[str]) -> None:
    """Add a note if a value isn't a date. An empty value needs no note."""
    is_empty = math.isnan(value) if isinstance(value, float) else value in (None, "")
    if is_empty:
        return
    notes.append(f"its field {name} is not a clear date: {str(value)[:40]}")


def _fact(record: Fields[str, object], name: str | None) -> str | None:
    value = field_value(record, name)
    if isinstance(value, Fields) and isinstance(rendered := value.get("rendered"), str):
        return _text(without_markup(rendered))
    return _text(_text_value(record, name))


def _text(value: object) -> str | None:
    """A field's text with single spaces; None if it is empty or isn't text."""
    if not isinstance(value, str):
        return None
    return " ".join(strip_control_chars(value[:_MAX_FACT_CHARS])[0].split()) or None
