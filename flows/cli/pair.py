"""Shows two records as one text: what both have, what only one has, and what was moved."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from cleaners.text.diff import Paragraph, Passage, Side
from flows.cli.output import Output, Part, styled
from flows.relations import differences, verdict

if TYPE_CHECKING:
    from warehouse.answers import DocumentComparison

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
        "paragraphs": [asdict(paragraph) for paragraph in differences(pair)],
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
    output.line(verdict(pair))
    output.line()
    ids = {Side.FIRST: pair.first.id, Side.SECOND: pair.second.id}
    width = max(10, *(len(f"only {number}") + 1 for number in ids.values()))
    rows = (_marked(paragraph, ids, output.colour) for paragraph in differences(pair))
    output.margin(((styled(mark), styled(*parts)) for mark, parts in rows), width)


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
