"""Money that goes back: planned before it is asked for, posted when it went."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from models.messages.ids import new_id
from models.store.ledger import post_refund, post_refund_return
from models.store.timeline import add_activity
from models.tables.finance import Payment, Refund


async def refunds_of(session: AsyncSession, booking_id: str, cause: str) -> list[Refund]:
    """The refunds of a booking for one cause, in the order in which they were planned."""
    statement = select(Refund).where(Refund.booking_id == booking_id, Refund.cause == cause)
    return list(await session.scalars(statement.order_by(Refund.id)))


async def refundable_payments(session: AsyncSession, booking_id: str) -> list[Payment]:
    """A booking's payments towards the trip, oldest first, locked; held money is not among them."""
    statement = (
        select(Payment)
        .where(Payment.booking_id == booking_id, Payment.held.is_(False))
        .order_by(Payment.received_at, Payment.id)
        .with_for_update()
    )
    return list(await session.scalars(statement))


async def plan_refund(
    session: AsyncSession, payment: Payment, *, cause: str, amount_minor: int
) -> Refund:
    """Writes down that a part of a payment is to go back, and sets it aside."""
    refund = Refund(
        id=new_id("refund"),
        booking_id=payment.booking_id,
        payment_id=payment.id,
        cause=cause,
        amount_minor=amount_minor,
        currency=payment.currency,
        status="REQUESTED",
    )
    payment.refunded_minor += amount_minor
    session.add(refund)
    await session.flush()
    return refund


async def find_refund(
    session: AsyncSession, *, refund_id: str | None, provider_refund_id: str
) -> Refund | None:
    """A refund by our id or the provider's, locked."""
    found = Refund.provider_refund_id == provider_refund_id
    if refund_id is not None:
        found |= Refund.id == refund_id
    return await session.scalar(select(Refund).where(found).with_for_update())


async def refund_done(session: AsyncSession, refund: Refund, provider_refund_id: str) -> None:
    """The provider took the refund: posts it, once. One that failed stays failed."""
    if refund.status != "REQUESTED":
        return
    refund.status, refund.provider_refund_id = "DONE", provider_refund_id
    refund.done_at = func.now()
    await session.flush()
    payment = await session.get_one(Payment, refund.payment_id)
    await post_refund(session, refund.id, payment, refund.amount_minor)
    await add_activity(
        session,
        booking_id=refund.booking_id,
        type="REFUNDED",
        actor="system",
        detail=f"{refund.amount_minor} minor {refund.currency} of {refund.payment_id}",
        dedupe_key=refund.id,
    )


async def refund_failed(session: AsyncSession, refund: Refund) -> bool:
    """The money did not go back: takes back what was set aside or posted. True the first time."""
    if refund.status == "FAILED":
        return False
    payment = await session.get_one(Payment, refund.payment_id, with_for_update=True)
    if refund.status == "DONE":
        await post_refund_return(session, refund.id, payment, refund.amount_minor)
    payment.refunded_minor -= refund.amount_minor
    refund.status = "FAILED"
    await session.flush()
    return True
