"""Lists under a heading: the headlines below “Read also”, the figures below “Exchange rates”."""

from __future__ import annotations

from collections.abc import Sequence

from cleaners.content import comments_start
from cleaners.facts import Facts
from cleaners.model import Reason, Removal
from cleaners.reasons.wording import by_traces

# The reasons whose heading speaks for the short lines that follow it.
_OPENING = frozenset((Reason.RELATED, Reason.TICKER))
_MOST = 40  # lines under one heading


def under_headings(facts: Sequence[Facts], marks: Sequence[Removal | None]) -> dict[int, Removal]:
    """The removals of unmarked short lines that follow a heading of chrome, up to the next text."""
    found: dict[int, Removal] = {}
    heading: int | None = None
    for i, (fact, mark) in enumerate(zip(facts, marks, strict=True)):
        if mark is not None:
            # A heading ends where it already names its one headline: “Read also: …”.
            if mark.reason in _OPENING:
                heading = i if fact.size <= 8 else None
            continue
        if heading is None:
            continue
        opened = marks[heading]
        if fact.prose or fact.spoken or i - heading > _MOST or opened is None:
            heading = None
            continue
        if opened.reason is Reason.TICKER and not fact.numbers:
            heading = None
            continue
        what = f"in the list under “{facts[heading].text[:60]}”"
        found[i] = by_traces(fact) or Removal(opened.reason, "sections", what, 0.75)
    return found


def outside_article(
    facts: Sequence[Facts], marks: Sequence[Removal | None], span: range
) -> dict[int, Removal]:
    """The removals of unmarked blocks before and after the article."""
    found: dict[int, Removal] = {}
    comments = comments_start(facts, marks)
    for i, (fact, mark) in enumerate(zip(facts, marks, strict=True)):
        if mark is not None or i in span:
            continue
        if not span:
            plain = Removal(Reason.BOILERPLATE, "content", "the page has no article", 0.7)
        elif comments is not None and i > comments and (fact.prose or fact.spoken):
            plain = Removal(Reason.COMMENT, "content", "it stands below the comments' heading", 0.7)
        else:
            plain = _by_place(i, facts, span)
        if i and (label := marks[i - 1]) and label.reason is Reason.ADVERT and not fact.prose:
            plain = Removal(Reason.ADVERT, "content", "it stands below an advert's label", 0.6)
        found[i] = by_traces(fact) or plain
    return found


def _by_place(i: int, facts: Sequence[Facts], span: range) -> Removal:
    """What a line before or after the article most likely is, by its length and neighbours."""
    fact = facts[i]
    before = i < span.start
    where = "before the article" if before else "after the article"
    neighbours = [facts[j] for j in (i - 1, i + 1) if 0 <= j < len(facts) and j not in span]
    listed = any(not other.ends and other.size <= 20 for other in neighbours)
    headline = not fact.ends or (fact.text.endswith(("?", "!")) and fact.sentences == 1)
    if not before and listed and 4 <= fact.size <= 20 and headline:
        return Removal(Reason.RELATED, "content", f"a headline {where}", 0.6)
    if fact.size <= 4 and not fact.ends:
        return Removal(Reason.NAVIGATION, "content", f"a short label {where}", 0.6)
    return Removal(Reason.BOILERPLATE, "content", f"it stands {where}", 0.6)


def label_runs(
    facts: Sequence[Facts], marks: Sequence[Removal | None], span: range
) -> dict[int, Removal]:
    """The removals of label runs inside the article: three short unfinished lines and more.

    One or two such lines above a paragraph are subheadings and stay; so do lists with bullets
    or numbers, and lists that a sentence with a colon announces.
    """
    found: dict[int, Removal] = {}
    run: list[int] = []
    announced = False
    for i in [*span, span.stop]:
        fact = facts[i] if i in span else None
        short = fact is not None and not fact.prose and not fact.spoken and not fact.ends
        if fact is not None and short and marks[i] is None and not _listed(fact):
            run.append(i)
            continue
        if fact is not None and marks[i] is not None and run:
            continue
        if len(run) >= 3 and not announced:
            for j in run:
                what = f"one of {len(run)} labels in a row"
                found[j] = Removal(Reason.NAVIGATION, "sections", what, 0.6)
        run = []
        announced = fact is not None and fact.ends_open
    return found


def _listed(fact: Facts) -> bool:
    return fact.text[:1] in "•·-–—*▪◦" or fact.text[:1].isdigit()
