"""When schedules run, across the changes of the clock: computed as Prefect's server does."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from flows.config.config import Schedule
from flows.orchestration.schedule import next_times

AUTUMN = datetime(2027, 10, 30, 12, tzinfo=UTC)
SPRING = datetime(2027, 3, 27, 12, tzinfo=UTC)


def schedule(zone: str = "Europe/Oslo", **when: str) -> Schedule:
    return Schedule.model_validate({"flow": "maintain", "timezone": zone, **when})


@pytest.mark.parametrize("when", [{"every": "1h"}, {"cron": "0 * * * *"}, {"cron": "@hourly"}])
@pytest.mark.parametrize("after", [AUTUMN, SPRING])
def test_an_hourly_schedule_runs_every_hour_across_a_change_of_the_clock(
    when: dict[str, str], after: datetime
) -> None:
    times = [time.astimezone(UTC) for time in next_times(schedule(**when), after, 24)]
    gaps = {later - earlier for earlier, later in itertools.pairwise(times)}
    assert gaps == {timedelta(hours=1)}


@pytest.mark.parametrize("when", [{"every": "1d"}, {"cron": "30 2 * * *"}])
@pytest.mark.parametrize("after", [AUTUMN, SPRING])
def test_a_daily_schedule_runs_once_a_day_by_the_clock(
    when: dict[str, str], after: datetime
) -> None:
    times = next_times(schedule(**when), after, 3)
    assert len({time.date() for time in times}) == 3
    assert len({time.time() for time in times if time.date().day not in {28, 31}}) == 1


def test_a_zone_that_is_half_an_hour_off_keeps_its_minutes() -> None:
    zone = "Asia/Kolkata"
    times = next_times(schedule(zone, cron="10 * * * *"), AUTUMN, 3)
    assert {time.astimezone(ZoneInfo(zone)).minute for time in times} == {10}
