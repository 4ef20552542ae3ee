"""Shows a page block by block: what was kept, what was removed, why, and by which cleaner."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cleaners.model import Block, Kind
from cleaners.reasons import Reason
from flows.cli.output import Output, Part, styled
from flows.words import counted, escape_controls

if TYPE_CHECKING:
    from rich.text import Text

_MARGIN = 16
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


def blocks_as_json(blocks: Sequence[Block]) -> list[dict[str, object]]:
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


def print_blocks(output: Output, blocks: Sequence[Block]) -> None:
    """Prints every block in order, each removed one with its reason, then a summary."""
    output.margin((row for block in blocks for row in _rows(block)), _MARGIN)
    output.line()
    output.line(*_summary(blocks))


def _summary(blocks: Sequence[Block]) -> list[Part]:
    """How many blocks were kept, and how many were removed for which reason."""
    reasons = Counter(block.removal.reason for block in blocks if block.removal)
    kept = counted(len(blocks) - reasons.total(), "block")
    if not reasons:
        return [f"{kept} kept, none removed"]
    parts: list[Part] = [f"{kept} kept, {reasons.total():,} removed: "]
    for number, (reason, count) in enumerate(reasons.most_common()):
        parts += [", " if number else "", (str(reason), _COLOURS[reason]), f" {count}"]
    return parts


_LABELLED_KINDS = frozenset((Kind.TITLE, Kind.BYLINE))


def _rows(block: Block) -> Iterator[tuple[Text, Text]]:
    from rich.text import Text

    text = escape_controls(block.text, keep="\t\n")
    removal = block.removal
    if removal is None:
        label = str(block.kind) if block.kind in _LABELLED_KINDS else ""
        yield styled((label, "bold")), Text(text, "bold" if label else "")
        return
    yield styled((str(removal.reason), _COLOURS[removal.reason])), Text(text, "dim")
    why = f"↳ {removal.detail} ({removal.cleaner}, confidence {removal.confidence:.0%})"
    yield styled(), styled((why, "dim"))
