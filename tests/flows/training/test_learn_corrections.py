"""The classifier learns from what people corrected, and keeps what it does well."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.flows.cli.test_relations import write
from tests.flows.conftest import Presswash, rows, story

TIP = "Sailors who know the bay of {0} said on Monday that the wind of {0} turns at noon and falls."
WORDS = "alder birch cedar damson elder fir gorse hazel ivy juniper kelp larch".split()


def page(number: int) -> dict[str, str]:
    """A page of one of four sites; each of the first twelve has a tip inside its text."""
    parts = [f"<p>{one}</p>" for one in story(number, 6).strip().split("\n\n")]
    if number < len(WORDS):
        parts.insert(4, f'<p class="harbour">{TIP.format(WORDS[number])}</p>')
    html = (
        f"<html><head><title>Council number {number}</title></head><body><article>"
        f"{''.join(parts)}</article></body></html>"
    )
    return {"html": html, "url": f"https://quay{number % 4}.example.org/{number}"}


@pytest.fixture
def corrected(presswash: Presswash, tmp_path: Path) -> Path:
    """A warehouse of 18 pages; of those that have a tip, a person removed it."""
    ran = presswash("ingest", "--no-flow", write(tmp_path / "p.jsonl", *map(page, range(18))))
    assert ran.code == 0, ran.err
    db = tmp_path / "presswash.db"
    tips = rows(
        db, "SELECT document_id, position FROM blocks WHERE kept AND text LIKE 'Sailors who%'"
    )
    assert len(tips) == 12
    for document, position in tips:
        assert presswash("correct", str(document), "--remove", str(position)).code == 0
    return db


def test_too_few_corrections_are_refused(presswash: Presswash, tmp_path: Path) -> None:
    presswash("ingest", "--no-flow", write(tmp_path / "p.jsonl", page(0)))
    presswash("correct", 1, "--remove", 1)
    ran = presswash("train", "--corrections")
    assert ran.code == 1
    assert "too few corrections to learn from: 1 of blocks, on 1 site" in ran.err
    assert not (tmp_path / "weights").exists()
    ran = presswash("train")
    assert ran.code == 2
    assert "name a folder of annotated pages, or learn from --corrections" in ran.err


def test_what_was_corrected_is_learnt_and_other_sites_profit(
    presswash: Presswash, corrected: Path
) -> None:
    pytest.importorskip("optax", reason="training needs presswash's extra train")
    ran = presswash("train", "--corrections", "--json")
    assert ran.code == 0, ran.err
    report = ran.json
    assert (report["corrections"], report["pages"], report["sites"]) == (12, 12, 4)
    assert report["right"]["before"] == 0
    assert report["right"]["after"] > 0.5
    assert report["f1"]["after"] > report["f1"]["before"]
    assert report["others"] == 2
    assert json.loads((corrected.parent / "weights" / "training.json").read_text()) == report
    (corrected.parent / "presswash.toml").write_text('weights = "weights"\n', encoding="utf-8")
    found = presswash("reclean", "--preview", "--json").json
    assert found["documents"] == 18
    assert all("Sailors who" in text for one in found["examples"] for text in one["lost"])
    assert presswash("reclean").code == 0
    assert presswash("check", "--deep").code == 0


def test_the_same_corrections_give_the_same_weights(presswash: Presswash, corrected: Path) -> None:
    pytest.importorskip("optax", reason="training needs presswash's extra train")
    for name in ("one", "other"):
        assert presswash("train", "--corrections", "--out", name).code == 0
    folder = corrected.parent
    weights = [(folder / name / "weights.npz").read_bytes() for name in ("one", "other")]
    assert weights[0] == weights[1]


def test_what_would_change_too_much_is_not_written(
    presswash: Presswash, corrected: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("optax", reason="training needs presswash's extra train")
    monkeypatch.setattr("flows.training.learn_corrections.MIN_STABILITY", 1.1)
    ran = presswash("train", "--corrections")
    assert ran.code == 1
    assert "would change too much of the records that nobody corrected" in ran.err
    assert list((corrected.parent / "weights").iterdir()) == []
