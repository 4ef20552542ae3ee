"""Finds near-duplicate texts: shared bands propose pairs, exact comparison decides."""

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

# Two distinct texts worth comparing, the one that asks first, and how alike their signatures are.
CandidatePair: TypeAlias = tuple[int, int, float]


def link_near_duplicates(
    db: sqlite3.Connection, new: Mapping[int, Text], to_compare: Collection[int] = ()
) -> UnionFind:
    """Compare distinct texts with everything in the index; returns the clusters that are one now.

    `new` ones enter the index, `to_compare` ones are in it. Whether two distinct texts are proposed
    and found alike depends on those two alone, so the clusters don't depend on the order in which
    distinct texts come. Two that are in one cluster already aren't compared again: a cluster of
    many takes a few comparisons, not one with each member.
    """
    probes = indexed_texts(db, [*new, *to_compare])
    if not probes:
        return UnionFind()
    lookup = CandidateLookup(db, probes)
    lookup.add(new)
    met = lookup.candidates()
    known = probes | indexed_texts(db, set().union(*met.values()) - probes.keys())
    lookup.write(db, new, known)
    proposals = [
        one for probe, others in met.items() for one in _candidate_pairs(probe, others, known)
    ]
    waiting = {probe for probe, _, _ in proposals} - new.keys()
    cached_texts = dict(new) | {text_id: Text.of(text) for text_id, text in read_texts(db, waiting)}
    comparison = _Comparison(known, cached_texts)
    best, rest = _best_first(proposals, known)
    comparison.run(db, best)
    comparison.run(db, rest)
    db.executemany(
        "INSERT INTO link (a, b, similarity, containment) VALUES (?, ?, ?, ?)", comparison.links
    )
    return comparison.groups


def _candidate_pairs(
    probe: int, others: Collection[int], known: Mapping[int, IndexedText]
) -> list[CandidatePair]:
    """The others that a distinct text is worth comparing with."""
    if not others:
        return []
    ours = known[probe]
    signatures = [known[other].signature for other in others]
    found = estimated_similarities(ours.signature, signatures)
    figures = figures_in_common(ours.signature, signatures)
    return [
        (probe, other, jaccard)
        for other, jaccard, both in zip(others, found, figures, strict=True)
        if is_candidate(jaccard, (ours.size, known[other].size), both)
    ]


def _best_first(
    proposals: Iterable[CandidatePair], known: Mapping[int, IndexedText]
) -> tuple[list[CandidatePair], list[CandidatePair]]:
    """The most similar pair for each probe and cluster, which mostly decides, and the rest."""
    ordered = sorted(proposals, key=lambda one: (-one[2], one))
    seen: set[tuple[int, int]] = set()
    best: list[CandidatePair] = []
    rest: list[CandidatePair] = []
    for one in ordered:
        probe, other, _ = one
        pair = (probe, known[other].cluster)
        (rest if pair in seen else best).append(one)
        seen.add(pair)
    return best, rest


@dataclass(slots=True)
class _Comparison:
    """Compares what is proposed and still apart; `cached_texts` are the texts of those that ask."""

    known: Mapping[int, IndexedText]
    cached_texts: Mapping[int, Text]
    groups: UnionFind = field(default_factory=UnionFind)
    links: list[tuple[int, int, float, float]] = field(default_factory=list)

    def run(self, db: sqlite3.Connection, proposals: Iterable[CandidatePair]) -> None:
        """Compare pairs in their order, reading the text of each other distinct text once."""
        probes: dict[int, list[int]] = defaultdict(list)
        for probe, other, _ in proposals:
            if self._apart(probe, other):
                probes[other].append(probe)
        for other in [other for other in probes if other in self.cached_texts]:
            self._compare(other, self.cached_texts[other], probes.pop(other))
        for other, text in read_texts(db, probes):
            apart = [probe for probe in probes[other] if self._apart(probe, other)]
            if apart:
                self._compare(other, Text.of(text), apart)

    def _apart(self, a: int, b: int) -> bool:
        clusters = self.known[a].cluster, self.known[b].cluster
        return self.groups.root(clusters[0]) != self.groups.root(clusters[1])

    def _compare(self, other: int, theirs: Text, probes: Iterable[int]) -> None:
        for probe in probes:
            found = self.cached_texts[probe].likeness(theirs)
            if is_near_duplicate(found) and self.groups.join(
                self.known[probe].cluster, self.known[other].cluster
            ):
                pair = min(probe, other), max(probe, other)
                self.links.append((*pair, found.jaccard, found.containment))
