"""Reads presswash.toml and the environment variables that override it."""
