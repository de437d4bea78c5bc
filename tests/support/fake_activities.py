"""Activities for workflow tests: they note what is asked and answer from a few facts."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from pydantic import BaseModel
from temporalio import activity
from temporalio.exceptions import ApplicationError

from models.domain.policy import Policy
from models.domain.stages import InstalmentKind
from models.messages.booking import BookingStart
from models.messages.exchange import FetchExchangeRates, FetchOutcome, RatesFetched
from models.messages.ids import (
    BookingId,
    CheckoutId,
    DocumentId,
    GuideAssignmentId,
    GuideId,
    InstalmentId,
    PaymentId,
    QuoteLineId,
    QuoteVersionId,
    ServiceOrderId,
)
from models.messages.messaging import (
    DocumentRendered,
    MessageOutcome,
    MessageSent,
    RenderDocument,
    SendMessage,
)
from models.messages.operations import (
    CreateServiceOrders,
    DrawChecklist,
    GuidesRanked,
    OfferTrip,
    RankGuides,
    RecordChecklistItem,
    RecordGuideAnswer,
    RecordServiceOrder,
    ServiceOrderFacts,
    ServiceOrdersCreated,
    TripOffered,
)
from models.messages.payments import (
    ApplyPaymentEvent,
    BookingRefunded,
    CheckoutOpened,
    InvoiceIssued,
    IssueInvoice,
    OpenCheckout,
    PaymentApplied,
    RefundBooking,
)
from models.messages.policy import PolicyChanged, PolicyLoaded
from models.messages.quoting import (
    InstalmentFacts,
    QuoteAcceptedRecorded,
    QuoteFacts,
    QuoteSentRecorded,
    RecordApprovalAsked,
    RecordApprovalDecided,
    RecordQuoteAccepted,
    RecordQuoteClosed,
    RecordQuoteSent,
)
from models.messages.records import BookingFacts, ProgressRecorded, RecordProgress


@dataclass
class FakeActivities:
    """The world of one booking. `asked` holds every call in order."""

    booking_id: BookingId
    policy: Policy
    departs_in_days: int = 90
    suppliers: int = 2
    guides: tuple[str, ...] = ()
    total_minor: int = 100_000
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    asked: list[BaseModel] = field(default_factory=list)
    failing: dict[str, Exception] = field(default_factory=dict)
    payments: dict[int, PaymentApplied] = field(default_factory=dict)
    busy_guides: set[str] = field(default_factory=set)
    policies: dict[int, Policy] = field(default_factory=dict)
    """Versions that were put in force later."""
    on_their_way: tuple[str, ...] = ()
    """Templates whose messages take their time: noted, and not done while they stand here."""

    def all(self) -> list[Callable[..., Any]]:
        """Every activity, for a worker."""
        return [getattr(self, name) for name in dir(self) if self._is_activity(name)]

    def _is_activity(self, name: str) -> bool:
        return hasattr(getattr(type(self), name, None), "__temporal_activity_definition")

    @property
    def departure_on(self) -> date:
        """First day of the trip."""
        return (self.created_at + timedelta(days=self.departs_in_days)).date()

    def quote(self, quote_id: str) -> QuoteFacts:
        """A version of the quote; its number is the end of its id, else the first."""
        number = quote_id.rsplit("_", 1)[-1]
        return QuoteFacts(
            quote_version_id=QuoteVersionId(quote_id),
            version=int(number) if number.isdigit() else 1,
            total_minor=self.total_minor,
            currency="USD",
            departure_on=self.departure_on,
            return_on=self.departure_on + timedelta(days=9),
        )

    def pays(self, row: int, instalment: str, amount_minor: int, *, settles: bool = True) -> None:
        """Lets an event row be a payment."""
        self.payments[row] = PaymentApplied(
            payment_id=PaymentId(f"pay_{row}"),
            amount_minor=amount_minor,
            currency="USD",
            settled=(InstalmentId(instalment),) if settles else (),
        )

    def sent(self) -> list[str]:
        """Templates of the messages, in order, with their occasion."""
        return [
            f"{message.template} {message.occasion}".strip()
            for message in self.asked
            if isinstance(message, SendMessage)
        ]

    def lines(self) -> list[str]:
        """Types of the timeline's lines, in order."""
        return [line.type for record in self.progresses() for line in record.timeline]

    def tasks(self) -> list[str]:
        """Keys of the tasks that were opened, in order."""
        return [task.key for record in self.progresses() for task in record.new_tasks]

    def progresses(self) -> list[RecordProgress]:
        """Every progress that was recorded, alone or with a quote's record."""
        found = []
        for message in self.asked:
            if isinstance(message, RecordProgress):
                found.append(message)
            elif isinstance(
                message,
                RecordQuoteSent
                | RecordQuoteAccepted
                | RecordQuoteClosed
                | RecordApprovalAsked
                | RecordApprovalDecided,
            ):
                found.append(message.progress)
        return found

    async def until(self, reached: Callable[[], bool], seconds: float = 60) -> None:
        """Waits until the workflow came so far."""
        async with asyncio.timeout(seconds):
            while not reached():  # noqa: ASYNC110 - any activity may be what is waited for
                await asyncio.sleep(0.02)

    def _note(self, message: BaseModel) -> None:
        name = activity.info().activity_type
        if (error := self.failing.get(name)) is not None:
            raise error
        self.asked.append(message)

    @activity.defn
    async def load_booking(self, start: BookingStart) -> BookingFacts:
        self._note(start)
        return BookingFacts(
            booking_id=start.booking_id,
            created_at=self.created_at,
            destination="Vietnam",
            policy=self.policy,
        )

    @activity.defn
    async def load_policy(self, changed: PolicyChanged) -> PolicyLoaded:
        self._note(changed)
        if changed.version not in self.policies:
            raise ApplicationError("No such policy", type="NOT_FOUND", non_retryable=True)
        return PolicyLoaded(policy=self.policies[changed.version])

    @activity.defn
    async def record_progress(self, progress: RecordProgress) -> ProgressRecorded:
        if progress.expected_revision == -1:
            raise ApplicationError(
                "Booking changed in backend", type="BOOKING_HASH_MISMATCH", non_retryable=True
            )
        self._note(progress)
        return ProgressRecorded(revision=progress.seq)

    @activity.defn
    async def record_quote_sent(self, record: RecordQuoteSent) -> QuoteSentRecorded:
        self._note(record)
        return QuoteSentRecorded(
            quote=self.quote(record.quote_version_id), revision=record.progress.seq
        )

    @activity.defn
    async def record_approval_asked(self, record: RecordApprovalAsked) -> ProgressRecorded:
        self._note(record)
        return ProgressRecorded(revision=record.progress.seq)

    @activity.defn
    async def record_approval_decided(self, record: RecordApprovalDecided) -> ProgressRecorded:
        self._note(record)
        return ProgressRecorded(revision=record.progress.seq)

    @activity.defn
    async def record_quote_accepted(self, record: RecordQuoteAccepted) -> QuoteAcceptedRecorded:
        self._note(record)
        instalments = tuple(
            InstalmentFacts(
                instalment_id=InstalmentId(f"inst_{self.booking_id}_{number}"),
                booking_id=self.booking_id,
                kind=InstalmentKind(part.kind),
                amount_minor=part.amount_minor,
                currency="USD",
                due_at=part.due_at,
            )
            for number, part in enumerate(record.plan, start=1)
        )
        return QuoteAcceptedRecorded(instalments=instalments, revision=record.progress.seq)

    @activity.defn
    async def record_quote_closed(self, record: RecordQuoteClosed) -> ProgressRecorded:
        self._note(record)
        return ProgressRecorded(revision=record.progress.seq)

    @activity.defn
    async def create_service_orders(self, order: CreateServiceOrders) -> ServiceOrdersCreated:
        self._note(order)
        return ServiceOrdersCreated(
            orders=tuple(
                ServiceOrderFacts(
                    service_order_id=ServiceOrderId(f"so_{self.booking_id}_{number}"),
                    starts_on=self.departure_on,
                )
                for number in range(1, self.suppliers + 1)
            ),
            guide_lines=(QuoteLineId(f"line_{self.booking_id}"),) if self.guides else (),
        )

    @activity.defn
    async def record_service_order(self, record: RecordServiceOrder) -> None:
        self._note(record)

    @activity.defn
    async def rank_guides(self, question: RankGuides) -> GuidesRanked:
        self._note(question)
        offered = {offer.guide_id for offer in self.asked if isinstance(offer, OfferTrip)}
        free = tuple(GuideId(guide) for guide in self.guides if guide not in offered)
        return GuidesRanked(guide_ids=free)

    @activity.defn
    async def offer_trip(self, offer: OfferTrip) -> TripOffered:
        self._note(offer)
        return TripOffered(assignment_id=GuideAssignmentId(f"ga_{offer.guide_id}"))

    @activity.defn
    async def record_guide_answer(self, record: RecordGuideAnswer) -> None:
        guide = record.assignment_id.removeprefix("ga_")
        if record.status == "ACCEPTED" and guide in self.busy_guides:
            raise ApplicationError(
                "You have another trip", type="GUIDE_NOT_FREE", non_retryable=True
            )
        self._note(record)

    @activity.defn
    async def draw_checklist(self, checklist: DrawChecklist) -> None:
        self._note(checklist)

    @activity.defn
    async def record_checklist_item(self, record: RecordChecklistItem) -> None:
        self._note(record)

    @activity.defn
    async def send_message(self, message: SendMessage) -> MessageSent:
        self._note(message)
        while message.template in self.on_their_way:  # noqa: ASYNC110 - tests change it
            await asyncio.sleep(0.02)
        return MessageSent(outcome=MessageOutcome.SENT)

    @activity.defn
    async def render_document(self, document: RenderDocument) -> DocumentRendered:
        self._note(document)
        return DocumentRendered(document_id=DocumentId("doc_1"), sha256="0" * 64)

    @activity.defn
    async def issue_invoice(self, issue: IssueInvoice) -> InvoiceIssued:
        self._note(issue)
        return InvoiceIssued(invoice_id="inv_1")

    @activity.defn
    async def open_checkout(self, command: OpenCheckout) -> CheckoutOpened:
        self._note(command)
        return CheckoutOpened(checkout_id=CheckoutId(f"checkout_{command.command_id}"))

    @activity.defn
    async def apply_payment_event(self, event: ApplyPaymentEvent) -> PaymentApplied:
        self._note(event)
        applied = self.payments.get(event.event_row, PaymentApplied())
        if event.hold and applied.payment_id:
            return applied.model_copy(update={"settled": (), "held_minor": applied.amount_minor})
        return applied

    @activity.defn
    async def refund_booking(self, refund: RefundBooking) -> BookingRefunded:
        self._note(refund)
        return BookingRefunded(refunded_minor=refund.refund_minor)

    @activity.defn
    async def expire_checkouts(self, start: BookingStart) -> None:
        self._note(start)

    @activity.defn
    async def fetch_exchange_rates(self, fetch: FetchExchangeRates) -> RatesFetched:
        self._note(fetch)
        return RatesFetched(
            outcome=FetchOutcome.STORED, quoted_on=date(2026, 11, 23), stored=2, jumped=("TRY",)
        )

    @activity.defn
    async def report_no_exchange_rates(self, fetch: FetchExchangeRates) -> None:
        self._note(fetch)
