"""How values read on a page: money, times with their zone, statuses in words and colours.

Numbers, dates and times are written as the reader's region writes them, in the reader's zone;
outside of the back office, in English and at the trip's place.
"""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, dates, numbers

from api.pages.reader import reader
from api.pages.translation import N_, gettext
from models.domain import reading
from models.domain.clock import TRIP_ZONE
from models.domain.money import minor_digits

SOON = timedelta(minutes=30)
HOURS_PER_DAY = 24
BANGKOK = ZoneInfo("Asia/Bangkok")
INDOCHINA = frozenset(
    f"Asia/{city}"
    for city in ("Bangkok", "Ho_Chi_Minh", "Hanoi", "Phnom_Penh", "Saigon", "Vientiane")
)
"""Zones whose name the world's list does not tell."""
TONES = {
    "good": "ACCEPTED PAID CONFIRMED DONE DELIVERED WON PAYMENT_RECEIVED COMPLETED SENT",
    "warn": "AT_RISK PARTIALLY_CONFIRMED NEGOTIATION INVOICE_SENT REQUESTED OFFERED SEARCHING OPEN",
    "bad": "DECLINED LOST BOUNCED FAILED NOBODY_FREE CANCELLED",
    "info": "PROPOSAL_SENT QUALIFIED IN_PROGRESS SENDING OPENING",
    "brand": "NEW DRAFT POST_TRIP",
}
TONE_OF = {status: tone for tone, statuses in TONES.items() for status in statuses.split()}
NAMES = {"sla": "SLA", "pdf": "PDF", "whatsapp": "WhatsApp", "sms": "SMS", "atp": ""}
SPANS = {
    "days": N_("{days} days"),
    "hours": N_("{hours} h {minutes} min"),
    "minutes": N_("{minutes} min"),
    "seconds": N_("{seconds} s"),
}
"""A stretch of time in its two largest sensible units; scripts that count down say the same."""
DUE = N_("due in {span}")
OVERDUE = N_("overdue by {span}")
CACHED = 4096
LINES = (N_("Quote visit"), N_("Question asked"))
"""What readers of a quote leave on the timeline."""


def money(amount_minor: int | None, currency: str | None) -> str:
    """An amount in minor units as people read it: `USD 1,234.50`; a dash for none."""
    if amount_minor is None or not currency:
        return "-"
    locale, digits = reader().locale, minor_digits(currency)
    amount = _amount(Decimal(amount_minor).scaleb(-digits), digits, locale)
    return f"{amount} {currency}" if _currency_follows(locale) else f"{currency} {amount}"


def number(value: float) -> str:
    """A number with the reader's signs: `1,234.5`, `1.234,5`."""
    return str(numbers.format_decimal(value, locale=reader().locale))


def rate(value: Decimal, digits: int = 8) -> str:
    """A number in so many significant digits, without zeros at its end: `27,473.628`."""
    places = max(0, digits - 1 - value.adjusted()) if value else 0
    rounded = round(value, places)
    pattern = "#,##0." + "#" * places if places else "#,##0"
    return str(numbers.format_decimal(rounded, format=pattern, locale=reader().locale))


@lru_cache(CACHED)
def _amount(amount: Decimal, digits: int, locale: Locale) -> str:
    pattern = f"#,##0.{'0' * digits}" if digits else "#,##0"
    return str(numbers.format_decimal(amount, format=pattern, locale=locale))


@lru_cache(CACHED)
def _currency_follows(locale: Locale) -> bool:
    return str(locale.currency_formats["standard"].pattern).split(";")[0].rstrip().endswith("¤")


def moment(at: datetime | None) -> str:
    """An instant in the reader's zone, with its name: `22 Nov 2026, 14:05 ICT`."""
    if at is None:
        return ""
    who = reader()
    there = at.astimezone(who.zone)
    clock = _time(there.hour, there.minute, who.locale)
    return f"{_date(there.date(), who.locale)}, {clock} {zone_of(there)}"


def clock(at: datetime | None) -> str:
    """The time of an instant of today in the reader's zone: `14:05`; of other days `moment`."""
    if at is None:
        return ""
    who = reader()
    there = at.astimezone(who.zone)
    today = datetime.now(UTC).astimezone(who.zone).date()
    return _time(there.hour, there.minute, who.locale) if there.date() == today else moment(at)


def day(on: date | datetime | None) -> str:
    """A calendar day: `22 Nov 2026`; of an instant, the day in the reader's zone."""
    who = reader()
    if isinstance(on, datetime):
        on = on.astimezone(who.zone).date()
    return "" if on is None else _date(on, who.locale)


