"""Title, authors, date and address: what a page states of itself, and what its lines say."""
