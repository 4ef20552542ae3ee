"""Finds the inputs of the sources in a fixed order, and reads captures of pages from them."""
