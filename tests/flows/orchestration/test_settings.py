"""Whether a run goes through Prefect: the environment first, then the active profile."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.orchestration.settings import has_prefect_api, set_prefect_defaults

URL = "http://127.0.0.1:4200/api"
PROFILES = f"""
active = "local"
[profiles.local]
PREFECT_API_URL = "{URL}"
[profiles.ephemeral]
PREFECT_SERVER_EPHEMERAL_ENABLED = "true"
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "profiles.toml").write_text(PROFILES, encoding="utf-8")
    return tmp_path


def test_the_environment_decides_over_the_profile(home: Path) -> None:
    assert has_prefect_api({"PREFECT_API_URL": URL, "PREFECT_HOME": "/nowhere"})
    assert not has_prefect_api({"PREFECT_API_URL": "", "PREFECT_HOME": str(home)})


def test_the_active_profile_decides_where_the_environment_says_nothing(home: Path) -> None:
    assert has_prefect_api({"PREFECT_HOME": str(home)})
    assert has_prefect_api({"PREFECT_PROFILES_PATH": str(home / "profiles.toml")})
    assert not has_prefect_api({"PREFECT_HOME": str(home), "PREFECT_PROFILE": "ephemeral"})


@pytest.mark.parametrize("content", ["", "not toml [", "active = 3\nprofiles = 4"])
def test_profiles_that_say_nothing_configure_nothing(tmp_path: Path, content: str) -> None:
    (tmp_path / "profiles.toml").write_text(content, encoding="utf-8")
    assert not has_prefect_api({"PREFECT_HOME": str(tmp_path)})
    assert not has_prefect_api({"PREFECT_HOME": str(tmp_path / "none")})


def test_a_temporary_server_sends_no_telemetry_unless_the_user_wants_it() -> None:
    environment: dict[str, str] = {}
    set_prefect_defaults(environment)
    assert environment["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
    environment = {"PREFECT_SERVER_ANALYTICS_ENABLED": "true"}
    set_prefect_defaults(environment)
    assert environment["PREFECT_SERVER_ANALYTICS_ENABLED"] == "true"


def test_no_client_of_prefect_sends_telemetry_unless_the_user_wants_it(tmp_path: Path) -> None:
    from prefect.analytics import is_telemetry_enabled

    environment: dict[str, str] = {}
    set_prefect_defaults(environment)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DO_NOT_TRACK", environment["DO_NOT_TRACK"])
        assert not is_telemetry_enabled()
    environment = {"DO_NOT_TRACK": "false"}
    set_prefect_defaults(environment)
    assert environment["DO_NOT_TRACK"] == "false"
