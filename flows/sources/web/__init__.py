"""Fetches pages over HTTP: politely, from a few hosts at once, not from private networks."""
