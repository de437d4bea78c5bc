"""The fields of the builder's form as text, and how they read as the schema takes them."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from babel.numbers import NumberFormatError, format_decimal, parse_decimal

from api.pages.backoffice.quote_standing import chosen_value
from api.pages.reader import reader
from api.staff.quote_schemas import Currency
from models.domain.money import minor_digits
from models.domain.pricing.markup import MarkupKind
from models.domain.stages import ServiceKind

DEFAULT_CURRENCY = "USD"
CURRENCIES: tuple[str, ...] = Currency.__args__  # type: ignore[attr-defined]  # a Literal's words
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
    "cover_id",
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
    photo_id: str = ""
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
    cover_id: str = ""
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