@lru_cache(CACHED)
def _date(on: date, locale: Locale) -> str:
    return str(dates.format_date(on, "medium", locale=locale))


@lru_cache(CACHED)
def _time(hour: int, minute: int, locale: Locale) -> str:
    return str(dates.format_time(time(hour, minute), "short", locale=locale))


def zone_of(at: datetime) -> str:
    """The short name of an instant's zone: `ICT`, `CET`, or its distance `UTC+05:45`."""
    if str(at.tzinfo) in INDOCHINA:
        return str(TRIP_ZONE)
    name = at.tzname() or ""
    return name if name.isalpha() else f"UTC{at.strftime('%z')[:3]}:{at.strftime('%z')[3:]}"


def zone_name(now: datetime) -> str:
    """The reader's zone in full: `ICT, Indochina Time (UTC+07:00)`."""
    who = reader()
    there = now.astimezone(who.zone)
    offset = there.strftime("%z")
    indochina = who.zone is TRIP_ZONE or str(who.zone) in INDOCHINA
    named = there.astimezone(BANGKOK) if indochina else there
    full = dates.get_timezone_name(named, locale=who.locale)
    return f"{zone_of(there)}, {full} (UTC{offset[:3]}:{offset[3:]})"


def trip_day(at: datetime) -> str:
    """The day that an instant is at the trip's place, for what is due on a day."""
    return day(at.astimezone(TRIP_ZONE).date())


def month(wished: str) -> str:
    """A wished month as people write it: `Feb 2027` of `2027-02`; other words as they are."""
    try:
        first = date.fromisoformat(f"{wished}-01")
    except ValueError:
        return wished
    return _month(first, reader().locale)


@lru_cache(CACHED)
def _month(first: date, locale: Locale) -> str:
    return str(dates.format_skeleton("yMMM", first, locale=locale))


def iso(at: datetime) -> str:
    """An instant for machines: ISO 8601, UTC, with milliseconds and Z."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"


def span(length: timedelta) -> str:
    """A stretch of time in its two largest sensible units."""
    minutes, seconds = divmod(int(length.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    if hours >= 2 * HOURS_PER_DAY:
        return gettext(SPANS["days"]).format(days=hours // HOURS_PER_DAY)
    if hours:
        return gettext(SPANS["hours"]).format(hours=hours, minutes=minutes)
    if minutes:
        return gettext(SPANS["minutes"]).format(minutes=minutes)
    return gettext(SPANS["seconds"]).format(seconds=seconds)


def ago(at: datetime | None, now: datetime) -> str:
    """How long ago, or how far ahead: `3 h ago`, `in 2 days`."""
    if at is None:
        return ""
    if at <= now:
        return gettext("{span} ago").format(span=_rough(now - at))
    return gettext("in {span}").format(span=_rough(at - now))


def _rough(length: timedelta) -> str:
    """A stretch of time in its largest sensible unit."""
    hours = int(length.total_seconds()) // 3600
    if 0 < hours < 2 * HOURS_PER_DAY:
        return gettext("{hours} h").format(hours=hours)
    return span(length)


def due(at: datetime, now: datetime) -> str:
    """A deadline seen from now: `due in 20 min`, `overdue by 2 days`."""
    if at >= now:
        return gettext(DUE).format(span=span(at - now))
    return gettext(OVERDUE).format(span=span(now - at))


def countdown_words() -> dict[str, str]:
    """What a script that counts down says, as `data-` attributes."""
    sentences = {**SPANS, "due": DUE, "overdue": OVERDUE}
    return {f"data-{name}": gettext(text) for name, text in sentences.items()}


def reading_time(seconds: int) -> str:
    """For how long something was read: `3 min 20 s`; what was too short to count, a moment."""
    return reading.span(seconds) if seconds else gettext("a moment")


def urgency(at: datetime, now: datetime) -> str:
    """The colour of a deadline: bad once it is over, warn within half an hour, else good."""
    if at < now:
        return "bad"
    return "warn" if at - now < SOON else "good"


def words(value: str) -> str:
    """A constant or key in the reader's words: `PROPOSAL_SENT` reads `Proposal sent`."""
    return gettext(spelled(value))


def spelled(value: str) -> str:
    """A constant or key in English words."""
    parts = [NAMES.get(part, part) for part in value.replace("_", " ").lower().split()]
    text = " ".join(part for part in parts if part)
    return text[:1].upper() + text[1:]


def tone(value: str) -> str:
    """The colour that a status has on every page; empty for a neutral one."""
    return TONE_OF.get(value, "")
