"""Describes in words how records are related."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cleaners.text.diff import Paragraph
    from warehouse.answers import DocumentComparison, Record
    from warehouse.model import Relation, RelationCounts


def relation_phrase(
    relation: Relation,
    duplicate_of: int,
    similarity: float | None,
    containment: float | None = None,
    page: str | None = None,
) -> str:
    """How a record relates to `duplicate_of`, whose address is `page`; shares are from 0 to 1.

    >>> from warehouse.model import Relation
    >>> relation_phrase(Relation.EXCERPT, 12, 0.7, 0.94)
    'excerpt of 12, 94% contained'
    >>> relation_phrase(Relation.VERSION, 15, 0.8)
    'superseded by 15'
    >>> relation_phrase(Relation.SAME, 3, 0.9, page="https://example.org/a")
    'same as https://example.org/a (id 3), similarity 90%'
    """
    from warehouse.model import Relation

    other = f"{page} (id {duplicate_of})" if page else str(duplicate_of)
    if relation is Relation.VERSION:
        return f"superseded by {other}"
    if relation is Relation.EXCERPT and containment is not None:
        return f"excerpt of {other}, {containment:.0%} contained"
    what = "excerpt of" if relation is Relation.EXCERPT else "same as"
    likeness = "" if similarity is None else f", similarity {similarity:.0%}"
    return f"{what} {other}{likeness}"


def relation_counts(counts: RelationCounts) -> str:
    """How many records are hidden behind others, by relation; zero counts are left out.

    >>> from warehouse.model import RelationCounts
    >>> relation_counts(RelationCounts(same=2, version=1))
    '2 same, 1 version'
    """
    each = ((counts.same, "same"), (counts.excerpt, "excerpt"), (counts.version, "version"))
    return ", ".join(
        f"{count:,} {name}{'s' if count > 1 and name != 'same' else ''}"
        for count, name in each
        if count
    )


def differences(pair: DocumentComparison) -> list[Paragraph]:
    """The paragraphs of two records, in the order of the first, with their differences marked."""
    from cleaners.text.diff import diff_paragraphs

    return diff_paragraphs(_paragraphs(pair.first), _paragraphs(pair.second))


def _paragraphs(record: Record) -> list[str]:
    from cleaners.model import Kind

    return [block.text for block in record.blocks if block.kept and block.kind is not Kind.TITLE]


def verdict(pair: DocumentComparison) -> str:
    """How two records are related, and how much text they share."""
    from warehouse.model import Relation

    found = pair.alignment
    shares = f"{found.similarity:.0%} alike, {found.containment:.0%} of one is in the other"
    facts = found.facts + found.agreeing_facts
    differing = f"; {found.facts} of {facts} names and figures differ" if found.facts else ""
    if pair.are_versions:
        what = "Versions of one article"
    elif pair.relation:
        what = "An excerpt" if pair.relation is Relation.EXCERPT else "Near-duplicates"
    elif pair.in_one_cluster:
        what = "Both near-duplicates of a third record, not of each other"
    else:
        what = "Not near-duplicates"
    return f"{what}: {shares}{differing}."
