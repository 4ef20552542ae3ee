"""Classifies the blocks of a page as main content or not, by small networks over block features."""

WEIGHTS_FILE = "weights.npz"
"""The name of a file with the weights of the networks."""
