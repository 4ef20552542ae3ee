"""What every module needs of SQLite: connections, transactions, ids, functions."""
