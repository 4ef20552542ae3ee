"""Corrects a record: its page is cleaned again, and what a person says overrides the cleaners."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cleaners.corrections import Corrected
from flows.corrections import CorrectionRequest
from flows.runs.reclean import capture_of
from flows.runs.steps import Failure, clean_page
from warehouse.errors import RequestError, WarehouseError
from warehouse.model import Record, Rejected

if TYPE_CHECKING:
    from warehouse.warehouse import Warehouse


def correct_record(warehouse: Warehouse, record_id: int, asked: CorrectionRequest) -> Record:
    """The record after what a person asks for.

    Raises RequestError for what can't be, and WarehouseError where the stored page can't be
    cleaned any more.
    """
    record = warehouse.record(record_id)
    if record is None:
        raise RequestError(f"there is no record {record_id}: `presswash search` shows ids.")
    corrections, undone = asked.corrections(record), asked.undone(record)
    [stored] = warehouse.stored_pages([record_id])
    if isinstance(stored, Rejected):
        raise WarehouseError(f"record {record_id} can't be corrected: {stored.message}.")
    page = clean_page(capture_of(stored))
    if isinstance(page, Failure):
        raise WarehouseError(f"record {record_id} can't be cleaned again: {page.message}.")
    texts = {block.text for block in page.blocks}
    if any(one.what is Corrected.BLOCK and one.text not in texts for one in corrections):
        raise WarehouseError(
            f"record {record_id} was cleaned by an older version, which made other blocks of it:"
            " run `presswash reclean`, then try again."
        )
    warehouse.correct(record_id, page, corrections, undone)
    changed = warehouse.record(record_id)
    assert changed is not None
    return changed
