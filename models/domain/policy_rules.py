"""What a policy must hold to before anybody may put it in force, field by field."""

from collections.abc import Iterable, Iterator
from datetime import time

from models.domain.access import Role
from models.domain.policy import Policy
from models.domain.pricing.findings import DANGERS
from models.domain.pricing.taxes import Treatment
from models.domain.staffed_hours import DAYS_IN_WEEK, MIDNIGHT, ZONE_NAMES, Shift

LONGEST_HOURS = 24 * 90
LONGEST_DAYS = 365
LONGEST_PASSPORT_MONTHS = 24
HIGHEST_SHARE = 50
MOST_HOLIDAYS = 400
HOURS_IN_DAY = 24
FEWEST_WEEKLY_HOURS = 5
MOST_ROWS = 30
LONGEST_TITLE = 120
PERCENT = 100
LARGEST_BUFFER_PERCENT = 50
LARGEST_MARKUP_PERCENT = 500

DAY_FIELDS = (
    "quote_valid_days",
    "quote_unviewed_reminder_days",
    "quote_expiry_reminder_days",
    "lost_after_expiry_days",
    "reopen_days",
    "overdue_finance_days",
    "overdue_manager_days",
    "welcome_days_before",
    "run_sheet_days_before",
    "review_days_after",
    "unconfirmed_days_before",
)
HOUR_FIELDS = (
    "supplier_answer_hours",
    "supplier_least_hours",
    "guide_answer_hours",
    "approval_hours",
)

Fault = tuple[str, str]
"""A field and what is wrong with it."""


def faults(policy: Policy) -> dict[str, str]:
    """What is wrong with a policy, one sentence a field; empty when it may be put in force."""
    found: dict[str, str] = {}
    for field, sentence in (
        *_clocks(policy),
        *_staffing(policy),
        *_payments(policy),
        *_approvals(policy),
        *_partners(policy),
        *_lists(policy),
        *_exchange(policy),
        *_prices(policy),
        *_feasible(policy),
    ):
        found.setdefault(field, sentence)
    return found


def _clocks(policy: Policy) -> Iterator[Fault]:
    for stage, hours in policy.sla_hours.items():
        if not 0 <= hours <= LONGEST_HOURS:
            yield f"sla_hours.{stage}", "An answer time is between 0 (no clock) and 2,160 hours."
    if not 0 <= policy.sla_warning_minutes <= LONGEST_HOURS * 60:
        yield "sla_warning_minutes", "The warning comes between 0 minutes and 90 days before."
    for name in DAY_FIELDS:
        if not 0 <= getattr(policy, name) <= LONGEST_DAYS:
            yield name, "This is between 0 and 365 days."
    if policy.quote_valid_days < 1:
        yield "quote_valid_days", "A quote is valid for at least 1 day."
    if policy.quote_expiry_reminder_days >= policy.quote_valid_days:
        yield (
            "quote_expiry_reminder_days",
            "This reminder comes before the quote expires: choose fewer days than it is valid.",
        )


def _staffing(policy: Policy) -> Iterator[Fault]:
    staffed = policy.staffed
    if staffed.zone not in ZONE_NAMES:
        yield "staffed.zone", "Choose one of the zones in the list."
    for shift in staffed.shifts:
        if not 0 <= shift.weekday < DAYS_IN_WEEK:
            yield "staffed.shifts", "A weekday is a number from 0 (Monday) to 6 (Sunday)."
        elif shift.closes != MIDNIGHT and shift.closes <= shift.opens:
            yield f"staffed.{shift.weekday}", "Closing comes after opening; 00:00 is midnight."
    if len(staffed.holidays) > MOST_HOLIDAYS:
        yield "staffed.holidays", "There are too many holidays: at most 400."
    if policy.paused_stages and _weekly_hours(staffed.shifts) < FEWEST_WEEKLY_HOURS:
        yield (
            "paused_stages",
            "Clocks can pause only when the office is staffed for at least 5 hours a week.",
        )


def _weekly_hours(shifts: Iterable[Shift]) -> float:
    return sum((_hour(shift.closes) or HOURS_IN_DAY) - _hour(shift.opens) for shift in shifts)


def _hour(at: time) -> float:
    return at.hour + at.minute / 60


