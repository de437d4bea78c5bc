"""The terms that a customer accepts with a quote; every number in them is the policy's."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from models.domain.policy import Policy

EDITION = "2026-11"
"""Changes with every change of the wording below."""


@dataclass(frozen=True)
class Clause:
    """A paragraph of the terms: a pattern, and the values of its gaps; so it can be translated."""

    heading: str
    pattern: str
    values: Mapping[str, int] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The paragraph in English."""
        return self.pattern % self.values


@dataclass(frozen=True)
class RefundStep:
    """Cancelled in this span before departure, so much of what was paid goes back."""

    pattern: str
    values: Mapping[str, int]
    refund_percent: int

    @property
    def span(self) -> str:
        """The span in English."""
        return self.pattern % self.values


def terms_version(policy: Policy) -> str:
    """What an acceptance names: the wording's edition and the policy's version."""
    return f"{EDITION}.{policy.version}"


AT_LEAST = "%(days)s days or more before departure"
LESS_THAN = "less than %(days)s days before departure"
BETWEEN = "%(first)s to %(last)s days before departure"
SPANS = (AT_LEAST, LESS_THAN, BETWEEN)


def refund_steps(policy: Policy) -> tuple[RefundStep, ...]:
    """The cancellation table, the earliest cancellation first."""
    steps: list[RefundStep] = []
    above: int | None = None
    for tier in sorted(policy.refund_tiers, key=lambda tier: -tier.days_before):
        pattern, values = _span(tier.days_before, above)
        steps.append(RefundStep(pattern, values, tier.refund_percent))
        above = tier.days_before
    return tuple(steps)


def _span(from_days: int, above: int | None) -> tuple[str, dict[str, int]]:
    if above is None:
        return AT_LEAST, {"days": from_days}
    if from_days <= 0:
        return LESS_THAN, {"days": above}
    return BETWEEN, {"first": from_days, "last": above - 1}


PAYMENT = (
    "The total covers everything listed as a service in this quote and nothing else. "
    "%(percent)s %% is due as a deposit when you accept, the balance %(days)s days before "
    "departure; when you accept later than that, the total is due at once."
)


def clauses(policy: Policy) -> tuple[Clause, ...]:
    """The terms in order; the cancellation clause refers to `refund_steps`."""
    return (
        Clause(
            "Your booking",
            "When you accept the quote, you order the trip exactly as this version describes it. "
            "We then reserve every service and send you a confirmation with vouchers as soon as "
            "all are confirmed. If a service can't be had, we propose one of the same standard, "
            "and you decide.",
        ),
        Clause(
            "Price and payment",
            PAYMENT,
            {"percent": policy.deposit_percent, "days": policy.balance_days_before},
        ),
        Clause(
            "If you change your mind",
            "You can cancel at any time before departure by writing to us. How much of what you "
            "have paid goes back depends on the day on which we receive your message, as the table "
            "shows. The money goes back the way you paid.",
        ),
        Clause(
            "If you want to change the trip",
            "Write to us: we send you a new version with its price. Nothing changes until you have "
            "accepted it.",
        ),
        Clause(
            "Passports, visas, health and insurance",
            "Please make sure that your passport is valid for six months after your return, that "
            "you hold the visas you need, and that you have travel insurance which covers medical "
            "care and cancellation.",
        ),
        Clause(
            "Your data",
            "We use what you tell us to plan and run your trip, and give suppliers and guides only "
            "what they need for their service.",
        ),
    )


EXCLUDED = (
    "Flights to and from the region, unless they are listed as a service",
    "Visa fees and travel insurance",
    "Meals and drinks that are not mentioned",
    "Personal expenses and tips",
)
"""What the price of a trip never covers, whatever is listed."""
