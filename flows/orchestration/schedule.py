"""Runs the flows on the schedules of a configuration, with a Prefect server if none is running."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from glob import has_magic
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.config import config as configuration
from flows.config.config import Config, FlowName, Schedule
from flows.config.errors import line_of
from flows.errors import ConfigError
from flows.orchestration.server import prefect_api
from flows.runs.jobs import IngestJob, MaintenanceJob
from flows.sources.discover import is_url

if TYPE_CHECKING:
    from prefect.deployments.runner import RunnerDeployment
    from prefect.schedules import Schedule as Times

# Intervals are counted from here: 15m then runs at the quarters of each hour.
_ANCHOR = datetime(2020, 1, 1, tzinfo=UTC)


def serve_schedules(path: Path, report: Callable[[str], None]) -> None:
    """Runs the schedules in a file until it is interrupted; `report` gets messages.

    Raises ConfigError.
    """
    config = load_schedules(path)
    # Paths in the file are relative to its folder; flow runs inherit the working directory.
    os.chdir(path.resolve().parent)
    with prefect_api(report):
        from prefect import serve as serve_all

        made = deployments(config)
        for line in describe_schedules(config, Path.cwd()):
            report(line)
        # All may start at once, and take turns at the warehouse. With a limit lower than the
        # number of schedules, Prefect may skip the same schedule again and again.
        serve_all(*made, limit=len(made), print_starting_message=False)


def load_schedules(path: Path) -> Config:
    """The configuration in a file, with schedules that can run; raises ConfigError."""
    config = configuration.load_config(path)
    if not config.schedule:
        raise ConfigError(f"{path} has no [[schedule]]: nothing would run.")
    _check_crons(path, config)
    return config


def _check_crons(path: Path, config: Config) -> None:
    """Raises ConfigError for the first cron line that Prefect can't parse."""
    from prefect.client.schemas.schedules import CronSchedule

    for number, schedule in enumerate(config.schedule):
        if schedule.cron is None:
            continue
        try:
            CronSchedule(cron=schedule.cron)
        except ValueError as error:
            line = line_of(path.read_text("utf-8"), ["schedule", number, "cron"])
            raise ConfigError(
                f"{path}, line {line}: schedule.cron: not a cron line; write five fields, such as"
                " 0 3 * * *"
            ) from error


def deployments(config: Config) -> list[RunnerDeployment]:
    """A deployment for each schedule, in the order of the file."""
    from prefect.types.entrypoint import EntrypointType

    from flows.orchestration.ingest_flow import collect, ingest
    from flows.orchestration.maintain_flow import maintain

    flows: dict[FlowName, Any] = {
        FlowName.INGEST: ingest,
        FlowName.COLLECT: collect,
        FlowName.MAINTAIN: maintain,
    }
    made: list[RunnerDeployment] = []
    for number, schedule in enumerate(config.schedule, 1):
        deployment: Any = flows[schedule.flow].to_deployment(
            deployment_name(number, schedule),
            schedule=prefect_schedule(schedule),
            parameters=flow_parameters(config, schedule),
            entrypoint_type=EntrypointType.MODULE_PATH,
            tags=["presswash"],
        )
        made.append(deployment)
    return made


def flow_parameters(config: Config, schedule: Schedule) -> dict[str, Any]:
    """The parameters that a scheduled flow is called with: JSON values only."""
    limits = config.limits
    if schedule.flow is FlowName.MAINTAIN:
        care = config.maintain
        return asdict(
            MaintenanceJob(config.warehouse, config.jobs, care.backups, care.keep, limits)
        )
    return IngestJob(
        schedule.sources,
        config.warehouse,
        config.jobs,
        schedule.map,
        web=config.politeness,
        runner=config.runner,
        limits=limits,
    ).flow_parameters()


def prefect_schedule(schedule: Schedule) -> Times:
    """A schedule as an object of Prefect's."""
    from prefect.schedules import Cron, Interval

    if schedule.cron:
        return Cron(schedule.cron, timezone=schedule.timezone or "UTC")
    assert schedule.every is not None
    return Interval(schedule.every, anchor_date=_ANCHOR, timezone=schedule.timezone or "UTC")


def describe_schedules(config: Config, folder: Path) -> Iterator[str]:
    """One line for each schedule, and one for each of its sources that doesn't exist yet."""
    for number, schedule in enumerate(config.schedule, 1):
        yield f"{deployment_name(number, schedule)}: {describe_schedule(schedule)}"
        for source in missing_sources(schedule, folder):
            yield f"{deployment_name(number, schedule)}: there is no {source} yet"


def deployment_name(number: int, schedule: Schedule) -> str:
    """The name of the deployment for the nth schedule of a file, from 1."""
    return schedule.name or f"{schedule.flow}-{number}"


def describe_schedule(schedule: Schedule) -> str:
    """A schedule in words."""
    zone = schedule.timezone or "UTC"
    when = (
        f"at {schedule.cron} ({zone})"
        if schedule.cron
        else f"every {duration_text(schedule.every)}"
    )
    of = f" of {', '.join(schedule.sources)}" if schedule.sources else ""
    return f"{schedule.flow}{of}, {when}"


def duration_text(length: timedelta | None) -> str:
    """A length of time as presswash.toml has it.

    >>> duration_text(timedelta(hours=1, minutes=30))
    '1h30m'
    """
    left = int(length.total_seconds()) if length else 0
    parts: list[str] = []
    for unit, seconds in (("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)):
        number, left = divmod(left, seconds)
        parts += [f"{number}{unit}"] if number else []
    return "".join(parts)


def missing_sources(schedule: Schedule, folder: Path) -> list[str]:
    """The sources of a schedule that are paths in `folder` at which there is nothing yet."""
    return [
        source
        for source in schedule.sources
        if not is_url(source) and not has_magic(source) and not (folder / source).exists()
    ]
