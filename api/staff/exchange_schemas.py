"""What the JSON API says of exchange rates: decimals are texts, so that nobody rounds them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Self

from babel.numbers import list_currencies
from pydantic import ConfigDict, Field, StringConstraints, model_validator

from api.staff.wire import Incoming, Moment, Outgoing
from models.domain.exchange import EURO, RateSource
from models.store.exchange_rates import KnownRate
from models.tables.exchange import ExchangeTask

CURRENCIES = frozenset(list_currencies())
LONGEST_REASON = 500
Code = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Rate = Annotated[Decimal, Field(gt=0, max_digits=24, decimal_places=12)]


class RateIn(Incoming):
    """A rate set by hand: `rate` units of `currency` for one of `base`.

    One that is far from the rate in force, by the policy's limit, needs `confirmed`.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "currency": "VND",
                    "base": "EUR",
                    "rate": "27473.628",
                    "reason": "Vietcombank, transfer, this morning",
                }
            ]
        }
    )
    currency: Code
    base: Code = EURO
    rate: Rate
    reason: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_REASON)]
    confirmed: bool = False

    @model_validator(mode="after")
    def _two_currencies(self) -> Self:
        for name in ("currency", "base"):
            if getattr(self, name) not in CURRENCIES:
                raise ValueError(f"{name}: this is no currency of ISO 4217")
        if self.currency == EURO:
            raise ValueError("currency: rates are against the euro; set the other one")
        if self.currency == self.base:
            raise ValueError("base: choose another currency than the one that is set")
        return self


class PastRate(Outgoing):
    """What a source said before."""

    per_euro: str
    quoted_on: date
    source: RateSource
    recorded_at: Moment


class RateOut(Outgoing):
    """The rate in force of a currency: units for one euro, of which day, by whom."""

    id: str
    currency: str
    per_euro: str
    quoted_on: date
    age_days: int
    stale: bool
    """Older than the policy allows."""
    source: RateSource
    recorded_at: Moment
    set_by: str | None
    """Null for what was fetched."""
    reason: str
    previous: list[PastRate]
    """Up to nine, the last one first."""


class RateTaskOut(Outgoing):
    """Something about the rates that a person has to look at."""

    id: str
    title: str
    detail: str
    status: str
    created_at: Moment


class RateList(Outgoing):
    """The rates in force, by currency. The euro is the base and not in the list."""

    items: list[RateOut]
    total: int
    missing: list[str]
    """Currencies that are traded and have no rate at all."""
    buffer_percent: str
    stale_days: int
    tasks: list[RateTaskOut]


class RateSet(Outgoing):
    """The rate as it is in force now."""

    rate: RateOut


class RateTaskDone(Outgoing):
    """The task as it is now."""

    task: RateTaskOut


def plain(number: Decimal) -> str:
    """A decimal number without exponent and without zeros at its end."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def rate_out(known: list[KnownRate], today: date, stale_days: int) -> RateOut:
    """The rate in force with those before it; the first of the list is the one in force."""
    rate = known[0].rate
    return RateOut(
        id=rate.id,
        currency=rate.currency,
        per_euro=plain(rate.per_euro),
        quoted_on=rate.quoted_on,
        age_days=rate.age_days(today),
        stale=rate.stale(today, stale_days),
        source=rate.source,
        recorded_at=rate.recorded_at,
        set_by=known[0].set_by,
        reason=rate.reason,
        previous=[
            PastRate(
                per_euro=plain(one.rate.per_euro),
                quoted_on=one.rate.quoted_on,
                source=one.rate.source,
                recorded_at=one.rate.recorded_at,
            )
            for one in known[1:]
        ],
    )


def task_out(task: ExchangeTask) -> RateTaskOut:
    """A task as it is stored."""
    created_at: datetime = task.created_at
    return RateTaskOut(
        id=task.id,
        title=task.title,
        detail=task.detail,
        status=task.status,
        created_at=created_at,
    )
