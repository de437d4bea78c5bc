"""`/backoffice/triage`: messages that wait to be sorted, one of them, and what is done with it."""

import re
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from api.identity.allowed import Allowed
from api.pages.backoffice.frame import Refusal, Typed, done, page, typed
from api.pages.translation import N_
from api.resources import ApiResources
from api.staff.desk import Desk
from api.staff.opening import PageAsking, PageReading
from api.staff.paging import DEFAULT_PAGE_SIZE, LAST_PAGE, total_pages
from api.staff.triage_actions import dismiss_message, file_message, take_message_back
from models.domain.access import Permission
from models.domain.errors import DomainError, InvalidInputError
from models.store import triage
from models.store.booking_filters import BookingFilter
from models.store.booking_list import BookingSort, list_bookings
from models.store.triage import Candidate

router = APIRouter(
    prefix="/backoffice/triage",
    include_in_schema=False,
    dependencies=[Allowed(Permission.TRIAGE)],
)
SECTION = "triage"
ADDRESS = "/backoffice/triage"
MOST_FOUND = 10
LONGEST_REASON = 500
REASONS = {
    "TOKEN": N_("It went to the booking's own reply address."),
    "ANSWER": N_("It answers a mail of ours."),
    "SENDER": N_("Its sender has exactly one open booking."),
    "STAFF": N_("Sorted by hand."),
    "UNKNOWN_SENDER": N_("Nobody we know has this address or number."),
    "NO_OPEN_BOOKING": N_("We know the sender, but no booking of theirs is open."),
    "SEVERAL_BOOKINGS": N_("Several open bookings have this address or number."),
    "SPAM": N_("The mail filter takes it for spam."),
    "RETURNED": N_("Somebody let it wait again."),
    "AUTO_REPLY": N_("An automatic answer that belongs to no booking."),
    "OWN": N_("Our own mail came around."),
}
"""Why a message is where it is."""
NOTICES = {
    "AUTO_REPLY": N_("An automatic answer: nobody wrote it just now."),
    "MACHINE": N_("A program wrote this: a mailing list, a portal or the like."),
    "BOUNCE": N_("A mail server wrote this: a mail of ours may not have arrived."),
    "OWN": N_("Our own mail came around."),
}
"""What to know of a message that no person wrote."""
STEPS = {
    "FILED": N_("Filed on a booking"),
    "ENQUIRY_MADE": N_("Made a new enquiry"),
    "DISMISSED": N_("Dismissed"),
    "RETURNED": N_("Let it wait again"),
}
CHANNELS = {"EMAIL": N_("E-mail"), "WHATSAPP": "WhatsApp", "SMS": "SMS"}
WORDS: dict[str, Any] = {
    "reasons": REASONS,
    "notices": NOTICES,
    "step_names": STEPS,
    "channels": CHANNELS,
}
Number = Annotated[int, Query(ge=1, le=LAST_PAGE, alias="page")]
Search = Annotated[str, Query(max_length=200)]


def seen_revision(entered: Typed) -> int | None:
    """The revision of the message that a form was made from; the frame's undo names none."""
    told = entered["revision"]
    return int(told) if re.fullmatch("[0-9]{1,9}", told) else None


@router.get("")
async def list_messages(
    request: Request, desk: PageReading, number: Number = 1, show: str = ""
) -> HTMLResponse:
    """The messages that wait, the oldest first; with `show=sorted` those that are sorted."""
    waiting = show != "sorted"
    async with desk.sessions() as session:
        found = await triage.list_inbound(
            session, waiting=waiting, page=number, page_size=DEFAULT_PAGE_SIZE
        )
    kept = {} if waiting else {"show": "sorted"}
    return page(
        request,
        desk,
        "triage.html",
        section=SECTION,
        found=found,
        waiting=waiting,
        page=number,
        total_pages=total_pages(found.total, DEFAULT_PAGE_SIZE),
        page_url=lambda wanted: f"{ADDRESS}?{urlencode({**kept, 'page': wanted})}",
        **WORDS,
    )


@router.get("/{inbound_id}")
async def show_message(
    inbound_id: str, request: Request, desk: PageReading, search: Search = ""
) -> HTMLResponse:
    """One message as plain text, with the bookings where it may belong."""
    return await message_page(request, desk, inbound_id, search=search)


@router.post("/{inbound_id}/file")
async def file_on_booking(
    inbound_id: str, request: Request, desk: PageAsking, resources: ApiResources
) -> Response:
    """Files the message on a booking."""
    entered = await typed(request)
    terms = (await resources.terms.of(None)).terms
    try:
        await file_message(
            desk, inbound_id, entered["booking_id"], seen_revision(entered), terms.sla
        )
    except DomainError as error:
        return await message_page(request, desk, inbound_id, refusal=Refusal.of(error))
    return done(ADDRESS, "filed", of=[inbound_id])


@router.post("/{inbound_id}/dismiss")
async def dismiss(inbound_id: str, request: Request, desk: PageAsking) -> Response:
    """Puts the message aside, with a reason."""
    entered = await typed(request)
    reason = entered["reason"].strip()
    try:
        if not 0 < len(reason) <= LONGEST_REASON:
            raise InvalidInputError("Please say in a few words why it is put aside.")
        await dismiss_message(desk, inbound_id, reason, seen_revision(entered))
    except DomainError as error:
        refusal = Refusal.of(error, "reason" if isinstance(error, InvalidInputError) else "")
        return await message_page(request, desk, inbound_id, refusal=refusal, entered=entered)
    return done(ADDRESS, "dismissed", of=[inbound_id])


@router.post("/{sorted_id}/return")
async def take_back(sorted_id: str, request: Request, desk: PageAsking) -> Response:
    """Lets a sorted message wait again."""
    entered = await typed(request)
    try:
        await take_message_back(desk, sorted_id, seen_revision(entered))
    except DomainError as error:
        return await message_page(request, desk, sorted_id, refusal=Refusal.of(error))
    return done(f"{ADDRESS}/{sorted_id}", "waiting")


async def message_page(
    request: Request,
    desk: Desk,
    inbound_id: str,
    *,
    search: str = "",
    refusal: Refusal | None = None,
    entered: Typed | None = None,
) -> HTMLResponse:
    """The message as it stands now, with a refusal and what was typed when a form was refused."""
    async with desk.sessions() as session:
        row = await triage.find_inbound(session, inbound_id)
        steps = await triage.steps_of(session, inbound_id)
        likely = await triage.candidates(session, row.message)
    return page(
        request,
        desk,
        "triage_message.html",
        section=SECTION,
        refusal=refusal,
        row=row,
        message=row.message,
        steps=steps,
        candidates=likely,
        search=search,
        found=await _found(desk, search),
        typed=entered or Typed(),
        longest_reason=LONGEST_REASON,
        **WORDS,
    )


async def _found(desk: Desk, search: str) -> list[Candidate]:
    """The newest bookings that a search by number, name, address or phone finds."""
    if not search.strip():
        return []
    wanted = BookingFilter(search=search, only_owner=desk.member.only_owner)
    async with desk.sessions() as session:
        found = await list_bookings(
            session, wanted, sort=BookingSort.CREATED_AT_DESC, page=1, page_size=MOST_FOUND
        )
    return [Candidate(row.booking, row.customer.name) for row in found.items]
