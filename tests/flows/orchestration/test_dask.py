"""Cleaning on a Dask cluster: the same records, also when a worker is killed in the middle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.flows.conftest import (
    Presswash,
    contents,
    path_for_others,
    rows,
    write_stories,
)
from warehouse.warehouse import Warehouse

pytest.importorskip("distributed")

DB = Path("presswash.db")


@dataclass(frozen=True, slots=True)
class Cluster:
    """A scheduler's address, and its workers' process ids."""

    address: str
    workers: tuple[int, ...]

    @property
    def runner(self) -> str:
        return self.address.replace("tcp://", "dask://")


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """A scheduler and two workers, each a process on loopback."""
    from distributed import Client

    environment = {**os.environ, "PYTHONPATH": path_for_others()}
    environment["DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES"] = "3"
    environment["DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT"] = "10s"

    def start(*arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", *arguments],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    place = ("--host", "127.0.0.1", "--no-dashboard")
    scheduler = start("distributed.cli.dask_scheduler", *place, "--port", "0")
    assert scheduler.stderr is not None
    address = next(line.split()[-1] for line in scheduler.stderr if "Scheduler at:" in line)
    more = ("--nthreads", "1", "--no-nanny")
    workers = [start("distributed.cli.dask_worker", address, *place, *more) for _ in range(2)]
    try:
        with Client(address, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=60)
        yield Cluster(address, tuple(worker.pid for worker in workers))
    finally:
        for process in (*workers, scheduler):
            process.kill()
            process.communicate()


@pytest.mark.slow
@pytest.mark.usefixtures("prefect_api")
def test_a_cluster_leaves_the_same_warehouse_also_when_a_worker_is_killed(
    presswash: Presswash, cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_stories(tmp_path / "pages", 260)
    assert presswash("ingest", "pages", "--no-flow", "--db", "other.db").code == 0
    real, loaded = Warehouse.load, []

    def load(*arguments: Any) -> Any:
        loaded.append(arguments)
        if len(loaded) == 1:
            os.kill(cluster.workers[0], signal.SIGKILL)
        return real(*arguments)

    monkeypatch.setattr(Warehouse, "load", load)
    ran = presswash("ingest", "pages", "--runner", cluster.runner, "--json")
    assert (ran.code, ran.json["added"], ran.json["rejected"]) == (0, 260, 0)
    assert len(loaded) == 5
    assert contents(DB) == contents(Path("other.db"))
    assert rows(DB, "SELECT status FROM runs") == [("completed",)]


@pytest.mark.slow
@pytest.mark.usefixtures("prefect_api", "stories")
def test_a_cluster_that_is_not_there_is_an_error_in_one_line(
    presswash: Presswash, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.orchestration.dask_pool._CONNECT_TIMEOUT_S", 0.5)
    ran = presswash("ingest", "pages", "--runner", "dask://127.0.0.1:1")
    assert ran.code == 1
    assert "no Dask scheduler answers at dask://127.0.0.1:1" in ran.err.splitlines()[-1]


@pytest.mark.parametrize("runner", ["dask", "dask://here", "http://a:1"])
def test_a_runner_of_another_kind_is_bad_usage(presswash: Presswash, runner: str) -> None:
    ran = presswash("ingest", "pages", "--runner", runner)
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert "write dask://HOST:PORT" in ran.err
    assert presswash("ingest", "pages", "--runner", "dask://a:1", "--no-flow").code == 2
