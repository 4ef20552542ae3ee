"""The classifier's weights are those in the folder that presswash.toml names."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import presswash as api
from cleaners.classifier import WEIGHTS_FILE
from flows.cli.defaults import is_configured
from flows.orchestration.deployments import flow_parameters
from flows.orchestration.owner import owner_of
from flows.orchestration.schedule import load_schedules
from tests.flows.conftest import Presswash, contents, rows, write_stories

SHIPPED = Path(api.__file__).parents[1] / "cleaners" / "data" / WEIGHTS_FILE


def write_weights(folder: Path, shift: float = -40.0) -> Path:
    """Weights that keep fewer blocks: every block's log-odds are moved."""
    with np.load(SHIPPED) as arrays:
        held = {name: arrays[name] for name in arrays.files}
    for name in ("html_weights", "text_weights"):
        held[name] = held[name].copy()
        held[name][:, -1] += shift  # the last bias
    folder.mkdir(exist_ok=True)
    np.savez_compressed(folder / WEIGHTS_FILE, **held)
    return folder


@pytest.fixture
def configured(tmp_path: Path) -> Path:
    """A folder whose presswash.toml names weights that keep hardly anything."""
    write_weights(tmp_path / "own")
    (tmp_path / "presswash.toml").write_text('weights = "own"\n', encoding="utf-8")
    write_stories(tmp_path / "pages", 2)
    return tmp_path


def test_records_name_the_weights_that_cleaned_them(presswash: Presswash, configured: Path) -> None:
    assert is_configured()
    ran = presswash("ingest", "--no-flow", "pages", "--jobs", 2)
    assert ran.code == 0, ran.err
    [(name,)] = rows(configured / "presswash.db", "SELECT DISTINCT weights FROM documents")
    assert str(name).startswith("own-")
    assert f"weights {name}" in presswash("show", 1).out
    assert presswash("show", 1, "--json").json["weights"] == name
    assert presswash("check", "--deep").code == 0


def test_other_weights_make_records_outdated(presswash: Presswash, configured: Path) -> None:
    (configured / "presswash.toml").rename(configured / "later.toml")
    presswash("ingest", "--no-flow", "pages")
    db = configured / "presswash.db"
    before = contents(db)
    (configured / "later.toml").rename(configured / "presswash.toml")
    found = presswash("reclean", "--preview", "--json").json
    assert found["documents"] == 2
    assert found["changed"] == 2
    assert contents(db) == before
    assert "2 documents recleaned" in presswash("reclean").out
    [(name,)] = rows(db, "SELECT DISTINCT weights FROM documents")
    assert str(name).startswith("own-")
    assert presswash("reclean").out.startswith("0 documents recleaned")
    (configured / "presswash.toml").unlink()
    assert "2 documents recleaned" in presswash("reclean").out
    assert contents(db) == before


def test_a_program_cleans_with_weights(configured: Path) -> None:
    page = (configured / "pages" / "story000.txt").read_bytes()
    kept = api.clean(page)
    less = api.clean(page, weights=configured / "own")
    assert less.quality < kept.quality
    with api.open(configured / "own.db", weights=configured / "own") as database:
        database.ingest(str(configured / "pages"))
        assert [record.weights for record in map(database.get, (1, 2)) if record] != [None, None]


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        ("missing", "can't be read (No such file or directory)"),
        ("no archive", "can't be used: it is no file of numpy arrays"),
        ("one array", "can't be used: it is no file of numpy arrays"),
        ("objects", "can't be used: it is no file of numpy arrays"),
        ("other shapes", "can't be used: its arrays have other shapes"),
        ("other arrays", "it has no html_scales"),
        ("other features", "features, and this version of presswash has"),
        ("no numbers", "weights that are no numbers"),
        ("cut", "can't be used: it is no file of numpy arrays"),
    ],
)
def test_weights_that_cannot_be_used_are_explained(
    presswash: Presswash, configured: Path, broken: str, sentence: str
) -> None:
    file = configured / "own" / WEIGHTS_FILE
    with np.load(file) as arrays:
        held = {name: arrays[name] for name in arrays.files}
    if broken == "missing":
        file.unlink()
    elif broken == "no archive":
        file.write_bytes(b"weights")
    elif broken == "one array":
        with file.open("wb") as opened:
            np.save(opened, np.zeros(3))
    elif broken == "objects":
        np.savez(file, html_scales=np.array([{"lamp": 1}]))
    elif broken == "other shapes":
        np.savez(file, html_scales=np.zeros((1, 2, 5)), html_weights=np.zeros((1, 7)))
    elif broken == "other arrays":
        np.savez(file, some=np.zeros(3))
    elif broken == "other features":
        held["html_scales"] = held["html_scales"][..., :-1]
        held["html_weights"] = held["html_weights"][:, 48:]
        np.savez(file, **held)
    elif broken == "no numbers":
        held["text_weights"] = np.full_like(held["text_weights"], np.nan)
        np.savez(file, **held)
    else:
        file.write_bytes(file.read_bytes()[:1000])
    ran = presswash("ingest", "--no-flow", "pages")
    assert ran.code == 2
    assert sentence in ran.err
    assert len(ran.err.splitlines()) == 1


def test_a_schedule_hands_on_the_weights(configured: Path) -> None:
    file = configured / "presswash.toml"
    schedules = '[[schedule]]\nflow = "{}"\ncron = "0 3 * * *"\n'
    text = 'weights = "own"\n' + schedules.format("maintain")
    text += schedules.format("ingest") + 'sources = ["pages"]\n'
    file.write_text(text, encoding="utf-8")
    config = load_schedules(file)
    owner = owner_of(file, config)
    for schedule in config.schedule:
        assert flow_parameters(config, schedule, owner)["weights"] == str(configured / "own")
