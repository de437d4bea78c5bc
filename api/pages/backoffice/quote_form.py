"""The builder's form: from what was typed to a draft, and from what is stored to a form."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from babel.numbers import NumberFormatError, format_decimal, parse_decimal
from pydantic import ValidationError
from starlette.datastructures import FormData

from api.pages.reader import reader
from api.pages.translation import N_, gettext
from api.staff.quote_schemas import Currency, QuoteDraftIn
from api.staff.sentences import sentences
from models.domain.money import minor_digits
from models.domain.stages import ServiceKind
from models.store.quote_drafts import FullVersion
from models.tables.catalog import Tour
from models.tables.crm import Booking

DEFAULT_CURRENCY = "USD"
CURRENCIES: tuple[str, ...] = Currency.__args__  # type: ignore[attr-defined]  # a Literal's words
USUAL_NOTICE = timedelta(days=60)
NOT_AN_AMOUNT = N_("Write an amount such as {whole} or {exact}.")
HEAD = (
    "title",
    "intro",
    "currency",
    "departure_on",
    "return_on",
    "travelers",
    "change_summary",
)


@dataclass(frozen=True)
class DayFields:
    """A day as it stands in the form."""

    place: str = ""
    title: str = ""
    text: str = ""


@dataclass(frozen=True)
class LineFields:
    """A service as it stands in the form; `supply` is `<partner>` or `<partner>:<rate>`."""

    kind: str = ServiceKind.HOTEL
    day: str = "1"
    nights: str = "0"
    quantity: str = "1"
    price: str = ""
    description: str = ""
    supply: str = ""

    def value(self, currency: str) -> dict[str, Any]:
        """The service as the schema takes it; a price that is none stays as it was typed."""
        partner, _, rate = self.supply.partition(":")
        return {
            "kind": self.kind,
            "day": self.day,
            "nights": self.nights or "0",
            "quantity": self.quantity,
            "description": self.description,
            "partner_id": partner or None,
            "rate_card_id": rate or None,
            "unit_price_minor": to_minor(self.price, currency),
        }


@dataclass(frozen=True)
class QuoteFields:
    """The whole form, as text."""

    title: str = ""
    intro: str = ""
    currency: str = DEFAULT_CURRENCY
    departure_on: str = ""
    return_on: str = ""
    travelers: str = "2"
    change_summary: str = ""
    days: tuple[DayFields, ...] = field(default=())
    lines: tuple[LineFields, ...] = field(default=())

    def stepped(self, action: str) -> "QuoteFields":
        """The form after a button that adds or removes a row."""
        name, _, index = action.partition(":")
        at = int(index) if index.isdecimal() else -1
        match name:
            case "add_day":
                return replace(self, days=(*self.days, DayFields()))
            case "add_line":
                return replace(self, lines=(*self.lines, LineFields()))
            case "remove_day":
                return replace(self, days=_without(self.days, at))
            case "remove_line":
                return replace(self, lines=_without(self.lines, at))
        return self

    def total_minor(self) -> int:
        """The price of what is typed so far, minor units; what is no number counts nothing."""
        return sum(
            int(line.quantity) * price
            for line in self.lines
            if line.quantity.isdecimal()
            and (price := to_minor(line.price, self.currency)) is not None
        )


def _without(rows: Sequence[Any], at: int) -> tuple[Any, ...]:
    return tuple(row for number, row in enumerate(rows) if number != at)


def to_minor(amount: str, currency: str) -> int | None:
    """Minor units of an amount as the reader types it, `1,200.50`; None when it is none."""
    try:
        typed = parse_decimal(amount.strip(), locale=reader().locale, strict=True)
    except NumberFormatError:
        return None
    minor = typed.scaleb(minor_digits(currency))
    exact = minor.is_finite() and minor == minor.to_integral_value() and minor >= 0
    return int(minor) if exact and minor < 10**11 else None


def to_major(amount_minor: int, currency: str) -> str:
    """An amount as the reader types it: `120.50`, `2500000`."""
    digits = minor_digits(currency)
    pattern = f"0.{'0' * digits}" if digits else "0"
    amount = Decimal(amount_minor).scaleb(-digits)
    return str(format_decimal(amount, format=pattern, locale=reader().locale))


def read_form(form: FormData) -> QuoteFields:
    """The form as it was sent."""
    head = {name: str(form.get(name) or "") for name in HEAD}
    return QuoteFields(
        **head,
        days=tuple(DayFields(*row) for row in _rows(form, "day", ("place", "title", "text"))),
        lines=tuple(
            LineFields(*row)
            for row in _rows(
                form,
                "line",
                ("kind", "day", "nights", "quantity", "price", "description", "supply"),
            )
        ),
    )


def _rows(form: FormData, prefix: str, names: tuple[str, ...]) -> list[tuple[str, ...]]:
    columns = [[str(value) for value in form.getlist(f"{prefix}_{name}")] for name in names]
    return list(zip(*columns, strict=False))


def check(fields: QuoteFields) -> tuple[QuoteDraftIn | None, dict[str, str]]:
    """The draft, or one sentence for each field that is wrong."""
    try:
        draft = QuoteDraftIn.model_validate(
            {name: getattr(fields, name) for name in HEAD}
            | {
                "days": [vars(day) for day in fields.days],
                "lines": [line.value(fields.currency) for line in fields.lines],
            }
        )
    except ValidationError as error:
        wrong = sentences(error)
        return None, {
            path: _not_an_amount() if path.endswith("unit_price_minor") else text
            for path, text in wrong.items()
        }
    return draft, {}


def _not_an_amount() -> str:
    exact = to_major(12_050, DEFAULT_CURRENCY)
    return gettext(NOT_AN_AMOUNT).format(whole="120", exact=exact)


def from_version(full: FullVersion, *, change_summary: str) -> QuoteFields:
    """A version as a form: a draft to edit, or the start of the next version."""
    version = full.version
    return QuoteFields(
        title=version.title,
        intro=version.intro,
        currency=version.currency,
        departure_on=version.departure_on.isoformat(),
        return_on=version.return_on.isoformat(),
        travelers=str(version.travelers),
        change_summary=change_summary,
        days=tuple(DayFields(day.place, day.title, day.text) for day in full.days),
        lines=tuple(
            LineFields(
                kind=line.kind,
                day=str(line.day),
                nights=str(line.nights),
                quantity=str(line.quantity),
                price=to_major(line.unit_price_minor, version.currency),
                description=line.description,
                supply=":".join(filter(None, (line.partner_id, line.rate_card_id))),
            )
            for line in full.lines
        ),
    )


def from_enquiry(booking: Booking, tour: Tour | None, today: date) -> QuoteFields:
    """A first form: what the customer asked for, with the days of a tour if one is chosen."""
    departure = _likely_departure(booking.travel_month, today)
    length = tour.duration_days if tour else 1
    currency = booking.preferred_currency or DEFAULT_CURRENCY
    days = tour.days if tour else []
    return QuoteFields(
        title=tour.title if tour else f"{booking.destination} trip",
        intro=tour.short_description if tour else "",
        currency=currency if currency in CURRENCIES else DEFAULT_CURRENCY,
        departure_on=departure.isoformat(),
        return_on=(departure + timedelta(days=max(length, 1) - 1)).isoformat(),
        travelers=str(booking.travelers),
        days=tuple(
            DayFields(
                place=str(day.get("place", "")),
                title=str(day.get("title", "")),
                text=str(day.get("text", "")),
            )
            for day in days
        ),
    )


def _likely_departure(travel_month: str, today: date) -> date:
    """The first day of the wished month, or two months from now when that is over or no month."""
    try:
        wished = date.fromisoformat(f"{travel_month}-01")
    except ValueError:
        return today + USUAL_NOTICE
    return wished if wished > today else today + USUAL_NOTICE
