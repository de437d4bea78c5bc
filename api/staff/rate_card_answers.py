"""Rate cards as the staff API shows them, with what is wrong with them."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from api.staff.rate_card_schemas import facts_of
from api.staff.wire import Moment, Outgoing
from models.domain.rate_checks import CardFault, FaultKind
from models.domain.rates import Basis, ClosureKind, Meals, OfferKind, RateCard
from models.domain.stages import ServiceKind
from models.store.rate_cards import CardRow
from models.tables import partners as tables


class CardOut(Outgoing):
    """A version of a rate card as lists show it."""

    id: str
    series_id: str
    version: int
    current: bool
    partner_id: str
    partner_name: str
    contract_id: str | None
    kind: ServiceKind
    service: str
    basis: Basis
    nightly: bool
    currency: str
    from_minor: int
    valid_from: date
    valid_to: date
    change_note: str
    created_at: Moment


class CardList(Outgoing):
    """A page of the rate cards in use, by partner and service."""

    items: list[CardOut]
    total: int
    page: int
    page_size: int
    total_pages: int


class CardVersions(Outgoing):
    """Every version of a card, the newest first."""

    items: list[CardOut]
    total: int


class RateRowOut(Outgoing):
    """A line of a card."""

    id: str
    number: int
    season: str
    first_on: date
    last_on: date
    weekdays: list[int]
    option: str
    meals: Meals | None
    pax_from: int
    pax_to: int | None
    price_minor: int
    single_minor: int | None
    triple_minor: int | None
    extra_bed_minor: int | None
    min_nights: int


class ChildRateOut(Outgoing):
    """What a child pays."""

    age_from: int
    age_to: int
    percent: Decimal | None
    fixed_minor: int | None
    needs_bed: bool


class ClosureOut(Outgoing):
    """Days on which nothing can be had."""

    kind: ClosureKind
    first_on: date
    last_on: date
    option: str
    note: str


class OfferOut(Outgoing):
    """A reduction."""

    kind: OfferKind
    days: int
    percent: Decimal
    first_on: date
    last_on: date


class CancellationTermOut(Outgoing):
    """What a late cancellation costs."""

    days_before: int
    penalty_percent: int


class AllotmentOut(Outgoing):
    """Units held for us."""

    first_on: date
    last_on: date
    units: int
    release_days: int
    option: str


class CardFaultOut(Outgoing):
    """A gap or an overlap; `rows` are numbers."""

    kind: FaultKind
    reason: str
    rows: list[int]


class CardDetail(Outgoing):
    """A version of a rate card with everything that was agreed, and what is wrong with it."""

    card: CardOut
    capacity: int | None
    commission_percent: Decimal
    tax_percent: Decimal
    tax_included: bool
    rows: list[RateRowOut]
    children: list[ChildRateOut]
    closures: list[ClosureOut]
    offers: list[OfferOut]
    cancellation: list[CancellationTermOut]
    allotments: list[AllotmentOut]
    faults: list[CardFaultOut]


def card_out(card: tables.RateCard, partner_name: str) -> CardOut:
    """A version as lists show it."""
    facts = {name: getattr(card, name, None) for name in CardOut.model_fields}
    return CardOut.model_validate(
        facts | {"partner_name": partner_name, "from_minor": card.cost_minor}
    )


def card_detail(found: CardRow, card: RateCard, faults: Sequence[CardFault]) -> CardDetail:
    """A version with everything that was agreed."""
    return CardDetail(
        card=card_out(found.card, found.partner.name),
        capacity=card.capacity,
        commission_percent=card.commission_percent,
        tax_percent=card.tax.percent,
        tax_included=card.tax.included,
        rows=[RateRowOut(**facts_of(row)) for row in card.rows],
        children=[ChildRateOut(**vars(one)) for one in card.children],
        closures=[ClosureOut(**facts_of(one)) for one in card.closures],
        offers=[OfferOut(**facts_of(one)) for one in card.offers],
        cancellation=[CancellationTermOut(**vars(one)) for one in card.cancellation],
        allotments=[AllotmentOut(**facts_of(one)) for one in card.allotments],
        faults=[
            CardFaultOut(kind=one.kind, reason=one.reason, rows=list(one.rows)) for one in faults
        ],
    )
