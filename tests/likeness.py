"""How alike two texts are, by the shingles that both have."""

from __future__ import annotations

from cleaners.text.shingles import shingle_hashes


def shingles(text: str) -> set[int]:
    """The hashes of a text's shingles."""
    return set(shingle_hashes(text).tolist())


def jaccard(one: str, other: str) -> float:
    """Shared shingles over all shingles, 0 to 1; two empty texts are not alike."""
    ours, theirs = shingles(one), shingles(other)
    return len(ours & theirs) / len(ours | theirs) if ours | theirs else 0.0


def containment(part: str, whole: str) -> float:
    """The share of the shingles of `part` that `whole` has too, 0 to 1."""
    ours = shingles(part)
    return len(ours & shingles(whole)) / len(ours) if ours else 0.0
