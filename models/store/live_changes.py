"""What triggers tell of changes to bookings, heard on one connection, and how bookings stand."""

from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from enum import StrEnum

from psycopg import AsyncConnection, Error
from psycopg.rows import TupleRow
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models.database import CONNECT_TIMEOUT_SECONDS
from models.store.bookings import BookingRow
from models.tables.crm import Booking, Customer, Staff

CHANNEL = "live_changes"
PING_SECONDS = 10.0
"""After so long without news the connection is asked whether it is still there."""


class ChangeKind(StrEnum):
    """What changed of a booking."""

    NEW = "new"
    MOVED = "moved"
    """It has another owner."""
    ROW = "row"
    """Stage, notes, dates: the booking itself."""
    PART = "part"
    """Its timeline, tasks, messages, money or services."""


@dataclass(frozen=True)
class Change:
    """A change of a booking; `former_owner` had it until now."""

    kind: ChangeKind
    booking_id: str
    former_owner: str | None = None


async def hear_changes(database_url: str) -> AsyncIterator[Change | None]:
    """Every change that is committed from now on; the first item is None: listening has begun.

    It never ends by itself.

    Args:
        database_url: in SQLAlchemy's or libpq's form.

    Raises:
        ConnectionError: the connection could not be made or was lost.
    """
    try:
        async with await _connect(database_url) as connection:
            await connection.execute(f"LISTEN {CHANNEL}")
            yield None
            while True:
                async for notice in connection.notifies(timeout=PING_SECONDS):
                    yield _parse(notice.payload)
                await connection.execute("SELECT 1")
    except Error as error:
        raise ConnectionError from error


async def _connect(database_url: str) -> AsyncConnection[TupleRow]:
    return await AsyncConnection.connect(
        database_url.replace("postgresql+psycopg://", "postgresql://", 1),
        autocommit=True,
        connect_timeout=CONNECT_TIMEOUT_SECONDS,
        application_name="live",
        keepalives_idle=10,
        keepalives_interval=5,
        keepalives_count=3,
        tcp_user_timeout=20_000,
    )


def _parse(payload: str) -> Change:
    kind, booking_id, *rest = payload.split()
    return Change(ChangeKind(kind), booking_id, rest[0] if rest else None)


async def rows_of(session: AsyncSession, booking_ids: Collection[str]) -> list[BookingRow]:
    """The bookings of these ids, in one query."""
    statement = (
        select(Booking, Customer, Staff.name)
        .join(Customer, Customer.id == Booking.customer_id)
        .outerjoin(Staff, Staff.id == Booking.staff_id)
        .where(Booking.id.in_(booking_ids))
    )
    return [BookingRow(*row) for row in await session.execute(statement)]
