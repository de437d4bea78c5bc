"""How a message from outside reads on the timeline of the booking where it is filed."""

from sqlalchemy import and_
from sqlalchemy.sql.elements import ColumnElement

from models.tables.crm import BookingActivity
from models.tables.inbound import InboundMessage

CHANNELS = {"EMAIL": "e-mail", "WHATSAPP": "WhatsApp message", "SMS": "SMS"}
PREFIX = "inbound_"
GONE = "This message was moved: it did not belong to this booking."


def shown_by_line() -> ColumnElement[bool]:
    """The join from a line of the timeline to the message that it shows, by its primary key."""
    return and_(
        InboundMessage.id == BookingActivity.detail,
        InboundMessage.booking_id == BookingActivity.booking_id,
    )


def line_text(detail: str, message: InboundMessage | None) -> str:
    """What a line says: the message itself, or that it is gone; other lines as they are."""
    if message is None:
        return GONE if detail.startswith(PREFIX) else detail
    channel = CHANNELS[message.channel]
    sender = f"{message.sender_name} <{message.sender}>" if message.sender_name else message.sender
    heading = f"{channel[:1].upper()}{channel[1:]} from {sender}"
    if message.subject:
        heading += f": {message.subject}"
    files = [f"{one['name']} ({one['content_type']})" for one in message.attachments]
    parts = [
        heading,
        message.reply or message.body,
        "The message was longer; this is its beginning." if message.shortened else "",
        f"Files: {', '.join(files)}" if files else "",
    ]
    return "\n\n".join(part for part in parts if part)
