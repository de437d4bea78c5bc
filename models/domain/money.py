"""Money: integer minor units with an ISO 4217 currency, and the one rounding rule."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

ZERO_DECIMAL = frozenset({"VND", "LAK", "KHR", "JPY", "KRW"})
"""Currencies sold without decimals. LAK and KHR have two by ISO 4217, yet no coins: nobody can pay
less than a kip or a riel. THB keeps its two: satang are in use."""


def minor_digits(currency: str) -> int:
    """Decimals of a currency: 0 for those without coins, else 2."""
    return 0 if currency in ZERO_DECIMAL else 2


def round_minor(amount: Decimal) -> int:
    """The one rounding rule: half away from zero, to the minor unit."""
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def percent_of(amount_minor: int, percent: Decimal | int) -> int:
    """A percentage of an amount in minor units, rounded by the one rule."""
    return round_minor(Decimal(amount_minor) * Decimal(percent) / 100)


@dataclass(frozen=True)
class Money:
    """An amount that can be added only to its own currency."""

    amount_minor: int
    currency: str

    def __add__(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise ValueError(f"{other.currency} can't be added to {self.currency}")
        return Money(self.amount_minor + other.amount_minor, self.currency)

    def __str__(self) -> str:
        digits = minor_digits(self.currency)
        major = Decimal(self.amount_minor).scaleb(-digits)
        return f"{self.currency} {major:,.{digits}f}"
