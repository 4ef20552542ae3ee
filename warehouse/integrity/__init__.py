"""The invariants of a warehouse: what checks them, and what repairs a violation."""
