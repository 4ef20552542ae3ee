"""Turns bytes into text: detects encodings, and repairs text that was decoded wrongly."""
