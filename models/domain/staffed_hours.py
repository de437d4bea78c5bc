"""When the office is staffed, and how much staffed time passes between two instants.

Everything is reckoned on the wall clock of one zone and measured in time that really passes: on a
day on which the clocks change, a shift over the change is an hour shorter or longer.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE_NAMES = (
    "Asia/Ho_Chi_Minh",
    "Asia/Bangkok",
    "Asia/Phnom_Penh",
    "Asia/Vientiane",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Australia/Sydney",
    "Europe/London",
    "Europe/Paris",
    "Europe/Berlin",
    "America/New_York",
    "America/Los_Angeles",
    "UTC",
)
_ZONES = {name: ZoneInfo(name) for name in ZONE_NAMES}
"""Read once, when this is loaded: rules and workflows read no files."""

MIDNIGHT = time()
NO_TIME = timedelta()
DAYS_IN_WEEK = 7


@dataclass(frozen=True)
class Shift:
    """Staffed on this weekday (0 is Monday) from `opens` to `closes`.

    Closing at 00:00 is midnight at the end of the day.
    """

    weekday: int
    opens: time
    closes: time


@dataclass(frozen=True)
class StaffedHours:
    """The office's week in its zone, and the days on which it is closed all the same."""

    zone: str = "Asia/Ho_Chi_Minh"
    shifts: tuple[Shift, ...] = tuple(
        Shift(weekday, time(8), time(20)) for weekday in range(DAYS_IN_WEEK)
    )
    holidays: tuple[date, ...] = ()

    @property
    def ever(self) -> bool:
        """Whether the office opens at all."""
        return bool(self.shifts)


@dataclass(frozen=True)
class Span:
    """From an instant up to another, both UTC."""

    begins: datetime
    ends: datetime


def local_time(at: datetime, zone: str) -> datetime:
    """What the clocks of a zone show at an instant."""
    return at.astimezone(_ZONES[zone])


def local_day(at: datetime, zone: str) -> date:
    """The calendar day of an instant in a zone."""
    return local_time(at, zone).date()


def staffed_from(at: datetime, hours: StaffedHours) -> Iterator[Span]:
    """The staffed spans that end after an instant, in order; without end unless nobody ever works.

    A span that is under way begins at the instant itself.
    """
    at = at.astimezone(UTC)
    day = local_day(at, hours.zone) - timedelta(days=1)
    while hours.ever:
        for span in _spans_on(day, hours):
            if span.ends > at:
                yield Span(max(span.begins, at), span.ends)
        day += timedelta(days=1)


def after_staffed(start: datetime, amount: timedelta, hours: StaffedHours) -> datetime:
    """The first instant at which so much staffed time has passed since `start`, as UTC.

    Where nobody ever works, time passes as on any clock.
    """
    start = start.astimezone(UTC)
    if not hours.ever:
        return start + amount
    left = amount
    for span in staffed_from(start, hours):
        if left <= span.ends - span.begins:
            return span.begins + left
        left -= span.ends - span.begins
    raise AssertionError("unreachable")


def staffed_between(begins: datetime, ends: datetime, hours: StaffedHours) -> timedelta:
    """How much staffed time passes between two instants."""
    passed = NO_TIME
    for span in staffed_from(begins, hours):
        if span.begins >= ends:
            break
        passed += min(span.ends, ends) - span.begins
    return passed


def is_staffed(at: datetime, hours: StaffedHours) -> bool:
    """Whether somebody works at this instant."""
    return opens_next(at, hours) == at


def opens_next(at: datetime, hours: StaffedHours) -> datetime | None:
    """When somebody works again: now, or at the next opening; None if nobody ever does."""
    return next((span.begins for span in staffed_from(at, hours)), None)


def _spans_on(day: date, hours: StaffedHours) -> list[Span]:
    """What is staffed on a local day, in order; overlapping shifts count once."""
    if day in hours.holidays:
        return []
    found: list[Span] = []
    for shift in sorted(hours.shifts, key=lambda shift: (shift.opens, shift.closes)):
        if shift.weekday != day.weekday():
            continue
        begins, ends = _instants(day, shift, hours.zone)
        begins = max(begins, found[-1].ends) if found else begins
        if begins < ends:
            found.append(Span(begins, ends))
    return found


def _instants(day: date, shift: Shift, zone: str) -> tuple[datetime, datetime]:
    """Opening and closing as UTC. Of an hour that comes twice the whole of it is staffed."""
    last_day = day + timedelta(days=1) if shift.closes == MIDNIGHT else day
    opens = datetime.combine(day, shift.opens, tzinfo=_ZONES[zone])
    closes = datetime.combine(last_day, shift.closes, tzinfo=_ZONES[zone])
    if shift.closes != MIDNIGHT:
        closes = closes.replace(fold=1)
    return opens.astimezone(UTC), closes.astimezone(UTC)
