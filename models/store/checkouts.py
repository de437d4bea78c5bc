"""Payment pages that were opened at the provider for instalments."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from models.messages.ids import new_id
from models.tables.crm import Booking, Customer
from models.tables.finance import CheckoutSession, Instalment
from models.tables.quote import QuoteVersion

STILL_OPEN = ("OPENING", "OPEN")
LEAST_LIFE = text("interval '5 minutes'")
"""A page that ends sooner is not given to a customer any more."""


@dataclass(frozen=True)
class Payable:
    """An instalment with what its payment page shows."""

    instalment: Instalment
    trip_status: str
    reference: str
    customer_email: str | None
    title: str


async def lock_payable(session: AsyncSession, instalment_id: str) -> Payable | None:
    """An instalment to be paid, locked; its booking can't be cancelled while it is."""
    row = (
        await session.execute(
            select(Booking.trip_status, Booking.reference, Customer.email, QuoteVersion.title)
            .join(Instalment, Instalment.booking_id == Booking.id)
            .join(Customer, Customer.id == Booking.customer_id)
            .join(QuoteVersion, QuoteVersion.id == Instalment.quote_version_id)
            .where(Instalment.id == instalment_id)
            .with_for_update(read=True, of=Booking)
        )
    ).one_or_none()
    if row is None:
        return None
    instalment = await session.get_one(Instalment, instalment_id, with_for_update=True)
    return Payable(instalment, *row)


async def open_checkouts(
    session: AsyncSession, *, instalment_id: str | None = None, booking_id: str | None = None
) -> list[CheckoutSession]:
    """Pages that may still be paid, of an instalment or a whole booking, newest first."""
    statement = select(CheckoutSession).where(CheckoutSession.status.in_(STILL_OPEN))
    if instalment_id is not None:
        statement = statement.where(CheckoutSession.instalment_id == instalment_id)
    if booking_id is not None:
        statement = statement.where(CheckoutSession.booking_id == booking_id)
    return list(await session.scalars(statement.order_by(CheckoutSession.attempt.desc())))


async def is_fresh(session: AsyncSession, checkout: CheckoutSession) -> bool:
    """Whether a page may still be given to a customer."""
    return bool(
        await session.scalar(
            select(CheckoutSession.expires_at > func.now() + LEAST_LIFE).where(
                CheckoutSession.id == checkout.id
            )
        )
    )


async def add_checkout(
    session: AsyncSession, instalment: Instalment, amount_minor: int
) -> CheckoutSession:
    """Writes down that a page is about to be opened; its id is the idempotency key."""
    attempts = await session.scalar(
        select(func.count()).where(CheckoutSession.instalment_id == instalment.id)
    )
    checkout = CheckoutSession(
        id=new_id("checkout"),
        booking_id=instalment.booking_id,
        instalment_id=instalment.id,
        attempt=(attempts or 0) + 1,
        amount_minor=amount_minor,
        currency=instalment.currency,
        status="OPENING",
    )
    session.add(checkout)
    await session.flush()
    return checkout


async def checkout_opened(
    session: AsyncSession, checkout_id: str, *, session_id: str, url: str, expires_at: datetime
) -> bool:
    """Keeps the page's address; False when the page is not wanted any more."""
    opened = await session.scalar(
        update(CheckoutSession)
        .where(
            CheckoutSession.id == checkout_id,
            CheckoutSession.status.in_(("OPENING", "OPEN", "COMPLETE")),
        )
        .values(
            provider_session_id=session_id,
            url=url,
            expires_at=expires_at,
            status=func.replace(CheckoutSession.status, "OPENING", "OPEN"),
        )
        .returning(CheckoutSession.id)
    )
    return opened is not None


async def end_checkout(session: AsyncSession, checkout_id: str, status: str) -> None:
    """A page that is still open becomes EXPIRED or COMPLETE."""
    await session.execute(
        update(CheckoutSession)
        .where(CheckoutSession.id == checkout_id, CheckoutSession.status.in_(STILL_OPEN))
        .values(status=status)
    )


async def end_checkout_session(session: AsyncSession, session_id: str, status: str) -> None:
    """Likewise, by the provider's id."""
    await session.execute(
        update(CheckoutSession)
        .where(
            CheckoutSession.provider_session_id == session_id,
            CheckoutSession.status.in_(STILL_OPEN),
        )
        .values(status=status)
    )
