"""The price of a draft as the staff API shows it: every line, and where each amount stands."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from api.staff.wire import Moment, Outgoing
from models.domain.pricing.explain import StepKind
from models.domain.pricing.findings import OF_COSTS, FindingKind
from models.domain.pricing.rooms import Charge
from models.store.quote_pricing import PricedDraft


class FindingOut(Outgoing):
    """Something found, with the days it is about."""

    kind: FindingKind
    reason: str
    dates: list[date]
    blocking: bool
    prevents_price: bool


class StepOut(Outgoing):
    """A step from cost to price, in words."""

    kind: StepKind
    text: str
    amount_minor: int
    currency: str


class ExchangeOut(Outgoing):
    """The rate at which a cost was exchanged: units for one of the cost's currency."""

    rate: Decimal
    source: str
    as_of: Moment
    buffer_percent: Decimal


class RowOut(Outgoing):
    """So many of one thing, by one row of a rate card; null where staff typed the cost."""

    row_id: str | None
    row_number: int | None
    season: str | None
    charge: Charge
    first_on: date
    nights: int
    count: int
    unit_minor: int
    amount_minor: int


class CostOut(Outgoing):
    """What one rate card comes to, in its currency and in the quote's."""

    currency: str
    net_minor: int
    in_quote_minor: int
    exchange: ExchangeOut | None
    contract_id: str | None
    contract_version: int | None
    card_id: str | None
    card_version: int | None
    rows: list[RowOut]


class LinePriceOut(Outgoing):
    """A line's price; null where there is none. Costs are null without SEE_PROFIT."""

    total_minor: int | None
    cost_minor: int | None
    book_by: date | None
    findings: list[FindingOut]
    costs: list[CostOut] | None
    steps: list[StepOut] | None


class QuotePriceOut(Outgoing):
    """What a draft would cost the customer; null while a line lacks a price."""

    currency: str
    people: int
    complete: bool
    blocked: bool
    total_minor: int | None
    each_minor: int | None
    cost_minor: int | None
    profit_minor: int | None
    margin_percent: Decimal | None
    findings: list[FindingOut]
    lines: list[LinePriceOut]


def price_out(priced: PricedDraft, *, profit: bool) -> QuotePriceOut:
    """A price as the API shows it, with costs for whoever may see the profit."""
    told = priced.trace()
    return QuotePriceOut(
        currency=priced.quote.currency,
        people=told["people"],
        complete=told["complete"],
        blocked=told["blocked"],
        total_minor=told["total_minor"],
        each_minor=told["each_minor"],
        cost_minor=told["cost_minor"] if profit else None,
        profit_minor=told["profit_minor"] if profit else None,
        margin_percent=told["margin_percent"] if profit else None,
        findings=_findings(told, profit=profit),
        lines=[
            _line(priced.trace_of(number), profit=profit)
            for number in range(1, len(priced.lines) + 1)
        ],
    )


def _line(told: dict[str, Any], *, profit: bool) -> LinePriceOut:
    return LinePriceOut(
        total_minor=told["total_minor"] if told["priced"] else None,
        cost_minor=told["cost_minor"] if profit else None,
        book_by=told["safe_until"]["on"] if told["safe_until"] else None,
        findings=_findings(told, profit=profit),
        costs=[_cost(one) for one in told["costs"]] if profit else None,
        steps=[StepOut(**one) for one in told["steps"]] if profit else None,
    )


def _cost(told: dict[str, Any]) -> CostOut:
    exchange = told["exchange"]
    at = exchange and {**exchange, "as_of": datetime.fromisoformat(exchange["as_of"])}
    return CostOut(**{**told, "exchange": at})


def _findings(told: dict[str, Any], *, profit: bool) -> list[FindingOut]:
    return [FindingOut(**one) for one in told["findings"] if profit or one["kind"] not in OF_COSTS]
