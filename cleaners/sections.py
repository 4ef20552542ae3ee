"""What lines owe to their place: lists under a heading, comments, headlines after the article."""

from __future__ import annotations

from collections.abc import Sequence

from cleaners.blocks.raw import RawPage
from cleaners.lines import Lines
from cleaners.model import Reason, Removal
from cleaners.reasons.wording import by_traces

# The reasons whose heading speaks for the short lines that follow it.
_OPENING = frozenset((Reason.RELATED, Reason.TICKER))
_MOST = 40  # lines under one heading
_LINKED = 0.7  # of a block's characters


def under_headings(
    lines: Lines, marks: Sequence[Removal | None], kept: Sequence[bool]
) -> dict[int, Removal]:
    """The removals of unmarked short lines that follow a heading of chrome, up to the next text."""
    found: dict[int, Removal] = {}
    heading: int | None = None
    for i, mark in enumerate(marks):
        if kept[i]:
            heading = None
        elif mark is not None:
            # A heading ends where it already names its one headline: “Read also: …”.
            if mark.reason in _OPENING:
                heading = i if lines[i].size <= 8 else None
        elif heading is not None:
            opened = marks[heading]
            fact = lines[i]
            unnumbered = opened is not None and opened.reason is Reason.TICKER and not fact.numbers
            if opened is None or unnumbered or fact.prose or i - heading > _MOST:
                heading = None
            else:
                what = f"in the list under “{lines.texts[heading][:60]}”"
                found[i] = by_traces(fact) or Removal(opened.reason, "sections", what, 0.75)
    return found


def comments_start(lines: Lines, marks: Sequence[Removal | None], span: range) -> int | None:
    """Where the comments section opens: its heading, below the article."""
    for i in range(span.stop, len(lines)):
        mark = marks[i]
        if mark is not None and mark.reason is Reason.COMMENT and not lines[i].prose:
            return i
    return None


def by_place(i: int, lines: Lines, raw: RawPage, span: range) -> Removal:
    """What a line most likely is, by its length, its links and its neighbours."""
    fact, block = lines[i], raw.blocks[i]
    if not span:
        where = "on a page without an article"
    elif i in span:
        where = "amid the article"
    else:
        where = "before the article" if i < span.start else "after the article"
    if block.tag in ("figcaption", "caption"):
        return Removal(Reason.CAPTION, "sections", "the caption of a picture", 0.8)
    linked = block.link_chars >= _LINKED * max(1, len(block.text))
    neighbours = [lines[j] for j in (i - 1, i + 1) if 0 <= j < len(lines) and j not in span]
    listed = linked or any(not other.ends and other.size <= 20 for other in neighbours)
    headline = not fact.ends or (fact.text.endswith(("?", "!")) and fact.sentences == 1)
    if listed and headline and 4 <= fact.size <= 25 and (linked or i >= span.start):
        return Removal(Reason.RELATED, "sections", f"a headline {where}", 0.6)
    if fact.size <= 4 and not fact.ends:
        return Removal(Reason.NAVIGATION, "sections", f"a short label {where}", 0.6)
    return Removal(
        Reason.BOILERPLATE, "classifier", f"it doesn't read as the article, {where}", 0.5
    )
