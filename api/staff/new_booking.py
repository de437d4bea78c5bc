"""`POST /api/v1/bookings`: an enquiry by hand, through the same intake as the website's."""

from dataclasses import dataclass
from http import HTTPStatus

from fastapi import APIRouter, Response
from sqlalchemy.ext.asyncio import AsyncSession

from api.identity.allowed import Allowed
from api.public.bookings import store_safely
from api.resources import ApiResources, Resources
from api.staff.booking_schemas import BookingOut, CustomerOut, booking_out
from api.staff.desk import Desk
from api.staff.new_booking_form import EnquiryIn, enquiry_of
from api.staff.opening import Asking
from api.staff.wire import Outgoing
from models.domain.access import Permission
from models.domain.auditing import AuditAction
from models.domain.errors import (
    EnquiryKnownError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
)
from models.store import bookings, staff, triage
from models.store.bookings import BookingRow
from models.store.intake import Enquiry, StoredEnquiry, Terms
from models.store.triage import ENQUIRY_MADE, Sorter

router = APIRouter(prefix="/api/v1/bookings", tags=["bookings"])


class BookingCreated(Outgoing):
    """The booking of an enquiry."""

    booking: BookingOut
    customer: CustomerOut
    deduplicated: bool
    """Whether the person is a customer whom we know already."""
    replayed: bool
    """Whether the enquiry was a booking before."""


@dataclass(frozen=True)
class TakenDown:
    """A booking as it stands now, and how it came about."""

    row: BookingRow
    stored: StoredEnquiry


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    dependencies=[Allowed(Permission.EDIT_BOOKINGS)],
    responses={HTTPStatus.OK: {"model": BookingCreated, "description": "It was a booking before"}},
)
async def create_booking(
    form: EnquiryIn, desk: Asking, resources: ApiResources, response: Response
) -> BookingCreated:
    """Takes an enquiry down; the same Idempotency-Key, or the same content just now, is one."""
    taken = await take_down(desk, resources, form)
    if taken.stored.replayed:
        response.status_code = HTTPStatus.OK
    return BookingCreated(
        booking=booking_out(taken.row),
        customer=CustomerOut.model_validate(taken.row.customer),
        deduplicated=taken.stored.known_customer,
        replayed=taken.stored.replayed,
    )


async def take_down(
    desk: Desk, resources: Resources, form: EnquiryIn, seen: int | None = None
) -> TakenDown:
    """Stores an enquiry by hand once, and files the message that it is made from.

    Whoever may see only their own bookings looks after what they take down; else nobody does yet,
    or whom the form names.

    Args:
        desk: who takes it down.
        resources: the intake, and the terms in force.
        form: what was said.
        seen: the revision of the message as it was seen.

    Raises:
        ForbiddenError: assigning, or sorting messages, is not theirs to do.
        InvalidInputError: nobody active has the owner's id.
        MessageSortedError: somebody else sorted the message meanwhile.
        EnquiryKnownError: it was stored before, and is somebody else's.
    """
    desk.member.require(Permission.EDIT_BOOKINGS)
    key = f"inbound:{form.inbound_id}" if form.inbound_id else f"staff:{desk.command_id}"
    owner_id = await _owner(desk, form)
    enquiry = enquiry_of(form, actor=desk.actor, owner_id=owner_id, key=key)
    terms = (await resources.terms.of(None)).terms
    if form.inbound_id:
        sorter = Sorter(desk.actor, seen)
        stored = await _from_message(desk, resources, enquiry, terms, form.inbound_id, sorter)
    else:
        stored = await store_safely(resources, enquiry, terms)
    if stored.outbox_id is not None:
        resources.fast_start.offer(stored.booking_id, stored.outbox_id)
    async with desk.sessions.begin() as session:
        row = await _found(session, desk, stored)
        if not stored.replayed:
            facts = {"channel": form.channel, "staff_id": owner_id}
            await desk.audit.record(
                session, AuditAction.BOOKING_CREATED, stored.booking_id, after=facts
            )
    return TakenDown(row, stored)


async def _from_message(
    desk: Desk,
    resources: Resources,
    enquiry: Enquiry,
    terms: Terms,
    inbound_id: str,
    sorter: Sorter,
) -> StoredEnquiry:
    """Holds the message while its booking is stored, so that nobody sorts it otherwise meanwhile.

    The intake has a connection of its own: dying in between leaves the message waiting, and the
    same form finds the same booking again.
    """
    desk.member.require(Permission.TRIAGE)
    async with desk.sessions.begin() as session:
        message = await triage.lock_inbound(session, inbound_id)
        await triage.check_enquiry(session, message, sorter)
        stored = await store_safely(resources, enquiry, terms)
        filed = await triage.file_on(
            session,
            message,
            stored.booking_id,
            sorter,
            action=ENQUIRY_MADE,
            answer_within=terms.sla,
        )
        if filed:
            await desk.audit.record(
                session,
                AuditAction.MESSAGE_FILED,
                inbound_id,
                after={"booking_id": stored.booking_id},
                booking_id=stored.booking_id,
            )
    return stored


async def _owner(desk: Desk, form: EnquiryIn) -> str | None:
    if desk.member.only_owner is not None:
        if desk.member.staff_id is None:
            raise ForbiddenError(
                "Your login belongs to no member of staff yet. Ask an administrator."
            )
        return desk.member.staff_id
    if form.owner_id is None:
        return None
    desk.member.require(Permission.ASSIGN_BOOKINGS)
    async with desk.sessions() as session:
        if not await staff.is_active(session, form.owner_id):
            raise InvalidInputError("Nobody active on the staff has this id.")
    return form.owner_id


async def _found(session: AsyncSession, desk: Desk, stored: StoredEnquiry) -> BookingRow:
    try:
        return await bookings.find_booking(session, stored.booking_id, desk.member.only_owner)
    except NotFoundError:
        raise EnquiryKnownError from None
