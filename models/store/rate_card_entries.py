"""What a rate card says beside its rows, as JSON in the table and as data of the domain."""

from datetime import date
from decimal import Decimal
from typing import Any

from models.domain.rates import (
    Allotment,
    Basis,
    CancellationTerm,
    ChildRate,
    Closure,
    ClosureKind,
    Meals,
    Offer,
    OfferKind,
    RateCard,
    RateRow,
    Span,
    Tax,
)
from models.domain.stages import ServiceKind
from models.tables import partners as tables

Entry = dict[str, Any]


def span_entry(span: Span) -> Entry:
    """Days as JSON."""
    return {"first_on": span.first_on.isoformat(), "last_on": span.last_on.isoformat()}


def _span(entry: Entry) -> Span:
    return Span(date.fromisoformat(entry["first_on"]), date.fromisoformat(entry["last_on"]))


def _percent(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def entries_of(card: RateCard) -> dict[str, list[Entry]]:
    """Everything beside rows and head, by column."""
    return {
        "children": [
            {
                **vars(one),
                "percent": None if one.percent is None else str(one.percent),
            }
            for one in card.children
        ],
        "closures": [
            {
                **span_entry(one.span),
                "kind": one.kind.value,
                "option": one.option,
                "note": one.note,
            }
            for one in card.closures
        ],
        "offers": [
            {
                **span_entry(one.span),
                "kind": one.kind.value,
                "days": one.days,
                "percent": str(one.percent),
            }
            for one in card.offers
        ],
        "cancellation": [dict(vars(one)) for one in card.cancellation],
        "allotments": [
            {
                **span_entry(one.span),
                "units": one.units,
                "release_days": one.release_days,
                "option": one.option,
            }
            for one in card.allotments
        ],
    }


def card_of(
    card: tables.RateCard, rows: list[tables.RateCardRow], contract_version: int
) -> RateCard:
    """A stored card as data of the domain."""
    return RateCard(
        id=card.id,
        version=card.version,
        contract_id=card.contract_id or "",
        contract_version=contract_version,
        partner_id=card.partner_id,
        kind=ServiceKind(card.kind),
        service=card.service,
        basis=Basis(card.basis),
        currency=card.currency,
        validity=Span(card.valid_from, card.valid_to),
        rows=tuple(row_of(row) for row in rows),
        nightly=card.nightly,
        capacity=card.capacity,
        commission_percent=card.commission_percent,
        tax=Tax(card.tax_percent, card.tax_included),
        children=tuple(
            ChildRate(**{**one, "percent": _percent(one["percent"])}) for one in card.children
        ),
        closures=tuple(
            Closure(ClosureKind(one["kind"]), _span(one), one["option"], one["note"])
            for one in card.closures
        ),
        offers=tuple(
            Offer(OfferKind(one["kind"]), one["days"], Decimal(one["percent"]), _span(one))
            for one in card.offers
        ),
        cancellation=tuple(CancellationTerm(**one) for one in card.cancellation),
        allotments=tuple(
            Allotment(_span(one), one["units"], one["release_days"], one["option"])
            for one in card.allotments
        ),
    )


def row_of(row: tables.RateCardRow) -> RateRow:
    """A stored row as data of the domain."""
    return RateRow(
        id=row.id,
        number=row.number,
        season=row.season,
        span=Span(row.first_on, row.last_on),
        price_minor=row.price_minor,
        weekdays=frozenset(row.weekdays),
        option=row.option,
        meals=Meals(row.meals) if row.meals else None,
        pax_from=row.pax_from,
        pax_to=row.pax_to,
        single_minor=row.single_minor,
        triple_minor=row.triple_minor,
        extra_bed_minor=row.extra_bed_minor,
        min_nights=row.min_nights,
    )


def columns_of(row: RateRow) -> Entry:
    """A row by the columns of its table, without ids."""
    same = (
        "number",
        "season",
        "option",
        "pax_from",
        "pax_to",
        "price_minor",
        "single_minor",
        "triple_minor",
        "extra_bed_minor",
        "min_nights",
    )
    return {
        **{name: getattr(row, name) for name in same},
        "first_on": row.span.first_on,
        "last_on": row.span.last_on,
        "weekdays": sorted(row.weekdays),
        "meals": row.meals.value if row.meals else None,
    }
