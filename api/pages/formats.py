"""How values read on a page: money, times with their zone, statuses in words and colours."""

from datetime import UTC, date, datetime, timedelta

from models.domain.clock import TRIP_ZONE
from models.domain.money import Money

SOON = timedelta(minutes=30)
HOURS_PER_DAY = 24
TONES = {
    "good": "ACCEPTED PAID CONFIRMED DONE DELIVERED WON PAYMENT_RECEIVED COMPLETED SENT",
    "warn": "AT_RISK PARTIALLY_CONFIRMED NEGOTIATION INVOICE_SENT REQUESTED OFFERED SEARCHING OPEN",
    "bad": "DECLINED LOST BOUNCED FAILED NOBODY_FREE CANCELLED",
    "info": "PROPOSAL_SENT QUALIFIED IN_PROGRESS SENDING OPENING",
    "brand": "NEW DRAFT POST_TRIP",
}
TONE_OF = {status: tone for tone, statuses in TONES.items() for status in statuses.split()}
NAMES = {"sla": "SLA", "pdf": "PDF", "whatsapp": "WhatsApp", "sms": "SMS", "atp": ""}


def money(amount_minor: int | None, currency: str | None) -> str:
    """An amount in minor units as people read it: `USD 1,234.50`; a dash for none."""
    return "-" if amount_minor is None or not currency else str(Money(amount_minor, currency))


def moment(at: datetime | None) -> str:
    """An instant at the trip's place, with its zone: `22 Nov 2026, 14:05 ICT`."""
    return "" if at is None else f"{at.astimezone(TRIP_ZONE):%-d %b %Y, %H:%M} ICT"


def day(on: date | datetime | None) -> str:
    """A calendar day: `22 Nov 2026`; of an instant, the day at the trip's place."""
    if isinstance(on, datetime):
        on = on.astimezone(TRIP_ZONE)
    return "" if on is None else f"{on:%-d %b %Y}"


def month(wished: str) -> str:
    """A wished month as people write it: `Feb 2027` of `2027-02`; other words as they are."""
    try:
        return f"{date.fromisoformat(f'{wished}-01'):%b %Y}"
    except ValueError:
        return wished


def iso(at: datetime) -> str:
    """An instant for machines: ISO 8601, UTC, with milliseconds and Z."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"


def span(length: timedelta) -> str:
    """A stretch of time in its two largest sensible units."""
    minutes, seconds = divmod(int(length.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    if hours >= 2 * HOURS_PER_DAY:
        return f"{hours // HOURS_PER_DAY} days"
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min" if minutes else f"{seconds} s"


def ago(at: datetime | None, now: datetime) -> str:
    """How long ago, or how far ahead: `3 h ago`, `in 2 days`."""
    if at is None:
        return ""
    return f"{_rough(now - at)} ago" if at <= now else f"in {_rough(at - now)}"


def _rough(length: timedelta) -> str:
    """A stretch of time in its largest sensible unit."""
    text = span(length)
    hours, mark, _ = text.partition(" h ")
    return f"{hours} h" if mark else text


def due(at: datetime, now: datetime) -> str:
    """A deadline seen from now: `due in 20 min`, `overdue by 2 days`."""
    return f"due in {span(at - now)}" if at >= now else f"overdue by {span(now - at)}"


def urgency(at: datetime, now: datetime) -> str:
    """The colour of a deadline: bad once it is over, warn within half an hour, else good."""
    if at < now:
        return "bad"
    return "warn" if at - now < SOON else "good"


def words(value: str) -> str:
    """A constant or key in words: `PROPOSAL_SENT` reads `Proposal sent`."""
    parts = [NAMES.get(part, part) for part in value.replace("_", " ").lower().split()]
    text = " ".join(part for part in parts if part)
    return text[:1].upper() + text[1:]


def tone(value: str) -> str:
    """The colour that a status has on every page; empty for a neutral one."""
    return TONE_OF.get(value, "")
