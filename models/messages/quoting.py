"""What activities record and return about quotes."""

from datetime import date, datetime

from models.domain.payment_plan import PlannedInstalment
from models.domain.stages import DeclineReason, InstalmentKind
from models.messages.base import Crossing
from models.messages.ids import AcceptanceId, BookingId, InstalmentId, QuoteVersionId, RemarkId
from models.messages.records import RecordProgress


class QuoteFacts(Crossing):
    """A quote version in numbers; amounts in minor units."""

    quote_version_id: QuoteVersionId
    version: int
    total_minor: int
    currency: str
    departure_on: date
    return_on: date
    option: str = ""
    """Its letter among the offers of the booking; empty before any was sent."""


class RecordQuoteSent(Crossing):
    """Freeze a draft as sent. `valid_until` is real time.

    Every version that is open is superseded, or with `replaces` that one alone, or with `beside`
    none.

    Fails with QUOTE_NOT_SENDABLE when the version is no draft of this booking, has no lines or
    departs in the past; then nothing is written.
    """

    quote_version_id: QuoteVersionId
    valid_until: datetime
    today: date
    """The policy's day, to which the departure is compared."""
    beside: bool = False
    replaces: QuoteVersionId | None = None
    approver: bool = False
    """Whether the limits do not hold for who sends."""
    margin_limit_percent: float = 0
    discount_limit_percent: float = 0
    progress: RecordProgress


class QuoteSentRecorded(Crossing):
    """The frozen version and the booking's revision."""

    quote: QuoteFacts
    revision: int


class RecordApprovalAsked(Crossing):
    """Remember what is asked about a draft. `due_at` is real time.

    Fails with QUOTE_NOT_SENDABLE when it is no draft of this booking, or within the limits.
    """

    quote_version_id: QuoteVersionId
    asked_by: str
    due_at: datetime
    remark_id: RemarkId | None = None
    margin_limit_percent: float
    discount_limit_percent: float
    progress: RecordProgress


class RecordApprovalDecided(Crossing):
    """Remember what a manager said. Fails with QUOTE_NOT_SENDABLE when the draft has changed."""

    quote_version_id: QuoteVersionId
    approved: bool
    decided_by: str
    reason_id: RemarkId | None = None
    progress: RecordProgress


class RecordQuoteAccepted(Crossing):
    """Freeze a sent version as accepted, with its payment plan (`due_at` real time), in one go.

    The other options of the booking are closed as not chosen.
    """

    quote_version_id: QuoteVersionId
    acceptance_id: AcceptanceId
    plan: tuple[PlannedInstalment, ...]
    progress: RecordProgress


class InstalmentFacts(Crossing):
    """An instalment in numbers. `due_at` is real time."""

    instalment_id: InstalmentId
    booking_id: BookingId
    kind: InstalmentKind
    amount_minor: int
    currency: str
    due_at: datetime


class QuoteAcceptedRecorded(Crossing):
    """The instalments in order, and the booking's revision."""

    instalments: tuple[InstalmentFacts, ...]
    revision: int


class RecordQuoteClosed(Crossing):
    """A sent version ends without acceptance: DECLINED, EXPIRED or WITHDRAWN.

    `others` are further versions that end in the same way at the same time.
    """

    quote_version_id: QuoteVersionId
    status: str
    others: tuple[QuoteVersionId, ...] = ()
    reason: DeclineReason | None = None
    remark_id: RemarkId | None = None
    progress: RecordProgress
