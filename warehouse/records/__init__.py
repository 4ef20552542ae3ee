"""Writing the warehouse: documents, raw bytes, runs, rejects, resume state."""
