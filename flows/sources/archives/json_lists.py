"""Finds the records in a JSON object such as an API response, a HAR file or a chat export."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from flows.sources.archives.field_mapping import FieldMapping
from flows.sources.archives.reader import Skipped
from flows.sources.archives.records import has_text
from flows.sources.errors import ReadError
from flows.sources.file_formats import PAGE_MEDIA_TYPES

# Elasticsearch nests records this deep: {"hits": {"hits": [{"_source": {…}}]}}.
_MAX_DEPTH = 3
_HTTP_OK = frozenset({200, 203})


def records_inside(value: Any, mapping: FieldMapping) -> list[Any] | None:
    """The records in a list inside an object, with the usual field names.

    Returns None if the object is a record itself, or has no such list.
    """
    if not isinstance(value, dict):
        return None
    if isinstance(log := value.get("log"), dict) and isinstance(log.get("entries"), list):
        return [_har_record(entry) for entry in log["entries"]]
    if (chats := _telegram_chats(value)) is not None:
        return [_telegram_record(chat, message) for chat, message in chats]
    if has_page(value, mapping) or isinstance(value.get("_source"), dict):
        return None
    lists = [[unwrapped(one, mapping) for one in found] for found in _lists(value, _MAX_DEPTH)]
    # Several lists may hold pages, for example one for each section of a newspaper.
    of_pages = [one for found in lists if _holds_pages(found, mapping) for one in found]
    if of_pages:
        return of_pages
    if len(value) > 1 and all(has_page(inner, mapping) for inner in value.values()):
        return [_keyed(key, inner) for key, inner in value.items()]
    is_wrapper = unwrapped(value, mapping) is not value
    return max(lists, key=len) if lists and not is_wrapper else None


def unwrapped(record: dict[str, Any], mapping: FieldMapping, depth: int = 2) -> dict[str, Any]:
    """A record whose page is in an object in it, as one object with all fields.

    Elasticsearch writes such records, as {"_id": …, "_source": {…}}. Other records are returned as
    they are.
    """
    objects = [inner for inner in record.values() if isinstance(inner, dict)]
    if not objects or has_page(record, mapping):
        return record
    if depth > 1:
        objects = [unwrapped(inner, mapping, depth - 1) for inner in objects]
    found = next((inner for inner in objects if has_page(inner, mapping)), None)
    return record if found is None else record | found


def has_page(record: Any, mapping: FieldMapping) -> bool:
    """Whether a record has text in a field that --map names or that usually holds the page."""
    if not isinstance(record, dict):
        return False
    filled = (name for name in record if has_text(record, name))
    with suppress(ReadError):
        mapping.resolved(filled if mapping == FieldMapping() else record)
        return True
    return False


def _keyed(key: str, record: dict[str, Any]) -> dict[str, Any]:
    """A record in an object that has one for each URL or id."""
    return {"url": key, **record} if "://" in key else record


def _holds_pages(records: list[dict[str, Any]], mapping: FieldMapping) -> bool:
    with suppress(ReadError):
        mapping.resolved(name for record in records for name in record)
        return True
    return False


def _lists(value: dict[str, Any], depth: int) -> Iterator[list[Any]]:
    """The lists of objects in an object, up to a few levels deep."""
    for inner in value.values():
        if isinstance(inner, list) and inner and all(isinstance(one, dict) for one in inner):
            yield inner
        elif isinstance(inner, dict) and depth > 1:
            yield from _lists(inner, depth - 1)


def _har_record(entry: Any) -> dict[str, Any] | Skipped:
    """The page in an entry of a HAR file (HTTP Archive 1.2)."""
    response = _object_in(entry, "response")
    content = _object_in(response, "content")
    media_type = str(content.get("mimeType") or "").partition(";")[0].strip().lower()
    status = response.get("status")
    if status not in _HTTP_OK:
        return Skipped(f"HTTP {status}" if status else "requests without a response")
    if media_type not in PAGE_MEDIA_TYPES:
        return Skipped(media_type or "responses without a type")
    body: Any = content.get("text")
    if content.get("encoding") == "base64":
        try:
            body = base64.b64decode(str(body))
        except binascii.Error:
            body = None
    field = "html" if media_type != "text/plain" else "text"
    return {
        field: body,
        "url": _object_in(entry, "request").get("url"),
        "captured_at": entry.get("startedDateTime"),
    }


def _object_in(value: Any, name: str) -> dict[str, Any]:
    """The object in a field; an empty one if the field holds anything else."""
    inner = value.get(name) if isinstance(value, dict) else None
    return inner if isinstance(inner, dict) else {}


def _telegram_chats(value: dict[str, Any]) -> list[tuple[str, dict[str, Any]]] | None:
    """The messages in Telegram's export, each with its chat's name; None if it isn't one."""
    chats = value.get("chats")
    listed = chats.get("list") if isinstance(chats, dict) else [value]
    if not isinstance(listed, list):
        return None
    found = [
        (str(chat.get("name") or ""), message)
        for chat in listed
        if isinstance(chat, dict) and isinstance(chat.get("messages"), list)
        for message in chat["messages"]
        if isinstance(message, dict)
    ]
    is_export = any("date" in message and "type" in message for _, message in found)
    return found if is_export else None


def _telegram_record(chat: str, message: dict[str, Any]) -> dict[str, Any] | Skipped:
    if message.get("type") != "message":
        return Skipped("service messages")
    parts = message.get("text")
    if isinstance(parts, list):
        parts = "".join(str(p.get("text", "")) if isinstance(p, dict) else str(p) for p in parts)
    if not isinstance(parts, str) or not parts.strip():
        return Skipped("messages without text")
    return {
        "text": parts,
        "date": message.get("date"),
        "author": message.get("from") or chat or None,
    }
