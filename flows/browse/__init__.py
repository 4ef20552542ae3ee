"""The warehouse in a browser: a plugin of Datasette, and the server that runs it."""
