"""Readers of files that hold many pages, such as WARC, ZIP, tar, JSON Lines and Parquet."""
