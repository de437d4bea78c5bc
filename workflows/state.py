"""What a booking's workflow remembers; one model, so that continue-as-new is one line."""

from datetime import date, datetime
from typing import Any, Self

from pydantic import BaseModel, Field, model_validator

from models.domain.checklist import PlannedItem
from models.domain.policy import Policy
from models.domain.stages import (
    ChecklistStatus,
    GuideAssignmentStatus,
    InstalmentStatus,
    QuoteStatus,
    ServiceOrderStatus,
    Stage,
    TripStatus,
)
from models.messages.booking import BookingStart
from models.messages.ids import (
    BookingId,
    InstalmentId,
    PaymentId,
    QuoteLineId,
    QuoteVersionId,
    RemarkId,
    ServiceOrderId,
    StaffId,
)
from models.messages.quoting import InstalmentFacts, QuoteFacts

RECEIPTS_KEPT = 100
"""Receipts of the last commands: a repeated command gets its receipt again."""


class LiveQuote(BaseModel):
    """The version that the customer can answer. Instants are policy time."""

    facts: QuoteFacts
    sent_at: datetime
    valid_until: datetime
    viewed: bool = False

    @property
    def id(self) -> QuoteVersionId:
        """The id of the version."""
        return self.facts.quote_version_id


class CollectedInstalment(BaseModel):
    """An instalment and whether its money is in."""

    facts: InstalmentFacts
    created_at: datetime
    """Policy time of the acceptance that made it."""
    status: InstalmentStatus = InstalmentStatus.OPEN
    paid_by: PaymentId | None = None
    collecting: bool = False
    """Whether its collection was started, which then has to hear of the money."""


class ChecklistEntry(BaseModel):
    """A preparation and whether it is done. `due_at` is policy time."""

    item: PlannedItem
    status: ChecklistStatus = ChecklistStatus.OPEN


class Cancellation(BaseModel):
    """That the booking was cancelled, and what goes back (minor units)."""

    actor: str
    remark_id: RemarkId | None
    refund_minor: int


class PendingApproval(BaseModel):
    """That the managers were asked to let a draft out. Instants are policy time."""

    number: int
    """Counts what was asked in this booking, by which two clocks are told apart."""
    asked_at: datetime
    due_at: datetime


class BookingState(BaseModel):
    """A booking as its workflow knows it. Instants are policy time unless said otherwise."""

    booking_id: BookingId
    created_at: datetime
    """Real time, and the epoch of the policy's clock."""
    destination: str
    policy: Policy
    """Its version names the terms, which stay; the clocks may be those of a newer version."""
    clocks_version: int = 0
    """The newer version whose clocks are followed; 0 while they are those of the policy itself."""
    staff_id: StaffId | None = None
    stage: Stage = Stage.NEW
    stage_entered_at: datetime
    stage_count: int = 1
    """Stages entered so far, by which the clocks of two visits to a stage are told apart."""
    trip_status: TripStatus = TripStatus.PENDING
    sla_due_at: datetime | None = None
    """Real time, as in the tables."""
    seq: int = 0
    rung: list[str] = Field(default_factory=list)
    """Alarms that rang and steps that were taken."""
    receipts: dict[str, dict[str, Any]] = Field(default_factory=dict)
    quote: LiveQuote | None = None
    """Of a run from before there were options: read, and kept among them."""
    options: list[LiveQuote] = Field(default_factory=list)
    """The versions that the customer can answer, in the order of sending."""
    ended: dict[QuoteVersionId, QuoteStatus] = Field(default_factory=dict)
    """What became of versions that can't be answered any more."""
    approvals: dict[QuoteVersionId, PendingApproval] = Field(default_factory=dict)
    """Drafts about which managers have not decided yet."""
    approvals_asked: int = 0
    accepted: QuoteFacts | None = None
    instalments: dict[InstalmentId, CollectedInstalment] = Field(default_factory=dict)
    service_orders: dict[ServiceOrderId, ServiceOrderStatus] = Field(default_factory=dict)
    guides: dict[QuoteLineId, GuideAssignmentStatus] = Field(default_factory=dict)
    checklist: dict[str, ChecklistEntry] = Field(default_factory=dict)
    paid_minor: int = 0
    cancellation: Cancellation | None = None
    closed: bool = False
    """The story has ended; what comes later is held or refused."""

    @model_validator(mode="after")
    def _keep_one_quote_as_an_option(self) -> Self:
        if self.quote is not None:
            self.options, self.quote = [*self.options, self.quote], None
        return self

    def option(self, quote_id: QuoteVersionId) -> LiveQuote | None:
        """An open version by its id."""
        return next((one for one in self.options if one.id == quote_id), None)

    def end(self, *gone: LiveQuote, status: QuoteStatus) -> None:
        """Closes options, and remembers why."""
        self.ended |= dict.fromkeys((one.id for one in gone), status)
        self.options = [one for one in self.options if one not in gone]

    @property
    def departure_on(self) -> date | None:
        """First day of the accepted trip."""
        return self.accepted.departure_on if self.accepted else None

    @property
    def deposit_paid(self) -> bool:
        """Whether the first instalment is settled."""
        first = next(iter(self.instalments.values()), None)
        return first is not None and first.status is InstalmentStatus.PAID

    @property
    def fully_paid(self) -> bool:
        """Whether no instalment is open."""
        return all(part.status is not InstalmentStatus.OPEN for part in self.instalments.values())

    def open_items(self) -> int:
        """How many preparations are still to do."""
        return sum(entry.status is ChecklistStatus.OPEN for entry in self.checklist.values())


class BookingLife(BookingStart):
    """The workflow's argument: an id at first, the whole state after continue-as-new."""

    state: BookingState | None = None
