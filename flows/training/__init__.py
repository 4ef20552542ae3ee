"""Trains and evaluates the classifier on a folder of annotated pages; not needed to clean."""
