"""Charm prices, and splits that lose nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from models.domain.errors import InvalidInputError


class CharmScope(StrEnum):
    """Which price is made to look good."""

    LINE = "LINE"
    """Each line's price."""
    PERSON = "PERSON"
    """What one traveller pays for the trip; the lines share the difference."""


@dataclass(frozen=True)
class Charm:
    """Prices go up to the next that ends in one of `endings` within each `step`.

    Minor units of the currency that is sold: step 10.00 and ending 9.00 gives 9, 19, 29; step
    100.00 with endings 0 and 90.00 gives 90, 100, 190, 200; step 100,000 and ending 0 suits VND.
    """

    step_minor: int
    endings_minor: tuple[int, ...] = (0,)
    scope: CharmScope = CharmScope.PERSON

    def __post_init__(self) -> None:
        if self.step_minor < 1 or not self.endings_minor:
            raise InvalidInputError("A charm price has a step of at least one and an ending.")
        if any(not 0 <= ending < self.step_minor for ending in self.endings_minor):
            raise InvalidInputError("The ending of a charm price is smaller than its step.")

    def up(self, amount_minor: int) -> int:
        """The lowest charm price that is not lower; nothing stays nothing."""
        if amount_minor <= 0:
            return amount_minor
        floor = amount_minor - amount_minor % self.step_minor
        steps = (floor, floor + self.step_minor)
        return min(
            price
            for price in (step + ending for step in steps for ending in self.endings_minor)
            if price >= amount_minor
        )


def split(amount_minor: int, weights: Sequence[int]) -> list[int]:
    """Shares by weight that total the amount exactly, by largest remainder.

    Each share is the exact one rounded down; the units left over go to the largest remainders,
    earlier ones first. So each is within one minor unit of what is exact, whereas the rest of all
    would distort the last line when it is a small one. No weights at all share equally.
    """
    if not weights or amount_minor == 0:
        return [0] * len(weights)
    total = sum(weights)
    if total == 0:
        return split(amount_minor, [1] * len(weights))
    products = [amount_minor * weight for weight in weights]
    shares = [product // total for product in products]
    left = amount_minor - sum(shares)
    if left:
        places = sorted(range(len(weights)), key=lambda at: products[at] % total, reverse=True)
        for place in places[:left]:
            shares[place] += 1
    return shares


def split_evenly(amount_minor: int, parts: int) -> list[int]:
    """Shares that differ by one minor unit at most and total the amount; larger ones first."""
    return split(amount_minor, [1] * parts)
