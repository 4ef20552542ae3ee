"""Classifies the blocks of a page as main content or not, by small networks over block features."""
