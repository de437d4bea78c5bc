"""The policy's numbers as the form asks for them: in groups, each with a plain explanation."""

from dataclasses import dataclass

from api.pages.translation import N_
from models.domain.policy import TERMS
from models.domain.pricing.findings import FindingKind
from models.domain.pricing.taxes import Treatment

PERCENT = 100


@dataclass(frozen=True)
class NumberField:
    """A number of the policy. `scale` is what one in the record is on the form."""

    name: str
    label: str
    hint: str
    whole: bool = False
    scale: int = 1
    exact: bool = False
    """A decimal number of money, never a float."""

    @property
    def running(self) -> bool:
        """Whether running bookings follow it."""
        return self.name not in TERMS


@dataclass(frozen=True)
class FieldGroup:
    """Numbers that belong together."""

    key: str
    name: str
    fields: tuple[NumberField, ...]


QUOTES = FieldGroup(
    "quotes",
    N_("Quotes"),
    (
        NumberField(
            "quote_valid_days",
            N_("Quote valid, days"),
            N_("Counted from sending. Quotes that were sent keep their date."),
        ),
        NumberField(
            "quote_unviewed_reminder_days",
            N_("Reminder if unviewed, days"),
            N_("So long after sending, the customer is reminded of a quote nobody opened."),
        ),
        NumberField(
            "quote_expiry_reminder_days",
            N_("Reminder before expiry, days"),
            N_("So long before it expires, the customer is reminded."),
        ),
        NumberField(
            "lost_after_expiry_days",
            N_("Lost after expiry, days"),
            N_("So long after a quote expired unanswered, the booking is lost."),
        ),
        NumberField(
            "reopen_days",
            N_("Lost bookings can be reopened, days"),
            N_("After that a lost booking is closed for good."),
        ),
    ),
)
APPROVALS = FieldGroup(
    "approvals",
    N_("Approval of quotes"),
    (
        NumberField(
            "approval_margin_percent",
            N_("Least margin, percent"),
            N_("A quote that earns less waits for a manager before it is sent. 0: never."),
        ),
        NumberField(
            "approval_discount_percent",
            N_("Most discount, percent"),
            N_("So does one whose services have become cheaper by more. 0: never."),
        ),
        NumberField(
            "approval_hours",
            N_("Managers decide in, hours"),
            N_("After half of it they are reminded; after all of it the admins are told."),
        ),
    ),
)
PAYMENTS = FieldGroup(
    "payments",
    N_("Payments"),
    (
        NumberField(
            "deposit_percent",
            N_("Deposit, percent"),
            N_("Of the price, due on acceptance. 0 or 100 means one payment in full."),
            whole=True,
        ),
        NumberField(
            "balance_days_before",
            N_("Balance due, days before departure"),
            N_("Whoever accepts later than that pays all at once."),
            whole=True,
        ),
        NumberField(
            "overdue_finance_days",
            N_("Overdue: finance, days"),
            N_("So long after the due day, finance is asked to look."),
        ),
        NumberField(
            "overdue_manager_days",
            N_("Overdue: manager, days"),
            N_("So long after the due day, a manager decides: hold, cancel or extend."),
        ),
    ),
)
PARTNERS = FieldGroup(
    "partners",
    N_("Suppliers and guides"),
    (
        NumberField(
            "supplier_answer_hours",
            N_("Supplier answers in, hours"),
            N_("Holds for the next request; requests that are out keep their time."),
        ),
        NumberField(
            "supplier_urgent_fraction",
            N_("Urgent departures, percent of the time left"),
            N_("When that is less than the hours above, the supplier has only so long."),
            scale=PERCENT,
        ),
        NumberField(
            "supplier_least_hours",
            N_("At least, hours"),
            N_("No supplier gets less time than this."),
        ),
        NumberField(
            "guide_answer_hours",
            N_("Guide answers in, hours"),
            N_("After that the next guide is asked."),
        ),
    ),
)
TRIP = FieldGroup(
    "trip",
    N_("Before and after the trip"),
    (
        NumberField(
            "unconfirmed_days_before",
            N_("Not confirmed yet, days before departure"),
            N_("A paid trip that is not confirmed by then becomes a manager's task."),
        ),
        NumberField(
            "welcome_days_before", N_("Welcome message, days before"), N_("To the customer.")
        ),
        NumberField(
            "run_sheet_days_before", N_("Run sheet, days before"), N_("To operations and guide.")
        ),
        NumberField("review_days_after", N_("Review request, days after return"), N_("Sent once.")),
    ),
)
EXCHANGE = FieldGroup(
    "exchange",
    N_("Exchange rates"),
    (
        NumberField(
            "exchange_buffer_percent",
            N_("Buffer, percent"),
            N_("Added to costs in another currency. Quotes that were sent keep their prices."),
            exact=True,
        ),
        NumberField(
            "exchange_stale_days",
            N_("Out of date after, days"),
            N_("Older rates are marked, and somebody is asked to look."),
            whole=True,
        ),
        NumberField(
            "exchange_jump_percent",
            N_("Jump that a person must see, percent"),
            N_("A fetched rate further from the one in force is not taken by itself."),
            exact=True,
        ),
    ),
)
PRICES = FieldGroup(
    "prices",
    N_("Prices"),
    (
        NumberField(
            "default_markup_percent",
            N_("Markup, percent of the cost"),
            N_("For what no pricing rule is for. Drafts take it when they are saved."),
            exact=True,
        ),
        NumberField(
            "service_fee_percent",
            N_("Service fee, percent of the price"),
            N_("The last line of a quote, after discounts. 0: we take none."),
            exact=True,
        ),
        NumberField(
            "tax_percent",
            N_("Tax, percent"),
            N_("Of the kind that is chosen below. 0 where none is due."),
            exact=True,
        ),
        NumberField(
            "agent_percent",
            N_("Agent's commission, percent"),
            N_("For bookings that agents bring, by a policy of their campaign. It lowers profit."),
            exact=True,
        ),
    ),
)
FEASIBLE = FieldGroup(
    "feasible",
    N_("What can be had"),
    (
        NumberField(
            "passport_months",
            N_("Passports valid after the return, months"),
            N_("A quote warns of passports on file that end earlier."),
            whole=True,
        ),
        NumberField(
            "visa_days",
            N_("Visa takes, days before departure"),
            N_("A quote sent later than this warns. 0: no visa is needed."),
            whole=True,
        ),
    ),
)
DANGER_NAMES = {
    FindingKind.IN_THE_PAST: N_("begins before the day of booking"),
    FindingKind.BLACKOUT: N_("blackout of the contract"),
    FindingKind.STOP_SELL: N_("the supplier has stopped selling"),
    FindingKind.ALLOTMENT_SHORT: N_("too few units left of the allotment"),
    FindingKind.RELEASED: N_("the allotment has gone back"),
    FindingKind.PENALTY_RUNS: N_("no free cancellation any more"),
    FindingKind.MIN_STAY: N_("shorter than the minimum stay"),
    FindingKind.CHILD_AGE: N_("a child has another price by then"),
    FindingKind.PASSPORT: N_("a passport ends too early"),
    FindingKind.VISA_LATE: N_("too late for a visa"),
}
"""What may stop a quote, in words."""
TREATMENTS = {
    Treatment.EXEMPT: N_("none is due"),
    Treatment.VAT_INCLUDED: N_("VAT, prices contain it"),
    Treatment.VAT_ON_TOP: N_("VAT, it comes on top of prices"),
    Treatment.MARGIN: N_("VAT on our margin (scheme for travel agents)"),
}
"""How prices are taxed, in words."""
GROUPS = (QUOTES, PRICES, FEASIBLE, APPROVALS, PAYMENTS, PARTNERS, TRIP, EXCHANGE)
NUMBERS = {field.name: field for group in GROUPS for field in group.fields}

WARNING = NumberField(
    "sla_warning_minutes",
    N_("Warning, minutes before"),
    N_("The owner is reminded so long before a clock runs out; then the managers are told."),
)
LISTS = {
    "reminder_days_before": N_("Payment reminders, days before the due day"),
    "reminder_days_after": N_("Payment reminders, days after the due day"),
}
LABELS = {
    **{name: field.label for name, field in NUMBERS.items()},
    **LISTS,
    "sla_warning_minutes": WARNING.label,
    "sla_hours": N_("Answer time"),
    "paused_stages": N_("Clock pauses outside staffed hours"),
    "staffed": N_("Staffed hours"),
    "checklist": N_("Preparations"),
    "refund_tiers": N_("Refund on cancellation"),
    "stopping_dangers": N_("What stops a quote"),
    "tax_treatment": N_("Tax on prices"),
}
"""What each field of the record is called."""
