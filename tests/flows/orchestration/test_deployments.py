"""Deployments on a real API: named for their configuration, owned by it, and kept in step."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.config.config import load_config
from flows.errors import ConfigError
from tests.flows.conftest import Presswash, write_stories

INGEST = """
warehouse = "{warehouse}"
[[schedule]]
flow = "ingest"
sources = ["inbox"]
every = "1h"
"""
MAINTAIN = """
[[schedule]]
flow = "maintain"
every = "1d"
"""


def configured(folder: Path, text: str = INGEST, warehouse: str = "news.db") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "presswash.toml"
    path.write_text(text.format(warehouse=warehouse), encoding="utf-8")
    return path


@pytest.mark.usefixtures("prefect_api")
def test_two_configurations_on_one_api_have_deployments_of_their_own(tmp_path: Path) -> None:
    from prefect.client.orchestration import get_client

    from flows.orchestration.deployments import deploy
    from flows.orchestration.owner import owner_of

    paths = [configured(tmp_path / name) for name in ("one", "two")]
    made = [deploy(load_config(path), owner_of(path, load_config(path))) for path in paths]
    again = deploy(load_config(paths[0]), owner_of(paths[0], load_config(paths[0])))
    assert [one.full_name for one in made[0]] == [one.full_name for one in again]
    names = {one.full_name for (one,) in made}
    assert len(names) == 2
    with get_client(sync_client=True) as client:
        for path, (one,) in zip(paths, made, strict=True):
            there = client.read_deployment_by_name(one.full_name)
            assert there.parameters["db"] == str(path.parent / "news.db")
            assert there.parameters["folder"] == str(path.parent)
            assert {"presswash", "news.db"} < set(there.tags)
            assert str(path) in str(there.description)
            assert not there.paused


@pytest.mark.usefixtures("prefect_api")
def test_a_deployment_that_somebody_else_made_is_never_taken_over(tmp_path: Path) -> None:
    from prefect.client.orchestration import get_client

    from flows.orchestration.deployments import deploy
    from flows.orchestration.ingest_flow import ingest
    from flows.orchestration.owner import owner_of

    path = configured(tmp_path / "three")
    owner = owner_of(path, load_config(path))
    name = owner.deployment_name("ingest-1")
    theirs = ingest.to_deployment(name, description="of another team", tags=["theirs"])
    theirs.apply()
    with pytest.raises(ConfigError, match=r"doesn't belong to the configuration .*of another team"):
        deploy(load_config(path), owner)
    with get_client(sync_client=True) as client:
        assert client.read_deployment_by_name(f"ingest/{name}").tags == ["theirs"]


@pytest.mark.usefixtures("prefect_api")
def test_a_schedule_that_is_gone_from_the_file_is_gone_from_the_api(tmp_path: Path) -> None:
    from prefect.client.orchestration import get_client
    from prefect.exceptions import ObjectNotFound

    from flows.orchestration.deployments import deploy
    from flows.orchestration.owner import owner_of

    path = configured(tmp_path / "four", INGEST + MAINTAIN)
    owner = owner_of(path, load_config(path))
    kept, gone = deploy(load_config(path), owner)
    configured(tmp_path / "four")
    deploy(load_config(path), owner)
    with get_client(sync_client=True) as client:
        assert client.read_deployment_by_name(kept.full_name)
        with pytest.raises(ObjectNotFound):
            client.read_deployment_by_name(gone.full_name)


@pytest.mark.usefixtures("prefect_api")
def test_a_run_whose_scheduler_was_killed_is_made_again(tmp_path: Path) -> None:
    from prefect.client.orchestration import get_client
    from prefect.states import Running

    from flows.orchestration.deployments import deploy
    from flows.orchestration.owner import owner_of

    path = configured(tmp_path / "five")
    owner = owner_of(path, load_config(path))
    (made,) = deploy(load_config(path), owner)
    with get_client(sync_client=True) as client:
        there = client.read_deployment_by_name(made.full_name)
        runs = [client.create_flow_run_from_deployment(there.id) for _ in range(2)]
        for run in runs:
            client.set_flow_run_state(run.id, Running(), force=True)
        deploy(load_config(path), owner)
        states = sorted(str(client.read_flow_run(run.id).state_name) for run in runs)
    assert states == ["Cancelled", "Scheduled"]


@pytest.mark.usefixtures("prefect_api")
def test_a_scheduled_run_says_in_its_name_and_state_what_it_did(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prefect.client.orchestration import get_client

    from flows.orchestration.deployments import flow_parameters
    from flows.orchestration.ingest_flow import ingest
    from flows.orchestration.owner import owner_of

    monkeypatch.chdir(tmp_path)
    path = configured(tmp_path / "six")
    config = load_config(path)
    parameters = flow_parameters(config, config.schedule[0], owner_of(path, config))
    began = datetime.now(UTC)
    missing = ingest(**parameters, return_state=True)
    write_stories(path.parent / "inbox", 3)
    (path.parent / "inbox" / "copy.txt").write_bytes(
        (path.parent / "inbox" / "story001.txt").read_bytes()
    )
    done = ingest(**parameters, return_state=True)
    assert (missing.type, missing.name) == ("COMPLETED", "Warning")
    assert missing.message == "there is no inbox yet; nothing to read"
    assert done.message == "3 added, 1 unchanged"
    with get_client(sync_client=True) as client:
        run = client.read_flow_run(done.state_details.flow_run_id)
    assert run.name.startswith(f"ingest inbox {began:%Y-%m-%d %H:}")


@pytest.mark.usefixtures("prefect_api")
def test_deployments_stay_on_an_api_with_many_flows(tmp_path: Path) -> None:
    from prefect.client.orchestration import get_client

    from flows.orchestration.deployments import deploy
    from flows.orchestration.owner import owner_of

    path = configured(tmp_path / "ten")
    owner = owner_of(path, load_config(path))
    (made,) = deploy(load_config(path), owner)
    with get_client(sync_client=True) as client:
        before = client.read_deployment_by_name(made.full_name)
        for number in range(201):  # more than one answer of the API has
            client.create_flow_from_name(f"zz-{number}")
        deploy(load_config(path), owner)
        assert client.read_deployment_by_name(made.full_name).id == before.id


def test_schedulers_that_start_together_agree_on_the_key(tmp_path: Path) -> None:
    from flows.orchestration.owner import owner_of

    path = configured(tmp_path / "eleven")
    config = load_config(path)
    with ThreadPoolExecutor(8) as pool:
        keys = {owner.key for owner in pool.map(lambda _: owner_of(path, config), range(32))}
    assert keys == {owner_of(path, config).key}
    assert [file.name for file in path.parent.glob("*.id*")] == ["news.db.id"]


def test_the_same_paths_on_another_machine_are_another_configuration(tmp_path: Path) -> None:
    from flows.orchestration.owner import owner_of

    path = configured(tmp_path / "seven")
    config = load_config(path)
    owner = owner_of(path, config)
    assert owner_of(path, config) == owner
    # The folder of another machine, or the volume of another container.
    (tmp_path / "seven" / "news.db.id").unlink()
    assert owner_of(path, config).key != owner.key


def test_a_warehouse_in_a_folder_that_is_not_there_is_said_in_a_sentence(tmp_path: Path) -> None:
    from flows.orchestration.owner import owner_of

    path = configured(tmp_path / "eight", warehouse="data/news.db")
    with pytest.raises(ConfigError, match="data"):
        owner_of(path, load_config(path))


def test_the_files_beside_a_warehouse_are_never_ingested(presswash: Presswash) -> None:
    from flows.orchestration.owner import owner_of

    path = configured(Path("nine").absolute())
    owner = owner_of(path, load_config(path))
    owner.lock_path.touch()
    ran = presswash("ingest", "nine/news.db*", "--db", "nine/news.db", "--json")
    assert (ran.json["added"], ran.json["rejected"]) == (0, ran.json["seen"])
    assert ran.json["seen"] >= 2
