"""The schedules of a configuration: checked, described, and as objects of Prefect's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from glob import has_magic
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flows.config import config as configuration
from flows.config.config import Config, FlowName, Schedule
from flows.config.errors import line_of
from flows.errors import ConfigError
from flows.sources.discover import is_url

if TYPE_CHECKING:
    from prefect.schedules import Schedule as Times

# Intervals are counted from here: 15m then runs at the quarters of each hour.
_ANCHOR = datetime(2020, 1, 1, tzinfo=UTC)
# Cron lines that have minutes only, such as */30 * * * *.
_HOURLY_CRON = re.compile(r"\s*\S+\s+\*\s+\*\s+\*\s+\*\s*|@hourly")


def load_schedules(path: Path) -> Config:
    """The configuration in a file, with schedules that can run; raises ConfigError."""
    config = configuration.load_config(path)
    if not config.schedule:
        raise ConfigError(f"{path} has no [[schedule]]: nothing would run.")
    _check_names(path, config)
    _check_crons(path, config)
    return config


def _check_names(path: Path, config: Config) -> None:
    """Raises ConfigError where two schedules of a flow have one name."""
    seen: set[tuple[FlowName, str]] = set()
    for number, schedule in enumerate(config.schedule, 1):
        name = schedule_name(number, schedule)
        if (schedule.flow, name) in seen:
            line = line_of(path.read_text("utf-8"), ["schedule", number - 1, "name"])
            raise ConfigError(
                f"{path}, line {line}: schedule.name: another schedule is named {name}"
            )
        seen.add((schedule.flow, name))


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


def prefect_schedule(schedule: Schedule) -> Times:
    """A schedule as an object of Prefect's.

    With a time zone, Prefect counts by the clock on the wall, and leaves out the hour that is
    repeated in autumn. What doesn't depend on the hour is counted in UTC, where no hour is.
    """
    from prefect.schedules import Cron, Interval

    zone = schedule.timezone or "UTC"
    if schedule.cron:
        hourly = _HOURLY_CRON.fullmatch(schedule.cron) and _is_whole_hours_from_utc(zone)
        return Cron(schedule.cron, timezone="UTC" if hourly else zone)
    assert schedule.every is not None
    whole_days = not schedule.every % timedelta(days=1)
    return Interval(schedule.every, anchor_date=_ANCHOR, timezone=zone if whole_days else "UTC")


def _is_whole_hours_from_utc(zone: str) -> bool:
    """Whether the minutes of the clocks in a time zone are those of UTC, in summer as in winter."""
    year = datetime.now(UTC).year
    offsets = [datetime(year, month, 1, tzinfo=ZoneInfo(zone)).utcoffset() for month in (1, 7)]
    return not any(offset and offset % timedelta(hours=1) for offset in offsets)


def next_times(schedule: Schedule, after: datetime, count: int = 3) -> list[datetime]:
    """When a schedule runs next, in its time zone, as Prefect's server computes it."""
    import asyncio

    from prefect.server.schemas.schedules import CronSchedule, IntervalSchedule

    given = prefect_schedule(schedule)
    zone = given.timezone
    times: CronSchedule | IntervalSchedule
    if given.cron:
        times = CronSchedule(cron=given.cron, timezone=zone)
    else:
        assert given.interval is not None
        times = IntervalSchedule.model_validate(
            {"interval": given.interval, "anchor_date": given.anchor_date, "timezone": zone}
        )
    found = asyncio.run(times.get_dates(n=count, start=after))
    own_zone = ZoneInfo(schedule.timezone or "UTC")
    return [datetime.fromtimestamp(one.timestamp(), own_zone) for one in found]


def describe_schedules(
    config: Config, folder: Path, after: datetime | None = None
) -> Iterator[str]:
    """One line for each schedule, and one for each of its sources that doesn't exist yet.

    With `after`, another line has the next three times after that moment.
    """
    for number, schedule in enumerate(config.schedule, 1):
        name = schedule_name(number, schedule)
        yield f"{name}: {describe_schedule(schedule)}"
        if after:
            times = next_times(schedule, after)
            yield f"{name}: next at {', '.join(f'{time:%Y-%m-%d %H:%M %Z}' for time in times)}"
        for source in missing_sources(schedule.sources, folder):
            yield f"{name}: there is no {source} yet"


def schedule_name(number: int, schedule: Schedule) -> str:
    """The name of the nth schedule of a file, from 1."""
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


def missing_sources(sources: Iterable[str], folder: Path) -> list[str]:
    """The sources that are paths in `folder` at which there is nothing yet."""
    return [
        source
        for source in sources
        if not is_url(source) and not has_magic(source) and not (folder / source).exists()
    ]
