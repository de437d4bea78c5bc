"""`/backoffice`: where work begins, and the policy in force."""

from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from api.identity.allowed import Allowed
from api.pages.backoffice.frame import page
from api.pages.backoffice.policy_words import stopping, treatment
from api.staff.opening import PageReading
from models.domain.access import Permission
from models.store import policies

router = APIRouter(prefix="/backoffice", include_in_schema=False)


@router.get("", dependencies=[Allowed(Permission.READ_BOOKINGS)])
async def home() -> RedirectResponse:
    """The bookings are where work begins."""
    return RedirectResponse("/backoffice/bookings", status_code=HTTPStatus.SEE_OTHER)


@router.get("/policy", dependencies=[Allowed(Permission.READ_POLICY)])
async def show_policy(request: Request, desk: PageReading) -> HTMLResponse:
    """The numbers in force."""
    async with desk.sessions() as session:
        in_force = await policies.policies_in_force(session)
    return page(
        request,
        desk,
        "policy.html",
        section="policy",
        policies=in_force,
        stopping=stopping,
        treatment=treatment,
    )
