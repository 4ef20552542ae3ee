"""Helpers for SQLite: connections, transactions, IDs and functions."""
