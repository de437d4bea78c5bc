"""Service orders, guides and the checklist."""

from datetime import date, datetime

from models.domain.checklist import PlannedItem
from models.domain.policy import Policy
from models.domain.stages import ChecklistStatus, GuideAssignmentStatus, ServiceOrderStatus
from models.messages.base import Crossing
from models.messages.booking import Command
from models.messages.ids import (
    BookingId,
    GuideAssignmentId,
    GuideId,
    PartnerId,
    QuoteLineId,
    QuoteVersionId,
    RemarkId,
    ServiceOrderId,
)


class CreateServiceOrders(Crossing):
    """Turn the accepted version's lines into service orders, one per line with a partner, once."""

    booking_id: BookingId
    quote_version_id: QuoteVersionId


class ServiceOrderFacts(Crossing):
    """A service order in numbers."""

    service_order_id: ServiceOrderId
    starts_on: date


class ServiceOrdersCreated(Crossing):
    """Orders for suppliers, and the lines that need a guide."""

    orders: tuple[ServiceOrderFacts, ...] = ()
    guide_lines: tuple[QuoteLineId, ...] = ()


class ServiceOrderStart(Crossing):
    """What starts a service order's workflow. `departure_at` is policy time."""

    service_order_id: ServiceOrderId
    booking_id: BookingId
    departure_at: datetime
    policy: Policy
    epoch: datetime


class ConfirmServiceOrder(Command):
    """The supplier confirms; their reference waits in Postgres under the remark's id."""

    remark_id: RemarkId
    attempt: int
    """Which request is answered: an earlier supplier's link answers nothing."""


class DeclineServiceOrder(Command):
    """The supplier declines, with a reason that waits in Postgres under an id."""

    remark_id: RemarkId | None = None
    attempt: int


class ChooseAlternative(Command):
    """Operations ask another supplier after a decline."""

    partner_id: PartnerId


class ServiceOrderAnswered(Crossing):
    """Receipt: where the service order stands now."""

    status: ServiceOrderStatus
    attempt: int


class RecordServiceOrder(Crossing):
    """A service order's projection after a step; older writes than the stored one do nothing."""

    service_order_id: ServiceOrderId
    booking_id: BookingId
    seq: int
    status: ServiceOrderStatus
    attempt: int
    partner_id: PartnerId | None = None
    """Set when another supplier is asked."""
    answer_due_at: datetime | None = None
    remark_id: RemarkId | None = None
    actor: str = "system"


class ServiceOrderChanged(Crossing):
    """Fact for the booking: where one of its service orders stands."""

    service_order_id: ServiceOrderId
    status: ServiceOrderStatus


class GuideSearchStart(Crossing):
    """What starts the search for a guide. First and last instant of the trip are policy time."""

    booking_id: BookingId
    quote_line_id: QuoteLineId
    departure_at: datetime
    home_at: datetime
    policy: Policy
    epoch: datetime


class RankGuides(Crossing):
    """Who could guide this line: by destination, language, style, rating and free days."""

    booking_id: BookingId
    quote_line_id: QuoteLineId


class GuidesRanked(Crossing):
    """Guides, the best first; at most 20, none who was asked for this line before."""

    guide_ids: tuple[GuideId, ...] = ()


class OfferTrip(Crossing):
    """Store the offer of a line to a guide, once. `answer_due_at` is real time."""

    booking_id: BookingId
    quote_line_id: QuoteLineId
    guide_id: GuideId
    answer_due_at: datetime


class TripOffered(Crossing):
    """The stored offer."""

    assignment_id: GuideAssignmentId


class AnswerOffer(Command):
    """The guide takes or refuses the trip."""

    assignment_id: GuideAssignmentId
    accepted: bool


class OfferAnswered(Crossing):
    """Receipt: where the offer stands now."""

    status: GuideAssignmentStatus


class RecordGuideAnswer(Crossing):
    """An offer's new status. ACCEPTED fails with GUIDE_NOT_FREE when it overlaps another trip."""

    booking_id: BookingId
    assignment_id: GuideAssignmentId
    status: GuideAssignmentStatus
    actor: str = "system"


class GuideChanged(Crossing):
    """Fact for the booking: where the search for a guide stands."""

    quote_line_id: QuoteLineId
    status: GuideAssignmentStatus


class DrawChecklist(Crossing):
    """Store the items of the checklist, once each. `due_at` of each item is real time."""

    booking_id: BookingId
    items: tuple[PlannedItem, ...]


class RecordChecklistItem(Crossing):
    """An item's new status and who brought it there."""

    booking_id: BookingId
    key: str
    status: ChecklistStatus
    actor: str
