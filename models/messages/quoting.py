"""What activities record and return about quotes."""

from datetime import date, datetime

from models.domain.payment_plan import PlannedInstalment
from models.domain.stages import InstalmentKind
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


class RecordQuoteSent(Crossing):
    """Freeze a draft as sent, supersede earlier sent versions. `valid_until` is real time.

    Fails with QUOTE_NOT_SENDABLE when the version is no draft of this booking, has no lines or
    departs in the past; then nothing is written.
    """

    quote_version_id: QuoteVersionId
    valid_until: datetime
    today: date
    """The policy's day, to which the departure is compared."""
    progress: RecordProgress


class QuoteSentRecorded(Crossing):
    """The frozen version and the booking's revision."""

    quote: QuoteFacts
    revision: int


class RecordQuoteAccepted(Crossing):
    """Freeze a sent version as accepted, with its payment plan (`due_at` real time), in one go."""

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
    """A sent version ends without acceptance: DECLINED, EXPIRED or WITHDRAWN."""

    quote_version_id: QuoteVersionId
    status: str
    remark_id: RemarkId | None = None
    progress: RecordProgress
