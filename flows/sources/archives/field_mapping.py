"""Finds the fields of a record that hold the page, its URL and the facts stated about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Self

from flows.sources.errors import ReadError, ReadErrorKind, UnsupportedSource

# Names are compared in lower case without "_" and "-", since publishedAt and date_published are the
# two common styles.
_USUAL_FIELD_NAMES = {
    "html": "html rawhtml pagehtml htmlcontent contenthtml bodyhtml contentencoded",
    "text": "text content body rawcontent maintext article page document articlebody fulltext"
            " articletext bodytext cleanedtext story contenttext textcontent rawtext plaintext"
            " markdown postcontent selftext",
    "url": "url link uri sourceurl pageurl warctargeturi href permalink canonicalurl articleurl",
    "date": "capturedat crawledat fetchedat scrapedat datedownload timestamp crawldate warcdate"
            " date",
    "title": "title headline heading pagetitle articletitle posttitle",
    "authors": "authors author byline creator writers writer authorname",
    "published": "published publishedat datepublished pubdate publishdate publisheddate"
                 " datepublish publicationdate publishedtime publisheddatetime date",
    "language": "language lang languagecode",
    "description": "description summary abstract standfirst lead deck excerpt subtitle teaser",
}  # fmt: skip
# Corpora often have the facts about a text in a record with one of these names.
_FACT_RECORDS = frozenset(("meta", "metadata", "warcheaders"))
MAPPED_FIELDS = tuple(_USUAL_FIELD_NAMES)
_MAX_NAMES = 20
_MAX_NAME = 60


@dataclass(frozen=True, slots=True)
class FieldMapping:
    """The field names to use; None for those that aren't configured.

    A dot selects a field of a nested record. `date` is when the page was captured, `published` when
    it was published.
    """

    html: str | None = None
    text: str | None = None
    url: str | None = None
    date: str | None = None
    title: str | None = None
    authors: str | None = None
    published: str | None = None
    language: str | None = None
    description: str | None = None

    @classmethod
    def parse(cls, mapping: str | None) -> Self:
        """Parse a mapping such as `text=content,url=link`; raises UnsupportedSource if invalid."""
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

    def resolved(self, names: Iterable[str]) -> FieldMapping:
        """The mapping, completed with the usual field names found among `names`.

        Raises ReadError (UNMAPPED) if no field holds a page, or a configured field is missing.
        """
        present = list(dict.fromkeys(names))
        chosen: dict[str, str | None] = {target: getattr(self, target) for target in MAPPED_FIELDS}
        for name in chosen.values():
            if name and not {name, name.partition(".")[0]} & set(present):
                why = f"it has no field {name}, which --map names, only {join_names(present)}"
                raise ReadError(ReadErrorKind.UNMAPPED, why)
        has_page = chosen["html"] or chosen["text"]
        taken = {name for name in chosen.values() if name}
        by_plain_name = {_plain(name): name for name in reversed(present)}
        facts = {_plain(name.rpartition(".")[2]): name for name in present if _is_fact(name)}
        for target, usual in _USUAL_FIELD_NAMES.items():
            if chosen[target] or (has_page and target in ("html", "text")):
                continue
            kinds = [by_plain_name, {} if target in ("html", "text") else facts]
            found = (known[name] for known in kinds for name in usual.split() if name in known)
            # A field that --map assigns to one fact isn't guessed to be another.
            chosen[target] = next((name for name in found if name not in taken), None)
        if not (chosen["html"] or chosen["text"]):
            raise ReadError(
                ReadErrorKind.UNMAPPED,
                "none of its fields has a usual name for a page; it has"
                f" {join_names(present)}: choose one with --map text=FIELD",
            )
        return FieldMapping(**chosen)

    def __str__(self) -> str:
        """The mapping in the syntax of --map."""
        pairs = ((field.name, getattr(self, field.name)) for field in fields(self))
        return ",".join(f"{target}={name}" for target, name in pairs if name)


def nested_facts(name: str, fields: Iterable[str]) -> list[str]:
    """The names, with a dot, of the fields of a nested record that has facts about the text.

    >>> nested_facts("metadata", ["url"]), nested_facts("publisher", ["url"])
    (['metadata.url'], [])
    """
    return [f"{name}.{field}" for field in fields if _is_fact(f"{name}.{field}")]


def _is_fact(name: str) -> bool:
    return _plain(name.partition(".")[0]) in _FACT_RECORDS and name.count(".") == 1


def join_names(names: Iterable[str]) -> str:
    """Up to 20 field names for a message; long names are shortened."""
    found = sorted(name if len(name) <= _MAX_NAME else f"{name[:_MAX_NAME]}…" for name in names)
    rest = f" and {len(found) - _MAX_NAMES} more" if len(found) > _MAX_NAMES else ""
    return (", ".join(found[:_MAX_NAMES]) or "none") + rest


def _plain(name: str) -> str:
    """A field's name in lower case without word separators.

    >>> _plain("publishedAt"), _plain("date_published")
    ('publishedat', 'datepublished')
    """
    return "".join(char for char in name.lower() if char not in "_- :")
