"""Shows two records as one text: what both have, what only one has, and what was moved."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from cleaners.model import Kind
from cleaners.text.diff import Paragraph, Passage, Side, diff_paragraphs
from flows.cli.output import Output, Part, styled

if TYPE_CHECKING:
    from warehouse.model import DocumentComparison, Record

_COLOURS = {Side.FIRST: "red", Side.SECOND: "green", Side.BOTH: ""}
# Without colour, as wdiff marks what was deleted and inserted.
_SIGNS = {Side.FIRST: ("[-", "-]"), Side.SECOND: ("{+", "+}"), Side.BOTH: ("", "")}


def print_pair(output: Output, pair: DocumentComparison, json: bool) -> None:
    """Prints how similar two records are, and their texts with the differences marked."""
    paragraphs = diff_paragraphs(_paragraphs(pair.first), _paragraphs(pair.second))
    if json:
        output.json(
            {
                "first": pair.first.id,
                "second": pair.second.id,
                "together": pair.in_one_cluster,
                "alike": pair.is_near_duplicate,
                **asdict(pair.likeness),
                "paragraphs": [asdict(paragraph) for paragraph in paragraphs],
            }
        )
        return
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
    rows = (_marked(paragraph, ids, output.colour) for paragraph in paragraphs)
    output.margin(((styled(mark), styled(*parts)) for mark, parts in rows), width)


def _paragraphs(record: Record) -> list[str]:
    return [block.text for block in record.blocks if block.kept and block.kind is not Kind.TITLE]


def _verdict(pair: DocumentComparison) -> str:
    found = pair.likeness
    shares = f"Jaccard {found.jaccard:.0%}, {found.containment:.0%} of the smaller is in the larger"
    figures = f"; {found.agreeing} of {found.figures} figures agree" if found.figures else ""
    if pair.is_near_duplicate:
        what = "Near-duplicates"
    elif pair.in_one_cluster:
        what = "In one cluster through other members"
    else:
        what = "Not near-duplicates"
    return f"{what}: {shares}{figures}."


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