def _payments(policy: Policy) -> Iterator[Fault]:
    if not 0 <= policy.deposit_percent <= PERCENT:
        yield "deposit_percent", "A deposit is between 0 and 100 percent."
    if not 0 <= policy.balance_days_before <= LONGEST_DAYS:
        yield "balance_days_before", "This is between 0 and 365 days."
    for name in ("reminder_days_before", "reminder_days_after"):
        days = getattr(policy, name)
        if len(days) > MOST_ROWS or any(not 0 <= day <= LONGEST_DAYS for day in days):
            yield name, "Name whole days between 0 and 365, such as 7, 3, 0."
    if policy.overdue_manager_days < policy.overdue_finance_days:
        yield "overdue_manager_days", "A manager decides after finance was asked, not before."


def _approvals(policy: Policy) -> Iterator[Fault]:
    for name in ("approval_margin_percent", "approval_discount_percent"):
        if not 0 <= getattr(policy, name) <= PERCENT:
            yield name, "This is between 0 (never asked) and 100 percent."


def _partners(policy: Policy) -> Iterator[Fault]:
    for name in HOUR_FIELDS:
        if not 0 < getattr(policy, name) <= LONGEST_HOURS:
            yield name, "This is more than 0 and at most 2,160 hours."
    if not 0 < policy.supplier_urgent_fraction <= 1:
        yield "supplier_urgent_fraction", "This is more than 0 and at most 100 percent."


def _exchange(policy: Policy) -> Iterator[Fault]:
    buffer, jump = policy.exchange_buffer_percent, policy.exchange_jump_percent
    if not buffer.is_finite() or not 0 <= buffer <= LARGEST_BUFFER_PERCENT:
        yield "exchange_buffer_percent", "The buffer is between 0 and 50 percent."
    if not 1 <= policy.exchange_stale_days <= LONGEST_DAYS:
        yield "exchange_stale_days", "This is between 1 and 365 days."
    if not jump.is_finite() or not 0 < jump <= PERCENT:
        yield "exchange_jump_percent", "This is more than 0 and at most 100 percent."


def _prices(policy: Policy) -> Iterator[Fault]:
    markup = policy.default_markup_percent
    if not markup.is_finite() or not 0 <= markup <= LARGEST_MARKUP_PERCENT:
        yield "default_markup_percent", "The markup is between 0 and 500 percent."
    for name in ("service_fee_percent", "tax_percent", "agent_percent"):
        if not getattr(policy, name).is_finite() or not 0 <= getattr(policy, name) <= HIGHEST_SHARE:
            yield name, "This is between 0 and 50 percent."
    if policy.tax_treatment is not Treatment.EXEMPT and not policy.tax_percent:
        yield "tax_percent", "Write how many percent the tax is, or choose that none is due."


def _feasible(policy: Policy) -> Iterator[Fault]:
    if not set(policy.stopping_dangers) <= set(DANGERS):
        yield "stopping_dangers", "Only what endangers a trip can stop its quote."
    if not 0 <= policy.passport_months <= LONGEST_PASSPORT_MONTHS:
        yield "passport_months", "This is between 0 and 24 months."
    if not 0 <= policy.visa_days <= LONGEST_DAYS:
        yield "visa_days", "This is between 0 and 365 days."


def _lists(policy: Policy) -> Iterator[Fault]:
    rules, tiers = policy.checklist, policy.refund_tiers
    if not rules or len(rules) > MOST_ROWS:
        yield "checklist", "Keep between 1 and 30 preparations."
    if len({rule.key for rule in rules}) < len(rules):
        yield "checklist", "Two preparations have the same name."
    for rule in rules:
        if not rule.key or not rule.title.strip() or len(rule.title) > LONGEST_TITLE:
            yield "checklist", "Each preparation has a name of at most 120 characters."
        if not 0 <= rule.days_before <= LONGEST_DAYS:
            yield "checklist", "Each preparation is due between 0 and 365 days before departure."
        if rule.owner_role not in set(Role):
            yield "checklist", "Choose who does each preparation."
    yield from _refunds([(tier.days_before, tier.refund_percent) for tier in tiers])


def _refunds(tiers: list[tuple[int, int]]) -> Iterator[Fault]:
    if not tiers or len(tiers) > MOST_ROWS:
        yield "refund_tiers", "Keep between 1 and 30 steps."
    if any(not 0 <= days <= LONGEST_DAYS or not 0 <= share <= PERCENT for days, share in tiers):
        yield "refund_tiers", "Days are between 0 and 365, percentages between 0 and 100."
    if len({days for days, _ in tiers}) < len(tiers):
        yield "refund_tiers", "Two steps begin on the same day."
    if 0 not in {days for days, _ in tiers}:
        yield "refund_tiers", "One step has to begin at 0 days, for the last days before departure."
    shares = [share for _, share in sorted(tiers)]
    if shares != sorted(shares):
        yield "refund_tiers", "Whoever cancels earlier never gets back less."
