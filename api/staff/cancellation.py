"""What a cancellation would do, before anyone decides it."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.cancellation import RefundOffer, refund_offer
from models.domain.clock import PolicyClock, day_of
from models.domain.stages import GuideAssignmentStatus, ServiceOrderStatus
from models.store import dossier, policies
from models.store.bookings import BookingRow

HELD_GUIDES = {GuideAssignmentStatus.OFFERED, GuideAssignmentStatus.ACCEPTED}


@dataclass(frozen=True)
class UndoCount:
    """What a cancellation would release."""

    orders: int
    guides: int


async def count_undo(session: AsyncSession, booking_id: str) -> UndoCount:
    """The suppliers and guides that a cancellation would tell."""
    orders = await dossier.service_orders_of(session, booking_id)
    offers = await dossier.guide_offers_of(session, booking_id)
    return UndoCount(
        orders=sum(entry.order.status != ServiceOrderStatus.RELEASED for entry in orders),
        guides=sum(offer.assignment.status in HELD_GUIDES for offer in offers),
    )


async def cancellation_offer(session: AsyncSession, row: BookingRow) -> RefundOffer:
    """What cancelling would give back now, by the policy that governs the booking."""
    policy = await policies.load_policy(session, row.booking.policy_version)
    clock = PolicyClock(row.booking.created_at, policy.seconds_per_day)
    account = await dossier.booking_account(session, row.booking.id)
    today = day_of(clock.policy_time(datetime.now(UTC)))
    return refund_offer(account.paid_minor, row.booking.departure_on, today, policy)
