"""The builder's form: from what was typed to a draft, and from what is stored to a form."""

from dataclasses import fields as dataclass_fields
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal
from pydantic import ValidationError
from starlette.datastructures import FormData

from api.pages.backoffice.quote_fields import (
    CURRENCIES,
    DEFAULT_CURRENCY,
    HEAD,
    DayFields,
    GroupFields,
    LineFields,
    QuoteFields,
    to_major,
)
from api.pages.backoffice.quote_standing import NAMELESS, nameless, standing_of
from api.pages.reader import reader
from api.pages.translation import N_, gettext
from api.staff.quote_schemas import QuoteDraftIn
from api.staff.sentences import sentences
from models.domain.quote_draft import DraftLine, QuoteDraft, RoomGroup
from models.store.quote_drafts import FullVersion
from models.tables.catalog import Tour
from models.tables.crm import Booking

USUAL_NOTICE = timedelta(days=60)
NOT_AN_AMOUNT = N_("Write an amount such as {whole} or {exact}.")


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
        days=tuple(DayFields(day.place, day.title, day.text, day.photo_id) for day in draft.days),
        cover_id=draft.cover_id,
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
