"""Money that came in: payments, what instalments took of them, and what they still wait for."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.stages import InstalmentStatus
from models.messages.ids import new_id
from models.tables.finance import (
    CheckoutSession,
    Instalment,
    Invoice,
    Payment,
    PaymentAllocation,
)
from models.tables.integration import ProviderEvent


@dataclass(frozen=True)
class NewPayment:
    """A payment as its provider reported it; minor units."""

    booking_id: str
    provider: str
    provider_payment_id: str
    amount_minor: int
    currency: str
    held: bool
    received_at: datetime
    event_row: int


@dataclass(frozen=True)
class PaymentOutcome:
    """What a payment did, read back from the tables; minor units."""

    payment: Payment
    settled: tuple[str, ...]
    allocated_minor: int


async def lock_event(session: AsyncSession, event_row: int) -> ProviderEvent | None:
    """A stored event, locked, so that it is applied by one at a time."""
    return await session.get(ProviderEvent, event_row, with_for_update=True)


async def mark_applied(session: AsyncSession, event: ProviderEvent) -> None:
    """Says when the event was applied first."""
    await session.execute(
        update(ProviderEvent)
        .where(ProviderEvent.id == event.id, ProviderEvent.applied_at.is_(None))
        .values(applied_at=func.now())
    )


async def add_payment(session: AsyncSession, new: NewPayment) -> Payment | None:
    """Stores a payment; None when it was stored before, by this event or another one."""
    payment_id = await session.scalar(
        insert(Payment)
        .values(id=new_id("pay"), **new.__dict__)
        .on_conflict_do_nothing(index_elements=[Payment.provider, Payment.provider_payment_id])
        .returning(Payment.id)
    )
    return await session.get(Payment, payment_id) if payment_id else None


async def payment_of_event(session: AsyncSession, event_row: int) -> PaymentOutcome | None:
    """What the event's payment did, if this event was the one that brought it."""
    payment = await session.scalar(select(Payment).where(Payment.event_row == event_row))
    if payment is None:
        return None
    rows = await session.execute(
        select(Instalment.id, Instalment.settled_at, PaymentAllocation.amount_minor)
        .join(PaymentAllocation, PaymentAllocation.instalment_id == Instalment.id)
        .where(PaymentAllocation.payment_id == payment.id)
        .order_by(Instalment.due_at, Instalment.position)
    )
    taken = list(rows)
    settled = tuple(row.id for row in taken if row.settled_at == payment.created_at)
    return PaymentOutcome(payment, settled, sum(row.amount_minor for row in taken))


async def find_payment(session: AsyncSession, provider_payment_id: str) -> Payment | None:
    """A payment by its provider's id, locked."""
    return await session.scalar(
        select(Payment).where(Payment.provider_payment_id == provider_payment_id).with_for_update()
    )


async def instalments_of(session: AsyncSession, booking_id: str) -> list[Instalment]:
    """A booking's instalments that were not withdrawn, oldest first, locked."""
    statement = (
        select(Instalment)
        .where(
            Instalment.booking_id == booking_id,
            Instalment.status != InstalmentStatus.WITHDRAWN,
        )
        .order_by(Instalment.due_at, Instalment.position)
        .with_for_update()
    )
    return list(await session.scalars(statement))


async def allocate_payment(
    session: AsyncSession, payment: Payment, allocation: dict[str, int]
) -> None:
    """Gives instalments their parts; one that has all it asked for is PAID, and so its invoice."""
    for instalment_id, amount in allocation.items():
        session.add(
            PaymentAllocation(
                payment_id=payment.id, instalment_id=instalment_id, amount_minor=amount
            )
        )
        instalment = await session.get_one(Instalment, instalment_id)
        instalment.paid_minor += amount
        if instalment.paid_minor == instalment.amount_minor:
            instalment.status = InstalmentStatus.PAID
            instalment.settled_at = payment.created_at
        await _follow_invoice(session, instalment)
    await session.flush()


async def _follow_invoice(session: AsyncSession, instalment: Instalment) -> None:
    due = instalment.amount_minor - instalment.paid_minor
    changes = {"due_amount_cents": due, "updated_at": func.now()}
    if due == 0:
        changes["status"] = "PAID"
    await session.execute(
        update(Invoice).where(Invoice.instalment_id == instalment.id).values(**changes)
    )


async def paid_and_kept(session: AsyncSession, booking_id: str) -> tuple[int, str | None]:
    """What a booking has paid and not got back, and its currency; held money is not counted."""
    row = (
        await session.execute(
            select(
                func.coalesce(func.sum(Payment.amount_minor - Payment.refunded_minor), 0),
                func.min(Payment.currency),
            ).where(Payment.booking_id == booking_id, Payment.held.is_(False))
        )
    ).one()
    return int(row[0]), row[1]


async def booking_of_provider_ids(session: AsyncSession, provider_ids: list[str]) -> str | None:
    """The booking of a payment or payment page, by what its provider calls it."""
    paid = select(Payment.booking_id).where(Payment.provider_payment_id.in_(provider_ids))
    opened = select(CheckoutSession.booking_id).where(
        CheckoutSession.provider_session_id.in_(provider_ids)
    )
    found: str | None = await session.scalar(paid.union_all(opened).limit(1))
    return found
