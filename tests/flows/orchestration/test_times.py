"""When schedules run, across the changes of the clock: computed as Prefect's server does."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from flows.config.config import Config, Schedule
from flows.orchestration.schedule import describe_schedules, next_times

AUTUMN = datetime(2027, 10, 30, 12, tzinfo=UTC)
FALL = datetime(2027, 11, 6, 12, tzinfo=UTC)
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


@pytest.mark.parametrize(("zone", "after"), [("Europe/Oslo", AUTUMN), ("America/New_York", FALL)])
def test_cron_lines_for_each_hour_of_some_days_run_in_the_repeated_hour(
    zone: str, after: datetime
) -> None:
    times = next_times(schedule(zone, cron="*/30 * * * 0,6"), after, 100)
    assert {time.isoweekday() for time in times} <= {6, 7}
    sunday = [time.astimezone(UTC) for time in times if time.isoweekday() == 7][:50]
    gaps = {later - earlier for earlier, later in itertools.pairwise(sunday)}
    assert (len(sunday), gaps) == (50, {timedelta(minutes=30)})


def test_clocks_that_are_set_back_by_half_an_hour_repeat_that_half_hour() -> None:
    after = datetime(2027, 4, 3, 13, tzinfo=UTC)
    times = next_times(schedule("Australia/Lord_Howe", cron="*/15 * * * *"), after, 20)
    utc = [time.astimezone(UTC) for time in times]
    gaps = {later - earlier for earlier, later in itertools.pairwise(utc)}
    assert gaps == {timedelta(minutes=15)}


def test_times_that_have_seconds_are_shown_with_them() -> None:
    config = Config(schedule=(schedule("UTC", every="20s"),))
    lines = list(describe_schedules(config, Path(), AUTUMN))
    assert lines[1].endswith(
        "2027-10-30 12:00:00 UTC, 2027-10-30 12:00:20 UTC, 2027-10-30 12:00:40 UTC"
    )


def test_a_zone_that_is_half_an_hour_off_keeps_its_minutes() -> None:
    zone = "Asia/Kolkata"
    times = next_times(schedule(zone, cron="10 * * * *"), AUTUMN, 3)
    assert {time.astimezone(ZoneInfo(zone)).minute for time in times} == {10}
