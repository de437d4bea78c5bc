"""Every call of an activity, typed, with its queue, timeouts and retries; none stand elsewhere."""

from datetime import timedelta
from typing import NamedTuple, TypeVar

from pydantic import BaseModel
from temporalio import workflow
from temporalio.common import RetryPolicy

from models.messages.booking import BookingStart
from models.messages.exchange import FetchExchangeRates, RatesFetched
from models.messages.ids import BookingId, InstalmentId
from models.messages.messaging import (
    DocumentKind,
    DocumentRendered,
    MessageSent,
    RenderDocument,
    SendMessage,
    Template,
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
    QuoteAcceptedRecorded,
    QuoteSentRecorded,
    RecordApprovalAsked,
    RecordApprovalDecided,
    RecordQuoteAccepted,
    RecordQuoteClosed,
    RecordQuoteSent,
)
from models.messages.records import BookingFacts, ProgressRecorded, RecordProgress
from models.messages.task_queues import BOOKINGS, DOCUMENTS, PROVIDERS, sibling

Answer = TypeVar("Answer", bound=BaseModel)


class Nothing(BaseModel):
    """What an activity returns that has nothing to say."""


class Call(NamedTuple):
    """How an activity is called: on which queue, how long a try lasts, how it is tried again."""

    queue: str
    try_lasts: timedelta
    retry: RetryPolicy
    gives_up_after: timedelta | None = None
    silent_for: timedelta | None = None
    """After so long without a heartbeat its worker is taken for dead and it is tried again."""


BEATING = timedelta(seconds=10)


RECORD = Call(
    BOOKINGS,
    timedelta(seconds=10),
    RetryPolicy(
        initial_interval=timedelta(milliseconds=200), maximum_interval=timedelta(seconds=10)
    ),
)
"""Postgres: tried until it answers. Refusals are non-retryable by their own word."""

PROVIDER = Call(
    PROVIDERS,
    timedelta(seconds=30),
    RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=2)),
    silent_for=BEATING,
)
"""Stripe, Postmark, Twilio: tried for ever; the alert is on the age of the call, not its end."""

CHECKOUT = Call(
    PROVIDERS,
    timedelta(seconds=5),
    RetryPolicy(initial_interval=timedelta(milliseconds=300), maximum_attempts=3),
    gives_up_after=timedelta(seconds=7),
)
"""A customer waits for this one."""

UNDO = Call(
    PROVIDERS,
    timedelta(seconds=30),
    RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=10)),
    gives_up_after=timedelta(days=7),
    silent_for=BEATING,
)
"""An undo is tried for a week, then a person takes it over."""

RATES = Call(
    PROVIDERS,
    timedelta(seconds=30),
    RetryPolicy(initial_interval=timedelta(seconds=10), maximum_interval=timedelta(minutes=10)),
    gives_up_after=timedelta(hours=1),
    silent_for=BEATING,
)
"""A list of rates: tried for an hour, then a person is told; the next run is hours away."""

DOCUMENT = Call(
    DOCUMENTS,
    timedelta(seconds=60),
    RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=1)),
    silent_for=BEATING,
)
"""Chromium: slow, and tried until it draws."""


async def _call(
    name: str, argument: BaseModel, answer: type[Answer], call: Call, summary: str
) -> Answer:
    result: Answer | None = await workflow.execute_activity(
        name,
        argument,
        result_type=answer if answer is not Nothing else None,
        task_queue=sibling(workflow.info().task_queue, call.queue),
        start_to_close_timeout=call.try_lasts,
        schedule_to_close_timeout=call.gives_up_after,
        heartbeat_timeout=call.silent_for,
        retry_policy=call.retry,
        summary=summary,
    )
    return result if result is not None else answer()


async def load_booking(booking_id: BookingId) -> BookingFacts:
    """What is known of a booking when its workflow begins."""
    start = BookingStart(booking_id=booking_id)
    return await _call("load_booking", start, BookingFacts, RECORD, "Load the enquiry")


async def load_policy(version: int) -> PolicyLoaded:
    """A version of the policy."""
    changed = PolicyChanged(version=version)
    return await _call("load_policy", changed, PolicyLoaded, RECORD, f"Load policy {version}")


async def record_progress(progress: RecordProgress) -> ProgressRecorded:
    """Writes the booking's projection, timeline and tasks."""
    what = progress.timeline[0].type if progress.timeline else "projection"
    return await _call("record_progress", progress, ProgressRecorded, RECORD, f"Record {what}")


async def record_quote_sent(record: RecordQuoteSent) -> QuoteSentRecorded:
    """Freezes a draft as sent."""
    return await _call(
        "record_quote_sent", record, QuoteSentRecorded, RECORD, "Freeze the quote as sent"
    )


async def record_approval_asked(record: RecordApprovalAsked) -> ProgressRecorded:
    """Remembers that a manager is asked to let a draft out."""
    return await _call(
        "record_approval_asked", record, ProgressRecorded, RECORD, "Ask for approval"
    )


