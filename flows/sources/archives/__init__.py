"""Readers of files that hold many pages: WARC, ZIP, tar, JSON Lines, Parquet."""
