"""When a workflow runs by itself: cron expressions and intervals, in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from medusa.framework.errors import ConfigurationError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NAMES = {
    name: number
    for names, first in (("jan feb mar apr may jun jul aug sep oct nov dec", 1), ("sun mon tue wed thu fri sat", 0))
    for number, name in enumerate(names.split(), first)
}
_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
_YEARS = 29  # at most so far away is the next 29th of February that is a Monday


@dataclass(frozen=True, slots=True)
class Schedule:
    """Points in time that every process finds by itself: a cron expression's, or the multiples of an interval."""

    minutes: frozenset[int] = frozenset()
    hours: frozenset[int] = frozenset()
    days: frozenset[int] = frozenset()
    months: frozenset[int] = frozenset()
    weekdays: frozenset[int] = frozenset()
    either_day: bool = False  # both days are restricted: one of them is enough, as everywhere
    interval: timedelta | None = None

    @classmethod
    def parse(cls, text: str | timedelta, where: str) -> Schedule:
        """Read a schedule.

        Args:
            where: Begins the sentence of the error.
        Raises:
            ConfigurationError: It cannot be read.
        """
        if isinstance(text, timedelta):
            if text < timedelta(seconds=1):
                raise ConfigurationError(f"{where} has the interval {text}: it must be a second or more")
            return cls(interval=text)
        fields = text.split()
        try:
            if len(fields) != 5:
                raise ValueError(f"it has {len(fields)} fields")
            minutes, hours, days, months, weekdays = (
                _field(field, *limits) for field, limits in zip(fields, _RANGES, strict=True)
            )
            either = not fields[2].startswith("*") and not fields[4].startswith("*")
            made = cls(minutes, hours, days, months, frozenset(day % 7 for day in weekdays), either)
            made.after(datetime.now(UTC))
        except ValueError as error:
            raise ConfigurationError(
                f"{where} has the schedule {text!r}, which is no cron expression ({error}); one is '*/5 * * * *'"
            ) from None
        return made

    def after(self, moment: datetime) -> datetime:
        """The first point in time after this one.

        Raises:
            ValueError: There is none (30 February).
        """
        if self.interval is not None:
            return moment - (moment - _EPOCH) % self.interval + self.interval
        day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
        for _ in range(366 * _YEARS):
            if self._is_on(day):
                for hour in sorted(self.hours):
                    for minute in sorted(self.minutes):
                        if (found := day.replace(hour=hour, minute=minute)) > moment:
                            return found
            day += timedelta(days=1)
        raise ValueError("no day fits")

    def latest(self, since: datetime, until: datetime) -> datetime | None:
        """The last point in time after ``since`` and not after ``until``."""
        if self.interval is not None:
            point = until - (until - _EPOCH) % self.interval
            return point if point > since else None
        last: datetime | None = None
        while (point := self.after(last or since)) <= until:
            last = point
        return last

    def _is_on(self, day: datetime) -> bool:
        if day.month not in self.months:
            return False
        fits = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        return any(fits) if self.either_day else all(fits)


def _field(text: str, low: int, high: int) -> frozenset[int]:
    """The values of one field: ``*``, ``5``, ``1-5``, ``*/15``, ``mon``, and lists of these."""
    found: set[int] = set()
    for part in text.lower().split(","):
        span, _, every = part.partition("/")
        if span == "*":
            first, last = low, high if high != 7 else 6
        else:
            begin, dash, end = span.partition("-")
            first = _number(begin)
            last = _number(end) if dash else high if every else first
        step = int(every) if every else 1
        if not low <= first <= last <= high or step < 1:
            raise ValueError(f"{part!r} is not within {low}-{high}")
        found.update(range(first, last + 1, step))
    return frozenset(found)


def _number(text: str) -> int:
    return _NAMES[text] if text in _NAMES else int(text)
