"""A message and a page of messages as Twilio's API shows them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import urlencode

from sandbox.mailbox.messages import Kind, Message

API_VERSION = "2010-04-01"
UNDELIVERED = "undelivered"
UNKNOWN_HANDSET = 30005
UNKNOWN_HANDSET_SENTENCE = "Unknown destination handset"
GSM_SEGMENT = 160
GSM_PART = 153
UNICODE_SEGMENT = 70
UNICODE_PART = 67


def message_path(account: str, message: Message) -> str:
    """A message's address under the API's base."""
    return f"/{API_VERSION}/Accounts/{account}/Messages/{message.id}"


def resource(account: str, message: Message) -> dict[str, object]:
    """A message as `GET` and `POST` return it."""
    recipient = message.recipients[0]
    failed = recipient.state == UNDELIVERED
    path = message_path(account, message)
    return {
        "account_sid": account,
        "api_version": API_VERSION,
        "body": message.text,
        "date_created": _rfc2822(message.sent_at),
        "date_sent": None if recipient.state == "queued" else _rfc2822(message.sent_at),
        "date_updated": _rfc2822(recipient.changed_at),
        "direction": "outbound-api",
        "error_code": UNKNOWN_HANDSET if failed else None,
        "error_message": UNKNOWN_HANDSET_SENTENCE if failed else None,
        "from": message.sender or None,
        "messaging_service_sid": message.request.get("messaging_service") or None,
        "num_media": str(_media_count(message)),
        "num_segments": str(segments(message)),
        "price": None,
        "price_unit": "USD",
        "sid": message.id,
        "status": recipient.state,
        "subresource_uris": {"media": f"{path}/Media.json"},
        "to": message.recipient,
        "uri": f"{path}.json",
    }


def segments(message: Message) -> int:
    """How many text messages a body takes; WhatsApp always counts one."""
    if message.kind is Kind.WHATSAPP:
        return 1
    plain = message.text.isascii()
    whole, part = (GSM_SEGMENT, GSM_PART) if plain else (UNICODE_SEGMENT, UNICODE_PART)
    length = len(message.text) if plain else len(message.text.encode("utf-16-le")) // 2
    return 1 if length <= whole else -(-length // part)


def page(
    account: str,
    found: list[Message],
    *,
    query: Mapping[str, str],
    size: int,
    number: int,
    more: bool,
) -> dict[str, object]:
    """A page of messages; addresses in it are relative to the API's base, as Twilio's are."""
    here = f"/{API_VERSION}/Accounts/{account}/Messages.json"
    filters = {name: query[name] for name in query if name not in {"Page", "PageToken"}}
    filters["PageSize"] = str(size)
    token = f"PT{found[-1].seq}" if more else ""
    start = number * size
    return {
        "messages": [resource(account, message) for message in found],
        "page": number,
        "page_size": size,
        "start": start,
        "end": start + max(len(found) - 1, 0),
        "uri": f"{here}?{urlencode(filters | {'Page': number})}",
        "first_page_uri": f"{here}?{urlencode(filters | {'Page': 0})}",
        "next_page_uri": (
            f"{here}?{urlencode(filters | {'Page': number + 1, 'PageToken': token})}"
            if more
            else None
        ),
        "previous_page_uri": None,
    }


def _media_count(message: Message) -> int:
    media = message.request.get("media")
    return len(media) if isinstance(media, list) else 0


def _rfc2822(seconds: float) -> str:
    return format_datetime(datetime.fromtimestamp(seconds, UTC))
