"""Service orders, guides and the checklist, as their workflows write them."""

from temporalio import activity

from activities.refusals import refusals
from models.database import Sessions
from models.messages.operations import (
    CreateServiceOrders,
    DrawChecklist,
    GuidesRanked,
    OfferTrip,
    RankGuides,
    RecordChecklistItem,
    RecordGuideAnswer,
    RecordServiceOrder,
    ServiceOrdersCreated,
    TripOffered,
)
from models.store import operations


class Operations:
    """Each activity is one transaction, and repeating it changes nothing."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    @activity.defn
    async def create_service_orders(self, order: CreateServiceOrders) -> ServiceOrdersCreated:
        """Turns the accepted quote into service orders."""
        async with self._sessions.begin() as session:
            return await operations.create_service_orders(
                session, order.booking_id, order.quote_version_id
            )

    @activity.defn
    async def record_service_order(self, record: RecordServiceOrder) -> None:
        """Writes where a service order stands."""
        with refusals():
            async with self._sessions.begin() as session:
                await operations.write_service_order(session, record)

    @activity.defn
    async def rank_guides(self, question: RankGuides) -> GuidesRanked:
        """Who could guide, the best first; nobody is a task for staff."""
        async with self._sessions.begin() as session:
            return GuidesRanked(guide_ids=await operations.rank_guides(session, question))

    @activity.defn
    async def offer_trip(self, offer: OfferTrip) -> TripOffered:
        """Stores the offer to a guide."""
        async with self._sessions.begin() as session:
            return TripOffered(assignment_id=await operations.store_offer(session, offer))

    @activity.defn
    async def record_guide_answer(self, record: RecordGuideAnswer) -> None:
        """Writes an offer's status; fails with GUIDE_NOT_FREE when it overlaps another trip."""
        with refusals():
            async with self._sessions.begin() as session:
                await operations.write_guide_answer(session, record)

    @activity.defn
    async def draw_checklist(self, checklist: DrawChecklist) -> None:
        """Stores the pre-departure checklist."""
        async with self._sessions.begin() as session:
            await operations.store_checklist(session, checklist)

    @activity.defn
    async def record_checklist_item(self, record: RecordChecklistItem) -> None:
        """Writes that a preparation is done or waived."""
        async with self._sessions.begin() as session:
            await operations.write_checklist_item(session, record)
