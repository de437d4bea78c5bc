"""Names by which workflows are started and told facts from outside a worker."""

from typing import Final

BOOKING: Final = "Booking"
LATE_PAYMENT: Final = "LatePayment"
TASK_REMINDER: Final = "TaskReminder"
EXCHANGE_RATES: Final = "ExchangeRates"

PAYMENT_EVENT: Final = "payment_event"
QUOTE_VIEWED: Final = "quote_viewed"
POLICY_CHANGED: Final = "policy_changed"


def task_reminder_id(subject_ref: str) -> str:
    """The id of the workflow that sends the reminder `<task id>:<occasion>`."""
    return f"reminder_{subject_ref}"


def late_payment_id(booking_id: str, event_row: int) -> str:
    """The id of the workflow that holds money for a booking that has ended."""
    return f"late_{event_row}_{booking_id}"
