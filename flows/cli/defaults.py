"""The defaults of the commands' options from presswash.toml and PRESSWASH_ variables."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flows.sources.web.politeness import Politeness
    from flows.workers.limits import Limits

# Variables that aren't settings of presswash.toml, but of options or of the program itself.
_OTHER_VARIABLES = frozenset({"PRESSWASH_DB", "PRESSWASH_USER_AGENT", "PRESSWASH_DEBUG"})


def is_configured() -> bool:
    """Whether this folder has a presswash.toml, or a variable sets one of its settings."""
    variables = {name.upper() for name in os.environ if name.upper().startswith("PRESSWASH_")}
    return Path("presswash.toml").is_file() or not variables <= _OTHER_VARIABLES


def configured_defaults(
    arguments: Sequence[str], commands: Sequence[Callable[..., None]]
) -> dict[str, dict[str, object]]:
    """The configured defaults of each command's options, by the names of its parameters.

    Empty if there is no configuration, or if the command line needs none. Raises ConfigError.
    """
    # schedule reads the configuration itself, init writes one.
    if not arguments or arguments[0] in ("schedule", "init") or "--help" in arguments:
        return {}
    if not is_configured():
        return {}
    from flows.config.config import load_here

    config = load_here()
    fetch = config.politeness
    values: dict[str, object] = {
        "db": config.warehouse,
        "jobs": config.jobs,
        "runner": config.runner,
        "delay": fetch.delay,
        "user_agent": fetch.user_agent,
        "allow_private": fetch.allow_private,
        "respect_tdm": fetch.respect_tdm,
        "backups": config.maintain.backups,
        "keep": config.maintain.keep,
    }
    return {
        command.__name__: {
            name: values[name] for name in signature(command).parameters if name in values
        }
        for command in commands
    }


def fetch_settings(
    delay: float, user_agent: str, allow_private: bool, respect_tdm: bool | None = None
) -> Politeness:
    """The settings of fetching: from the options, and otherwise from the configuration."""
    from flows.sources.web.politeness import Politeness

    settings = Politeness()
    if is_configured():
        from flows.config.config import load_here

        settings = load_here().politeness
    if respect_tdm is None:
        respect_tdm = settings.respect_tdm
    return replace(
        settings,
        delay=delay,
        user_agent=user_agent,
        allow_private=allow_private,
        respect_tdm=respect_tdm,
    )


def weights_folder() -> str | None:
    """The configured folder of the classifier's weights; None for the shipped ones."""
    if is_configured():
        from flows.config.config import load_here

        return load_here().weights
    return None


def page_limits() -> Limits:
    """The configured limits of cleaning a page."""
    if is_configured():
        from flows.config.config import load_here

        return load_here().limits
    from flows.workers.limits import Limits

    return Limits()
