"""The form of a rate card: texts in its fields, and back into what the schema takes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Final

from pydantic import ValidationError
from starlette.datastructures import FormData

from api.pages.backoffice.partner_words import kind_options
from api.pages.backoffice.quote_fields import to_major, to_minor
from api.pages.formats import words
from api.pages.translation import N_, gettext
from api.staff.rate_card_schemas import CardBody, body_of
from api.staff.sentences import sentences
from models.domain.partners import RATE_CURRENCIES
from models.domain.rate_cells import CellError, read_weekdays, weekdays_in_words
from models.domain.rates import Basis, ClosureKind, Meals, OfferKind, RateCard

MOST_ROWS: Final = 30
"""So many rows fit on the page; cards with more are changed by a sheet."""
BLANK_LINES: Final = 2
MORE_LINES: Final = 6


class Sort(StrEnum):
    """What a field of a line holds."""

    TEXT = "text"
    DAY = "date"
    COUNT = "number"
    PERCENT = "percent"
    AMOUNT = "amount"
    WEEKDAYS = "weekdays"
    CHOICE = "choice"


@dataclass(frozen=True)
class LineField:
    """A field of each line of a part: its member, its label, what it holds."""

    name: str
    label: str
    sort: Sort = Sort.TEXT
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Part:
    """A part of a card that has lines."""

    name: str
    heading: str
    hint: str
    fields: tuple[LineField, ...]


def _of(values: type[StrEnum]) -> tuple[tuple[str, str], ...]:
    return tuple((one.value, one.value) for one in values)


_DAYS: Final = (
    LineField("first_on", N_("From"), Sort.DAY),
    LineField("last_on", N_("To"), Sort.DAY),
)
_OPTION: Final = LineField("option", N_("Option"))
PARTS: Final = (
    Part(
        "rows",
        N_("Rates"),
        N_("One line for each season, room or size of party. Lines left empty are not kept."),
        (
            LineField("number", N_("Row"), Sort.COUNT),
            LineField("season", N_("Season")),
            *_DAYS,
            LineField("price_minor", N_("Price"), Sort.AMOUNT),
            LineField("single_minor", N_("Single"), Sort.AMOUNT),
            LineField("triple_minor", N_("Triple"), Sort.AMOUNT),
            LineField("extra_bed_minor", N_("Extra bed"), Sort.AMOUNT),
            LineField("weekdays", N_("Weekdays"), Sort.WEEKDAYS),
            _OPTION,
            LineField(
                "meals", N_("Board"), Sort.CHOICE, (("", "-"), *((m.value, m.value) for m in Meals))
            ),
            LineField("pax_from", N_("Pax from"), Sort.COUNT),
            LineField("pax_to", N_("Pax to"), Sort.COUNT),
            LineField("min_nights", N_("Minimum nights"), Sort.COUNT),
        ),
    ),
    Part(
        "children",
        N_("Children"),
        N_("A share of an adult's price, or an amount; ages on the day of the service."),
        (
            LineField("age_from", N_("Age from"), Sort.COUNT),
            LineField("age_to", N_("Age to"), Sort.COUNT),
            LineField("percent", N_("Percent"), Sort.PERCENT),
            LineField("fixed_minor", N_("Or amount"), Sort.AMOUNT),
            LineField(
                "needs_bed", N_("Bed"), Sort.CHOICE, (("yes", N_("Own bed")), ("no", N_("Shares")))
            ),
        ),
    ),
    Part(
        "closures",
        N_("Closed days"),
        N_("A blackout is in the contract; a stop-sell was told meanwhile."),
        (
            LineField("kind", N_("Kind"), Sort.CHOICE, _of(ClosureKind)),
            *_DAYS,
            _OPTION,
            LineField("note", N_("Note")),
        ),
    ),
    Part(
        "offers",
        N_("Early bird, last minute"),
        N_("Booked at least, or at most, so many days before. The best one counts."),
        (
            LineField("kind", N_("Kind"), Sort.CHOICE, _of(OfferKind)),
            LineField("days", N_("Days before"), Sort.COUNT),
            LineField("percent", N_("Percent off"), Sort.PERCENT),
            *_DAYS,
        ),
    ),
    Part(
        "cancellation",
        N_("Cancellation"),
        N_("Cancelled later than so many days before: this share of the price is owed."),
        (
            LineField("days_before", N_("Days before"), Sort.COUNT),
            LineField("penalty_percent", N_("Percent owed"), Sort.COUNT),
        ),
    ),
    Part(
        "allotments",
        N_("Allotments"),
        N_("Held for us each day, until they are released so many days before."),
        (
            *_DAYS,
            LineField("units", N_("Units"), Sort.COUNT),
            LineField("release_days", N_("Released, days before"), Sort.COUNT),
            _OPTION,
        ),
    ),
)
HEAD: Final = (
    "service",
    "kind",
    "basis",
    "currency",
    "valid_from",
    "valid_to",
    "nightly",
    "capacity",
    "commission_percent",
    "tax_percent",
    "tax_included",
)
TICKED: Final = frozenset({"nightly", "tax_included"})
PERCENTS: Final = frozenset({"commission_percent", "tax_percent"})
Line = dict[str, str]


@dataclass
class CardFields:
    """The whole form as text."""

    head: dict[str, str] = field(default_factory=dict)
    lines: dict[str, list[Line]] = field(default_factory=dict)

    def get(self, name: str) -> str:
        """A field of the head; empty for none."""
        return self.head.get(name, "")


def read_form(form: FormData) -> CardFields:
    """The form as it was sent, without the lines that were left empty."""
    head = {name: _sent(form, name) for name in HEAD}
    return CardFields(head, {part.name: list(_lines(form, part)) for part in PARTS})


def _sent(form: FormData, name: str) -> str:
    value = form.get(name)
    return value.strip() if isinstance(value, str) else ""


def _lines(form: FormData, part: Part) -> Iterator[Line]:
    names = [one.name for one in part.fields]
    columns = [form.getlist(f"{part.name}-{name}") for name in names]
    chosen = {one.name for one in part.fields if one.sort is Sort.CHOICE}
    for cells in zip(*columns, strict=False):
        line = {name: str(cell).strip() for name, cell in zip(names, cells, strict=True)}
        if any(value for name, value in line.items() if name not in chosen):
            yield line


def from_card(card: RateCard) -> CardFields:
    """A card as a form: what its next version begins with."""
    body = body_of(card)
    head = {name: _shown(body[name]) for name in HEAD}
    lines = {
        part.name: [
            {one.name: _field(entry[one.name], one, card.currency) for one in part.fields}
            for entry in body[part.name]
        ]
        for part in PARTS
    }
    return CardFields(head, lines)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return "" if value is None else str(value)


def _field(value: Any, one: LineField, currency: str) -> str:
    if one.sort is Sort.AMOUNT:
        return "" if value is None else to_major(value, currency)
    if one.sort is Sort.WEEKDAYS:
        return weekdays_in_words(frozenset(value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else _shown(value)


def payload(fields: CardFields, kept: RateCard | None = None) -> dict[str, Any]:
    """The form as the schema takes it; what can't be read stays a text, and is refused there.

    Args:
        fields: the form.
        kept: a card whose rows stay as they are, because the form does not show them.
    """
    head: dict[str, Any] = {name: value for name, value in fields.head.items() if value}
    head |= {name: bool(fields.get(name)) for name in TICKED}
    head |= {name: _percent(head[name]) for name in PERCENTS & head.keys()}
    parts = {
        part.name: [
            _payload(line, part, fields.get("currency")) for line in fields.lines[part.name]
        ]
        for part in PARTS
    }
    if kept is not None:
        parts["rows"] = body_of(kept)["rows"]
    return {**head, **parts}


def _payload(line: Line, part: Part, currency: str) -> dict[str, Any]:
    return {
        one.name: _value(line[one.name], one.sort, currency)
        for one in part.fields
        if line[one.name]
    }


def _value(text: str, sort: Sort, currency: str) -> object:
    if sort is Sort.AMOUNT:
        minor = to_minor(text, currency)
        return text if minor is None else minor
    if sort is Sort.PERCENT:
        return _percent(text)
    if sort is Sort.WEEKDAYS:
        try:
            return sorted(read_weekdays(text))
        except CellError:
            return text
    return text


def _percent(text: str) -> Decimal | str:
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation:
        return text


def check(
    schema: type[CardBody], fields: CardFields, kept: RateCard | None = None, **more: str
) -> tuple[Any, dict[str, str]]:
    """The card, or one sentence for each field that is wrong."""
    try:
        return schema.model_validate({**payload(fields, kept), **more}), {}
    except ValidationError as error:
        return None, {path: _told(path, text, fields) for path, text in sentences(error).items()}


def _told(path: str, text: str, fields: CardFields) -> str:
    if path.endswith("_minor"):
        exact = to_major(12_050, fields.get("currency") or "USD")
        return gettext("Write an amount such as %(amount)s.", amount=exact)
    if path.endswith("weekdays"):
        return gettext("Write all, Mon-Thu or Fri Sat.")
    return text


def choices(currency: str) -> Mapping[str, list[tuple[str, str]]]:
    """What the selects of the head offer."""
    known = dict.fromkeys([*RATE_CURRENCIES, *([currency] if currency else [])])
    return {
        "kind": kind_options(gettext("Choose a kind")),
        "basis": [(one.value, words(one)) for one in Basis],
        "currency": [(one, one) for one in known],
    }
