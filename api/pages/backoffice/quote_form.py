"""The builder's form: from what was typed to a draft, and from what is stored to a form."""

from dataclasses import dataclass, field
from dataclasses import fields as dataclass_fields
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from babel.numbers import NumberFormatError, format_decimal, parse_decimal
from pydantic import ValidationError
from starlette.datastructures import FormData

from api.pages.backoffice.quote_standing import NAMELESS, chosen_value, nameless, standing_of
from api.pages.reader import reader
from api.pages.translation import N_, gettext
from api.staff.quote_schemas import Currency, QuoteDraftIn
from api.staff.sentences import sentences
from models.domain.money import minor_digits
from models.domain.pricing.markup import MarkupKind
from models.domain.quote_draft import DraftLine, QuoteDraft, RoomGroup
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
    "included",
    "excluded",
    "group_sizes",
    "discount_percent",
    "discount_amount",
    "discount_label",
    "discount_reason",
)
"""Texts of the form that stand once."""
OF_DISCOUNT = HEAD[-4:]


@dataclass(frozen=True)
class DayFields:
    """A day as it stands in the form."""

    place: str = ""
    title: str = ""
    text: str = ""
    key: str = ""


@dataclass(frozen=True)
class GroupFields:
    """Rooms that are shared alike, as they stand in the form; ages as `4, 7`."""

    rooms: str = "1"
    adults: str = "2"
    ages: str = ""
    key: str = ""

    def value(self) -> dict[str, Any]:
        """The rooms as the schema takes them."""
        return {
            "rooms": self.rooms,
            "adults": self.adults or "0",
            "children": _listed(self.ages),
        }


@dataclass(frozen=True)
class LineFields:
    """A service as it stands in the form.

    `supply` is `<partner>` or `<partner>:<rate>`, `variant` is `<option>|<board>`.
    """

    kind: str = ServiceKind.HOTEL
    day: str = "1"
    nights: str = "0"
    quantity: str = "1"
    price: str = ""
    description: str = ""
    supply: str = ""
    variant: str = ""
    units: str = ""
    markup: str = ""
    percent: str = ""
    further: str = ""
    """Ids of rate cards that follow the chosen one's; nobody types them."""
    standing: str = ""
    """A Standing."""
    among: str = ""
    """The set of alternatives that it belongs to, as customers read it."""
    starts_at: str = ""
    key: str = ""
    """Says which service it is, wherever it stands."""

    @property
    def card(self) -> str:
        """The id of the chosen rate card; empty without one."""
        return self.supply.partition(":")[2]

    def value(self, currency: str) -> dict[str, Any]:
        """The service as the schema takes it; a price that is none stays as it was typed."""
        partner, _, rate = self.supply.partition(":")
        option, told, meals = self.variant.rpartition("|")
        return {
            "kind": self.kind,
            "day": self.day,
            "nights": self.nights or "0",
            "quantity": self.quantity,
            "description": self.description,
            "partner_id": partner or None,
            "rate_card_id": rate or None,
            "option": option if told else None,
            "meals": meals or None,
            "units": self.units or None,
            "further_cards": tuple(filter(None, self.further.split(","))) if rate else (),
            "starts_at": self.starts_at or None,
            **chosen_value(self.standing, self.among),
            **self._priced(currency),
        }

    def _priced(self, currency: str) -> dict[str, Any]:
        """A price by hand for each, or in all where a rate card knows the cost; else a markup."""
        price = to_minor(self.price, currency)
        if self.price.strip() and not self.card:
            return {"unit_price_minor": self.price if price is None else price}
        if self.price.strip():
            count = int(self.quantity) if self.quantity.isdecimal() else 1
            fixed = self.price if price is None else price * count
            return {"markup": {"kind": MarkupKind.FIXED, "price_minor": fixed}}
        if not self.percent.strip():
            return {}
        kind = self.markup or MarkupKind.MARKUP
        return {"markup": {"kind": kind, "percent": _plain(self.percent)}}


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
    included: str = ""
    """One text a line; empty draws them from the services."""
    excluded: str = ""
    group_sizes: str = ""
    """As `4, 6, 8`."""
    discount_percent: str = ""
    discount_amount: str = ""
    discount_label: str = ""
    discount_reason: str = ""
    days: tuple[DayFields, ...] = field(default=())
    lines: tuple[LineFields, ...] = field(default=())
    groups: tuple[GroupFields, ...] = field(default=())

    def values(self) -> dict[str, Any]:
        """The whole form as the schema takes it."""
        return {name: getattr(self, name) for name in HEAD if name not in OF_DISCOUNT} | {
            "included": _texts(self.included),
            "excluded": _texts(self.excluded),
            "group_sizes": _listed(self.group_sizes),
            "discount": self.discount(),
            "days": [{n: v for n, v in vars(day).items() if n != "key"} for day in self.days],
            "lines": [line.value(self.currency) for line in self.lines],
            "groups": [group.value() for group in self.groups],
        }

    def discount(self) -> dict[str, Any] | None:
        """The discount as the schema takes it; None where nobody wrote a figure or a reason."""
        told = {
            "percent": _plain(self.discount_percent) or None,
            "amount_minor": _amount(self.discount_amount, self.currency),
            "label": self.discount_label,
            "reason": self.discount_reason,
        }
        return told if any(told.values()) else None


