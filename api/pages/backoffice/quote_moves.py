"""Moving days and services in the builder: by a place for each, with all that belongs to them."""

from collections.abc import Iterable
from dataclasses import replace

from api.pages.backoffice.quote_fields import DayFields, LineFields, QuoteFields

Days = tuple[DayFields, ...]
Lines = tuple[LineFields, ...]
LONGEST = 60
"""Days of a trip."""


def day_of_line(line: LineFields) -> int | None:
    """The day on which a service begins; None while that is no number."""
    return int(line.day) if line.day.isdecimal() else None


def place_line(fields: QuoteFields, at: int, day: int, before: int) -> QuoteFields:
    """A service on another day, before another service.

    Args:
        fields: the form.
        at: the service; services count from 0.
        day: its new day, from 1.
        before: the service that follows it from then on, as they count now; the number of services
            puts it at the end.
    """
    lines = list(fields.lines)
    to = min(max(before, 0), len(lines))
    moved = replace(lines.pop(at), day=str(max(day, 1)))
    lines.insert(to - 1 if to > at else to, moved)
    return replace(fields, lines=tuple(lines))


def shift_line(fields: QuoteFields, at: int, by: int) -> QuoteFields:
    """A service some days later, behind the others of its new day; earlier, likewise."""
    day = day_of_line(fields.lines[at])
    if day is None or day + by < 1:
        return fields
    others = [number for number, one in enumerate(fields.lines) if number != at]
    later = [n for n in others if (day_of_line(fields.lines[n]) or 0) > day + by]
    return place_line(fields, at, day + by, later[0] if later else len(fields.lines))


def swap_days(fields: QuoteFields, at: int, by: int) -> QuoteFields:
    """A day with its services in the place of its neighbour, which takes its own."""
    to = at + by
    if not 0 <= to < len(fields.days):
        return fields
    days = list(fields.days)
    days[at], days[to] = days[to], days[at]
    numbers = {at + 1: to + 1, to + 1: at + 1}
    lines = tuple(_on(one, numbers.get(day_of_line(one) or 0)) for one in fields.lines)
    return replace(fields, days=tuple(days), lines=in_order(lines))


def insert_day(
    fields: QuoteFields, at: int, days: Days, lines: Iterable[LineFields]
) -> QuoteFields:
    """Days with their services behind a day; what comes later is as much later.

    Args:
        fields: the form.
        at: so many days stay before them.
        days: the new ones.
        lines: theirs; their days count from the first of the new ones.
    """
    more = len(days)
    stay = [_later(one, at, more) for one in fields.lines]
    new = [_on(one, (day_of_line(one) or 1) + at) for one in lines]
    return replace(
        fields,
        days=(*fields.days[:at], *days, *fields.days[at:]),
        lines=in_order((*stay, *new)),
    )


def remove_day(fields: QuoteFields, at: int) -> QuoteFields:
    """Without a day and its services; what comes later is a day earlier."""
    days = tuple(one for number, one in enumerate(fields.days) if number != at)
    stay = [one for one in fields.lines if day_of_line(one) != at + 1]
    return replace(fields, days=days, lines=tuple(_later(one, at + 1, -1) for one in stay))


def in_order(lines: Iterable[LineFields]) -> Lines:
    """Services by their days, those of a day as they stood."""
    return tuple(sorted(lines, key=lambda one: day_of_line(one) or 0))


def _later(line: LineFields, after: int, by: int) -> LineFields:
    day = day_of_line(line)
    return _on(line, day + by) if day is not None and day > after else line


def _on(line: LineFields, day: int | None) -> LineFields:
    return line if day is None else replace(line, day=str(day))


def day_heads(fields: QuoteFields) -> list[list[int]]:
    """The days whose heads stand before each service, and at last those behind all services.

    Every day of the trip has one, so that each can be dropped on; where services don't stand in the
    order of their days, the head of a day stands again.
    """
    heads: list[list[int]] = []
    shown = standing = 0
    for line in fields.lines:
        day = day_of_line(line) or standing or 1
        here = list(range(shown + 1, day + 1)) if day > shown and day <= LONGEST else [day]
        heads.append(here if day != standing or not heads else [])
        shown, standing = max(shown, day if day <= LONGEST else shown), day
    heads.append(list(range(shown + 1, len(fields.days) + 1)))
    return heads
