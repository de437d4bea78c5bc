"""Proposals of an owner, and hand-over of all that somebody holds."""

from fastapi import APIRouter

from api.identity.allowed import Allowed
from api.staff.assigning import hand_over, proposals
from api.staff.opening import Asking, Reading
from api.staff.roster_schemas import (
    HandOverIn,
    HandOverOut,
    NotHandedOver,
    Proposals,
    proposal_out,
)
from models.domain.access import Permission

router = APIRouter(prefix="/api/v1", tags=["staff"])

ASSIGNING = [Allowed(Permission.ASSIGN_BOOKINGS)]


@router.get("/bookings/{booking_id}/proposals", dependencies=ASSIGNING)
async def propose(booking_id: str, desk: Reading) -> Proposals:
    """Who could take the booking, the best first, with the reasons; `PATCH .../owner` takes one."""
    async with desk.booking(booking_id, Permission.ASSIGN_BOOKINGS) as (session, row):
        found = await proposals(session, row)
    return Proposals(items=[proposal_out(one) for one in found], total=len(found))


@router.post("/staff/{staff_id}/hand-over", dependencies=ASSIGNING)
async def hand_all_over(staff_id: str, wanted: HandOverIn, desk: Asking) -> HandOverOut:
    """Hands over the 25 most urgent open bookings of somebody, with their open tasks."""
    done = await hand_over(desk, staff_id, wanted.to_staff_id)
    return HandOverOut(
        moved=done.moved,
        refused=[NotHandedOver(reference=one, reason=why) for one, why in done.refused],
        left=done.left,
    )
