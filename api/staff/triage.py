"""`/api/v1/triage`: messages from outside that wait to be sorted, and what was done with them."""

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import ConfigDict, StringConstraints

from api.identity.allowed import Allowed
from api.resources import ApiResources
from api.staff.opening import Asking, Reading
from api.staff.paging import DEFAULT_PAGE_SIZE, Page, PageSize, total_pages
from api.staff.triage_actions import dismiss_message, file_message, take_message_back
from api.staff.wire import Incoming, Moment, Outgoing
from models.domain.access import Permission
from models.store import triage
from models.store.triage import InboundRow

router = APIRouter(
    prefix="/api/v1/triage", tags=["triage"], dependencies=[Allowed(Permission.TRIAGE)]
)
Reason = Annotated[str, StringConstraints(min_length=1, max_length=500)]
SHORT = 200


class Shown(StrEnum):
    """Which messages to list."""

    WAITING = "waiting"
    SORTED = "sorted"


class InboundFileOut(Outgoing):
    """A file that came along: by name, type and size in bytes; it is not kept here."""

    name: str
    content_type: str
    size: int


class InboundOut(Outgoing):
    """A message in a list. `begins`: its first words."""

    id: str
    channel: str
    kind: str
    state: str
    reason: str
    stop: bool
    sender: str
    sender_name: str
    subject: str
    begins: str
    booking_id: str | None
    booking_reference: str | None
    received_at: Moment
    revision: int


class InboundDetail(InboundOut):
    """A message with its text, always plain."""

    recipient: str
    body: str
    reply: str | None
    shortened: bool
    attachments: list[InboundFileOut]


class InboundList(Outgoing):
    """A page of messages."""

    items: list[InboundOut]
    total: int
    page: int
    page_size: int
    total_pages: int


class FilingIn(Incoming):
    """The booking where a message belongs; `revision` as it was read, if it was."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"booking_id": "booking_1", "revision": 1}]}
    )
    booking_id: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    revision: int | None = None


class DismissalIn(Incoming):
    """Why a message is put aside."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"reason": "Advertising", "revision": 1}]}
    )
    reason: Reason
    revision: int | None = None


class ReturnIn(Incoming):
    """A sorted message shall wait again."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"revision": 2}]})
    revision: int | None = None


def _brief(row: InboundRow) -> dict[str, object]:
    message = row.message
    names = InboundOut.model_fields.keys() - {"begins", "booking_reference"}
    return {
        **{name: getattr(message, name) for name in names},
        "begins": " ".join((message.reply or message.body).split())[:SHORT],
        "booking_reference": row.reference,
    }


def _detail(row: InboundRow) -> InboundDetail:
    names = InboundDetail.model_fields.keys() - InboundOut.model_fields.keys()
    more = {name: getattr(row.message, name) for name in names}
    return InboundDetail.model_validate({**_brief(row), **more})


@router.get("")
async def list_messages(
    desk: Reading,
    page: Page = 1,
    page_size: PageSize = DEFAULT_PAGE_SIZE,
    show: Annotated[Shown, Query()] = Shown.WAITING,
) -> InboundList:
    """A page of the messages that wait, the oldest first, or of the sorted, the newest first."""
    async with desk.sessions() as session:
        found = await triage.list_inbound(
            session, waiting=show is Shown.WAITING, page=page, page_size=page_size
        )
    return InboundList(
        items=[InboundOut.model_validate(_brief(row)) for row in found.items],
        total=found.total,
        page=page,
        page_size=page_size,
        total_pages=total_pages(found.total, page_size),
    )


@router.get("/{inbound_id}")
async def show_message(inbound_id: str, desk: Reading) -> InboundDetail:
    """One message."""
    async with desk.sessions() as session:
        return _detail(await triage.find_inbound(session, inbound_id))


@router.post("/{inbound_id}/filing")
async def file_on_booking(
    inbound_id: str, filing: FilingIn, desk: Asking, resources: ApiResources
) -> InboundDetail:
    """Files a message on a booking; doing it again changes nothing."""
    terms = (await resources.terms.of(None)).terms
    await file_message(desk, inbound_id, filing.booking_id, filing.revision, terms.sla)
    async with desk.sessions() as session:
        return _detail(await triage.find_inbound(session, inbound_id))


@router.post("/{inbound_id}/dismissal")
async def dismiss(inbound_id: str, dismissal: DismissalIn, desk: Asking) -> InboundDetail:
    """Puts a message aside; doing it again changes nothing."""
    await dismiss_message(desk, inbound_id, dismissal.reason, dismissal.revision)
    async with desk.sessions() as session:
        return _detail(await triage.find_inbound(session, inbound_id))


@router.post("/{sorted_id}/return")
async def take_back(sorted_id: str, back: ReturnIn, desk: Asking) -> InboundDetail:
    """Lets a sorted message wait again; doing it again changes nothing."""
    await take_message_back(desk, sorted_id, back.revision)
    async with desk.sessions() as session:
        return _detail(await triage.find_inbound(session, sorted_id))
