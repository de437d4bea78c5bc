"""The page of a request to a supplier: confirm with a reference, or decline."""

from dataclasses import dataclass
from enum import StrEnum

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from api.identity.doors import Door, opened
from api.pages.customer.link_page import Form, LinkForm, back_to, link_page
from api.resources import ApiResources, Resources
from models.domain.errors import DomainError, InvalidInputError
from models.domain.links import LinkPurpose
from models.domain.stages import ServiceOrderStatus
from models.messages.operations import (
    ConfirmServiceOrder,
    DeclineServiceOrder,
    ServiceOrderAnswered,
)
from models.store.links import find_link
from models.store.message_facts import BookingAbout, OrderAbout, about_booking, about_order
from models.store.remarks import add_remark

router = APIRouter(prefix="/supplier/{token}", include_in_schema=False)

SUPPLIER = "supplier"
ANSWERED = {ServiceOrderStatus.CONFIRMED, ServiceOrderStatus.DECLINED}


class RequestState(StrEnum):
    """What the page says and offers."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    RELEASED = "released"
    ASKED_ELSEWHERE = "asked_elsewhere"


@dataclass(frozen=True)
class RequestView:
    """A service order as it was asked of one supplier."""

    about: BookingAbout
    asked: OrderAbout
    attempt: int
    """Which request the link is for; the order may have gone to another supplier since."""

    @property
    def state(self) -> RequestState:
        """Where the request stands."""
        if self.asked.order.attempt != self.attempt:
            return RequestState.ASKED_ELSEWHERE
        status = ServiceOrderStatus(self.asked.order.status)
        if status in ANSWERED or status is ServiceOrderStatus.RELEASED:
            return RequestState(status.lower())
        return RequestState.OPEN


@dataclass(frozen=True)
class Answer:
    """A way to answer: the update that takes it, and what has to be written with it."""

    update: str
    command: type[ConfirmServiceOrder] | type[DeclineServiceOrder]
    field: str
    longest: int
    when_empty: str
    remark_kind: str


CONFIRM = Answer(
    update="confirm",
    command=ConfirmServiceOrder,
    field="reference",
    longest=100,
    when_empty="Please type your confirmation number.",
    remark_kind="supplier_reference",
)
DECLINE = Answer(
    update="decline",
    command=DeclineServiceOrder,
    field="reason",
    longest=2_000,
    when_empty="Please tell us why, so that we know what to ask for next.",
    remark_kind="supplier_declined",
)


async def open_request(session: AsyncSession, token: str) -> RequestView:
    """The request of a link.

    Raises:
        LinkInvalidError: the link opens no request.
    """
    link = await find_link(session, LinkPurpose.SERVICE_ORDER, token)
    order_id, _, attempt = link.subject_ref.partition(":")
    about = await about_booking(session, link.booking_id)
    return RequestView(about, await about_order(session, order_id), int(attempt))


@router.get("")
@opened(Door.LINK)
async def show(request: Request, resources: ApiResources, token: str) -> Response:
    """What is asked for, and what was answered."""
    return await _page(request, resources, token)


@router.post("/confirm")
@opened(Door.LINK)
async def confirm(request: Request, resources: ApiResources, token: str, form: Form) -> Response:
    """The supplier confirms."""
    return await _answer(request, resources, token, form, CONFIRM)


@router.post("/decline")
@opened(Door.LINK)
async def decline(request: Request, resources: ApiResources, token: str, form: Form) -> Response:
    """The supplier declines."""
    return await _answer(request, resources, token, form, DECLINE)


async def _answer(
    request: Request, resources: Resources, token: str, form: LinkForm, answer: Answer
) -> Response:
    """Stores what the supplier wrote before anything is decided."""
    try:
        words = form.text(answer.field, answer.longest)
        if not words:
            raise InvalidInputError(answer.when_empty)
        async with resources.sessions.begin() as session:
            view = await open_request(session, token)
            booking_id = view.about.booking.id
            remark_id = await add_remark(
                session, booking_id, author=SUPPLIER, kind=answer.remark_kind, body=words
            )
        command = answer.command(
            command_id=form.command_id(answer.update),
            actor=SUPPLIER,
            remark_id=remark_id,
            attempt=view.attempt,
        )
        order_id = view.asked.order.id
        await resources.decisions.ask(order_id, answer.update, command, ServiceOrderAnswered)
    except DomainError as error:
        return await _page(request, resources, token, form=form, error=error)
    return back_to(f"/supplier/{token}")


async def _page(
    request: Request,
    resources: Resources,
    token: str,
    *,
    form: LinkForm | None = None,
    error: DomainError | None = None,
) -> Response:
    async with resources.sessions.begin() as session:
        view = await open_request(session, token)
    return link_page(
        request,
        resources,
        token,
        "supplier",
        form=form,
        error=error,
        view=view,
        state=view.state,
    )
