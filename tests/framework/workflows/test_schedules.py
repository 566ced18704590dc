"""Points in time: cron expressions and intervals."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from medusa.framework.errors import ConfigurationError
from medusa.framework.workflows import WorkflowContext, workflow
from medusa.framework.workflows.schedule import Schedule

SUNDAY = datetime(2026, 11, 22, 20, 15, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cron", "expected"),
    [
        ("* * * * *", "2026-11-22 20:16"),
        ("*/5 * * * *", "2026-11-22 20:20"),
        ("15 * * * *", "2026-11-22 21:15"),
        ("0 2 * * *", "2026-11-23 02:00"),
        ("30 9-17/2 * * mon-fri", "2026-11-23 09:30"),
        ("0 0 1 * *", "2026-12-01 00:00"),
        ("0 0 1,15 jan,jul *", "2027-01-01 00:00"),
        ("0 0 * * 7", "2026-11-29 00:00"),
        ("0 0 13 * fri", "2026-11-27 00:00"),  # both days are given: either will do
        ("0 12 29 2 *", "2028-02-29 12:00"),
        ("50/3 * * * *", "2026-11-22 20:50"),
    ],
)
def test_the_next_time_of_a_cron_expression(cron: str, expected: str) -> None:
    assert f"{Schedule.parse(cron, 'it').after(SUNDAY):%Y-%m-%d %H:%M}" == expected


def test_intervals_are_the_same_in_every_process() -> None:
    schedule = Schedule.parse(timedelta(minutes=15), "it")
    assert schedule.after(SUNDAY) == SUNDAY.replace(minute=30, second=0)
    assert schedule.after(SUNDAY.replace(minute=30, second=0)) == SUNDAY.replace(minute=45, second=0)


@pytest.mark.parametrize("wrong", ["* * * *", "60 * * * *", "a * * * *", "5-1 * * * *", "* * 30 2 *", "*/0 * * * *"])
def test_what_is_no_schedule_is_refused_at_import(wrong: str) -> None:
    with pytest.raises(
        ConfigurationError, match=r"The workflow 'test-wrong' has the schedule .*, which is no cron expr"
    ):

        @workflow("test-wrong", schedule=wrong)
        async def never(ctx: WorkflowContext, _: None) -> None: ...


def test_an_interval_is_a_second_or_more() -> None:
    with pytest.raises(ConfigurationError, match="it must be a second or more"):
        Schedule.parse(timedelta(milliseconds=10), "It")
