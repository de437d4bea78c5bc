"""The sales stage and the trip's status: two facts, neither derived from the other."""

from enum import StrEnum


class Stage(StrEnum):
    """Sales stages in the order of the pipeline (spec: website contract)."""

    NEW = "NEW"
    QUALIFIED = "QUALIFIED"
    PROPOSAL_SENT = "PROPOSAL_SENT"
    NEGOTIATION = "NEGOTIATION"
    INVOICE_SENT = "INVOICE_SENT"
    PAYMENT_RECEIVED = "PAYMENT_RECEIVED"
    WON = "WON"
    LOST = "LOST"
    POST_TRIP = "POST_TRIP"


class TripStatus(StrEnum):
    """How far the trip itself is, whatever sales says."""

    PENDING = "PENDING"
    PARTIALLY_CONFIRMED = "PARTIALLY_CONFIRMED"
    CONFIRMED = "CONFIRMED"
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"
    CANCELLED = "CANCELLED"


class QuoteStatus(StrEnum):
    """The life of one quote version; only a draft can change."""

    DRAFT = "DRAFT"
    SENT = "SENT"
    SUPERSEDED = "SUPERSEDED"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    EXPIRED = "EXPIRED"
    WITHDRAWN = "WITHDRAWN"
    NOT_CHOSEN = "NOT_CHOSEN"
    """Another option of the same booking was accepted."""


class ApprovalStatus(StrEnum):
    """What a manager said to a draft that may not go out without them."""

    PENDING = "PENDING"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"


class DeclineReason(StrEnum):
    """Why a customer declines a quote, to be counted; what they write stands beside it."""

    PRICE = "PRICE"
    DATES = "DATES"
    CHOSE_ANOTHER = "CHOSE_ANOTHER"
    NOT_TRAVELLING = "NOT_TRAVELLING"
    OTHER = "OTHER"


class InstalmentKind(StrEnum):
    """What an instalment is for."""

    DEPOSIT = "DEPOSIT"
    BALANCE = "BALANCE"
    FULL = "FULL"


class InstalmentStatus(StrEnum):
    """Whether an instalment still waits for money."""

    OPEN = "OPEN"
    PAID = "PAID"
    WITHDRAWN = "WITHDRAWN"


class ServiceOrderStatus(StrEnum):
    """Where a supplier's answer stands."""

    REQUESTED = "REQUESTED"
    AT_RISK = "AT_RISK"
    CONFIRMED = "CONFIRMED"
    DECLINED = "DECLINED"
    RELEASED = "RELEASED"


class GuideAssignmentStatus(StrEnum):
    """Where the search for a guide stands."""

    SEARCHING = "SEARCHING"
    OFFERED = "OFFERED"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    LAPSED = "LAPSED"
    RELEASED = "RELEASED"
    COMPLETED = "COMPLETED"
    NOBODY_FREE = "NOBODY_FREE"


class ServiceKind(StrEnum):
    """Kinds of service on a quote line."""

    HOTEL = "HOTEL"
    TRANSPORT = "TRANSPORT"
    CRUISE = "CRUISE"
    ACTIVITY = "ACTIVITY"
    GUIDE = "GUIDE"
    RESTAURANT = "RESTAURANT"
    FLIGHT = "FLIGHT"
    FEE = "FEE"


class ChecklistStatus(StrEnum):
    """Whether a preparation is still to do."""

    OPEN = "OPEN"
    DONE = "DONE"
    WAIVED = "WAIVED"
    WITHDRAWN = "WITHDRAWN"


SALES_OPEN = frozenset({Stage.NEW, Stage.QUALIFIED, Stage.PROPOSAL_SENT, Stage.NEGOTIATION})
"""Stages in which a quote may be sent and answered."""

DESTINATIONS = ("Vietnam", "Thailand", "Cambodia", "Laos", "Multi-country")
"""What the website's form offers; other words are taken, but never leave Postgres."""


def destination_label(destination: str) -> str:
    """The destination as Temporal may know it: one of ours or `Other`, never free text."""
    return destination if destination in DESTINATIONS else "Other"
