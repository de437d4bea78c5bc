"""What a cancellation gives back."""

from dataclasses import dataclass
from datetime import date

from models.domain.money import percent_of
from models.domain.policy import Policy


@dataclass(frozen=True)
class RefundOffer:
    """Minor units: what was paid, what goes back, what is kept as the penalty."""

    paid_minor: int
    refund_minor: int
    penalty_minor: int
    refund_percent: int


def refund_percent(days_before_departure: int, policy: Policy) -> int:
    """The share that goes back, by the first tier whose days are not yet undercut."""
    for tier in sorted(policy.refund_tiers, key=lambda tier: -tier.days_before):
        if days_before_departure >= tier.days_before:
            return tier.refund_percent
    return 0


def refund_offer(
    paid_minor: int, departure_on: date | None, cancelled_on: date, policy: Policy
) -> RefundOffer:
    """Refund and penalty of a cancellation; before anything was agreed, all money goes back."""
    percent = 100
    if departure_on is not None:
        percent = refund_percent((departure_on - cancelled_on).days, policy)
    refund = percent_of(paid_minor, percent)
    return RefundOffer(paid_minor, refund, paid_minor - refund, percent)


def spread_refund(refund_minor: int, refundable: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Splits a refund over payments, the newest first; never more than each still holds."""
    parts: list[tuple[str, int]] = []
    rest = refund_minor
    for payment_id, held_minor in reversed(refundable):
        part = min(rest, held_minor)
        if part > 0:
            parts.append((payment_id, part))
            rest -= part
    return parts
