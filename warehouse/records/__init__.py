"""Writes to the warehouse: documents, raw bytes, runs, rejects and resume state."""
