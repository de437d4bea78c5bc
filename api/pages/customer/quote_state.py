"""Where a quote stands for the customer who opens it."""

from datetime import datetime
from enum import StrEnum

from models.domain.stages import QuoteStatus, Stage, TripStatus
from models.store.quote_pages import QuoteView


class QuoteState(StrEnum):
    """What the page says and offers."""

    OPEN = "open"
    CHANGE_ASKED = "change_asked"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    DECLINED = "declined"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"
    NOT_CHOSEN = "not_chosen"
    CANCELLED = "cancelled"


ENDED = {
    QuoteStatus.SUPERSEDED: QuoteState.SUPERSEDED,
    QuoteStatus.EXPIRED: QuoteState.EXPIRED,
    QuoteStatus.DECLINED: QuoteState.DECLINED,
    QuoteStatus.ACCEPTED: QuoteState.ACCEPTED,
    QuoteStatus.WITHDRAWN: QuoteState.WITHDRAWN,
    QuoteStatus.NOT_CHOSEN: QuoteState.NOT_CHOSEN,
}


def quote_state(view: QuoteView, now: datetime) -> QuoteState:
    """The state of a version that was sent, at a real instant."""
    if view.about.booking.trip_status == TripStatus.CANCELLED:
        return QuoteState.CANCELLED
    status = QuoteStatus(view.version.status)
    if status in ENDED:
        return ENDED[status]
    if view.version.valid_until is not None and view.version.valid_until <= now:
        return QuoteState.EXPIRED
    if view.about.booking.stage == Stage.NEGOTIATION:
        return QuoteState.CHANGE_ASKED
    return QuoteState.OPEN


def answerable(state: QuoteState) -> bool:
    """Whether the page shows the forms."""
    return state in {QuoteState.OPEN, QuoteState.CHANGE_ASKED}
