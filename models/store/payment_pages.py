"""What a customer's payment pages show."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.stages import InstalmentStatus
from models.tables.finance import CheckoutSession, Instalment, Invoice, Payment


async def first_open_instalment(session: AsyncSession, booking_id: str) -> Instalment | None:
    """The instalment that a booking pays next."""
    instalment: Instalment | None = await session.scalar(
        select(Instalment)
        .where(Instalment.booking_id == booking_id, Instalment.status == InstalmentStatus.OPEN)
        .order_by(Instalment.due_at, Instalment.position)
        .limit(1)
    )
    return instalment


async def checkout_url(session: AsyncSession, checkout_id: str) -> str | None:
    """Where the provider's payment page is, if it can still be paid on."""
    url: str | None = await session.scalar(
        select(CheckoutSession.url).where(
            CheckoutSession.id == checkout_id, CheckoutSession.status == "OPEN"
        )
    )
    return url


@dataclass(frozen=True)
class PlanRow:
    """An instalment of a trip with the number of its invoice, once there is one."""

    instalment: Instalment
    invoice_number: str | None


async def plan_of(session: AsyncSession, booking_id: str) -> list[PlanRow]:
    """A booking's instalments in order."""
    statement = (
        select(Instalment, Invoice.invoice_number)
        .outerjoin(Invoice, Invoice.instalment_id == Instalment.id)
        .where(Instalment.booking_id == booking_id)
        .order_by(Instalment.created_at, Instalment.position)
    )
    return [PlanRow(*row) for row in await session.execute(statement)]


async def payments_of(session: AsyncSession, booking_id: str) -> list[Payment]:
    """The money that came in for a booking, oldest first."""
    statement = select(Payment).where(Payment.booking_id == booking_id)
    return list(await session.scalars(statement.order_by(Payment.received_at, Payment.id)))
