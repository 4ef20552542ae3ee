"""presswash.toml: what it may say, what variables change, and errors that name the line."""

from __future__ import annotations

from datetime import timedelta
from inspect import signature
from pathlib import Path

import pytest

from flows.cli.app import load_commands
from flows.cli.defaults import configured_defaults
from flows.config.config import Config, FlowName, load_config
from flows.errors import ConfigError
from flows.orchestration.deployments import deployments
from flows.orchestration.owner import owner_of
from flows.sources.web.politeness import Politeness
from flows.workers.limits import Limits
from tests.flows.conftest import Presswash, rows, write_stories


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written(text: str) -> Path:
    path = Path("presswash.toml")
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.usefixtures("here")
def test_what_init_writes_can_be_loaded_and_says_what_holds_without_it(
    presswash: Presswash,
) -> None:
    ran = presswash("init")
    assert (ran.code, ran.out) == (
        0,
        "presswash.toml written: edit it, then run presswash schedule\n",
    )
    config = load_config()
    assert [one.flow for one in config.schedule] == [FlowName.INGEST, FlowName.MAINTAIN]
    assert config.schedule[0].every == timedelta(minutes=15)
    written("")
    plain = load_config()
    assert plain.warehouse == config.warehouse
    assert plain.politeness == config.politeness == Politeness()
    assert plain.maintain == config.maintain
    assert plain.limits == config.limits
    assert config.limits == Limits()
    again = presswash("init")
    assert again.code == 1
    assert "already exists" in again.err
    assert Path("presswash.toml").read_text("utf-8") == ""


def test_options_and_the_configuration_have_the_same_defaults() -> None:
    config = Config()
    shared = {
        "db": config.warehouse,
        "jobs": config.jobs,
        "delay": config.politeness.delay,
        "user_agent": config.politeness.user_agent,
        "allow_private": config.politeness.allow_private,
        "backups": config.maintain.backups,
        "keep": config.maintain.keep,
    }
    for command in load_commands():
        for name, option in signature(command).parameters.items():
            if name in shared:
                assert option.default == shared[name], (command.__name__, name)


@pytest.mark.usefixtures("here")
def test_variables_go_before_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    path = written('jobs = 1\nwarehouse = "a.db"\n[politeness]\ndelay = 2\nhosts = 3\n')
    monkeypatch.setenv("PRESSWASH_JOBS", "4")
    monkeypatch.setenv("PRESSWASH_DB", "b.db")
    monkeypatch.setenv("PRESSWASH_POLITENESS__DELAY", "7")
    monkeypatch.setenv("PRESSWASH_DEBUG", "1")
    config = load_config(path)
    assert (config.jobs, config.warehouse) == (4, "b.db")
    assert (config.politeness.delay, config.politeness.hosts) == (7, 3)


