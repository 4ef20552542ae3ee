"""Finding like wordings: shared bands propose, exact shares of shingles and figures decide."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from cleaners.text.sketch import Text
from warehouse.dedup.band_index import CandidateLookup, IndexedText, indexed_texts
from warehouse.dedup.bands import estimated_similarities, figures_in_common
from warehouse.dedup.distinct_texts import read_texts
from warehouse.dedup.parameters import is_candidate, is_near_duplicate
from warehouse.dedup.union_find import UnionFind

# Two wordings worth comparing, the one that asks first, and how alike their signatures are.
CandidatePair: TypeAlias = tuple[int, int, float]


def link_near_duplicates(
    db: sqlite3.Connection, new: Mapping[int, Text], loose: Collection[int] = ()
) -> UnionFind:
    """Compare wordings with everything in the index; returns the clusters that are one now.

    `new` ones enter the index, `loose` ones are in it. Whether two wordings are proposed and found
    alike depends on those two alone, so the clusters don't depend on the order in which wordings
    come. Two that are in one cluster already aren't compared again: a cluster of many takes a few
    comparisons, not one with each member.
    """
    askers = indexed_texts(db, [*new, *loose])
    if not askers:
        return UnionFind()
    meetings = CandidateLookup(db, askers)
    meetings.add(new)
    met = meetings.candidates()
    known = askers | indexed_texts(db, set().union(*met.values()) - askers.keys())
    meetings.write(db, new, known)
    proposals = [
        one for asker, others in met.items() for one in _candidate_pairs(asker, others, known)
    ]
    waiting = {asker for asker, _, _ in proposals} - new.keys()
    at_hand = dict(new) | {wording: Text.of(text) for wording, text in read_texts(db, waiting)}
    comparison = _Comparison(known, at_hand)
    best, rest = _best_first(proposals, known)
    comparison.run(db, best)
    comparison.run(db, rest)
    db.executemany(
        "INSERT INTO link (a, b, similarity, containment) VALUES (?, ?, ?, ?)", comparison.links
    )
    return comparison.groups


def _candidate_pairs(
    asker: int, others: Collection[int], known: Mapping[int, IndexedText]
) -> list[CandidatePair]:
    """The others that a wording is worth comparing with."""
    if not others:
        return []
    ours = known[asker]
    signatures = [known[other].signature for other in others]
    found = estimated_similarities(ours.signature, signatures)
    figures = figures_in_common(ours.signature, signatures)
    return [
        (asker, other, jaccard)
        for other, jaccard, both in zip(others, found, figures, strict=True)
        if is_candidate(jaccard, (ours.size, known[other].size), both)
    ]


def _best_first(
    proposals: Iterable[CandidatePair], known: Mapping[int, IndexedText]
) -> tuple[list[CandidatePair], list[CandidatePair]]:
    """For each wording the likeliest of each cluster, which mostly settles it, and the rest."""
    ordered = sorted(proposals, key=lambda one: (-one[2], one))
    seen: set[tuple[int, int]] = set()
    best: list[CandidatePair] = []
    rest: list[CandidatePair] = []
    for one in ordered:
        asker, other, _ = one
        pair = (asker, known[other].cluster)
        (rest if pair in seen else best).append(one)
        seen.add(pair)
    return best, rest


@dataclass(slots=True)
class _Comparison:
    """Compares what is proposed and still apart; `at_hand` are the texts of those that ask."""

    known: Mapping[int, IndexedText]
    at_hand: Mapping[int, Text]
    groups: UnionFind = field(default_factory=UnionFind)
    links: list[tuple[int, int, float, float]] = field(default_factory=list)

    def run(self, db: sqlite3.Connection, proposals: Iterable[CandidatePair]) -> None:
        """Compare pairs in their order, reading the text of each other wording once."""
        askers: dict[int, list[int]] = defaultdict(list)
        for asker, other, _ in proposals:
            if self._apart(asker, other):
                askers[other].append(asker)
        for other in [other for other in askers if other in self.at_hand]:
            self._compare(other, self.at_hand[other], askers.pop(other))
        for other, text in read_texts(db, askers):
            apart = [asker for asker in askers[other] if self._apart(asker, other)]
            if apart:
                self._compare(other, Text.of(text), apart)

    def _apart(self, a: int, b: int) -> bool:
        clusters = self.known[a].cluster, self.known[b].cluster
        return self.groups.root(clusters[0]) != self.groups.root(clusters[1])

    def _compare(self, other: int, theirs: Text, askers: Iterable[int]) -> None:
        for asker in askers:
            found = self.at_hand[asker].likeness(theirs)
            if is_near_duplicate(found) and self.groups.join(
                self.known[asker].cluster, self.known[other].cluster
            ):
                pair = min(asker, other), max(asker, other)
                self.links.append((*pair, found.jaccard, found.containment))
