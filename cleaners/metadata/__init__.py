"""Title, authors, date and URL, from a page's metadata and from its lines."""
