"""Finds the fields of a record that hold the page, its URL and its date."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from flows.sources.errors import ReadError, ReadErrorKind, UnsupportedSource

_USUAL_FIELD_NAMES = {
    "html": ("html", "raw_html", "page_html", "html_content"),
    "text": ("text", "content", "body", "raw_content", "maintext", "article", "page", "document"),
    "url": ("url", "link", "uri", "source_url", "page_url", "warc_target_uri", "href"),
    "date": ("captured_at", "crawled_at", "fetched_at", "date_download", "timestamp", "crawl_date",
             "warc_date", "date"),
}  # fmt: skip
MAPPED_FIELDS = tuple(_USUAL_FIELD_NAMES)
_MAX_NAMES = 20


@dataclass(frozen=True, slots=True)
class FieldMapping:
    """The names of the fields; None if not configured. A dot selects a field of a nested record."""

    html: str | None = None
    text: str | None = None
    url: str | None = None
    date: str | None = None

    @classmethod
    def parse(cls, mapping: str | None) -> Self:
        """The mapping in `text=content,url=link`; raises UnsupportedSource if it is invalid."""
        given: dict[str, str] = {}
        for pair in (mapping or "").split(","):
            if not pair.strip():
                continue
            target, _, name = (part.strip() for part in pair.partition("="))
            if target not in MAPPED_FIELDS or not name:
                raise UnsupportedSource(
                    f"{pair.strip()} is not a mapping: write TARGET=FIELD, such as"
                    f" text=content,url=link; the targets are {', '.join(MAPPED_FIELDS)}."
                )
            given[target] = name
        return cls(**given)

    def resolved(self, fields: Iterable[str]) -> FieldMapping:
        """The mapping, completed by the usual names of fields.

        Raises ReadError (UNMAPPED) if no field holds a page or a configured field is missing.
        """
        by_name = {name.lower(): name for name in fields}
        chosen = {target: getattr(self, target) for target in MAPPED_FIELDS}
        for name in chosen.values():
            if name and not {name, name.partition(".")[0]} & set(by_name.values()):
                present = join_names(by_name.values())
                why = f"it has no field {name}, which --map names, only {present}"
                raise ReadError(ReadErrorKind.UNMAPPED, why)
        has_page = chosen["html"] or chosen["text"]
        for target, names in _USUAL_FIELD_NAMES.items():
            if chosen[target] or (has_page and target in ("html", "text")):
                continue
            chosen[target] = next((by_name[name] for name in names if name in by_name), None)
        if not (chosen["html"] or chosen["text"]):
            raise ReadError(
                ReadErrorKind.UNMAPPED,
                "none of its fields has a usual name for a page; it has"
                f" {join_names(by_name.values())}: choose one with --map text=FIELD",
            )
        return FieldMapping(**chosen)


def join_names(names: Iterable[str]) -> str:
    """The names of fields for a message: the first 20 of them."""
    found = sorted(names)
    rest = f" and {len(found) - _MAX_NAMES} more" if len(found) > _MAX_NAMES else ""
    return (", ".join(found[:_MAX_NAMES]) or "none") + rest
