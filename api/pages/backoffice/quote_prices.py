"""What is typed in the builder so far, with its price: of every line, in all, and why."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from api.pages.backoffice.quote_fields import CURRENCIES, QuoteFields
from api.pages.formats import money
from api.pages.translation import N_, gettext
from api.staff.quote_schemas import DiscountIn, QuoteDraftIn, QuoteLineIn, RoomGroupIn
from models.domain.errors import InvalidInputError
from models.domain.quote_draft import QuoteDraft
from models.domain.rate_calendar import variants_of
from models.domain.rates import Meals
from models.store.quote_pricing import PricedDraft, price_draft
from models.tables.crm import Booking

Choice = tuple[str, str]
BOARDS = {
    Meals.ROOM_ONLY: N_("room only"),
    Meals.BREAKFAST: N_("with breakfast"),
    Meals.HALF_BOARD: N_("half board"),
    Meals.FULL_BOARD: N_("full board"),
    Meals.ALL_INCLUSIVE: N_("all inclusive"),
}


@dataclass(frozen=True)
class LinePrice:
    """A line's price in words; empty texts where there is none."""

    total: str = ""
    cost: str = ""
    safe_until: date | None = None
    safe_reason: str = ""
    findings: tuple[dict[str, Any], ...] = ()
    steps: tuple[tuple[str, str], ...] = ()
    variants: tuple[Choice, ...] = ()
    """Rooms and boards of its rate card to choose from."""


@dataclass(frozen=True)
class Prices:
    """The price of what is typed so far, in words."""

    total: str
    complete: bool = True
    each: str = ""
    cost: str = ""
    profit: str = ""
    margin: str = ""
    trouble: str = ""
    """Why nothing at all can be priced."""
    findings: tuple[dict[str, Any], ...] = ()
    steps: tuple[tuple[str, str], ...] = ()
    lines: tuple[LinePrice, ...] = field(default=())


async def prices_of(
    session: AsyncSession, booking: Booking, fields: QuoteFields, today: date
) -> Prices:
    """Prices what can be read of a form; lines that can't be are left out, never guessed."""
    currency = fields.currency if fields.currency in CURRENCIES else CURRENCIES[0]
    lines = [_readable(line.value(currency)) for line in fields.lines]
    empty = tuple(LinePrice() for _ in lines)
    try:
        draft = _draft(replace(fields, currency=currency), [one for one in lines if one])
        priced = await price_draft(session, booking, draft, today)
    except (ValidationError, ValueError):
        trouble = gettext("Departure, return and travellers decide the prices: look at them again.")
        return Prices(money(0, currency), trouble=trouble, complete=False, lines=empty)
    except InvalidInputError as error:
        return Prices(money(0, currency), trouble=gettext(str(error)), complete=False, lines=empty)
    return _told(priced, [one is not None for one in lines])


def _readable(value: dict[str, Any]) -> QuoteLineIn | None:
    try:
        return QuoteLineIn.model_validate(value | {"description": value["description"] or "-"})
    except ValidationError:
        return None


def _readable_discount(fields: QuoteFields) -> DiscountIn | None:
    """The discount while its reason is still to be written; None while it is no figure."""
    told = fields.discount()
    try:
        return DiscountIn.model_validate(told | {"reason": told["reason"] or "-"}) if told else None
    except ValidationError:
        return None


def _draft(fields: QuoteFields, lines: list[QuoteLineIn]) -> QuoteDraft:
    """What is needed for a price; titles and texts are not."""
    groups = tuple(RoomGroupIn.model_validate(one.value()) for one in fields.groups)
    head = QuoteDraftIn.model_validate(
        {
            "title": "-",
            "currency": fields.currency,
            "departure_on": fields.departure_on,
            "return_on": fields.return_on,
            "travelers": fields.travelers,
            "discount": _readable_discount(fields),
        }
    ).draft()
    rooms = tuple(one.room() for one in groups)
    return replace(head, lines=tuple(one.line() for one in lines), groups=rooms)


def _told(priced: PricedDraft, readable: list[bool]) -> Prices:
    trace, currency = priced.trace(), priced.quote.currency
    told = iter([_line(priced, number) for number in range(1, len(priced.lines) + 1)])
    complete = trace["complete"] and all(readable)
    totals = priced.quote.groups[0].totals
    return Prices(
        total=money(totals.total_minor, currency),
        complete=complete,
        each=money(totals.each_minor, currency),
        cost=_money(trace["cost_minor"], currency),
        profit=_money(trace["profit_minor"], currency),
        margin=trace["margin_percent"] or "",
        findings=tuple(trace["findings"]),
        steps=_steps(trace),
        lines=tuple(next(told) if one else LinePrice() for one in readable),
    )


def _line(priced: PricedDraft, number: int) -> LinePrice:
    trace, line = priced.trace_of(number), priced.draft.lines[number - 1]
    currency, safe = priced.quote.currency, trace["safe_until"]
    card = priced.cards.get(line.rate_card_id or "")
    variants = variants_of(card) if card else ()
    return LinePrice(
        total=money(trace["total_minor"], currency) if trace["priced"] else "",
        cost=_money(trace["cost_minor"], currency),
        safe_until=date.fromisoformat(safe["on"]) if safe else None,
        safe_reason=safe["reason"] if safe else "",
        findings=tuple(trace["findings"]),
        steps=_steps(trace),
        variants=tuple(
            (f"{one.option}|{one.meals or ''}", _variant(one.option, one.meals)) for one in variants
        )
        if len(variants) > 1
        else (),
    )


def _variant(option: str, meals: Meals | None) -> str:
    return ", ".join(filter(None, (option, gettext(BOARDS[meals]) if meals else "")))


def _money(amount_minor: int | None, currency: str) -> str:
    return "" if amount_minor is None else money(amount_minor, currency)


def _steps(trace: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (one["text"], money(one["amount_minor"], one["currency"])) for one in trace["steps"]
    )
