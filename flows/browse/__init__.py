"""Shows the warehouse in a browser: a Datasette plugin, and the server that runs it."""
