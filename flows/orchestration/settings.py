"""Reads Prefect's settings without importing Prefect, which takes seconds."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping, MutableMapping
from pathlib import Path


def has_prefect_api(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether PREFECT_API_URL is set in the environment or in the active Prefect profile."""
    if "PREFECT_API_URL" in environment:
        return bool(environment["PREFECT_API_URL"])
    try:
        settings = tomllib.loads(_profiles(environment).read_text("utf-8"))
    except (OSError, ValueError):
        return False
    name = environment.get("PREFECT_PROFILE") or settings.get("active")
    profiles = settings.get("profiles")
    profile = profiles.get(name) if isinstance(profiles, dict) else None
    return isinstance(profile, dict) and bool(profile.get("PREFECT_API_URL"))


def set_prefect_defaults(environment: MutableMapping[str, str] = os.environ) -> None:
    """Set defaults for Prefect, before it is imported; the user's settings are kept.

    No telemetry is sent by the server or its clients, and tasks log only warnings and errors.
    """
    environment.setdefault("DO_NOT_TRACK", "true")
    environment.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    environment.setdefault("PREFECT_LOGGING_LOGGERS_PREFECT_TASK_RUNS_LEVEL", "WARNING")


def _profiles(environment: Mapping[str, str]) -> Path:
    """The path of Prefect's profiles."""
    if path := environment.get("PREFECT_PROFILES_PATH"):
        return Path(path).expanduser()
    home = environment.get("PREFECT_HOME")
    return (Path(home).expanduser() if home else Path.home() / ".prefect") / "profiles.toml"
