"""A booking's money as its workflows move it: payment pages, payments, invoices, refunds."""

from temporalio import activity

from activities.checkouts import Checkouts
from activities.invoicing import draw_invoice
from activities.payment_events import apply_event
from activities.providers.ports import PaymentProvider
from activities.refunding import Refunding
from activities.refusals import refusals
from models.database import Sessions
from models.messages.booking import BookingStart
from models.messages.ids import CheckoutId
from models.messages.payments import (
    ApplyPaymentEvent,
    BookingMoney,
    BookingRefunded,
    CheckoutOpened,
    InvoiceIssued,
    IssueInvoice,
    OpenCheckout,
    PaymentApplied,
    RefundBooking,
)
from models.settings import Settings
from models.store.payments import paid_and_kept


class Payments:
    """Repeating any of these changes nothing more; no provider is called inside a transaction."""

    def __init__(self, sessions: Sessions, provider: PaymentProvider, settings: Settings) -> None:
        self._sessions = sessions
        self._checkouts = Checkouts(sessions, provider, settings)
        self._refunding = Refunding(sessions, provider)

    @activity.defn
    async def open_checkout(self, command: OpenCheckout) -> CheckoutOpened:
        """Opens the payment page of an instalment, or finds the one that is open.

        Fails with PAYMENT_NOT_POSSIBLE when there is nothing to pay, or it can't be paid online.
        """
        with refusals():
            checkout_id = await self._checkouts.open(command.instalment_id)
        return CheckoutOpened(checkout_id=CheckoutId(checkout_id))

    @activity.defn
    async def expire_checkouts(self, start: BookingStart) -> None:
        """Closes a booking's payment pages; one that was paid meanwhile is fine."""
        await self._checkouts.expire(start.booking_id)

    @activity.defn
    async def apply_payment_event(self, command: ApplyPaymentEvent) -> PaymentApplied:
        """Applies a stored event; asked again, the same answer and no second change."""
        with refusals():
            async with self._sessions.begin() as session:
                return await apply_event(session, command)

    @activity.defn
    async def issue_invoice(self, command: IssueInvoice) -> InvoiceIssued:
        """Draws the one invoice of an instalment, numbered without gaps."""
        with refusals():
            async with self._sessions.begin() as session:
                invoice = await draw_invoice(session, command.instalment_id)
        return InvoiceIssued(invoice_id=invoice.id)

    @activity.defn
    async def refund_booking(self, command: RefundBooking) -> BookingRefunded:
        """Gives money back by the provider; what it refuses for good becomes finance's task."""
        with refusals():
            refunded = await self._refunding.refund(command)
        return BookingRefunded(refunded_minor=refunded)

    @activity.defn
    async def booking_money(self, start: BookingStart) -> BookingMoney:
        """What the booking has paid and not got back; held money is not counted."""
        async with self._sessions.begin() as session:
            paid, currency = await paid_and_kept(session, start.booking_id)
        return BookingMoney(paid_minor=paid, currency=currency)
