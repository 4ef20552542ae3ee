"""Applies a person's correction: cleans the page again, and overrides the cleaners' decisions.

Other versions of the page that the correction applies to are cleaned again as well.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from cleaners.corrections import Corrected
from cleaners.page import Page
from flows.corrections import CorrectionRequest
from flows.runs.cleaning import Failure, clean_page
from flows.runs.reclean import capture_of
from flows.runs.weights import Weights, load_weights
from warehouse.answers import Record
from warehouse.errors import RequestError, WarehouseError
from warehouse.model import Rejected

if TYPE_CHECKING:
    from warehouse.warehouse import Warehouse


def correct_record(
    warehouse: Warehouse,
    record_id: int,
    asked: CorrectionRequest,
    confirm: Callable[[Record], None] | None = None,
    weights: str | None = None,
) -> Record:
    """Apply a correction request; returns the corrected record.

    `confirm` gets the record as it is just before it is corrected, when nobody else can write any
    more. If it raises an exception, nothing is corrected.

    `weights` is the folder of the classifier's weights, None for the shipped ones. Raises
    RequestError for an impossible correction, WarehouseError if the stored page can no longer be
    cleaned, and ConfigError for weights that can't be used.
    """
    record = warehouse.record(record_id)
    if record is None:
        raise RequestError(f"there is no record {record_id}: `presswash search` shows ids.")
    corrections, undone = asked.corrections(record), asked.undone(record)
    loaded = load_weights(weights)
    page = _cleaned_again(warehouse, record_id, loaded)
    if isinstance(page, Failure):
        raise WarehouseError(f"record {record_id} can't be cleaned again: {page.message}.")
    texts = {block.text for block in page.blocks}
    if any(one.what is Corrected.BLOCK and one.text not in texts for one in corrections):
        raise WarehouseError(
            f"record {record_id} was cleaned by an older version, which split it into other blocks:"
            " run `presswash reclean`, then try again."
        )
    pages: dict[int, Page | None] = {record_id: page}

    def confirm_present() -> None:
        present = warehouse.record(record_id)
        if confirm is not None and present is not None:
            confirm(present)

    while others := warehouse.correct(record_id, pages, corrections, undone, confirm_present):
        for other in others:
            version = _cleaned_again(warehouse, other, loaded)
            pages[other] = None if isinstance(version, Failure) else version
    changed = warehouse.record(record_id)
    assert changed is not None
    return changed


def _cleaned_again(warehouse: Warehouse, document: int, weights: Weights | None) -> Page | Failure:
    [stored] = warehouse.stored_pages([document])
    if isinstance(stored, Rejected):
        return Failure(str(stored.stage), stored.error, stored.message)
    return clean_page(capture_of(stored), weights)
