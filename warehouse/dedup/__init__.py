"""Near-duplicate detection: the band index, the comparison of candidate pairs, and clusters."""
