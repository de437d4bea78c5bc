"""Exchange: amounts of one currency in another, by rates that somebody named and dated."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from models.domain.money import minor_digits, round_minor

HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Conversion:
    """So many units of `to_currency` for one of `from_currency` (units, not minor units)."""

    from_currency: str
    to_currency: str
    rate: Decimal
    source: str
    as_of: datetime
    buffer_percent: Decimal = Decimal(0)
    """Added to a cost, for the case that the rate moves against us before we pay."""

    @cached_property
    def minor_rate(self) -> Decimal:
        """Minor units of the one for a minor unit of the other, without the buffer."""
        return self.rate.scaleb(minor_digits(self.to_currency) - minor_digits(self.from_currency))

    @cached_property
    def buffered_rate(self) -> Decimal:
        """Minor units of the one for a minor unit of the other, with the buffer."""
        return self.minor_rate * (HUNDRED + self.buffer_percent) / HUNDRED


Conversions = Mapping[tuple[str, str], Conversion]
"""By currencies, from and to."""


def convert(amount_minor: int, conversion: Conversion, *, buffered: bool = True) -> int:
    """Minor units of one currency in minor units of the other, rounded once, at the end."""
    rate = conversion.buffered_rate if buffered else conversion.minor_rate
    return round_minor(amount_minor * rate)


def inverse(conversion: Conversion) -> Conversion:
    """The way back, of the same source and time and without a buffer."""
    return Conversion(
        conversion.to_currency,
        conversion.from_currency,
        1 / conversion.rate,
        conversion.source,
        conversion.as_of,
    )


@dataclass(frozen=True)
class BaseRate:
    """So many units of `currency` for one unit of the base, as sources such as the ECB list it."""

    currency: str
    rate: Decimal
    source: str
    as_of: datetime
    buffer_percent: Decimal = Decimal(0)


def conversions_to(
    sold_in: str, base: str, rates: Iterable[BaseRate]
) -> dict[tuple[str, str], Conversion]:
    """Conversions of every currency listed, and of the base, into the one that is sold.

    Two that are both listed cross by the base: the rate is the quotient, its time the older of the
    two, its buffer the larger. Empty when the currency sold is not listed.
    """
    listed: dict[str, BaseRate | None] = {rate.currency: rate for rate in rates}
    listed[base] = None
    if sold_in not in listed:
        return {}
    target = listed.pop(sold_in)
    crossed = (_cross(rate, target, base) for rate in listed.values())
    return {(one.from_currency, one.to_currency): one for one in crossed}


def _cross(first: BaseRate | None, second: BaseRate | None, base: str) -> Conversion:
    """From the first to the second; None is the base itself."""
    known = [rate for rate in (first, second) if rate is not None]
    rate = (second.rate if second else Decimal(1)) / (first.rate if first else Decimal(1))
    sources = dict.fromkeys(one.source for one in known)
    return Conversion(
        first.currency if first else base,
        second.currency if second else base,
        rate,
        " and ".join(sources),
        min(one.as_of for one in known),
        max(one.buffer_percent for one in known),
    )
