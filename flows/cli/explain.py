"""Shows a page block by block: what was kept, what was removed, why, and which cleaner said so."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Sequence

from cleaners.model import Block, Kind, Reason
from flows.cli.printing import Printer, harmless
from flows.words import counted

_GUTTER = 16
_COLOURS = {
    Reason.NAVIGATION: "blue",
    Reason.SHARE: "magenta",
    Reason.TICKER: "yellow",
    Reason.RELATED: "cyan",
    Reason.ADVERT: "red",
    Reason.CONSENT: "red",
    Reason.CAPTION: "green",
    Reason.BYLINE: "green",
    Reason.DATE: "green",
    Reason.COMMENT: "cyan",
    Reason.FOREIGN_SCRIPT: "magenta",
    Reason.REPEATED: "yellow",
    Reason.TEMPLATE: "blue",
    Reason.FOOTER: "blue",
    Reason.BOILERPLATE: "red",
}


def block_objects(blocks: Sequence[Block]) -> list[dict[str, object]]:
    """Every block in order, kept or removed, and why."""
    return [
        {
            "text": block.text,
            "kind": str(block.kind),
            "kept": block.kept,
            "reason": str(block.removal.reason) if block.removal else None,
            "cleaner": block.removal.cleaner if block.removal else None,
            "detail": block.removal.detail if block.removal else None,
        }
        for block in blocks
    ]


def explain(printer: Printer, blocks: Sequence[Block]) -> None:
    """Prints every block in order: a removed one has its reason beside it, and the why below."""
    for block in blocks:
        _block(printer, block)
    printer.line()
    printer.line(summary(printer, blocks))


def summary(printer: Printer, blocks: Sequence[Block]) -> str:
    """One line: how many blocks were kept, and how many were removed for which reason."""
    reasons = Counter(block.removal.reason for block in blocks if block.removal)
    kept = len(blocks) - reasons.total()
    if not reasons:
        return f"{counted(kept, 'block')} kept, none removed"
    each = ", ".join(
        f"{printer.paint(str(reason), _COLOURS[reason])} {count}"
        for reason, count in reasons.most_common()
    )
    return f"{counted(kept, 'block')} kept, {reasons.total():,} removed: {each}"


def _block(printer: Printer, block: Block) -> None:
    removal = block.removal
    if removal is None:
        mark = "title" if block.kind is Kind.TITLE else ""
        _beside(printer, mark, "bold", block.text, "bold" if mark else None)
        return
    _beside(printer, str(removal.reason), _COLOURS[removal.reason], block.text, "dim")
    why = f"↳ {removal.detail} ({removal.cleaner}, {removal.confidence:.0%} sure)"
    _beside(printer, "", "", why, "dim")


def _beside(printer: Printer, mark: str, colour: str, text: str, style: str | None) -> None:
    """A text with a mark in the margin, wrapped beside it."""
    width = printer.width - _GUTTER - 2
    lines = [
        piece
        for line in harmless(text, lines=True).expandtabs(4).splitlines() or [""]
        for piece in textwrap.wrap(line, width if line.isascii() else _narrow(line, width)) or [""]
    ]
    for number, line in enumerate(lines):
        margin = printer.paint(mark, colour) + " " * (_GUTTER - len(mark)) if number == 0 else ""
        body = printer.paint(line, style) if style else line
        printer.line(f"{margin or ' ' * _GUTTER}│ {body}")


def _narrow(line: str, width: int) -> int:
    """How many characters of a line fit, by how wide its characters are on average."""
    from flows.cli.printing import cells

    return max(10, width * len(line) // max(1, cells(line)))
