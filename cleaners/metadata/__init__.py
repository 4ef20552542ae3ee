"""Finds a page's title, authors, date and URL in its metadata and in its text."""