GOOD = '\n[[schedule]]\nflow = "ingest"\nsources = ["in"]\nevery = "1h"\n'


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("jobs = 0\n", ", line 1: jobs: the minimum is 1"),
        ("\nbogus = 1\n", ", line 2: bogus: there is no such setting"),
        ("[politeness]\n\ndelay = 'x'\n", ", line 3: politeness.delay: "),
        ("[politeness]\nrobot = true\n", ", line 2: politeness.robot: there is no such setting"),
        (GOOD + GOOD.replace("1h", "soon"), ", line 10: schedule.every: write a length of time"),
        (GOOD.replace("1h", "0s"), ", line 5: schedule.every: write a length of time from 1s to"),
        (GOOD.replace("1h", "999999d"), ", line 5: schedule.every: write a length of time from"),
        (GOOD + GOOD.replace("ingest", "ingst"), ", line 8: schedule.flow: "),
        (GOOD + GOOD + 'cron = "0 3 * * *"\n', ", line 7: schedule: give either every"),
        (GOOD.replace('["in"]', "[]"), ", line 2: schedule: add sources"),
        (
            GOOD.replace('"in"', '"-"'),
            ", line 4: schedule.sources: a schedule can't read standard input",
        ),
        (GOOD.replace('"in"', '"ftp://x/"'), ", line 4: schedule.sources: ftp://x/ is a URL"),
        (GOOD + 'timezone = "Mars"\n', ", line 6: schedule.timezone: there is no such time zone"),
        (GOOD.replace("every", "cron"), ", line 5: schedule.cron: not a cron line"),
        ('runner = "dask"\n', ", line 1: runner: "),
        ("[limits]\npage_memory = '1 byte'\n", ", line 2: limits.page_memory: write a number of"),
        ("[limits]\npage_memory = '1MB'\n", ", line 2: limits.page_memory: "),
        ("[limits]\npage_seconds = 0\n", ", line 2: limits.page_seconds: "),
        ("jobs = \n", " is not valid TOML: "),
    ],
)
@pytest.mark.usefixtures("here")
def test_a_mistake_is_said_with_its_line(text: str, complaint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config(written(text))
    assert str(caught.value).startswith(f"presswash.toml{complaint}")


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("PRESSWASH_JOBS", "x", "the variable PRESSWASH_JOBS: jobs: give a whole number"),
        ("PRESSWASH_POLITENESS__HOSTS", "0",
         "the variable PRESSWASH_POLITENESS__HOSTS: politeness.hosts: the minimum is 1"),
        ("PRESSWASH_POLITENESS__HOST", "1",
         "the variable PRESSWASH_POLITENESS__HOST: politeness.host: there is no such setting"),
        ("PRESSWASH_SCHEDULE", "[{", "a variable PRESSWASH_*: "),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("here")
def test_a_mistake_in_a_variable_is_said_with_its_name(
    name: str, value: str, complaint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError) as caught:
        load_config(written("jobs = 2\n[politeness]\nhosts = 3\n"))
    assert str(caught.value).startswith(complaint)


@pytest.mark.usefixtures("here")
def test_variables_count_where_there_is_no_file(
    presswash: Presswash, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRESSWASH_JOBS", "0")
    ran = presswash("ingest", "x")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "presswash: the variable PRESSWASH_JOBS: jobs: the minimum is 1\n"
    monkeypatch.setenv("PRESSWASH_JOBS", "2")
    monkeypatch.setenv("PRESSWASH_WAREHOUSE", "w.db")
    write_stories(Path("pages"), 1)
    assert presswash("ingest", "pages").code == 0
    assert rows(Path("w.db"), "SELECT count(*) FROM articles") == [(1,)]


@pytest.mark.parametrize("command", ["stats", "schedule", "ingest"])
def test_a_command_complains_of_the_configuration_in_one_line(
    presswash: Presswash, command: str
) -> None:
    written("jobs = 0\n")
    ran = presswash(command, *(["x"] if command == "ingest" else []))
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("presswash: presswash.toml, line 1: jobs: ")
    assert ran.err.count("\n") == 1


def test_a_schedule_without_anything_to_do_and_one_without_a_file_say_so(
    presswash: Presswash,
) -> None:
    assert "`presswash init` writes one" in presswash("schedule").err
    written("jobs = 1\n")
    for arguments in (["schedule"], ["schedule", "--dry-run"]):
        ran = presswash(*arguments)
        assert (ran.code, ran.out) == (2, "")
        assert "has no [[schedule]]" in ran.err


def test_a_dry_run_says_what_would_run(presswash: Presswash) -> None:
    written(GOOD + '[[schedule]]\nflow = "maintain"\ncron = "0 3 * * *"\n')
    ran = presswash("schedule", "--dry-run")
    lines = ran.out.splitlines(keepends=True)
    times = [line for line in lines if ": next at " in line]
    assert len(times) == 2
    assert all(line.count(" UTC") == 3 for line in times)
    assert "".join(line for line in lines if line not in times) == (
        "ingest-1: ingest of in, every 1h\n"
        "ingest-1: there is no in yet\n"
        "maintain-2: maintain, at 0 3 * * * (UTC)\n"
    )
    written(GOOD.replace('every = "1h"', 'cron = "99 3 * * *"'))
    ran = presswash("schedule", "--dry-run")
    assert "line 5: schedule.cron: not a cron line" in ran.err
    written(GOOD.replace('every = "1h"', 'cron = "0 3 31 4 *"'))
    ran = presswash("schedule", "--dry-run")
    assert (ran.code, "line 5: schedule.cron: no day matches it" in ran.err) == (2, True)


def test_the_commands_here_take_their_defaults_from_the_file(
    presswash: Presswash, tmp_path: Path
) -> None:
    write_stories(tmp_path / "pages", 2)
    written('warehouse = "news.db"\n')
    assert presswash("ingest", "pages").code == 0
    assert rows(Path("news.db"), "SELECT count(*) FROM articles") == [(2,)]
    assert presswash("stats").code == 0
    assert presswash("ingest", "pages", "--db", "other.db").code == 0
    assert Path("other.db").exists()


@pytest.mark.usefixtures("here")
def test_a_deployment_is_given_all_that_its_flow_needs() -> None:
    text = (
        GOOD + '[[schedule]]\nflow = "collect"\nsources = ["https://a.org/f"]\ncron = "5 * * * *"\n'
    )
    limited = '[limits]\npage_memory = "300MB"\npage_bytes = 5000\n'
    text += '[[schedule]]\nflow = "maintain"\nevery = "1d"\nname = "nightly"\n'
    path = written('jobs = 3\nwarehouse = "w.db"\n[maintain]\nkeep = 2\n' + limited + text)
    config = load_config(path)
    owner, folder = owner_of(path, config), str(Path.cwd())
    ingest, collect, maintain = deployments(config, owner)
    names = [f"{name}-w-{owner.key}" for name in ("ingest-1", "collect-2", "nightly")]
    assert [one.name for one in (ingest, collect, maintain)] == names
    assert ingest.parameters["sources"] == ["in"]
    assert ingest.parameters["folder"] == folder
    assert ingest.parameters["db"] == collect.parameters["db"] == f"{folder}/w.db"
    assert collect.parameters["web"]["delay"] == 1.0
    limits = {"page_seconds": 60.0, "page_memory": 300 * 1024**2, "page_bytes": 5000}
    assert ingest.parameters["limits"] == collect.parameters["limits"] == limits
    assert maintain.parameters == {
        "db": f"{folder}/w.db",
        "jobs": 3,
        "limits": limits,
        "backups": f"{folder}/backups",
        "keep": 2,
        "weights": None,
        "folder": folder,
        "timezone": "UTC",
    }
    assert maintain.entrypoint == "flows.orchestration.maintain_flow.maintain"


def test_every_command_that_has_an_option_takes_its_configured_default(
    presswash: Presswash, tmp_path: Path
) -> None:
    (tmp_path / "presswash.toml").write_text('warehouse = "news.db"\njobs = 2\n', encoding="utf-8")
    defaults = configured_defaults(["stats"], load_commands())
    for name in ("search", "show", "sql", "duplicates", "stats", "export", "reclean", "maintain"):
        assert defaults[name]["db"] == "news.db"
    for name in ("ingest", "collect", "clean", "check", "reclean", "maintain"):
        assert defaults[name]["jobs"] == 2
    assert "no warehouse at news.db" in presswash("duplicates").err
