"""Discounts: for a reason, never below nothing, and above a limit only if a manager agrees."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from models.domain.errors import InvalidInputError
from models.domain.money import percent_of
from models.domain.pricing.findings import Finding, FindingKind

HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Discount:
    """A percentage, or an amount in minor units of the quote's currency, off the price."""

    reason: str
    percent: Decimal | None = None
    fixed_minor: int | None = None
    per_person: bool = False
    """Whether the amount is each traveller's."""
    line_id: str | None = None
    """None is off the whole price."""

    def __post_init__(self) -> None:
        if (self.percent is None) == (self.fixed_minor is None):
            raise InvalidInputError("A discount is a percentage or an amount.")
        if (self.percent or 0) < 0 or (self.fixed_minor or 0) < 0:
            raise InvalidInputError("A discount is not below zero.")


def _wanted(discount: Discount, price_minor: int, people: int) -> int:
    if discount.percent is not None:
        return percent_of(price_minor, discount.percent)
    return (discount.fixed_minor or 0) * (people if discount.per_person else 1)


@dataclass(frozen=True, slots=True)
class Taken:
    """A discount and what it comes to for a group."""

    discount: Discount
    amount_minor: int


def take(
    discounts: Sequence[Discount], price_minor: int, people: int
) -> tuple[list[Taken], list[Finding]]:
    """Takes discounts off a price: each percentage is of the price before any of them.

    Together they never take more than there is; the last one is cut short then.
    """
    taken, findings, left = [], [], price_minor
    for discount in discounts:
        wanted = _wanted(discount, price_minor, people)
        if wanted > left:
            reason = f"The discount ({discount.reason}) is more than the price; it was cut."
            findings.append(Finding(FindingKind.DISCOUNT_CAPPED, reason, line_id=discount.line_id))
        taken.append(Taken(discount, min(left, wanted)))
        left -= taken[-1].amount_minor
    return taken, findings


def judge(taken: Sequence[Taken], price_minor: int, limit_percent: Decimal) -> Iterator[Finding]:
    """What a manager has to agree to, and what lacks a reason."""
    for one in taken:
        if not one.discount.reason.strip():
            yield Finding(
                FindingKind.DISCOUNT_WITHOUT_REASON,
                "Say why there is a discount.",
                line_id=one.discount.line_id,
            )
    total = sum(one.amount_minor for one in taken)
    if total * HUNDRED > price_minor * limit_percent:
        share = total * HUNDRED / Decimal(price_minor)
        yield Finding(
            FindingKind.DISCOUNT_ABOVE_LIMIT,
            f"Discounts of {share:.1f} % of the price are above the limit of {limit_percent} %: "
            "a manager has to agree.",
        )
