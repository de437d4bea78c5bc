"""The page of a request to a supplier: confirm with a reference, or decline."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from api.pages.customer.link_page import LinkForm, back_to, link_page, sent_form
from api.resources import ApiResources, Resources
from models.domain.errors import DomainError, InvalidInputError, LinkInvalidError
from models.domain.links import LinkPurpose
from models.domain.stages import ServiceOrderStatus
from models.messages.ids import RemarkId
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
LONGEST_REFERENCE = 100
LONGEST_REASON = 2_000
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


async def open_request(session: AsyncSession, token: str) -> RequestView:
    """The request of a link.

    Raises:
        LinkInvalidError: the link opens no request.
    """
    link = await find_link(session, LinkPurpose.SERVICE_ORDER, token)
    order_id, _, attempt = link.subject_ref.partition(":")
    about = await about_booking(session, link.booking_id)
    return RequestView(about, await about_order(session, order_id), int(attempt))


async def form_of(request: Request, resources: ApiResources, token: str) -> LinkForm:
    """Dependency: the form that was sent."""
    return await sent_form(request, resources, token)


Form = Annotated[LinkForm, Depends(form_of)]


@router.get("")
async def show(request: Request, resources: ApiResources, token: str) -> Response:
    """What is asked for, and what was answered."""
    return await _page(request, resources, token)


@router.post("/confirm")
async def confirm(request: Request, resources: ApiResources, token: str, form: Form) -> Response:
    """The supplier confirms."""
    try:
        reference = form.text("reference", LONGEST_REFERENCE)
        if not reference:
            raise InvalidInputError("Please type your confirmation number.")
        view, remark_id = await _keep(resources, token, "supplier_reference", reference)
        command = ConfirmServiceOrder(
            command_id=form.command_id("confirm"),
            actor=SUPPLIER,
            remark_id=remark_id,
            attempt=view.attempt,
        )
        await resources.decisions.ask(view.asked.order.id, "confirm", command, ServiceOrderAnswered)
    except DomainError as error:
        return await _refused(request, resources, token, form, error)
    return back_to(f"/supplier/{token}")


@router.post("/decline")
async def decline(request: Request, resources: ApiResources, token: str, form: Form) -> Response:
    """The supplier declines."""
    try:
        reason = form.text("reason", LONGEST_REASON)
        if not reason:
            raise InvalidInputError("Please tell us why, so that we know what to ask for next.")
        view, remark_id = await _keep(resources, token, "supplier_declined", reason)
        command = DeclineServiceOrder(
            command_id=form.command_id("decline"),
            actor=SUPPLIER,
            remark_id=remark_id,
            attempt=view.attempt,
        )
        await resources.decisions.ask(view.asked.order.id, "decline", command, ServiceOrderAnswered)
    except DomainError as error:
        return await _refused(request, resources, token, form, error)
    return back_to(f"/supplier/{token}")


async def _keep(
    resources: Resources, token: str, kind: str, body: str
) -> tuple[RequestView, RemarkId]:
    """Stores what the supplier wrote before anything is decided."""
    async with resources.sessions.begin() as session:
        view = await open_request(session, token)
        remark_id = await add_remark(
            session, view.about.booking.id, author=SUPPLIER, kind=kind, body=body
        )
    return view, remark_id


async def _refused(
    request: Request, resources: Resources, token: str, form: LinkForm, error: DomainError
) -> Response:
    if isinstance(error, LinkInvalidError):
        raise error
    return await _page(request, resources, token, form=form, error=error)


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
        error=error,
        fields=form.again(error) if form and error else {},
        view=view,
        state=view.state,
    )
