"""The settings in presswash.toml and in the environment variables PRESSWASH_*."""

from __future__ import annotations

import re
import tomllib
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from flows.browse_address import DEFAULT_SERVE_URL
from flows.config.errors import PREFIX, config_error_sentence
from flows.dask_address import DASK_ADDRESS_PATTERN
from flows.default_values import DEFAULT_BACKUPS, DEFAULT_DB, DEFAULT_JOBS, DEFAULT_KEEP
from flows.errors import ConfigError
from flows.sources.archives.field_mapping import FieldMapping
from flows.sources.discover import check_sources
from flows.sources.errors import UnsupportedSource
from flows.sources.web.politeness import Politeness
from flows.workers.limits import Limits

FILE = "presswash.toml"

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_CRON = re.compile(r"(?:[\w*/,?#-]+\s+){4,5}[\w*/,?#-]+|@\w+")
_SPAN = re.compile(r"(\d+)\s*([smhd])")


class FlowName(StrEnum):
    """The flows that can be scheduled."""

    INGEST = "ingest"
    COLLECT = "collect"
    MAINTAIN = "maintain"


def parse_duration(text: object) -> object:
    """A duration such as 90s, 15m, 1h30m or 1d.

    >>> parse_duration("1h30m")
    datetime.timedelta(seconds=5400)
    """
    if not isinstance(text, str):
        return text
    parts = _SPAN.findall(text)
    if not parts or _SPAN.sub("", text).strip():
        raise ValueError("write a length of time such as 90s, 15m, 1h30m or 1d")
    return timedelta(seconds=sum(int(number) * _UNITS[unit] for number, unit in parts))


def _check_duration(length: timedelta | None) -> timedelta | None:
    if length is not None and not timedelta(seconds=1) <= length <= timedelta(days=366):
        raise ValueError("write a length of time from 1s to 366d")
    return length


class _StrictModel(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Schedule(_StrictModel):
    """A flow and when it runs: at the interval `every`, or at the times of a cron expression."""

    flow: FlowName
    name: str | None = None
    sources: tuple[str, ...] = ()
    map: str | None = None
    every: Annotated[
        timedelta | None, BeforeValidator(parse_duration), AfterValidator(_check_duration)
    ] = None
    cron: str | None = None
    timezone: str | None = None

    @field_validator("sources")
    @classmethod
    def _readable(cls, sources: tuple[str, ...]) -> tuple[str, ...]:
        try:
            check_sources(sources)
        except UnsupportedSource as error:
            raise ValueError(str(error)) from error
        if "-" in sources:
            raise ValueError("a schedule can't read standard input")
        return sources

    @field_validator("map")
    @classmethod
    def _mapping(cls, text: str | None) -> str | None:
        try:
            FieldMapping.parse(text)
        except UnsupportedSource as error:
            raise ValueError(str(error)) from error
        return text

    @field_validator("cron")
    @classmethod
    def _cron(cls, line: str | None) -> str | None:
        # Only a first check: Prefect checks it fully, but takes seconds to import.
        if line is not None and not _CRON.fullmatch(line):
            raise ValueError("not a cron line; write five fields, such as 0 3 * * *")
        return line

    @field_validator("timezone")
    @classmethod
    def _zone(cls, name: str | None) -> str | None:
        try:
            ZoneInfo(name or "UTC")
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(
                "there is no such time zone; write a name such as Europe/Oslo"
            ) from error
        return name

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.every is None) == (self.cron is None):
            raise ValueError('give either every = "15m" or cron = "0 3 * * *"')
        if self.flow is FlowName.MAINTAIN and self.sources:
            raise ValueError("maintain reads no sources")
        if self.flow is not FlowName.MAINTAIN and not self.sources:
            raise ValueError("add sources")
        return self


class MaintenanceSettings(_StrictModel):
    """The folder for backups, and how many are kept."""

    backups: str = DEFAULT_BACKUPS
    keep: Annotated[int, Field(ge=1)] = DEFAULT_KEEP


class AlertSettings(_StrictModel):
    """The URL to which messages about failed runs and changed sites are posted."""

    webhook: Annotated[str | None, Field(pattern=r"^https?://\S+$")] = None


class ServeSettings(_StrictModel):
    """The URL at which people reach `presswash serve`."""

    url: Annotated[str, Field(pattern=r"^https?://[^\s<>\\]+$")] = DEFAULT_SERVE_URL


class Config(BaseSettings):
    """All settings. Paths are relative to the folder of the file."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        populate_by_name=True,
    )

    warehouse: Annotated[
        str,
        Field(validation_alias=AliasChoices("PRESSWASH_DB", "PRESSWASH_WAREHOUSE", "warehouse")),
    ] = DEFAULT_DB
    jobs: Annotated[int, Field(ge=1, le=256)] = DEFAULT_JOBS
    weights: str | None = None
    runner: Annotated[str | None, Field(pattern=DASK_ADDRESS_PATTERN)] = None
    politeness: Politeness = Politeness()
    limits: Limits = Limits()
    maintain: MaintenanceSettings = MaintenanceSettings()
    alerts: AlertSettings = AlertSettings()
    serve: ServeSettings = ServeSettings()
    stall_timeout: Annotated[
        timedelta, BeforeValidator(parse_duration), AfterValidator(_check_duration)
    ] = timedelta(hours=1)
    schedule: tuple[Schedule, ...] = ()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Make environment variables override the file."""
        return (env_settings, init_settings)


def load_here() -> Config:
    """The configuration from variables and from presswash.toml in the current folder, if any."""
    return load_config(FILE) if Path(FILE).is_file() else _validated({}, Path(FILE), "")


def load_config(path: str | Path = FILE) -> Config:
    """The configuration in a file and in variables; raises ConfigError, which names the line."""
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
        settings = tomllib.loads(text)
    except FileNotFoundError as error:
        raise ConfigError(
            f"there is no {path}: `presswash init` writes one with everything explained."
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} can't be read ({error}).") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not valid TOML: {error}.") from error
    return _validated(settings, path, text)


def _validated(settings: dict[str, Any], path: Path, text: str) -> Config:
    try:
        return Config(**settings)
    except ValidationError as error:
        raise ConfigError(config_error_sentence(path, text, error)) from error
    except SettingsError as error:
        # A list or table in a variable must be valid JSON.
        raise ConfigError(f"a variable {PREFIX}*: {error}") from error
