"""Reading the warehouse: records, search, SQL, clusters, statistics, export."""
