"""What the forms of the booking page decide. A refusal shows the page again with what was typed.

Forms for tasks, notes, contacts and files stand in `desk_actions.py`.
"""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.identity.allowed import Allowed
from api.pages.backoffice.carrying_out import Ending, carry_out, carry_out_unless_clash, checked
from api.pages.backoffice.clash import FIELDS
from api.pages.backoffice.frame import Typed, typed
from api.staff.booking_schemas import NotesIn
from api.staff.desk_schemas import DetailsIn
from api.staff.opening import PageAsking
from models.domain.access import Permission
from models.domain.errors import InvalidInputError
from models.domain.stages import Stage

router = APIRouter(prefix="/backoffice/bookings/{booking_id}", include_in_schema=False)

BESIDE = "beside"
"""The choice to keep what is open; other choices are ids of versions to replace."""
DETAILS = ("travel_month", "travelers", "duration", "budget", "language")


@router.post("/assign", dependencies=[Allowed(Permission.ASSIGN_BOOKINGS)])
async def assign(booking_id: str, request: Request, desk: PageAsking) -> Response:
    """Gives the booking to somebody, or to nobody."""

    async def act(wanted: Typed) -> None:
        await desk.assign(booking_id, wanted["staff_id"] or None, wanted["booking_hash"])

    ending = Ending("assigned", "owner")
    entered = await typed(request)
    return await carry_out_unless_clash(request, desk, booking_id, act, ending, entered)


@router.post("/stage", dependencies=[Allowed(Permission.CHANGE_STAGE)])
async def change_stage(booking_id: str, request: Request, desk: PageAsking) -> Response:
    """Moves the booking to a stage by hand."""

    async def act(wanted: Typed) -> None:
        if wanted["stage"] not in set(Stage):
            raise InvalidInputError("Choose one of the stages.")
        await desk.change_stage(booking_id, Stage(wanted["stage"]), wanted["booking_hash"])

    ending = Ending("stage", "stage")
    entered = await typed(request)
    return await carry_out_unless_clash(request, desk, booking_id, act, ending, entered)


@router.post("/notes", dependencies=[Allowed(Permission.EDIT_BOOKINGS)])
async def write_notes(booking_id: str, request: Request, desk: PageAsking) -> Response:
    """Replaces the one text that everyone shares."""

    async def act(wanted: Typed) -> None:
        notes = checked(NotesIn, notes=wanted["notes"])
        await desk.write_notes(booking_id, notes.notes, wanted["booking_hash"])

    ending = Ending("notes", "notes", field="notes")
    entered = await typed(request)
    return await carry_out_unless_clash(request, desk, booking_id, act, ending, entered)


@router.post("/details", dependencies=[Allowed(Permission.EDIT_BOOKINGS)])
async def change_details(booking_id: str, request: Request, desk: PageAsking) -> Response:
    """Corrects what the enquiry says about the wished trip."""

    async def act(wanted: Typed) -> None:
        given = {name: wanted[name] for name in DETAILS if name in wanted}
        details = checked(DetailsIn, FIELDS, **given)
        await desk.change_details(booking_id, details.changes(), wanted["booking_hash"])

    ending = Ending("details", "enquiry", field="details")
    entered = await typed(request)
    return await carry_out_unless_clash(request, desk, booking_id, act, ending, entered)


@router.post("/quotes/{quote_id}/send", dependencies=[Allowed(Permission.EDIT_BOOKINGS)])
async def send_quote(
    booking_id: str, quote_id: str, request: Request, desk: PageAsking
) -> Response:
    """Sends a draft to the customer: in the place of open versions, or beside them."""
    place = (await typed(request))["place"]
    beside = place == BESIDE
    replaces = None if beside else place or None
    action = desk.send_quote(booking_id, quote_id, beside=beside, replaces=replaces)
    return await carry_out(request, desk, booking_id, action, Ending("sent", "quotes"))


@router.post(
    "/service-orders/{service_order_id}/alternative",
    dependencies=[Allowed(Permission.RUN_OPERATIONS)],
)
async def choose_alternative(
    booking_id: str, service_order_id: str, request: Request, desk: PageAsking
) -> Response:
    """Asks another supplier."""
    entered = await typed(request)
    action = desk.choose_alternative(booking_id, service_order_id, entered["partner_id"])
    ending = Ending("asked", "suppliers")
    return await carry_out(request, desk, booking_id, action, ending, entered)


@router.post("/checklist/{key}", dependencies=[Allowed(Permission.RUN_OPERATIONS)])
async def complete_item(booking_id: str, key: str, request: Request, desk: PageAsking) -> Response:
    """Finishes or waives a preparation."""
    entered = await typed(request)
    action = desk.complete_item(booking_id, key, waived=entered["action"] == "waive")
    return await carry_out(request, desk, booking_id, action, Ending("item", "checklist"), entered)
