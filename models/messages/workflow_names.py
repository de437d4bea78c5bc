"""Names by which workflows are started and told facts from outside a worker."""

from typing import Final

BOOKING: Final = "Booking"
LATE_PAYMENT: Final = "LatePayment"

PAYMENT_EVENT: Final = "payment_event"
QUOTE_VIEWED: Final = "quote_viewed"


def late_payment_id(booking_id: str, event_row: int) -> str:
    """The id of the workflow that holds money for a booking that has ended."""
    return f"late_{event_row}_{booking_id}"
