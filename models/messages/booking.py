"""What staff and customers ask of a booking, what it answers, and the facts that it is told."""

from datetime import datetime

from models.domain.stages import DeclineReason, Stage
from models.messages.base import Crossing
from models.messages.ids import (
    AcceptanceId,
    BookingId,
    CommandId,
    QuoteVersionId,
    RemarkId,
    StaffId,
)


class Command(Crossing):
    """A decision by someone. `actor` is a staff id, `customer`, `supplier` or `guide`."""

    command_id: CommandId
    actor: str


class AssignStaff(Command):
    """A manager gives the booking to a member of staff, or takes it away (None)."""

    staff_id: StaffId | None
    expected_revision: int | None = None


class ChangeStage(Command):
    """Staff choose a stage by hand; any may follow any."""

    stage: Stage
    expected_revision: int | None = None


class BookingChanged(Crossing):
    """Receipt: the booking's revision and stage after the decision."""

    revision: int
    stage: Stage


class SendQuote(Command):
    """Staff send a draft version to the customer.

    It supersedes every open version, or with `replaces` that one alone, or with `beside` none: then
    it is one more option.
    """

    quote_version_id: QuoteVersionId
    beside: bool = False
    replaces: QuoteVersionId | None = None
    approver: bool = False
    """Whether who sends may let a thin margin pass themselves."""


class QuoteSent(Crossing):
    """Receipt of `send_quote`. `option` is its letter among the offers that are open."""

    quote_version_id: QuoteVersionId
    version: int
    revision: int
    option: str = ""


class AskApproval(Command):
    """Staff ask the managers to let a draft out; what they wrote waits in Postgres under an id."""

    quote_version_id: QuoteVersionId
    remark_id: RemarkId | None = None


class ApprovalAsked(Crossing):
    """Receipt of `ask_approval`: until when somebody decides, real time."""

    quote_version_id: QuoteVersionId
    due_at: datetime
    revision: int


class DecideApproval(Command):
    """A manager lets a draft out, or not, with a reason that waits in Postgres under an id."""

    quote_version_id: QuoteVersionId
    approved: bool
    reason_id: RemarkId | None = None


class ApprovalDecided(Crossing):
    """Receipt of `decide_approval`."""

    quote_version_id: QuoteVersionId
    approved: bool
    revision: int


class AcceptQuote(Command):
    """The customer accepts a version; name, terms and address wait in Postgres under an id."""

    quote_version_id: QuoteVersionId
    acceptance_id: AcceptanceId


class QuoteAccepted(Crossing):
    """Receipt of `accept_quote`: what is to be paid first, in minor units."""

    quote_version_id: QuoteVersionId
    first_instalment_id: str
    amount_minor: int
    currency: str


class DeclineQuote(Command):
    """The customer declines a version, with a reason that waits in Postgres under an id."""

    quote_version_id: QuoteVersionId
    reason: DeclineReason | None = None
    remark_id: RemarkId | None = None


class RequestChange(Command):
    """The customer asks for another version; what they wrote waits in Postgres under an id."""

    quote_version_id: QuoteVersionId
    remark_id: RemarkId


class CancelBooking(Command):
    """Staff cancel the booking; refund and penalty follow the policy of its accepted quote."""

    remark_id: RemarkId | None = None


class BookingCancelled(Crossing):
    """Receipt of `cancel_booking`, minor units: what goes back and what is kept."""

    paid_minor: int
    refund_minor: int
    penalty_minor: int


class CompleteChecklistItem(Command):
    """Staff finish or waive a preparation."""

    key: str
    waived: bool = False


class ChecklistItemCompleted(Crossing):
    """Receipt: how many preparations are still open."""

    open_items: int


class QuoteViewed(Crossing):
    """Fact: a person, not a mail scanner, looked at the quote."""

    quote_version_id: QuoteVersionId


class BookingStart(Crossing):
    """What starts a booking's workflow: its id, from which everything else is loaded."""

    booking_id: BookingId
