"""Near-duplicate pages: candidates from the band index, exact comparison, clusters."""
