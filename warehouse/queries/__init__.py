"""Reads the warehouse: records, search, SQL, clusters, statistics and export."""
