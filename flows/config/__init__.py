"""`presswash.toml` and the variables that override it."""
