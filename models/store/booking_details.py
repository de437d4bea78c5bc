"""What staff correct in an enquiry: facts of the wished trip that no workflow decides about."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.errors import BookingChangedError
from models.tables.crm import Booking


async def write_details(
    session: AsyncSession, booking_id: str, changes: Mapping[str, Any], expected_revision: int
) -> None:
    """Writes columns of a booking and counts the change.

    Raises:
        BookingChangedError: the booking has another revision than expected.
    """
    changed = await session.scalar(
        update(Booking)
        .where(Booking.id == booking_id, Booking.revision == expected_revision)
        .values(**changes, revision=Booking.revision + 1, updated_at=func.now())
        .returning(Booking.id)
    )
    if changed is None:
        raise BookingChangedError
