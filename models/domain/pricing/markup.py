"""Cost, sell and percentage: any two give the third."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from models.domain.errors import InvalidInputError
from models.domain.money import Money, round_minor

HUNDRED = Decimal(100)
HUNDREDTH = Decimal("0.01")


class MarkupKind(StrEnum):
    """What a percentage is of."""

    MARKUP = "MARKUP"
    """Of the cost: 25 % on 80 is sold for 100."""
    MARGIN = "MARGIN"
    """Of the price: 20 % of 100 is earned on a cost of 80."""
    FIXED = "FIXED"
    """No percentage: the price is set."""


@dataclass(frozen=True)
class Markup:
    """How a price comes from a cost.

    Raises:
        InvalidInputError: a margin of 100 % or more, a markup below -100 %, no fixed price.
    """

    kind: MarkupKind
    percent: Decimal = Decimal(0)
    fixed: Money | None = None
    per_person: bool = False
    """Whether a fixed price is each traveller's, else it is the line's."""

    def __post_init__(self) -> None:
        if self.kind is MarkupKind.FIXED and (self.fixed is None or self.fixed.amount_minor < 0):
            raise InvalidInputError("Say the fixed price; it is not below zero.")
        if self.kind is MarkupKind.MARGIN and self.percent >= HUNDRED:
            raise InvalidInputError("A margin is below 100 percent of the price.")
        if self.kind is not MarkupKind.FIXED and self.percent < -HUNDRED:
            raise InvalidInputError("A markup or margin below -100 percent would be a gift.")


@dataclass(frozen=True)
class Solved:
    """Cost and sell in minor units of one currency, and the percentage between them."""

    cost_minor: int
    sell_minor: int
    percent: Decimal


def sell_at(cost_minor: int, kind: MarkupKind, percent: Decimal) -> int:
    """The price in minor units of a cost under a markup or margin."""
    if kind is MarkupKind.MARGIN:
        return round_minor(cost_minor * HUNDRED / (HUNDRED - percent))
    return round_minor(cost_minor * (HUNDRED + percent) / HUNDRED)


def cost_at(sell_minor: int, kind: MarkupKind, percent: Decimal) -> int:
    """The cost in minor units that a price under a markup or margin leaves room for.

    Raises:
        InvalidInputError: a markup of -100 %, from which no cost can be told.
    """
    if kind is MarkupKind.MARGIN:
        return round_minor(sell_minor * (HUNDRED - percent) / HUNDRED)
    if percent == -HUNDRED:
        raise InvalidInputError("Nothing can be told from a markup of -100 percent.")
    return round_minor(sell_minor * HUNDRED / (HUNDRED + percent))


def percent_between(cost_minor: int, sell_minor: int, kind: MarkupKind) -> Decimal:
    """The markup or margin between a cost and a price, to the hundredth; 0 where none can be."""
    whole = sell_minor if kind is MarkupKind.MARGIN else cost_minor
    if whole == 0:
        return Decimal(0)
    exact = (sell_minor - cost_minor) * HUNDRED / Decimal(whole)
    return exact.quantize(HUNDREDTH, rounding=ROUND_HALF_UP)


def solve(
    kind: MarkupKind,
    *,
    cost_minor: int | None = None,
    sell_minor: int | None = None,
    percent: Decimal | None = None,
) -> Solved:
    """The third of cost, sell and percentage from the two that are given.

    Raises:
        InvalidInputError: not exactly two are given, or no number satisfies them.
    """
    if cost_minor is not None and sell_minor is not None and percent is None:
        return Solved(cost_minor, sell_minor, percent_between(cost_minor, sell_minor, kind))
    if percent is None or (cost_minor is None) == (sell_minor is None):
        raise InvalidInputError("Give two of cost, price and percentage; the third follows.")
    Markup(kind, percent)
    if cost_minor is not None:
        return Solved(cost_minor, sell_at(cost_minor, kind, percent), percent)
    sell = sell_minor or 0
    return Solved(cost_at(sell, kind, percent), sell, percent)


def markup_of_margin(percent: Decimal) -> Decimal:
    """The markup that earns a margin: 20 % of the price is 25 % on the cost."""
    return HUNDRED * percent / (HUNDRED - percent)


def margin_of_markup(percent: Decimal) -> Decimal:
    """The margin that a markup earns: 25 % on the cost is 20 % of the price."""
    return HUNDRED * percent / (HUNDRED + percent)
