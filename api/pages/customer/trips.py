"""The page of a customer's trip: where it stands, itinerary, documents, payments, contact."""

from datetime import UTC, datetime, timedelta

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from api.identity.doors import Door, opened
from api.pages.customer.link_page import link_page
from api.resources import ApiResources, Resources
from api.staff.documents import Storage, pdf_response
from models.domain.errors import NotFoundError
from models.domain.links import LinkPurpose
from models.domain.stages import InstalmentStatus, TripStatus
from models.messages.messaging import DocumentKind
from models.store.links import find_link, link_path
from models.store.payment_pages import PlanRow
from models.store.trip_pages import TripView, trip_view

router = APIRouter(prefix="/trip/{token}", include_in_schema=False)

LINK_LIFE = timedelta(days=60)
STEPS = (
    (TripStatus.PENDING, "Booked"),
    (TripStatus.PARTIALLY_CONFIRMED, "Being reserved"),
    (TripStatus.CONFIRMED, "Confirmed"),
    (TripStatus.IN_PROGRESS, "Travelling"),
    (TripStatus.COMPLETED, "Completed"),
)


async def open_trip(session: AsyncSession, token: str) -> TripView:
    """The trip of a link.

    Raises:
        LinkInvalidError: the link opens no trip.
    """
    link = await find_link(session, LinkPurpose.TRIP, token)
    return await trip_view(session, link.booking_id)


@router.get("")
@opened(Door.LINK)
async def show(request: Request, resources: ApiResources, token: str) -> Response:
    """Everything that a traveller needs."""
    async with resources.sessions.begin() as session:
        view = await open_trip(session, token)
        pay_links = await _pay_links(session, resources, view)
    return link_page(
        request,
        resources,
        token,
        "trip",
        view=view,
        steps=STEPS,
        reached=_reached(view.about.booking.trip_status),
        cancelled=view.about.booking.trip_status == TripStatus.CANCELLED,
        pay_links=pay_links,
    )


@router.get("/documents/{document_id}")
@opened(Door.LINK)
async def document(
    resources: ApiResources, storage: Storage, token: str, document_id: str
) -> Response:
    """A document of the trip that is meant for its customer."""
    async with resources.sessions.begin() as session:
        view = await open_trip(session, token)
    found = next((one for one in view.documents if one.id == document_id), None)
    if found is None:
        raise NotFoundError("There is no such document in your trip.")
    kind = DocumentKind(found.kind).replace("_", "-")
    return await pdf_response(storage, found, f"{view.about.booking.reference}-{kind}.pdf")


def _reached(trip_status: str) -> int:
    """How many steps the trip has taken; a cancelled one none."""
    order = [status for status, _ in STEPS]
    return order.index(TripStatus(trip_status)) + 1 if trip_status in order else 0


async def _pay_links(session: AsyncSession, resources: Resources, view: TripView) -> dict[str, str]:
    """The payment pages of what can be paid, by instalment."""
    if view.about.booking.trip_status == TripStatus.CANCELLED:
        return {}
    secret = resources.settings.link_secret.get_secret_value()
    expires_at = datetime.now(UTC) + LINK_LIFE

    async def link(row: PlanRow) -> str:
        return await link_path(
            session,
            secret,
            purpose=LinkPurpose.PAYMENT,
            booking_id=row.instalment.booking_id,
            subject_ref=row.instalment.id,
            expires_at=expires_at,
        )

    still_open = [row for row in view.plan if row.instalment.status == InstalmentStatus.OPEN]
    return {row.instalment.id: await link(row) for row in still_open}
