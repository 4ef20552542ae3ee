"""Shows two records as one text: what both say, what only one says, and what stands elsewhere."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import TYPE_CHECKING

from cleaners.model import Kind
from cleaners.text.diff import Paragraph, Passage, Side, diff_paragraphs
from cleaners.text.unspaced import UNSPACED_CHAR
from flows.cli.printing import Printer, cells, harmless

if TYPE_CHECKING:
    from warehouse.model import DocumentComparison, Record

_COLOURS = {Side.FIRST: "red", Side.SECOND: "green"}
# A word with the blanks after it; text without blanks breaks anywhere, as do very long words.
_WORDS = re.compile(rf"{UNSPACED_CHAR}|(?:(?!{UNSPACED_CHAR})\S){{1,60}}\s*|\s+")
# Without colour, as wdiff marks what was deleted and inserted.
_SIGNS = {Side.FIRST: ("[-", "-]"), Side.SECOND: ("{+", "+}")}


def show_pair(printer: Printer, pair: DocumentComparison, json: bool) -> None:
    """Prints how alike two records are, and where they agree and differ."""
    paragraphs = diff_paragraphs(_paragraphs(pair.first), _paragraphs(pair.second))
    if json:
        printer.json(
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
        number = printer.paint(f"{record.id:>6}", _COLOURS[side], "bold")
        where = record.url or record.locator
        title = printer.paint(harmless(record.title or "(no title)"), "bold")
        facts = f"{record.n_words:,} words · {record.first_seen} · {harmless(where)}"
        printer.line(f"{number}  {title}")
        printer.line(f"        {printer.paint(facts, 'dim')}")
    printer.line()
    printer.line(_verdict(pair))
    printer.line()
    for paragraph in paragraphs:
        _show(printer, paragraph, pair)


def _paragraphs(record: Record) -> list[str]:
    return [block.text for block in record.blocks if block.kept and block.kind is not Kind.TITLE]


def _verdict(pair: DocumentComparison) -> str:
    found = pair.likeness
    shares = f"{found.jaccard:.0%} alike, {found.containment:.0%} of the smaller is in the larger"
    figures = f"; {found.agreeing} of {found.figures} figures agree" if found.figures else ""
    if pair.is_near_duplicate:
        what = "Near-duplicates"
    elif pair.in_one_cluster:
        what = "In one cluster for what lies between them"
    else:
        what = "Not near-duplicates"
    return f"{what}: {shares}{figures}."


def _show(printer: Printer, paragraph: Paragraph, pair: DocumentComparison) -> None:
    sides = {passage.side for passage in paragraph.passages}
    owner = {Side.FIRST: pair.first.id, Side.SECOND: pair.second.id}
    only = next(iter(sides)) if len(sides) == 1 else Side.BOTH
    mark = f"only {owner[only]}" if only in owner else "moved" if paragraph.moved else ""
    margin = max(10, *(len(f"only {number}") + 1 for number in owner.values()))
    colour = _COLOURS.get(only, "yellow")
    for number, line in enumerate(_wrapped(paragraph, printer.width - margin - 2)):
        painted = "".join(_painted(printer, passage, only) for passage in line)
        head = printer.paint(mark, colour) + " " * (margin - len(mark))
        printer.line(f"{' ' * margin if number else head}│ {painted}")


def _wrapped(paragraph: Paragraph, width: int) -> list[list[Passage]]:
    """The passages line by line, filled as if there were neither signs nor colours."""
    lines: list[list[Passage]] = [[]]
    used = 0
    for passage in paragraph.passages:
        for word in _WORDS.findall(harmless(passage.text)):
            if used and used + cells(word.rstrip()) > width:
                last = lines[-1].pop()
                lines[-1].append(Passage(last.side, last.text.rstrip()))
                lines.append([])
                used = 0
            line = lines[-1]
            if line and line[-1].side is passage.side:
                line[-1] = Passage(passage.side, line[-1].text + word)
            else:
                line.append(Passage(passage.side, word))
            used += cells(word)
    return lines


def _painted(printer: Printer, passage: Passage, only: Side) -> str:
    if passage.side is Side.BOTH or (only is passage.side and not printer.colour):
        return passage.text
    if printer.colour:
        return printer.paint(passage.text, _COLOURS[passage.side])
    opening, closing = _SIGNS[passage.side]
    return f"{opening}{passage.text}{closing}"
