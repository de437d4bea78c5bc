"""The page of an offer to a guide: take the trip or not."""

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from api.identity.doors import Door, opened
from api.pages.customer.link_page import Form, LinkForm, back_to, link_page
from api.resources import ApiResources, Resources
from models.domain.errors import DomainError
from models.domain.links import LinkPurpose
from models.domain.stages import GuideAssignmentStatus, TripStatus
from models.messages.ids import GuideAssignmentId, QuoteLineId, guide_search_id
from models.messages.operations import AnswerOffer, OfferAnswered
from models.store.links import find_link
from models.store.message_facts import BookingAbout, OfferAbout, about_booking, about_offer
from models.store.quote_pages import days_of
from models.tables.quote import QuoteDay

router = APIRouter(prefix="/guide/{token}", include_in_schema=False)

GUIDE = "guide"


@dataclass(frozen=True)
class OfferView:
    """An offer with the trip that it is for."""

    about: BookingAbout
    offer: OfferAbout
    days: list[QuoteDay]

    @property
    def state(self) -> GuideAssignmentStatus:
        """Where the offer stands."""
        if self.about.booking.trip_status == TripStatus.CANCELLED:
            return GuideAssignmentStatus.RELEASED
        return GuideAssignmentStatus(self.offer.assignment.status)


async def open_offer(session: AsyncSession, token: str) -> OfferView:
    """The offer of a link.

    Raises:
        LinkInvalidError: the link opens no offer.
    """
    link = await find_link(session, LinkPurpose.GUIDE_OFFER, token)
    about = await about_booking(session, link.booking_id)
    offer = await about_offer(session, link.subject_ref)
    return OfferView(about, offer, await days_of(session, offer.quote.id))


@router.get("")
@opened(Door.LINK)
async def show(request: Request, resources: ApiResources, token: str) -> Response:
    """The trip that is offered, and what was answered."""
    return await _page(request, resources, token)


@router.post("/take")
@opened(Door.LINK)
async def take(request: Request, resources: ApiResources, token: str, form: Form) -> Response:
    """The guide takes the trip."""
    return await _answer(request, resources, token, form, accepted=True)


@router.post("/decline")
@opened(Door.LINK)
async def decline(request: Request, resources: ApiResources, token: str, form: Form) -> Response:
    """The guide does not take the trip."""
    return await _answer(request, resources, token, form, accepted=False)


async def _answer(
    request: Request, resources: Resources, token: str, form: LinkForm, *, accepted: bool
) -> Response:
    try:
        async with resources.sessions.begin() as session:
            assignment = (await open_offer(session, token)).offer.assignment
        command = AnswerOffer(
            command_id=form.command_id("take" if accepted else "decline"),
            actor=GUIDE,
            assignment_id=GuideAssignmentId(assignment.id),
            accepted=accepted,
        )
        search_id = guide_search_id(QuoteLineId(assignment.quote_line_id))
        await resources.decisions.ask(search_id, "answer", command, OfferAnswered)
    except DomainError as error:
        return await _page(request, resources, token, form=form, error=error)
    return back_to(f"/guide/{token}")


async def _page(
    request: Request,
    resources: Resources,
    token: str,
    *,
    form: LinkForm | None = None,
    error: DomainError | None = None,
) -> Response:
    async with resources.sessions.begin() as session:
        view = await open_offer(session, token)
    return link_page(
        request,
        resources,
        token,
        "guide",
        form=form,
        error=error,
        view=view,
        state=view.state,
    )
