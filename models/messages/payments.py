"""Collecting an instalment, applying a provider's events, giving money back."""

from datetime import datetime

from models.domain.policy import Policy
from models.messages.base import Crossing
from models.messages.booking import Command
from models.messages.ids import BookingId, CheckoutId, InstalmentId, PaymentId
from models.messages.quoting import InstalmentFacts


class PaymentCollectionStart(Crossing):
    """What starts the collection of one instalment. `epoch` is the policy clock's."""

    instalment: InstalmentFacts
    policy: Policy
    epoch: datetime
    created_at: datetime


class OpenCheckout(Command):
    """The customer wants to pay this instalment now."""

    instalment_id: InstalmentId


class CheckoutOpened(Crossing):
    """A payment page is open; its address stands in Postgres under this id."""

    checkout_id: CheckoutId


class PaymentEvent(Crossing):
    """Fact: a provider's event waits in `provider_events` under this row id."""

    event_row: int


class ApplyPaymentEvent(Crossing):
    """Apply a provider's event to a booking's money, once.

    With `hold` the money goes to the held balance: the booking was cancelled or has ended.
    """

    booking_id: BookingId
    event_row: int
    hold: bool


class PaymentApplied(Crossing):
    """What an event changed, minor units. `settled` are instalments that it completed."""

    payment_id: PaymentId | None = None
    """None when the event moved no money, or was applied before."""
    amount_minor: int = 0
    currency: str = ""
    settled: tuple[InstalmentId, ...] = ()
    credit_minor: int = 0
    """Kept as credit: more than the open instalments asked for."""
    held_minor: int = 0


class IssueInvoice(Crossing):
    """Draw the invoice of an instalment, once."""

    instalment_id: InstalmentId


class InvoiceIssued(Crossing):
    """The invoice of an instalment."""

    invoice_id: str


class RefundBooking(Crossing):
    """Give back so much (minor units) of what was paid, newest payments first, once a cause."""

    booking_id: BookingId
    cause: str
    refund_minor: int


class BookingRefunded(Crossing):
    """What the provider gave back, minor units."""

    refunded_minor: int


class BookingMoney(Crossing):
    """What a booking has paid and not got back, minor units."""

    paid_minor: int
    currency: str | None = None


class SettledInstalment(Crossing):
    """Fact for a collection: its instalment is paid in full, by this payment."""

    payment_id: PaymentId
