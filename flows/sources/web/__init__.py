"""Fetches pages over HTTP: politely, from a few hosts at once, and never from private networks."""
