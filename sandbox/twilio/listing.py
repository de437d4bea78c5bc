"""Which messages a list request asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sandbox.mailbox.messages import Kind
from sandbox.mailbox.search import Search, plain_address
from sandbox.twilio.errors import TwilioError

USUAL_PAGE_SIZE = 50
LARGEST_PAGE_SIZE = 1000
KNOWN = frozenset(
    {"To", "From", "DateSent", "DateSent<", "DateSent>", "PageSize", "Page", "PageToken"}
)
TOKEN_PREFIX = "PT"  # noqa: S105 - the mark of a page's place, no secret
DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Listing:
    """A page of messages: its search asks for one more than fits, to know if more follow."""

    search: Search
    size: int
    number: int


def read_listing(query: Mapping[str, str]) -> Listing:
    """The page that a query string asks for; an unknown parameter is refused."""
    for name in query:
        if name not in KNOWN:
            raise TwilioError(20001, f"Unknown parameters: {name}")
    size = max(1, min(_whole(query, "PageSize", USUAL_PAGE_SIZE), LARGEST_PAGE_SIZE))
    number = _whole(query, "Page", 0)
    token = query.get("PageToken", "").removeprefix(TOKEN_PREFIX)
    if token and not (token.isascii() and token.isdigit()):
        raise TwilioError(20001, "Invalid value of parameter PageToken")
    sent_from, sent_until = _window(query)
    to = query.get("To", "")
    search = Search(
        kinds=_kinds(to, query.get("From", "")),
        recipient=plain_address(to),
        sender=query.get("From", ""),
        sent_from=sent_from,
        sent_until=sent_until,
        older_than=int(token) if token else None,
        limit=size + 1,
        offset=0 if token else number * size,
    )
    return Listing(search, size, number)


def _kinds(to: str, sender: str) -> tuple[str, ...]:
    address = to or sender
    if not address:
        return (Kind.SMS.value, Kind.WHATSAPP.value)
    return (Kind.WHATSAPP.value if address.startswith("whatsapp:") else Kind.SMS.value,)


def _whole(query: Mapping[str, str], name: str, usual: int) -> int:
    value = query.get(name, str(usual))
    if not (value.isascii() and value.isdigit()):
        raise TwilioError(20001, f"Invalid value of parameter {name}")
    return int(value)


def _window(query: Mapping[str, str]) -> tuple[float | None, float | None]:
    """First and last moment in seconds since 1970; `<` and `>` include what they name."""
    first = last = None
    if on := query.get("DateSent"):
        first, last = _span(on)
    if after := query.get("DateSent>"):
        first = max(first or 0.0, _span(after)[0])
    if before := query.get("DateSent<"):
        until = _span(before)[1]
        last = until if last is None else min(last, until)
    return first, last


def _span(value: str) -> tuple[float, float]:
    """The day, or the second, that a value names."""
    try:
        if len(value) == len("2026-01-31"):
            start = datetime.combine(date.fromisoformat(value), datetime.min.time(), UTC)
            return start.timestamp(), (start + DAY - INSTANT).timestamp()
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise TwilioError(20001, "Invalid value of parameter DateSent") from error
    start = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).replace(microsecond=0)
    return start.timestamp(), (start + timedelta(seconds=1) - INSTANT).timestamp()
