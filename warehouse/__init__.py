"""Stores what is known of the pages in SQLite, with duplicates, queries and exports."""
