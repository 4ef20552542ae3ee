"""The records that are to be corrected first: those that the cleaners are least sure of."""

from __future__ import annotations

from dataclasses import replace

from cleaners.model import Block, Removal
from cleaners.reasons import Reason
from tests.warehouse.conftest import cleaned, load, rows
from warehouse.model import Cleaned
from warehouse.warehouse import Warehouse


def doubted(name: str, *, quality: float = 1.0, disagreement: float = 0.0) -> Cleaned:
    """A page of one block."""
    made = cleaned(f"The story of {name}.", name, quality=quality)
    return replace(made, page=replace(made.page, disagreement=disagreement))


def unsure(warehouse: Warehouse) -> list[int]:
    return [one.hit.id for one in warehouse.unsure_records(9)]


def test_records_on_which_the_networks_disagree_are_listed_whatever_their_quality(
    warehouse: Warehouse,
) -> None:
    load(
        warehouse,
        doubted("agreed"),
        doubted("disputed", disagreement=0.07),
        doubted("poor", quality=0.6),
        doubted("poor and disputed", quality=0.6, disagreement=0.07),
        doubted("hotly disputed", disagreement=0.12),
    )
    assert unsure(warehouse) == [4, 5, 3, 2]
    assert [one.disagreement for one in warehouse.unsure_records(2)] == [0.07, 0.12]
    known = rows(warehouse, "SELECT disagreement FROM quality ORDER BY document_id")
    assert known == [(0.0,), (0.07,), (0.0,), (0.07,), (0.12,)]


def test_many_unsure_blocks_do_not_outweigh_a_page_that_is_no_article(warehouse: Warehouse) -> None:
    long = doubted("long")
    removal = Removal(Reason.RELATED, "classifier", "looks like other stories", 0.51)
    blocks = [Block(f"Another story, number {n}", removal=removal) for n in range(40)]
    long = replace(long, page=replace(long.page, blocks=(*long.page.blocks, *blocks)))
    load(warehouse, long, doubted("empty", quality=0.1))
    assert [(one.hit.id, one.blocks) for one in warehouse.unsure_records(9)] == [(2, 0), (1, 40)]


def test_records_of_unknown_disagreement_rank_among_the_others(warehouse: Warehouse) -> None:
    load(
        warehouse,
        doubted("agreed", quality=0.5, disagreement=0.01),
        doubted("older", quality=0.5),
        doubted("disputed", quality=0.5, disagreement=0.09),
    )
    forget = "UPDATE document SET disagreement = NULL WHERE id "
    warehouse._db.execute(forget + "= 2")
    assert unsure(warehouse) == [3, 2, 1]
    warehouse._db.execute(forget + "> 0")
    assert unsure(warehouse) == [1, 2, 3]
    assert warehouse.unsure_records(1)[0].disagreement is None
