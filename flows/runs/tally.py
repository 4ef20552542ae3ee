"""Adds up the results of a run in bounded memory: counts, a list of pages, removals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from cleaners.reasons import Reason
from flows.words import counted
from warehouse.model import Cleaned, Counts, Loaded, PageOutcome, Relation, Verdict

NO_ARTICLE = "no article"
VERSION = "version"
EXAMPLES = 3
_EXAMPLE_CHARS = 160


class RunTally:
    """Adds up batches as they are loaded; keeps at most `pages` pages and as many rejects."""

    def __init__(self, pages: int = 200) -> None:
        self.counts = Counts()
        self.pages: list[Loaded] = []
        self.rejects: list[Loaded] = []
        self.removed: Counter[Reason] = Counter()
        self.examples: dict[Reason, list[str]] = {}
        self.last: str | None = None
        self.without_article = 0
        self.versions = 0
        self._max_pages = pages

    def add(self, batch: Sequence[PageOutcome], loaded: Sequence[Loaded]) -> None:
        """Add one batch: the outcomes given to the warehouse, and the results of loading them."""
        self.counts = self.counts + Counts.of(loaded)
        self.pages += loaded[: self._max_pages - len(self.pages)]
        self.without_article += sum(map(_has_no_article, loaded))
        self.versions += sum(page.relation is Relation.VERSION for page in loaded)
        rejects = [page for page in loaded if page.verdict is Verdict.REJECTED]
        self.rejects += rejects[: self._max_pages - len(self.rejects)]
        self.last = loaded[-1].locator if loaded else self.last
        for outcome in batch:
            if isinstance(outcome, Cleaned):
                self._add_removals(outcome)

    def added_details(self) -> str:
        """In parentheses, how many added pages are near-duplicates, versions or no articles."""
        details = []
        if self.counts.duplicates > self.versions:
            details.append(counted(self.counts.duplicates - self.versions, "near-duplicate"))
        if self.versions:
            details.append(counted(self.versions, "version"))
        if self.without_article:
            details.append(f"{self.without_article:,} without an article")
        return f" ({', '.join(details)})" if details else ""

    def _add_removals(self, outcome: Cleaned) -> None:
        for block in outcome.page.blocks:
            if block.removal is None:
                continue
            reason = block.removal.reason
            self.removed[reason] += 1
            examples = self.examples.setdefault(reason, [])
            if len(examples) < EXAMPLES:
                text = " ".join(block.text.split())[:_EXAMPLE_CHARS]
                if text not in examples:
                    examples.append(text)


def outcome_counts(tally: RunTally) -> str:
    """A run's counts in one line: 24 added, 2 duplicates, 1 rejected.

    Unlike in the run's own counters, duplicates and versions are not counted as added here.
    """
    counts = tally.counts
    duplicates = counts.duplicates - tally.versions
    rest = {
        "version": tally.versions,
        "duplicate": duplicates,
        "unchanged": counts.unchanged,
        "rejected": counts.rejected,
    }
    parts = [f"{counts.added - counts.duplicates:,} added"]
    for name, number in rest.items():
        if number:
            parts.append(
                counted(number, name) if name in {"version", "duplicate"} else f"{number:,} {name}"
            )
    return ", ".join(parts)


def outcome_label(page: Loaded) -> str:
    """The verdict on a page as shown to people.

    A page added without any text has no article; a version is distinguished from a duplicate.
    """
    if page.relation is Relation.VERSION:
        return VERSION
    return NO_ARTICLE if _has_no_article(page) else str(page.verdict)


def _has_no_article(page: Loaded) -> bool:
    return page.verdict is Verdict.ADDED and page.n_words == 0
