"""Postmark's search over sent mails: its filters, and the shapes of its answers."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from email.utils import getaddresses
from zoneinfo import ZoneInfo

from sandbox.mailbox.messages import Attachment, Kind, Message, Messages
from sandbox.mailbox.search import Search
from sandbox.postmark.errors import PostmarkError
from sandbox.postmark.mime import raw_source
from sandbox.postmark.webhooks import DELIVERED, timestamp

MOST_IN_A_PAGE = 500
MOST_IN_A_SEARCH = 10_000
POSTMARK_ZONE = ZoneInfo("America/New_York")
METADATA_PREFIX = "metadata_"
PENDING_OF_STATUS = {"queued": True, "sent": False, "processed": False}
PENDING_STATES = frozenset({"accepted"})


def read_search(query: Mapping[str, str]) -> Search:
    """The search that a query string asks for; an unknown filter is refused, never ignored."""
    filters: dict[str, object] = {"kinds": (Kind.EMAIL.value,), "metadata": {}}
    for name, value in query.items():
        if name.startswith(METADATA_PREFIX) and len(name) > len(METADATA_PREFIX):
            filters["metadata"] = {
                **_strings(filters["metadata"]),
                name.removeprefix(METADATA_PREFIX): value,
            }
        elif name in FILTERS:
            filters |= FILTERS[name](value)
        else:
            raise _invalid(name)
    limit, offset = filters.get("limit"), filters.get("offset")
    if not isinstance(limit, int) or not isinstance(offset, int):
        raise PostmarkError(403, "Invalid request field(s) - count and offset are required")
    if limit + offset > MOST_IN_A_SEARCH:
        raise PostmarkError(403, "Invalid request field(s) - count + offset exceed 10,000")
    return Search(**filters)  # type: ignore[arg-type]  # each filter below gives its own type


def summary(message: Message) -> dict[str, object]:
    """A mail as search results show it."""
    return {
        "Tag": message.tag,
        "MessageID": message.id,
        "MessageStream": message.request["MessageStream"],
        "To": _named(message.recipient),
        "Cc": _named(message.request.get("Cc")),
        "Bcc": _named(message.request.get("Bcc")),
        "Recipients": [each.address for each in message.recipients],
        "ReceivedAt": timestamp(message.sent_at),
        "From": message.sender,
        "Subject": message.subject,
        "Attachments": [file.name for file in message.attachments],
        "Status": _status(message),
        "TrackOpens": bool(message.request.get("TrackOpens")),
        "TrackLinks": message.request.get("TrackLinks") or "None",
        "Metadata": message.metadata,
        "Sandboxed": True,
    }


def details(messages: Messages, message: Message) -> dict[str, object]:
    """A mail with its bodies, its raw source and what became of it."""
    files = [messages.attachment(message, i) for i, _ in enumerate(message.attachments)]
    return {
        **summary(message),
        "TextBody": message.text,
        "HtmlBody": message.html,
        "Body": raw_source(message, [file for file in files if isinstance(file, Attachment)]),
        "MessageEvents": [
            {
                "Recipient": row["address"],
                "Type": "Delivered" if row["state"] == DELIVERED else "Bounced",
                "ReceivedAt": timestamp(row["done_at"]),
                "Details": {"Summary": f"sandbox: {row['state']}"},
            }
            for row in messages.history(message)
        ],
    }


def _status(message: Message) -> str:
    pending = any(each.state in PENDING_STATES for each in message.recipients)
    return "Queued" if pending else "Sent"


def _named(value: object) -> list[dict[str, str]]:
    if not isinstance(value, str):
        return []
    return [{"Email": address, "Name": name} for name, address in getaddresses([value])]


def _strings(value: object) -> dict[str, str]:
    return value if isinstance(value, dict) else {}


def _invalid(name: str) -> PostmarkError:
    return PostmarkError(403, f"Invalid request field(s) - {name}")


def _count(value: str) -> dict[str, object]:
    return {"limit": _whole(value, "count", MOST_IN_A_PAGE)}


def _offset(value: str) -> dict[str, object]:
    return {"offset": _whole(value, "offset", MOST_IN_A_SEARCH)}


def _whole(value: str, name: str, largest: int) -> int:
    if not value.isascii() or not value.isdigit() or int(value) > largest:
        raise _invalid(name)
    return int(value)


def _given_status(value: str) -> dict[str, object]:
    if value.lower() not in PENDING_OF_STATUS:
        raise _invalid("status")
    return {"pending": PENDING_OF_STATUS[value.lower()]}


def _from_date(value: str) -> dict[str, object]:
    return {"sent_from": _moment(value, "fromdate", time.min)}


def _to_date(value: str) -> dict[str, object]:
    return {"sent_until": _moment(value, "todate", time.max)}


def _moment(value: str, name: str, time_of_day: time) -> float:
    """Seconds since 1970 of a date or time in Postmark's zone."""
    try:
        if len(value) == len("2026-01-31"):
            moment = datetime.combine(date.fromisoformat(value), time_of_day)
        else:
            moment = datetime.fromisoformat(value)
            if time_of_day == time.max and not moment.microsecond:
                moment += timedelta(seconds=1, microseconds=-1)
    except ValueError as error:
        raise _invalid(name) from error
    placed = moment if moment.tzinfo else moment.replace(tzinfo=POSTMARK_ZONE)
    return placed.astimezone(UTC).timestamp()


FILTERS: dict[str, Callable[[str], dict[str, object]]] = {
    "count": _count,
    "offset": _offset,
    "recipient": lambda value: {"recipient": value},
    "fromemail": lambda value: {"sender": value},
    "tag": lambda value: {"tag": value},
    "subject": lambda value: {"subject": value},
    "messagestream": lambda value: {"stream": value},
    "status": _given_status,
    "fromdate": _from_date,
    "todate": _to_date,
}
