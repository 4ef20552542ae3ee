"""Faults planted in a warehouse: how many are found, survived and repaired."""

from __future__ import annotations

import shutil
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.cli import run
from flows.runs.jobs import CheckJob
from flows.runs.repair import find_problems, repair_warehouse
from tests.benchmarks.mutations import UNSEEN, mutate
from tests.flows.all_commands import READ_COMMANDS, WRITE_COMMANDS, run_commands
from tests.flows.conftest import ROOT, contents
from tests.flows.fault_injection import DAMAGES
from tests.flows.file_corruption import corrupt
from warehouse.errors import WarehouseError

CORRUPTIONS = 100
MUTATIONS = 200

Report = Callable[[str, dict[str, object]], None]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The seeds, ingested."""
    path = tmp_path_factory.mktemp("sound") / "presswash.db"
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(ROOT)
        assert run(["ingest", "--no-flow", "seeds", "--db", str(path)]) == 0
    return path


def test_corruptions_survived(sound: Path, tmp_path: Path, report: Report) -> None:
    """Every command on files overwritten, cut, grown, and beside noise for a log or a journal."""
    counts: Counter[str] = Counter()
    bad: list[str] = []
    for number in range(CORRUPTIONS):
        folder = tmp_path / str(number)
        folder.mkdir()
        path = folder / "presswash.db"
        shutil.copy(sound, path)
        how = corrupt(path, number)
        before = path.read_bytes()
        try:
            reading = run_commands(folder, READ_COMMANDS)
            changed = path.read_bytes() != before
            said = [*reading, *run_commands(folder, WRITE_COMMANDS)]
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            bad.append(f"{number}, {how}: {error}")
            continue
        bad += [f"{number}, {how}: {one}" for one in said if one.is_bad]
        bad += [f"{number}, {how}: changed by reading"] if changed else []
        counts["corruptions"] += 1
        counts["commands run"] += len(said)
        counts["commands that told of it"] += sum(one.code == 1 for one in said)
        counts["found by check"] += next(one.code for one in said if one.command == "check")
        mended = next(one.code for one in said if one.command == "check --repair") == 0
        counts["sound after check --repair"] += mended
        shutil.rmtree(folder)
    report("corruptions survived", {**counts, "tracebacks, crashes, hangs, changes": len(bad)})
    assert bad == []


@pytest.mark.usefixtures("sound")
def test_damage_found_and_repaired(sound: Path, tmp_path: Path, report: Report) -> None:
    """One of each kind of damage that a test plants by hand."""
    path = tmp_path / "presswash.db"
    found = mended = 0
    for damage in DAMAGES:
        shutil.copy(sound, path)
        damage.plant(path)
        job = CheckJob(str(path), damage.deep)
        found += bool(find_problems(job))
        mended += not repair_warehouse(job).left
    kinds = len(DAMAGES)
    report("damage planted", {"kinds": kinds, "found": found, "sound after a repair": mended})
    assert found == kinds
    assert mended == sum(not damage.left for damage in DAMAGES)


def test_random_damage_to_rows(sound: Path, tmp_path: Path, report: Report) -> None:
    """Rows deleted, values changed, blocks swapped: in any table, at random."""
    path = tmp_path / "presswash.db"
    counts: Counter[str] = Counter()
    unseen: Counter[str] = Counter()
    whole = contents(sound)
    for number in range(MUTATIONS):
        shutil.copy(sound, path)
        mutation = mutate(path, number)
        if mutation is None:
            continue
        counts["planted"] += 1
        try:
            shallow = bool(find_problems(CheckJob(str(path))))
            deep = shallow or bool(find_problems(CheckJob(str(path), deep=True)))
        except WarehouseError:
            counts["refused in a sentence"] += 1
            continue
        counts["found by check"] += shallow
        counts["found by check --deep alone"] += deep and not shallow
        if not deep:
            unseen[f"{mutation.table}{mutation.done}"] += 1
            assert mutation.unseen, mutation
            continue
        left = repair_warehouse(CheckJob(str(path), deep=True)).left
        counts["sound after check --repair"] += not left
        counts["and what it was"] += not left and contents(path) == whole
    report("random damage to rows", {**counts, "not to be told": dict(unseen), "why": UNSEEN})
