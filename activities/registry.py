"""Which activity is served on which task queue."""

from collections.abc import Callable
from typing import Any

from activities.booking_records import BookingRecords
from activities.documents import Documents
from activities.exchange_rates import ExchangeRateFetching
from activities.messaging import Messaging
from activities.operations import Operations
from activities.payments import Payments
from models.messages.task_queues import BOOKINGS, DOCUMENTS, PROVIDERS

Activity = Callable[..., Any]


def activities_of(
    *,
    records: BookingRecords,
    operations: Operations,
    payments: Payments,
    messaging: Messaging,
    documents: Documents,
    rates: ExchangeRateFetching,
) -> dict[str, list[Activity]]:
    """Every activity by the queue that `workflows/calls.py` sends it to."""
    return {
        BOOKINGS: [
            records.load_booking,
            records.load_policy,
            records.record_progress,
            records.record_quote_sent,
            records.record_approval_asked,
            records.record_approval_decided,
            records.record_quote_accepted,
            records.record_quote_closed,
            operations.create_service_orders,
            operations.record_service_order,
            operations.rank_guides,
            operations.offer_trip,
            operations.record_guide_answer,
            operations.draw_checklist,
            operations.record_checklist_item,
            payments.issue_invoice,
            payments.apply_payment_event,
            rates.report_no_exchange_rates,
        ],
        PROVIDERS: [
            payments.open_checkout,
            payments.refund_booking,
            payments.expire_checkouts,
            messaging.send_message,
            rates.fetch_exchange_rates,
        ],
        DOCUMENTS: [documents.render_document],
    }
