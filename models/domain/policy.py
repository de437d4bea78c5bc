"""Every policy number, in one immutable record that reaches workflows as data.

The figures are the defaults of the booking's lifecycle specification. Days and hours are counted on
the policy's own clock (see `clock.py`), so that a demonstration can play months in a minute.
"""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal

from models.domain.pricing.findings import FindingKind
from models.domain.pricing.taxes import Treatment
from models.domain.staffed_hours import StaffedHours
from models.domain.stages import Stage

DEFAULT_SLA_HOURS: dict[Stage, float] = {
    Stage.NEW: 2,
    Stage.QUALIFIED: 8,
    Stage.PROPOSAL_SENT: 24,
    Stage.NEGOTIATION: 48,
    Stage.INVOICE_SENT: 24,
    Stage.PAYMENT_RECEIVED: 0,
    Stage.WON: 24,
    Stage.LOST: 0,
    Stage.POST_TRIP: 0,
}


@dataclass(frozen=True)
class ChecklistRule:
    """One preparation, due so many days before departure, owned by a role."""

    key: str
    title: str
    days_before: int
    owner_role: str


@dataclass(frozen=True)
class RefundTier:
    """Cancelled at least `days_before` departure: this share of what was paid goes back."""

    days_before: int
    refund_percent: int


DEFAULT_CHECKLIST = (
    ChecklistRule("traveller_details", "Traveller details and passports", 60, "atp_staff"),
    ChecklistRule("dietary_needs", "Dietary and health needs", 30, "atp_staff"),
    ChecklistRule("supplier_reconfirmation", "Suppliers reconfirmed", 14, "atp_staff"),
    ChecklistRule("final_documents", "Vouchers and final documents sent", 10, "atp_staff"),
    ChecklistRule("emergency_contacts", "Emergency contacts on file", 7, "atp_staff"),
)

DEFAULT_REFUND_TIERS = (
    RefundTier(60, 100),
    RefundTier(45, 70),
    RefundTier(30, 50),
    RefundTier(14, 20),
    RefundTier(0, 0),
)


@dataclass(frozen=True)
class Policy:
    """One version of the policy record. Hours, days and percentages as named."""

    version: int
    seconds_per_day: float = 86_400.0
    sla_hours: dict[Stage, float] = field(default_factory=lambda: dict(DEFAULT_SLA_HOURS))
    sla_warning_minutes: float = 30
    staffed: StaffedHours = field(default_factory=StaffedHours)
    paused_stages: tuple[Stage, ...] = ()
    """Stages whose clocks stand still while the office is not staffed."""
    quote_valid_days: float = 14
    quote_unviewed_reminder_days: float = 3
    quote_expiry_reminder_days: float = 3
    lost_after_expiry_days: float = 14
    reopen_days: float = 90
    approval_margin_percent: float = 10
    """A quote that earns less waits for a manager; 0 where none does."""
    approval_discount_percent: float = 15
    """So does one whose services have become cheaper by more than this; 0 where none does."""
    approval_hours: float = 4
    """How long the managers have to say so."""
    deposit_percent: int = 30
    balance_days_before: int = 45
    reminder_days_before: tuple[int, ...] = (7, 3, 0)
    reminder_days_after: tuple[int, ...] = (2,)
    overdue_finance_days: float = 3
    overdue_manager_days: float = 7
    supplier_answer_hours: float = 24
    supplier_urgent_fraction: float = 0.2
    supplier_least_hours: float = 1
    guide_answer_hours: float = 24
    checklist: tuple[ChecklistRule, ...] = DEFAULT_CHECKLIST
    refund_tiers: tuple[RefundTier, ...] = DEFAULT_REFUND_TIERS
    welcome_days_before: float = 3
    run_sheet_days_before: float = 1
    review_days_after: float = 1
    unconfirmed_days_before: float = 7
    """A paid trip that is not confirmed so long before departure is a manager's task."""
    history_limit: int = 2_000
    """Events after which a workflow begins a fresh run at its next wait."""
    duplicate_window_minutes: float = 10
    """The same submission within this window is a replay (counted in real minutes)."""
    exchange_buffer_percent: Decimal = Decimal(2)
    """Added to a cost in another currency, for the case that the rate moves against us."""
    exchange_stale_days: int = 7
    """A rate older than this is out of date (counted in calendar days)."""
    exchange_jump_percent: Decimal = Decimal(10)
    """A fetched rate further from the one in force than this waits for a person."""
    default_markup_percent: Decimal = Decimal(25)
    """On the cost of what no pricing rule is for."""
    service_fee_percent: Decimal = Decimal(0)
    """Of what a trip costs after discounts: the last line of a quote; 0 where we take none."""
    tax_treatment: Treatment = Treatment.EXEMPT
    """Journeys outside the Community are exempt (Directive 2006/112/EC, Article 309)."""
    tax_percent: Decimal = Decimal(0)
    agent_percent: Decimal = Decimal(0)
    """What an agent earns of the price before fee and tax on top; it lowers our profit."""
    stopping_dangers: tuple[FindingKind, ...] = ()
    """With one of these no quote is sent; the others are told to staff alone."""
    passport_months: int = 6
    """A passport is valid so long after the return (counted in calendar months)."""
    visa_days: int = 0
    """A visa takes so long before departure; 0 where none is needed (in calendar days)."""

    def sla(self, stage: Stage) -> timedelta | None:
        """How long a booking may stay in a stage; None where no clock runs."""
        hours = self.sla_hours.get(stage, 0)
        return timedelta(hours=hours) if hours else None

    def pauses(self, stage: Stage) -> bool:
        """Whether a stage's clock stands still while the office is not staffed."""
        return stage in self.paused_stages and self.staffed.ever


