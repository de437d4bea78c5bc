"""Quote versions as the staff API shows them."""

from datetime import date, time
from decimal import Decimal

from api.shown_photos import Photographed
from api.staff.wire import Moment, Outgoing
from models.domain.rates import Meals
from models.domain.stages import DeclineReason, QuoteStatus, ServiceKind
from models.store.quote_drafts import FullVersion


class GroupPriceOut(Outgoing):
    """What so many travellers would pay, each and in all; null where a price is missing."""

    travelers: int
    each_minor: int | None
    total_minor: int | None


class QuoteVersionOut(Outgoing):
    """A quote version without its days and lines."""

    id: str
    booking_id: str
    version: int
    status: QuoteStatus
    title: str
    intro: str
    currency: str
    total_minor: int
    departure_on: date
    return_on: date
    travelers: int
    change_summary: str | None
    created_at: Moment
    sent_at: Moment | None
    valid_until: Moment | None
    first_viewed_at: Moment | None
    answered_at: Moment | None
    option: str | None
    replaces_id: str | None
    decline_reason: DeclineReason | None
    margin_scheme: bool
    """Whether it is taxed on our margin: no VAT is shown then."""
    group_prices: list[GroupPriceOut] | None
    discount_percent: Decimal | None
    discount_amount_minor: int | None
    discount_label: str
    discount_reason: str
    draft_hash: str
    """Another one after every save of the draft; sent back with the next change."""


class QuoteDayOut(Outgoing):
    """A day of the itinerary."""

    day: int
    place: str
    title: str
    text: str
    photo: Photographed


class QuoteLineOut(Outgoing):
    """A service; amounts in minor units. Costs are null for whoever may not see the profit."""

    id: str
    day: int
    nights: int
    kind: ServiceKind
    description: str
    partner_id: str | None
    rate_card_id: str | None
    quantity: int
    unit_price_minor: int
    total_minor: int
    discount_minor: int
    """Its share of the version's discount; `total_minor` is after it."""
    vat_minor: int
    """The ordinary VAT in `total_minor`."""
    automatic: bool
    """Whether it is our fee, which a draft has by itself: it is not sent back."""
    cost_minor: int | None
    cost_currency: str | None
    option: str | None
    meals: Meals | None
    optional: bool
    alternative: str
    chosen: bool
    """Whether it counts: as it is offered, and once it is accepted as the customer has chosen."""
    starts_at: time | None


class LockedRateOut(Outgoing):
    """Units of the version's currency for one of `currency`, before the buffer on costs."""

    currency: str
    rate: Decimal
    source: str
    as_of: Moment
    buffer_percent: Decimal


class QuoteDetail(Outgoing):
    """A version with its days and lines.

    `exchange_rates` are those it was priced by: a sent version keeps them until it expires.
    """

    quote: QuoteVersionOut
    days: list[QuoteDayOut]
    lines: list[QuoteLineOut]
    cover: Photographed
    exchange_rates: list[LockedRateOut]
    included: list[str]
    """As staff wrote it; empty where it is drawn from the lines."""
    excluded: list[str]


class QuoteList(Outgoing):
    """A booking's versions, the newest first."""

    items: list[QuoteVersionOut]
    total: int


def quote_detail(full: FullVersion, *, profit: bool) -> QuoteDetail:
    """A stored version as the API shows it, with costs for whoever may see the profit."""
    lines = [QuoteLineOut.model_validate(line) for line in full.lines]
    hidden = {} if profit else {"cost_minor": None, "cost_currency": None}
    return QuoteDetail(
        quote=QuoteVersionOut.model_validate(full.version),
        days=[QuoteDayOut.model_validate(day) for day in full.days],
        lines=[line.model_copy(update=hidden) for line in lines],
        cover=full.version.cover,
        exchange_rates=[LockedRateOut.model_validate(rate) for rate in full.rates],
        included=full.version.included,
        excluded=full.version.excluded,
    )