def _texts(typed: str) -> list[str]:
    return [line.strip() for line in typed.splitlines() if line.strip()]


def _plain(number: str) -> str:
    """A number as the reader types it, with a point; what is none stays as it was typed."""
    try:
        return str(parse_decimal(number.strip(), locale=reader().locale, strict=True))
    except NumberFormatError:
        return number


def _listed(text: str) -> list[str]:
    """What was typed with commas between."""
    return [one.strip() for one in text.replace(";", ",").split(",") if one.strip()]


def _amount(amount: str, currency: str) -> int | str | None:
    """Minor units of what was typed; as it was typed where it is no amount."""
    if not amount.strip():
        return None
    minor = to_minor(amount, currency)
    return amount if minor is None else minor


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
        days=tuple(DayFields(**row) for row in _rows(form, "day", DayFields)),
        lines=tuple(LineFields(**row) for row in _rows(form, "line", LineFields)),
        groups=tuple(GroupFields(**row) for row in _rows(form, "group", GroupFields)),
    )


def _rows(form: FormData, prefix: str, shape: type[Any]) -> list[dict[str, str]]:
    """The rows of a table of fields; a column that was not sent has its default."""
    columns = {
        one.name: [str(value) for value in form.getlist(f"{prefix}_{one.name}")]
        for one in dataclass_fields(shape)
    }
    sent = {name: values for name, values in columns.items() if values}
    return [dict(zip(sent, row, strict=True)) for row in zip(*sent.values(), strict=False)]


def check(fields: QuoteFields) -> tuple[QuoteDraftIn | None, dict[str, str]]:
    """The draft, or one sentence for each field that is wrong."""
    unnamed = [at for at, line in enumerate(fields.lines) if nameless(line.standing, line.among)]
    if unnamed:
        return None, {f"lines.{at}.alternative": gettext(NAMELESS) for at in unnamed}
    try:
        draft = QuoteDraftIn.model_validate(fields.values())
    except ValidationError as error:
        wrong = sentences(error)
        return None, {
            path: _not_an_amount() if path.endswith(("price_minor", "amount_minor")) else text
            for path, text in wrong.items()
        }
    return draft, {}


def _not_an_amount() -> str:
    exact = to_major(12_050, DEFAULT_CURRENCY)
    return gettext(NOT_AN_AMOUNT).format(whole="120", exact=exact)


def from_version(full: FullVersion, *, change_summary: str) -> QuoteFields:
    """A version as a form: a draft to edit, or the start of the next version."""
    draft = full.written()
    return QuoteFields(
        title=draft.title,
        intro=draft.intro,
        currency=draft.currency,
        departure_on=draft.departure_on.isoformat(),
        return_on=draft.return_on.isoformat(),
        travelers=str(draft.travelers),
        change_summary=change_summary,
        included="\n".join(draft.included),
        excluded="\n".join(draft.excluded),
        days=tuple(DayFields(day.place, day.title, day.text) for day in draft.days),
        lines=tuple(line_fields(line, draft.currency) for line in draft.lines),
        groups=tuple(_group_fields(group) for group in draft.groups),
        group_sizes=", ".join(map(str, draft.group_sizes)),
        **_discount_fields(draft),
    )


def _discount_fields(draft: QuoteDraft) -> dict[str, str]:
    percent, amount = draft.discount_percent, draft.discount_amount_minor
    return {
        "discount_percent": _as_typed(percent) if percent is not None else "",
        "discount_amount": to_major(amount, draft.currency) if amount is not None else "",
        "discount_label": draft.discount_label,
        "discount_reason": draft.discount_reason,
    }


def line_fields(line: DraftLine, currency: str) -> LineFields:
    """A service as the form shows it."""
    price = line.price_minor if line.listed else line.unit_price_minor
    chosen = line.option is not None or line.meals is not None
    by_percent = line.markup_percent is not None
    return LineFields(
        kind=line.kind,
        day=str(line.day),
        nights=str(line.nights),
        quantity="1" if line.listed else str(line.quantity),
        price="" if price is None else to_major(price, currency),
        description=line.description,
        supply=":".join(filter(None, (line.partner_id, line.rate_card_id))),
        variant=f"{line.option or ''}|{line.meals or ''}" if chosen else "",
        units=str(line.units or ""),
        markup=line.markup_kind or "" if by_percent else "",
        percent=_as_typed(line.markup_percent) if line.markup_percent is not None else "",
        further=",".join(line.further_cards),
        standing=standing_of(line),
        among=line.alternative,
        starts_at=f"{line.starts_at:%H:%M}" if line.starts_at else "",
    )


def _as_typed(number: Decimal) -> str:
    return str(format_decimal(number, format="0.##", locale=reader().locale))


def _group_fields(group: RoomGroup) -> GroupFields:
    ages = ", ".join(map(str, group["children"]))
    return GroupFields(str(group["rooms"]), str(group["adults"]), ages)


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
