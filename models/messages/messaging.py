"""Messages to people and the documents that go with them."""

from enum import StrEnum

from models.messages.base import Crossing
from models.messages.ids import BookingId, DocumentId, MessageId


class Template(StrEnum):
    """Every message that the system can send; its texts stand in activities/templates."""

    BOOKING_RECEIVED = "booking_received"
    SLA_WARNING = "sla_warning"
    SLA_BREACH = "sla_breach"
    QUOTE_SENT = "quote_sent"
    QUOTE_REMINDER_UNVIEWED = "quote_reminder_unviewed"
    QUOTE_REMINDER_EXPIRING = "quote_reminder_expiring"
    APPROVAL_WANTED = "approval_wanted"
    INVOICE = "invoice"
    PAYMENT_REMINDER = "payment_reminder"
    PAYMENT_OVERDUE = "payment_overdue"
    RECEIPT = "receipt"
    SERVICE_REQUEST = "service_request"
    SERVICE_REQUEST_REMINDER = "service_request_reminder"
    SERVICE_RELEASED = "service_released"
    GUIDE_OFFER = "guide_offer"
    GUIDE_RELEASED = "guide_released"
    BOOKING_CONFIRMED = "booking_confirmed"
    WELCOME = "welcome"
    RUN_SHEET = "run_sheet"
    REVIEW_REQUEST = "review_request"
    BOOKING_CANCELLED = "booking_cancelled"
    TASK_REMINDER = "task_reminder"


class SendMessage(Crossing):
    """Send one message, once.

    Recipient, address, language, texts and links are looked up by the template and `subject_ref`:
    the quote version, instalment, service order, guide assignment, task and the time its reminder
    was set to, or (for the rest) the booking.
    `occasion` tells apart messages of one template about one subject: `D-7`, `breach:NEW:3`.
    """

    booking_id: BookingId
    template: Template
    subject_ref: str
    occasion: str = ""


class MessageOutcome(StrEnum):
    """SENT: the provider took it. WITHDRAWN: it had become pointless. UNDELIVERABLE: refused."""

    SENT = "SENT"
    WITHDRAWN = "WITHDRAWN"
    UNDELIVERABLE = "UNDELIVERABLE"


class MessageSent(Crossing):
    """What became of a message."""

    outcome: MessageOutcome
    message_ids: tuple[MessageId, ...] = ()


class DocumentKind(StrEnum):
    """Every document that the system can draw."""

    QUOTE = "quote"
    INVOICE = "invoice"
    RECEIPT = "receipt"
    VOUCHER = "voucher"
    RUN_SHEET = "run_sheet"


class RenderDocument(Crossing):
    """Draw and store a document, once per kind and subject.

    `subject_ref`: quote version for QUOTE, instalment for INVOICE, payment for RECEIPT, booking for
    VOUCHER and RUN_SHEET.
    """

    booking_id: BookingId
    kind: DocumentKind
    subject_ref: str


class DocumentRendered(Crossing):
    """The stored document and the SHA-256 of its bytes (hex)."""

    document_id: DocumentId
    sha256: str
