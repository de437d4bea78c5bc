"""Forms of a version's page: managers are asked to let a draft out, and decide."""

from collections.abc import Awaitable

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.identity.allowed import Allowed
from api.pages.backoffice.frame import Refusal, done, typed
from api.pages.backoffice.quotes import version_page
from api.staff.desk import Desk
from api.staff.opening import PageAsking
from models.domain.access import Permission
from models.domain.errors import DomainError

router = APIRouter(
    prefix="/backoffice/bookings/{booking_id}/quotes/{quote_id}", include_in_schema=False
)

LONGEST_REMARK = 2_000


@router.post("/approval", dependencies=[Allowed(Permission.EDIT_BOOKINGS)])
async def ask_approval(
    booking_id: str, quote_id: str, request: Request, desk: PageAsking
) -> Response:
    """Asks the managers."""
    remark = (await typed(request))["remark"].strip()[:LONGEST_REMARK]
    action = desk.ask_approval(booking_id, quote_id, remark)
    return await _end(request, desk, booking_id, quote_id, action, "approval_asked")


@router.post("/approval/decision", dependencies=[Allowed(Permission.APPROVE_QUOTES)])
async def decide_approval(
    booking_id: str, quote_id: str, request: Request, desk: PageAsking
) -> Response:
    """A manager approves, or does not."""
    entered = await typed(request)
    approved = entered["action"] == "approve"
    reason = entered["reason"].strip()[:LONGEST_REMARK]
    action = desk.decide_approval(booking_id, quote_id, approved=approved, reason=reason)
    said = "approved" if approved else "not_approved"
    return await _end(request, desk, booking_id, quote_id, action, said)


async def _end(
    request: Request,
    desk: Desk,
    booking_id: str,
    quote_id: str,
    action: Awaitable[object],
    said: str,
) -> Response:
    try:
        await action
    except DomainError as error:
        return await version_page(request, desk, booking_id, quote_id, Refusal.of(error))
    return done(f"/backoffice/bookings/{booking_id}/quotes/{quote_id}", said)
