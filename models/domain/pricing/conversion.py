"""Exchange: amounts of one currency in another, by rates that somebody named and dated."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from models.domain.exchange import EURO, RatesInForce, minor_rate
from models.domain.money import round_minor


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
        return minor_rate(self.rate, self.from_currency, self.to_currency)

    @cached_property
    def buffered_rate(self) -> Decimal:
        """Minor units of the one for a minor unit of the other, with the buffer."""
        return minor_rate(self.rate, self.from_currency, self.to_currency, self.buffer_percent)


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


def conversions_to(sold_in: str, rates: RatesInForce, buffer_percent: Decimal) -> Conversions:
    """Conversions of every currency that has a rate, and of the euro, into the one that is sold.

    Two that both have a rate cross by the euro, as of the older of the two. Empty when the
    currency that is sold has none.
    """
    listed = {EURO, *rates.by_currency}
    if sold_in not in listed:
        return {}
    pairs = ((currency, sold_in) for currency in sorted(listed - {sold_in}))
    return {pair: _conversion(*pair, rates, buffer_percent) for pair in pairs}


def _conversion(
    from_currency: str, to_currency: str, rates: RatesInForce, buffer_percent: Decimal
) -> Conversion:
    known = rates.used(from_currency, to_currency)
    return Conversion(
        from_currency,
        to_currency,
        rates.rate(from_currency, to_currency),
        " and ".join(dict.fromkeys(one.source for one in known)),
        min(one.as_of for one in known),
        buffer_percent,
    )