TERMS = (
    "version",
    "seconds_per_day",
    "deposit_percent",
    "balance_days_before",
    "refund_tiers",
    "history_limit",
    "duplicate_window_minutes",
)
"""What a customer was told, or what a running booking can't change: a booking keeps it for good."""
OFFICE = (
    "exchange_buffer_percent",
    "exchange_stale_days",
    "exchange_jump_percent",
    "default_markup_percent",
    "service_fee_percent",
    "tax_treatment",
    "tax_percent",
    "agent_percent",
    "stopping_dangers",
    "passport_months",
    "visa_days",
)
"""What is read from the policy in force whenever it is needed: no booking is told of a change."""


def with_clocks_of(terms: Policy, newer: Policy) -> Policy:
    """What a running booking follows: its own terms, and the clocks of a newer version."""
    return replace(newer, **{name: getattr(terms, name) for name in TERMS})


def changed_fields(before: Policy, after: Policy) -> tuple[str, ...]:
    """Names of the fields that differ between two versions, in the record's order."""
    return tuple(
        name
        for name in Policy.__dataclass_fields__
        if name != "version" and getattr(before, name) != getattr(after, name)
    )


def changes_clocks(before: Policy, after: Policy) -> bool:
    """Whether a new version concerns running bookings at all."""
    return bool(set(changed_fields(before, after)) - {*TERMS, *OFFICE})


@dataclass(frozen=True)
class Rebased:
    """One person's changes on top of another's; `clashes` are fields that both changed."""

    policy: Policy
    clashes: tuple[str, ...]


def rebase(base: Policy, mine: Policy, theirs: Policy) -> Rebased:
    """What somebody changed since `base`, on top of what somebody else made of it meanwhile.

    Where both changed a field, mine stands and the field is named.
    """
    changed = changed_fields(base, mine)
    both = set(changed) & set(changed_fields(base, theirs))
    clashes = tuple(name for name in changed if name in both and _differs(mine, theirs, name))
    return Rebased(replace(theirs, **{name: getattr(mine, name) for name in changed}), clashes)


def _differs(mine: Policy, theirs: Policy, name: str) -> bool:
    return bool(getattr(mine, name) != getattr(theirs, name))
