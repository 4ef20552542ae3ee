"""Clusters as people see them: the largest first, who stands for each, and any two compared."""

from __future__ import annotations

import pytest

from tests.warehouse.conftest import MORNING, cleaned, load, words
from warehouse.errors import WarehouseError
from warehouse.model import Relation
from warehouse.warehouse import Warehouse


@pytest.fixture
def told(warehouse: Warehouse) -> list[str]:
    """A story of five paragraphs: whole, cut and edited; a smaller cluster, and a page alone."""
    parts = [words(40, n) for n in range(5)]
    whole, note = "\n\n".join(parts), words(60, 50)
    load(
        warehouse,
        cleaned("\n\n".join(parts[:3]), "cut", url="https://b.example/cut"),
        cleaned(whole, "whole", at=MORNING, url="https://www.a.example/whole"),
        cleaned(whole + " The end", "edited"),
        cleaned(note, "note", payload=b"1"),
        cleaned(note, "note again", payload=b"2"),
        cleaned(words(60, 60), "alone"),
    )
    return parts


@pytest.mark.usefixtures("told")
def test_clusters_come_largest_first_and_members_most_alike_first(warehouse: Warehouse) -> None:
    first, second = warehouse.clusters()
    assert (first.id, first.size, second.size) == (2, 3, 2)
    assert [member.id for member in first.members] == [2, 3, 1]
    assert [member.site for member in first.members] == ["a.example", None, "b.example"]
    assert [round(member.similarity, 2) for member in first.members] == [1, 0.99, 0.6]
    assert [member.containment for member in first.members] == [1, 1, 1]
    assert {member.similarity for member in second.members} == {1}


@pytest.mark.usefixtures("told")
def test_fewer_clusters_and_members_can_be_asked_for(warehouse: Warehouse) -> None:
    (only,) = warehouse.clusters(limit=1, members=2)
    assert (only.size, len(only.members)) == (3, 2)


def test_a_warehouse_without_duplicates_has_no_clusters(warehouse: Warehouse) -> None:
    assert warehouse.clusters() == []


def test_a_comparison_takes_texts_to_be_of_the_site_that_published_them_first(
    warehouse: Warehouse,
) -> None:
    first, other = (f"{words(120, 1)} on the {day} of May {words(100, 2)}" for day in (4, 11))
    load(
        warehouse,
        cleaned(first, at=MORNING, url="https://city.example/1"),
        cleaned(first, payload=b"again", url="https://town.example/1"),
        cleaned(other, url="https://town.example/2"),
    )
    assert warehouse.compare(2, 3).relation is Relation.SAME
    assert warehouse.compare(2, 3).in_one_cluster


@pytest.mark.usefixtures("told")
def test_two_pages_are_compared_whether_they_are_clustered_or_not(warehouse: Warehouse) -> None:
    found = warehouse.compare(1, 2)
    assert (found.relation, found.in_one_cluster) == (Relation.EXCERPT, True)
    assert (found.alignment.containment, found.alignment.similarity) == (1, 0.6)
    other = warehouse.compare(1, 6)
    assert (other.relation, other.in_one_cluster, other.alignment.similarity) == (None, False, 0)
    with pytest.raises(WarehouseError, match="there is no record 99"):
        warehouse.compare(1, 99)


@pytest.mark.usefixtures("told")
def test_stats_count_clusters_and_the_pages_in_the_largest(warehouse: Warehouse) -> None:
    stats = warehouse.stats()
    assert (stats.clusters, stats.duplicates, stats.largest_cluster) == (2, 3, 3)
