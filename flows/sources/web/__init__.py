"""Pages over HTTP: fetched politely, a few hosts at once, none from one's own network."""