async def record_approval_decided(record: RecordApprovalDecided) -> ProgressRecorded:
    """Remembers what a manager said to a draft."""
    summary = "Draft approved" if record.approved else "Draft not approved"
    return await _call("record_approval_decided", record, ProgressRecorded, RECORD, summary)


async def record_quote_accepted(record: RecordQuoteAccepted) -> QuoteAcceptedRecorded:
    """Freezes a version as accepted and stores its payment plan."""
    return await _call(
        "record_quote_accepted",
        record,
        QuoteAcceptedRecorded,
        RECORD,
        "Freeze the acceptance and the payment plan",
    )


async def record_quote_closed(record: RecordQuoteClosed) -> ProgressRecorded:
    """Ends a sent version without acceptance."""
    return await _call(
        "record_quote_closed", record, ProgressRecorded, RECORD, f"Quote {record.status.lower()}"
    )


async def create_service_orders(order: CreateServiceOrders) -> ServiceOrdersCreated:
    """Turns the accepted quote into service orders."""
    return await _call(
        "create_service_orders", order, ServiceOrdersCreated, RECORD, "Create the service orders"
    )


async def record_service_order(record: RecordServiceOrder) -> None:
    """Writes a service order's projection."""
    summary = f"Service order {record.status.lower()}"
    await _call("record_service_order", record, Nothing, RECORD, summary)


async def rank_guides(question: RankGuides) -> GuidesRanked:
    """Who could guide, the best first."""
    return await _call("rank_guides", question, GuidesRanked, RECORD, "Rank the free guides")


async def offer_trip(offer: OfferTrip) -> TripOffered:
    """Stores the offer to a guide."""
    return await _call("offer_trip", offer, TripOffered, RECORD, "Offer the trip to a guide")


async def record_guide_answer(record: RecordGuideAnswer) -> None:
    """Writes an offer's status; refuses an overlap."""
    summary = f"Guide offer {record.status.lower()}"
    await _call("record_guide_answer", record, Nothing, RECORD, summary)


async def draw_checklist(items: DrawChecklist) -> None:
    """Stores the pre-departure checklist."""
    await _call("draw_checklist", items, Nothing, RECORD, "Draw the checklist")


async def record_checklist_item(record: RecordChecklistItem) -> None:
    """Writes an item's status."""
    summary = f"Checklist: {record.key} {record.status.lower()}"
    await _call("record_checklist_item", record, Nothing, RECORD, summary)


async def send_message(
    booking_id: BookingId, template: Template, subject_ref: str, occasion: str = ""
) -> MessageSent:
    """Sends one message, once."""
    message = SendMessage(
        booking_id=booking_id, template=template, subject_ref=subject_ref, occasion=occasion
    )
    summary = f"Send {template} {occasion}".strip()
    return await _call("send_message", message, MessageSent, PROVIDER, summary)


async def render_document(
    booking_id: BookingId, kind: DocumentKind, subject_ref: str
) -> DocumentRendered:
    """Draws and stores a PDF, once."""
    document = RenderDocument(booking_id=booking_id, kind=kind, subject_ref=subject_ref)
    return await _call("render_document", document, DocumentRendered, DOCUMENT, f"Draw the {kind}")


async def issue_invoice(instalment_id: InstalmentId) -> InvoiceIssued:
    """Draws the invoice of an instalment, once."""
    issue = IssueInvoice(instalment_id=instalment_id)
    return await _call("issue_invoice", issue, InvoiceIssued, RECORD, "Issue the invoice")


async def open_checkout(command: OpenCheckout) -> CheckoutOpened:
    """Opens a payment page at the provider."""
    return await _call("open_checkout", command, CheckoutOpened, CHECKOUT, "Open a payment page")


async def apply_payment_event(event: ApplyPaymentEvent) -> PaymentApplied:
    """Applies a provider's event to the booking's money, once."""
    summary = f"Apply payment event {event.event_row}"
    return await _call("apply_payment_event", event, PaymentApplied, RECORD, summary)


async def refund_booking(refund: RefundBooking) -> BookingRefunded:
    """Gives money back through the provider."""
    return await _call("refund_booking", refund, BookingRefunded, UNDO, "Refund through Stripe")


async def expire_checkouts(booking_id: BookingId) -> None:
    """Closes the payment pages that are still open."""
    start = BookingStart(booking_id=booking_id)
    await _call("expire_checkouts", start, Nothing, UNDO, "Close open payment pages")


async def fetch_exchange_rates(fetch: FetchExchangeRates) -> RatesFetched:
    """Reads a source's newest rates and keeps what is new of them."""
    summary = f"Fetch the rates of {fetch.source}"
    return await _call("fetch_exchange_rates", fetch, RatesFetched, RATES, summary)


async def report_no_exchange_rates(fetch: FetchExchangeRates) -> None:
    """Tells whoever keeps the rates that the source does not answer."""
    summary = f"Report that {fetch.source} does not answer"
    await _call("report_no_exchange_rates", fetch, Nothing, RECORD, summary)
