"""The activities of a booking's money on a real database, with what tests ask of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from activities.payments import Payments
from activities.providers.ports import PaymentProvider
from models.database import Sessions, session_factory
from models.messages.ids import BookingId
from models.messages.payments import ApplyPaymentEvent, PaymentApplied
from models.settings import Settings
from models.store.ledger import balances
from models.tables.crm import Task
from models.tables.finance import Instalment
from tests.support.rows import Booked, book, store


@asynccontextmanager
async def open_sessions(settings: Settings) -> AsyncIterator[Sessions]:
    """Sessions without a pool, so that any event loop may use them."""
    engine = create_async_engine(settings.async_database_url, poolclass=NullPool)
    try:
        yield session_factory(engine)
    finally:
        await engine.dispose()


@dataclass(frozen=True)
class Desk:
    """The activities on a database of the worker's own."""

    sessions: Sessions
    payments: Payments

    async def book(self, **facts: Any) -> Booked:
        async with self.sessions.begin() as session:
            return await book(session, **facts)

    async def apply(
        self, booked: Booked, payload: dict[str, Any], *, hold: bool = False
    ) -> PaymentApplied:
        async with self.sessions.begin() as session:
            row = await store(session, booked, payload)
        return await self.apply_row(booked, row, hold=hold)

    async def apply_row(self, booked: Booked, row: int, *, hold: bool = False) -> PaymentApplied:
        return await self.payments.apply_payment_event(
            ApplyPaymentEvent(booking_id=BookingId(booked.booking_id), event_row=row, hold=hold)
        )

    async def balances(self, booked: Booked) -> dict[tuple[str, str], int]:
        async with self.sessions() as session:
            return await balances(session, booked.booking_id)

    async def paid(self, booked: Booked) -> list[int]:
        async with self.sessions() as session:
            rows = await session.scalars(
                select(Instalment.paid_minor)
                .where(Instalment.booking_id == booked.booking_id)
                .order_by(Instalment.position)
            )
            return list(rows)

    async def tasks(self, booked: Booked) -> list[str]:
        async with self.sessions() as session:
            rows = await session.scalars(
                select(Task.key).where(Task.booking_id == booked.booking_id).order_by(Task.key)
            )
            return list(rows)

    async def count(self, what: type[Any], booked: Booked) -> int:
        async with self.sessions() as session:
            statement = select(func.count()).where(what.booking_id == booked.booking_id)
            return await session.scalar(statement) or 0


def desk_of(sessions: Sessions, provider: PaymentProvider, settings: Settings) -> "Desk":
    """The activities with a provider."""
    return Desk(sessions, Payments(sessions, provider, settings))
