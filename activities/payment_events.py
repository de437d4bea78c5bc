"""Applies a provider's stored event to a booking's money, once."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from activities.finance_tasks import ask_finance
from activities.providers import stripe_events
from activities.providers.stripe_events import ChargeRefunded, MoneyBack, MoneyIn
from models.domain.money import Money
from models.domain.payment_plan import allocate
from models.domain.stages import InstalmentStatus, TripStatus
from models.messages.ids import InstalmentId, PaymentId
from models.messages.payments import ApplyPaymentEvent, PaymentApplied
from models.store import payments, refunds
from models.store.checkouts import end_checkout_session
from models.store.ledger import post_payment
from models.store.payments import NewPayment, PaymentOutcome
from models.store.progress import lock_booking
from models.store.timeline import add_activity
from models.tables.crm import Booking
from models.tables.finance import Instalment, Payment
from models.tables.integration import ProviderEvent

UNREADABLE = "A payment event can't be read: look it up at the provider"
FOREIGN_REFUND = "Money was given back at the provider directly: check the booking's balance"
REFUND_RETURNED = "A refund did not reach the customer: give it back another way"


async def apply_event(session: AsyncSession, command: ApplyPaymentEvent) -> PaymentApplied:
    """What the event changed; asked again, the same answer and no second change.

    An event that is unknown, or of a kind that moves no money, changes nothing.
    """
    booking = await lock_booking(session, command.booking_id)
    event = await payments.lock_event(session, command.event_row)
    if event is None or event.provider != "stripe":
        return PaymentApplied()
    try:
        applied = await _apply(session, booking, event, hold=command.hold)
    except (KeyError, TypeError, ValueError):
        applied = PaymentApplied()
        await ask_finance(session, booking.id, f"unreadable:{event.id}", UNREADABLE)
    await payments.mark_applied(session, event)
    return applied


async def _apply(
    session: AsyncSession, booking: Booking, event: ProviderEvent, *, hold: bool
) -> PaymentApplied:
    if ended := stripe_events.read_session_ended(event.payload):
        await end_checkout_session(session, ended.session_id, ended.status)
    if money := stripe_events.read_money_in(event.payload):
        return await _take(session, booking, event, money, hold=hold)
    if back := stripe_events.read_money_back(event.payload):
        await _follow_refund(session, booking, back)
    elif charge := stripe_events.read_charge_refunded(event.payload):
        await _compare_refunds(session, charge)
    return PaymentApplied()


async def _take(
    session: AsyncSession, booking: Booking, event: ProviderEvent, money: MoneyIn, *, hold: bool
) -> PaymentApplied:
    if known := await payments.payment_of_event(session, event.id):
        return _answer(known)
    instalments = await payments.instalments_of(session, booking.id)
    reason = hold_reason(booking, money, instalments, hold=hold)
    payment = await payments.add_payment(
        session,
        NewPayment(
            booking_id=booking.id,
            provider=event.provider,
            provider_payment_id=money.provider_payment_id,
            amount_minor=money.amount_minor,
            currency=money.currency,
            held=reason is not None,
            received_at=money.received_at,
            event_row=event.id,
        ),
    )
    if payment is None:
        return PaymentApplied()
    await post_payment(session, payment)
    if reason is None:
        await _allocate(session, payment, instalments)
    else:
        title = f"Held: {Money(payment.amount_minor, payment.currency)} came in, yet {reason}"
        await ask_finance(session, booking.id, f"held:{payment.id}", title)
    await _tell(session, payment)
    outcome = await payments.payment_of_event(session, event.id)
    return _answer(outcome) if outcome else PaymentApplied()


def hold_reason(
    booking: Booking, money: MoneyIn, instalments: Sequence[Instalment], *, hold: bool
) -> str | None:
    """Why money may not go into the trip by itself; None when it may."""
    reasons = {
        "the booking has ended": hold,
        "the booking was cancelled": booking.trip_status == TripStatus.CANCELLED,
        "it names another booking": money.booking_id not in {None, booking.id},
        "nothing was to be paid": not instalments,
        "it is in another currency": any(
            instalment.currency != money.currency for instalment in instalments
        ),
        "it names an unknown instalment": money.instalment_id is not None
        and money.instalment_id not in {instalment.id for instalment in instalments},
    }
    return next((reason for reason, applies in reasons.items() if applies), None)


async def _allocate(
    session: AsyncSession, payment: Payment, instalments: Sequence[Instalment]
) -> None:
    waiting = [
        (instalment.id, instalment.amount_minor - instalment.paid_minor)
        for instalment in instalments
        if instalment.status == InstalmentStatus.OPEN
    ]
    allocation, credit = allocate(payment.amount_minor, waiting)
    await payments.allocate_payment(session, payment, allocation)
    if credit:
        title = f"{Money(credit, payment.currency)} more came in than was asked for: kept as credit"
        await ask_finance(session, payment.booking_id, f"credit:{payment.id}", title)


async def _tell(session: AsyncSession, payment: Payment) -> None:
    held = ", held" if payment.held else ""
    await add_activity(
        session,
        booking_id=payment.booking_id,
        type="PAYMENT_RECEIVED",
        actor="customer",
        detail=f"{Money(payment.amount_minor, payment.currency)}{held} ({payment.id})",
        dedupe_key=payment.id,
    )


def _answer(outcome: PaymentOutcome) -> PaymentApplied:
    payment = outcome.payment
    rest = payment.amount_minor - outcome.allocated_minor
    return PaymentApplied(
        payment_id=PaymentId(payment.id),
        amount_minor=payment.amount_minor,
        currency=payment.currency,
        settled=tuple(InstalmentId(instalment) for instalment in outcome.settled),
        credit_minor=0 if payment.held else rest,
        held_minor=rest if payment.held else 0,
    )


async def _follow_refund(session: AsyncSession, booking: Booking, back: MoneyBack) -> None:
    refund = await refunds.find_refund(
        session, refund_id=back.refund_id, provider_refund_id=back.provider_refund_id
    )
    if refund is None:
        if not back.failed:
            await _take_foreign_refund(session, booking, back)
    elif not back.failed:
        await refunds.refund_done(session, refund, back.provider_refund_id)
    elif await refunds.refund_failed(session, refund):
        await ask_finance(session, refund.booking_id, f"refund:{refund.id}", REFUND_RETURNED)


async def _take_foreign_refund(session: AsyncSession, booking: Booking, back: MoneyBack) -> None:
    """Money that somebody gave back at the provider's own pages is posted like ours."""
    payment = await payments.find_payment(session, back.provider_payment_id or "")
    if payment is None:
        key = f"foreign_refund:{back.provider_refund_id}"
        await ask_finance(session, booking.id, key, FOREIGN_REFUND)
        return
    amount = min(back.amount_minor, payment.amount_minor - payment.refunded_minor)
    if amount > 0:
        refund = await refunds.plan_refund(
            session,
            payment,
            cause=f"provider:{back.provider_refund_id}",
            amount_minor=amount,
        )
        await refunds.refund_done(session, refund, back.provider_refund_id)
    await ask_finance(session, payment.booking_id, f"foreign_refund:{payment.id}", FOREIGN_REFUND)


async def _compare_refunds(session: AsyncSession, charge: ChargeRefunded) -> None:
    payment = await payments.find_payment(session, charge.provider_payment_id)
    if payment is not None and charge.refunded_minor > payment.refunded_minor:
        key = f"foreign_refund:{payment.id}"
        await ask_finance(session, payment.booking_id, key, FOREIGN_REFUND)
