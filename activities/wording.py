"""How values read in messages and documents: days, instants with their zone, money, counts."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from models.domain.clock import TRIP_ZONE
from models.domain.money import Money, round_minor
from models.domain.sla import answered

KINDS = {
    "HOTEL": "Accommodation",
    "TRANSPORT": "Transport",
    "CRUISE": "Cruise",
    "ACTIVITY": "Activity",
    "GUIDE": "Guide",
    "RESTAURANT": "Meal",
    "FLIGHT": "Flight",
    "FEE": "Fee",
    "DEPOSIT": "Deposit",
    "BALANCE": "Balance",
    "FULL": "Full payment",
}


def money(amount_minor: int, currency: str) -> str:
    """An amount in minor units: `USD 1,234.50`."""
    return str(Money(amount_minor, currency))


def day(on: date) -> str:
    """A day: `22 November 2026`."""
    return f"{on:%-d %B %Y}"


def weekday(on: date) -> str:
    """A day with its weekday: `Sun 22 November 2026`."""
    return f"{on:%a %-d %B %Y}"


def moment(at: datetime) -> str:
    """An instant at the trip's place, in words a traveller understands."""
    return f"{at.astimezone(TRIP_ZONE):%A %-d %B %Y, %H:%M} (Vietnam time, UTC+7)"


def utc(at: datetime) -> str:
    """An instant to the second in UTC, as evidence names it: `2026-11-22 07:05:09 UTC`."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def month(year_month: str) -> str:
    """A travel month: `November 2026`; what is no `YYYY-MM` stays as it is."""
    try:
        return f"{date.fromisoformat(f'{year_month}-01'):%B %Y}"
    except ValueError:
        return year_month


def trip_day(departure_on: date, number: int) -> date:
    """The date of a day of the trip; day 1 is the departure."""
    return departure_on + timedelta(days=number - 1)


def promise(count: float | None, *, staffed_only: bool = False) -> str:
    """When somebody will have answered, of the policy's hours: `within 2 hours`."""
    return answered(timedelta(hours=count) if count else None, staffed_only=staffed_only)


def counted(count: float, noun: str) -> str:
    """A count with its noun: `1 night`, `3 nights`."""
    return f"{count:g} {noun}{'' if count == 1 else 's'}"


def kind(value: str) -> str:
    """The kind of a service or of an instalment, in words."""
    return KINDS.get(value, value.capitalize())


def included_vat(total_minor: int, percent: float) -> int:
    """The VAT inside a total, minor units, by the one rounding rule."""
    rate = Decimal(str(percent))
    return round_minor(Decimal(total_minor) * rate / (100 + rate))


FILTERS: dict[str, Callable[..., str | date | int]] = {
    "money": money,
    "day": day,
    "weekday": weekday,
    "moment": moment,
    "utc": utc,
    "month": month,
    "trip_day": trip_day,
    "included_vat": included_vat,
    "promise": promise,
    "counted": counted,
    "kind": kind,
}
