"""Shows two records as one text: what both have, what only one has, and what was moved."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from cleaners.model import Kind
from cleaners.text.diff import Paragraph, Passage, Side, diff_paragraphs
from flows.cli.output import Output, Part, styled
from warehouse.model import Relation

if TYPE_CHECKING:
    from warehouse.model import DocumentComparison, Record

_COLOURS = {Side.FIRST: "red", Side.SECOND: "green", Side.BOTH: ""}
# Without colour, as wdiff marks what was deleted and inserted.
_SIGNS = {Side.FIRST: ("[-", "-]"), Side.SECOND: ("{+", "+}"), Side.BOTH: ("", "")}


def pair_as_json(pair: DocumentComparison) -> dict[str, object]:
    """How similar two records are, and their texts with the differences marked."""
    return {
        "first": pair.first.id,
        "second": pair.second.id,
        "together": pair.in_one_cluster,
        "alike": pair.alike,
        "relation": pair.relation,
        "similarity": pair.alignment.similarity,
        "containment": pair.alignment.containment,
        "size_ratio": pair.alignment.size_ratio,
        "differing_facts": pair.alignment.facts,
        "agreeing_facts": pair.alignment.agreeing_facts,
        "paragraphs": [asdict(paragraph) for paragraph in _differences(pair)],
    }


def print_pair(output: Output, pair: DocumentComparison) -> None:
    """Prints how similar two records are, and their texts with the differences marked."""
    for record, side in ((pair.first, Side.FIRST), (pair.second, Side.SECOND)):
        output.line(
            (f"{record.id:>6}", f"bold {_COLOURS[side]}"),
            (f"  {record.title or '(no title)'}", "bold"),
        )
        where = record.url or record.locator
        output.line((f"        {record.n_words:,} words · {record.first_seen} · {where}", "dim"))
    output.line()
    output.line(_verdict(pair))
    output.line()
    ids = {Side.FIRST: pair.first.id, Side.SECOND: pair.second.id}
    width = max(10, *(len(f"only {number}") + 1 for number in ids.values()))
    rows = (_marked(paragraph, ids, output.colour) for paragraph in _differences(pair))
    output.margin(((styled(mark), styled(*parts)) for mark, parts in rows), width)


def _differences(pair: DocumentComparison) -> list[Paragraph]:
    return diff_paragraphs(_paragraphs(pair.first), _paragraphs(pair.second))


def _paragraphs(record: Record) -> list[str]:
    return [block.text for block in record.blocks if block.kept and block.kind is not Kind.TITLE]


def _verdict(pair: DocumentComparison) -> str:
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


def _marked(paragraph: Paragraph, ids: dict[Side, int], colour: bool) -> tuple[Part, list[Part]]:
    """A paragraph's mark in the margin, and its passages with the differences marked."""
    sides = {passage.side for passage in paragraph.passages}
    only = next(iter(sides)) if len(sides) == 1 else Side.BOTH
    mark = f"only {ids[only]}" if only in ids else "moved" if paragraph.moved else ""
    parts = [_part(passage, only, colour) for passage in paragraph.passages]
    return (mark, _COLOURS[only] or "yellow"), parts


def _part(passage: Passage, only: Side, colour: bool) -> Part:
    if colour:
        return passage.text, _COLOURS[passage.side]
    if passage.side is only:
        return passage.text
    opening, closing = _SIGNS[passage.side]
    body = passage.text.rstrip()
    return f"{opening}{body}{closing}{passage.text[len(body) :]}"
