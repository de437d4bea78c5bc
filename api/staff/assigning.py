"""Who could take a booking, and how all that somebody holds is handed over."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from api.staff.desk import Desk
from models.domain.access import Permission
from models.domain.assignment import Candidate, Proposal, Wanted, rank
from models.domain.booking_hash import booking_hash
from models.domain.errors import DomainError, InvalidInputError
from models.domain.staffed_hours import StaffedHours, local_day
from models.store import assignment, policies, staff
from models.store.bookings import BookingRow

AT_ONCE = 25
"""Bookings that one request hands over; the rest is told and waits for the next."""
SIDE_BY_SIDE = 4


async def office_hours(session: AsyncSession) -> StaffedHours:
    """The office's hours by the policy in force."""
    return (await policies.policy_in_force(session, None)).staffed


async def proposals(session: AsyncSession, row: BookingRow) -> tuple[Proposal, ...]:
    """Everybody who could take a booking, the best first, but for its owner."""
    now, office = datetime.now(UTC), await office_hours(session)
    today = local_day(now, office.zone)
    people = await assignment.candidates(session, office, today, but=row.booking.staff_id)
    return rank(_wanted(row), people, now)


def _wanted(row: BookingRow) -> Wanted:
    language = row.booking.language or row.customer.language
    return Wanted(row.booking.destination, language)


@dataclass(frozen=True)
class Destined:
    """A booking and whom it would go to; None when nobody is there to take it."""

    row: BookingRow
    to: Candidate | None


async def destined(
    session: AsyncSession, rows: Sequence[BookingRow], giver: str, to: str | None
) -> list[Destined]:
    """Whom each booking would go to: to `to`, or to the best for it who is not away.

    What the earlier ones bring counts as load for the later ones.
    """
    now, office = datetime.now(UTC), await office_hours(session)
    people = await assignment.candidates(session, office, local_day(now, office.zone), but=giver)
    if to is not None:
        chosen = next((one for one in people if one.staff_id == to), None)
        return [Destined(row, chosen) for row in rows]
    given: Counter[str] = Counter()
    found = []
    for row in rows:
        loaded = [_with_more(one, given[one.staff_id]) for one in people]
        best = next((one for one in rank(_wanted(row), loaded, now) if one.available), None)
        found.append(Destined(row, best.candidate if best else None))
        if best:
            given[best.candidate.staff_id] += 1
    return found


def _with_more(one: Candidate, more: int) -> Candidate:
    return replace(one, open_bookings=one.open_bookings + more) if more else one


@dataclass(frozen=True)
class HandedOver:
    """What became of a hand-over: how many moved, what did not and why, and how many are left."""

    moved: int
    refused: list[tuple[str, str]]
    """Reference and sentence."""
    left: int


async def hand_over(desk: Desk, giver: str, to: str | None) -> HandedOver:
    """Gives the most urgent open bookings of somebody to others, with their open tasks.

    Args:
        desk: who asks.
        giver: the id of whoever hands over.
        to: who gets all; None is the best for each.

    Raises:
        ForbiddenError: the role does not allow it.
        NotFoundError: nobody has the giver's id.
        InvalidInputError: whoever should get all can't take bookings, or is the giver.
    """
    desk.member.require(Permission.ASSIGN_BOOKINGS)
    async with desk.sessions() as session:
        await staff.find_staff(session, giver)
        if to is not None and (to == giver or not await staff.is_active(session, to)):
            raise InvalidInputError("Choose somebody else who is active on the staff.")
        holding = await assignment.holding_of(session, giver, limit=AT_ONCE)
        chosen = await destined(session, holding.bookings, giver, to)
    width = asyncio.Semaphore(SIDE_BY_SIDE)
    said = await asyncio.gather(*(_give(desk, one, width) for one in chosen))
    refused = [
        (one.row.booking.reference, text) for one, text in zip(chosen, said, strict=True) if text
    ]
    moved = len(chosen) - len(refused)
    return HandedOver(moved, refused, holding.total - moved)


async def _give(desk: Desk, one: Destined, width: asyncio.Semaphore) -> str:
    """Gives one booking; returns why it could not be given, or nothing."""
    if one.to is None:
        return "Nobody is there to take it."
    booking = one.row.booking
    async with width:
        try:
            await desk.assign(
                booking.id, one.to.staff_id, booking_hash(booking.id, booking.revision)
            )
        except DomainError as error:
            return str(error)
    return ""
