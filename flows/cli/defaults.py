"""What presswash.toml and the variables PRESSWASH_* make the defaults of the commands' options."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flows.sources.web.fetch_settings import FetchSettings
    from flows.workers.limits import Limits

_WITH_DB = (
    *("ingest", "collect", "maintain", "search", "show", "sql", "stats", "export", "check"),
    "reclean",
)
_WITH_JOBS = ("ingest", "collect", "maintain", "clean", "reclean")
_FETCHING = ("ingest", "collect", "clean")


# Options with a variable of their own, and what is no setting.
_OTHER_VARIABLES = frozenset({"PRESSWASH_DB", "PRESSWASH_USER_AGENT", "PRESSWASH_DEBUG"})


def is_configured() -> bool:
    """Whether there is a presswash.toml here, or a variable that says what one could."""
    said = {name.upper() for name in os.environ if name.upper().startswith("PRESSWASH_")}
    return Path("presswash.toml").is_file() or not said <= _OTHER_VARIABLES


def defaults() -> dict[str, dict[str, object]]:
    """The defaults by command and option; raises ConfigError."""
    from flows.config.config import load_here

    config = load_here()
    polite = config.politeness
    found: dict[str, dict[str, object]] = {}
    for command in _WITH_DB:
        found.setdefault(command, {})["db"] = config.warehouse
    for command in _WITH_JOBS:
        found.setdefault(command, {})["jobs"] = config.jobs
    for command in _FETCHING:
        found[command] |= {
            "delay": polite.delay,
            "user_agent": polite.user_agent,
            "allow_private": polite.allow_private,
        }
    for command in ("ingest", "collect"):
        found[command]["runner"] = config.runner
    found["maintain"] |= {"backups": config.maintain.backups, "keep": config.maintain.keep}
    return found


def politeness(delay: float, user_agent: str, allow_private: bool) -> FetchSettings:
    """What the options say, and for the rest what the configuration says, if there is one."""
    from flows.sources.web.fetch_settings import FetchSettings

    polite = FetchSettings()
    if is_configured():
        from flows.config.config import load_here

        polite = load_here().politeness
    return replace(polite, delay=delay, user_agent=user_agent, allow_private=allow_private)


def limits() -> Limits:
    """What a page may cost: as the configuration says, if there is one."""
    if is_configured():
        from flows.config.config import load_here

        return load_here().limits
    from flows.workers.limits import Limits

    return Limits()
