"""Checks the schedules of a configuration, describes them, and converts them for Prefect."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from glob import has_magic
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flows.config import config as configuration
from flows.config.config import Config, FlowName, Schedule
from flows.config.errors import line_of
from flows.errors import ConfigError
from flows.sources.discover import is_url, without_credentials

if TYPE_CHECKING:
    from prefect.schedules import Schedule as Times
    from prefect.server.schemas.schedules import CronSchedule, IntervalSchedule, RRuleSchedule

# The start of all intervals, so that 15m runs at each quarter of an hour.
_ANCHOR = datetime(2020, 1, 1, tzinfo=UTC)
# Cron expressions that run in every hour of certain days, such as */30 * * * 1-5.
_EACH_HOUR = re.compile(r"\s*\S+\s+\*\s.*|@hourly")
# Repeated hours are computed this far ahead, at each start of the scheduler.
_REPEATED_YEARS = 5


def load_schedules(path: Path) -> Config:
    """The configuration in a file, with valid schedules; raises ConfigError."""
    config = configuration.load_config(path)
    if not config.schedule:
        raise ConfigError(f"{path} has no [[schedule]]: nothing would run.")
    _check_names(path, config)
    _check_crons(path, config)
    return config


def _check_names(path: Path, config: Config) -> None:
    """Raise ConfigError if two schedules of a flow have the same name."""
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
    """Raise ConfigError for the first cron expression that Prefect can't parse."""
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
        if not _ever_matches(schedule.cron):
            line = line_of(path.read_text("utf-8"), ["schedule", number, "cron"])
            raise ConfigError(f"{path}, line {line}: schedule.cron: no day matches it")


def _ever_matches(cron: str) -> bool:
    """Whether a cron expression has a next time: `0 3 30 2 *` has none."""
    from prefect.server.schemas.schedules import CronSchedule

    try:
        return bool(_dates(CronSchedule(cron=cron), 1, datetime.now(UTC)))
    except ValueError:
        return False


def prefect_schedules(schedule: Schedule) -> list[Times]:
    """The Prefect schedules for one schedule of the configuration.

    Given a time zone, Prefect counts in local time and skips the hour that is repeated when summer
    time ends. To avoid that, intervals shorter than a day are counted in UTC, and a cron expression
    that runs every hour gets an additional schedule with the times in repeated hours.
    """
    from prefect.schedules import Cron, Interval, RRule

    zone = schedule.timezone or "UTC"
    if schedule.every:
        whole_days = not schedule.every % timedelta(days=1)
        zone = zone if whole_days else "UTC"
        return [Interval(schedule.every, anchor_date=_ANCHOR, timezone=zone)]
    assert schedule.cron is not None
    by_the_clock = Cron(schedule.cron, timezone=zone)
    if not _EACH_HOUR.fullmatch(schedule.cron):
        return [by_the_clock]
    repeated = ",".join(f"{time:%Y%m%dT%H%M%SZ}" for time in _repeated_times(schedule.cron, zone))
    return [by_the_clock, *([RRule(f"RDATE:{repeated}", timezone="UTC")] if repeated else [])]


def _repeated_times(cron: str, zone: str) -> Iterator[datetime]:
    """The times in UTC at which a cron expression matches in repeated hours."""
    from prefect.server.schemas.schedules import CronSchedule

    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    hours = (now + timedelta(hours=number) for number in range(_REPEATED_YEARS * 366 * 24))
    for hour in hours:
        on_the_wall = hour.astimezone(ZoneInfo(zone))
        if not on_the_wall.fold:
            continue
        # Without its time zone, the local time has this hour only once.
        start = on_the_wall.replace(tzinfo=UTC)
        for time in _dates(CronSchedule(cron=cron), 60, start):
            found = hour + (time - start)
            if found < hour + timedelta(hours=1) and found.astimezone(ZoneInfo(zone)).fold:
                yield found


def next_times(schedule: Schedule, after: datetime, count: int = 3) -> list[datetime]:
    """The next `count` times of a schedule, in its time zone, as Prefect's server computes them."""
    from prefect.server.schemas.schedules import CronSchedule, IntervalSchedule, RRuleSchedule

    found: list[datetime] = []
    for one in prefect_schedules(schedule):
        times: CronSchedule | IntervalSchedule | RRuleSchedule
        if one.cron:
            times = CronSchedule(cron=one.cron, timezone=one.timezone)
        elif one.rrule:
            times = RRuleSchedule(rrule=one.rrule, timezone=one.timezone)
        else:
            times = IntervalSchedule.model_validate(
                {"interval": one.interval, "anchor_date": one.anchor_date, "timezone": one.timezone}
            )
        found += _dates(times, count, after)
    own_zone = ZoneInfo(schedule.timezone or "UTC")
    return [datetime.fromtimestamp(time.timestamp(), own_zone) for time in sorted(found)[:count]]


def _dates(
    times: CronSchedule | IntervalSchedule | RRuleSchedule,
    count: int,
    start: datetime,
) -> Sequence[datetime]:
    import asyncio

    return asyncio.run(times.get_dates(n=count, start=start))


def describe_schedules(
    config: Config, folder: Path, after: datetime | None = None
) -> Iterator[str]:
    """Yield a line for each schedule, and for each of its sources that doesn't exist yet.

    With `after`, another line has the next three times after that moment.
    """
    for number, schedule in enumerate(config.schedule, 1):
        name = schedule_name(number, schedule)
        yield f"{name}: {describe_schedule(schedule)}"
        if after:
            times = next_times(schedule, after)
            clock = "%H:%M:%S" if any(time.second for time in times) else "%H:%M"
            shown = (time.strftime(f"%Y-%m-%d {clock} %Z") for time in times)
            yield f"{name}: next at {', '.join(shown)}"
        for source in missing_sources(schedule.sources, folder):
            yield f"{name}: there is no {source} yet"


def schedule_name(number: int, schedule: Schedule) -> str:
    """The name of the nth schedule of a file, counted from 1."""
    return schedule.name or f"{schedule.flow}-{number}"


def describe_schedule(schedule: Schedule) -> str:
    """A schedule in words."""
    zone = schedule.timezone or "UTC"
    when = (
        f"at {schedule.cron} ({zone})"
        if schedule.cron
        else f"every {duration_text(schedule.every)}"
    )
    of = f" of {', '.join(map(without_credentials, schedule.sources))}" if schedule.sources else ""
    return f"{schedule.flow}{of}, {when}"


def duration_text(length: timedelta | None) -> str:
    """A duration in the notation of presswash.toml.

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
    """The sources that are paths in `folder` and don't exist yet."""
    return [
        source
        for source in sources
        if not is_url(source) and not has_magic(source) and not (folder / source).exists()
    ]
