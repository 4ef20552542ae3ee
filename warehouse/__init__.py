"""What is known of the pages: the SQLite warehouse, its duplicates, queries and exports."""

from warehouse.connection import open_readonly, open_warehouse
from warehouse.errors import WarehouseError
from warehouse.model import (
    Cleaned,
    Counts,
    Hit,
    Known,
    Loaded,
    Outcome,
    PageKey,
    Problem,
    Recleaned,
    Record,
    Rejected,
    RemovalTally,
    RunStatus,
    Sighting,
    Stats,
    Stored,
    Table,
    Tally,
    Value,
    Verdict,
)
from warehouse.warehouse import Warehouse

__all__ = [
    "Cleaned",
    "Counts",
    "Hit",
    "Known",
    "Loaded",
    "Outcome",
    "PageKey",
    "Problem",
    "Recleaned",
    "Record",
    "Rejected",
    "RemovalTally",
    "RunStatus",
    "Sighting",
    "Stats",
    "Stored",
    "Table",
    "Tally",
    "Value",
    "Verdict",
    "Warehouse",
    "WarehouseError",
    "open_readonly",
    "open_warehouse",
]
