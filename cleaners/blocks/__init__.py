"""Splits pages into blocks, from the HTML tree or from the lines of plain text."""
