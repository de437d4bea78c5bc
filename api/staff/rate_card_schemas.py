"""Rate cards as the staff API takes and shows them. Amounts are minor units of their currency."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from api.staff.customer_input import Line, Name
from api.staff.partner_schemas import Day, PartnerKind
from api.staff.wire import Incoming, absent
from models.domain.rates import (
    EVERY_DAY,
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

MOST_ROWS: Final = 2_000
MOST_ENTRIES: Final = 200
OLDEST_CHILD: Final = 17
Currency = Literal["USD", "EUR", "VND", "THB", "LAK", "KHR", "GBP", "AUD", "SGD"]
Amount = Annotated[int, Field(ge=0, lt=10**11)]
MaybeAmount = Annotated[Amount | None, BeforeValidator(absent)]
Percent = Annotated[Decimal, Field(ge=0, le=100, decimal_places=2)]
Count = Annotated[int, Field(ge=1, le=10_000)]
MaybeCount = Annotated[Count | None, BeforeValidator(absent)]
Days = Annotated[int, Field(ge=0, le=1_000)]
Age = Annotated[int, Field(ge=0, le=OLDEST_CHILD)]


class SpanIn(Incoming):
    """Days from the first to the last, both counted."""

    first_on: Day
    last_on: Day

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last_on < self.first_on:
            raise ValueError("last_on: the last day is not before the first one")
        return self

    @property
    def span(self) -> Span:
        """As the domain has it."""
        return Span(self.first_on, self.last_on)


class RateRowIn(SpanIn):
    """A line of a card; without a number it is a new one and takes the next."""

    number: MaybeCount = None
    season: Name
    weekdays: Annotated[list[Annotated[int, Field(ge=1, le=7)]], Field(min_length=1)] = Field(
        default_factory=lambda: sorted(EVERY_DAY), description="ISO weekdays, Monday is 1."
    )
    option: Line = ""
    meals: Annotated[Meals | None, BeforeValidator(absent)] = None
    pax_from: Count = 1
    pax_to: MaybeCount = None
    price_minor: Amount
    single_minor: MaybeAmount = None
    triple_minor: MaybeAmount = None
    extra_bed_minor: MaybeAmount = None
    min_nights: Count = 1

    @model_validator(mode="after")
    def _sizes_in_order(self) -> Self:
        if self.pax_to is not None and self.pax_to < self.pax_from:
            raise ValueError("pax_to: the largest party is not smaller than the smallest")
        return self

    def row(self, number: int) -> RateRow:
        """As the domain has it, under a number."""
        facts = self.model_dump(exclude={"number", "first_on", "last_on", "weekdays"})
        return RateRow(
            id="", number=number, span=self.span, weekdays=frozenset(self.weekdays), **facts
        )


class ChildRateIn(Incoming):
    """What a child pays: a share of an adult's price, or an amount."""

    age_from: Age
    age_to: Age
    percent: Annotated[Percent | None, BeforeValidator(absent)] = None
    fixed_minor: MaybeAmount = None
    needs_bed: bool = True

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.age_to < self.age_from:
            raise ValueError("age_to: the oldest age is not below the youngest")
        if (self.percent is None) == (self.fixed_minor is None):
            raise ValueError("percent: write a share or an amount, one of the two")
        return self


class ClosureIn(SpanIn):
    """Days on which the card, or one option of it, can't be had."""

    kind: ClosureKind
    option: Line = ""
    note: Line = ""


class OfferIn(SpanIn):
    """A reduction for those who book early, or late."""

    kind: OfferKind
    days: Days
    percent: Percent


class CancellationTermIn(Incoming):
    """Cancelled later than so many days before: this share is owed."""

    days_before: Days
    penalty_percent: Annotated[int, Field(ge=0, le=100)]


class AllotmentIn(SpanIn):
    """Units held for us each day until they are released."""

    units: Count
    release_days: Days
    option: Line = ""


class CardBody(Incoming):
    """Everything that is agreed on a card, but under which contract."""

    service: Name
    kind: PartnerKind
    basis: Basis
    currency: Currency
    valid_from: Day
    valid_to: Day
    nightly: bool = Field(default=False, description="Priced for each night of a stay.")
    capacity: MaybeCount = Field(None, description="The people that a room or vehicle takes.")
    commission_percent: Percent = Decimal(0)
    tax_percent: Percent = Decimal(0)
    tax_included: bool = True
    rows: Annotated[list[RateRowIn], Field(max_length=MOST_ROWS)] = Field(default_factory=list)
    children: Annotated[list[ChildRateIn], Field(max_length=MOST_ENTRIES)] = Field(
        default_factory=list
    )
    closures: Annotated[list[ClosureIn], Field(max_length=MOST_ENTRIES)] = Field(
        default_factory=list
    )
    offers: Annotated[list[OfferIn], Field(max_length=MOST_ENTRIES)] = Field(default_factory=list)
    cancellation: Annotated[list[CancellationTermIn], Field(max_length=MOST_ENTRIES)] = Field(
        default_factory=list
    )
    allotments: Annotated[list[AllotmentIn], Field(max_length=MOST_ENTRIES)] = Field(
        default_factory=list
    )

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.valid_to < self.valid_from:
            raise ValueError("valid_to: the last day is not before the first one")
        numbers = Counter(row.number for row in self.rows if row.number)
        for at, row in enumerate(self.rows):
            if row.number and numbers[row.number] > 1:
                raise ValueError(f"rows.{at}.number: this number is there twice")
        return self

    def card(self, *, card_id: str, partner_id: str, contract_id: str) -> RateCard:
        """As the domain has it; the store knows which version it becomes."""
        return RateCard(
            id=card_id,
            version=0,
            contract_id=contract_id,
            contract_version=0,
            partner_id=partner_id,
            kind=self.kind,
            service=self.service,
            basis=self.basis,
            currency=self.currency,
            validity=Span(self.valid_from, self.valid_to),
            rows=tuple(self._numbered()),
            nightly=self.nightly,
            capacity=self.capacity,
            commission_percent=self.commission_percent,
            tax=Tax(self.tax_percent, self.tax_included),
            children=tuple(ChildRate(**one.model_dump()) for one in self.children),
            closures=tuple(
                Closure(one.kind, one.span, one.option, one.note) for one in self.closures
            ),
            offers=tuple(Offer(one.kind, one.days, one.percent, one.span) for one in self.offers),
            cancellation=tuple(CancellationTerm(**one.model_dump()) for one in self.cancellation),
            allotments=tuple(
                Allotment(one.span, one.units, one.release_days, one.option)
                for one in self.allotments
            ),
        )

    def _numbered(self) -> Iterator[RateRow]:
        following = max((row.number or 0 for row in self.rows), default=0)
        for row in self.rows:
            following += not row.number
            yield row.row(row.number or following)


EXAMPLE: Final[dict[str, Any]] = {
    "service": "Deluxe room, breakfast",
    "kind": "HOTEL",
    "basis": "ROOM",
    "nightly": True,
    "capacity": 2,
    "currency": "USD",
    "valid_from": "2027-01-01",
    "valid_to": "2027-12-31",
    "rows": [
        {
            "season": "All year",
            "first_on": "2027-01-01",
            "last_on": "2027-12-31",
            "meals": "BB",
            "price_minor": 7800,
            "single_minor": 7000,
            "extra_bed_minor": 2500,
        }
    ],
    "children": [{"age_from": 0, "age_to": 5, "percent": "0", "needs_bed": False}],
    "cancellation": [{"days_before": 7, "penalty_percent": 100}],
}


class RateCardIn(CardBody):
    """A new card under a contract."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"contract_id": "contract_0192f0c1-0000-7000-8000-000000000000", **EXAMPLE}
            ]
        }
    )
    contract_id: Name = Field(description="A version of the contract; what is in use of it counts.")


class NextRateCardIn(CardBody):
    """The next version of a card: everything it shall say."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"change_note": "Peak season is longer", **EXAMPLE}]}
    )
    change_note: Line = ""


def facts_of(one: RateRow | Closure | Offer | Allotment) -> dict[str, Any]:
    """Members with the span as two days and weekdays in order."""
    facts = {name: value for name, value in vars(one).items() if name != "span"}
    if "weekdays" in facts:
        facts["weekdays"] = sorted(facts["weekdays"])
    return {**facts, "first_on": one.span.first_on, "last_on": one.span.last_on}


def body_of(card: RateCard) -> dict[str, Any]:
    """A card as the schemas take it: what a next version begins with."""
    return {
        "service": card.service,
        "kind": card.kind,
        "basis": card.basis,
        "currency": card.currency,
        "valid_from": card.validity.first_on,
        "valid_to": card.validity.last_on,
        "nightly": card.nightly,
        "capacity": card.capacity,
        "commission_percent": card.commission_percent,
        "tax_percent": card.tax.percent,
        "tax_included": card.tax.included,
        "rows": [
            {name: value for name, value in facts_of(row).items() if name != "id"}
            for row in card.rows
        ],
        "children": [dict(vars(one)) for one in card.children],
        "closures": [facts_of(one) for one in card.closures],
        "offers": [facts_of(one) for one in card.offers],
        "cancellation": [dict(vars(one)) for one in card.cancellation],
        "allotments": [facts_of(one) for one in card.allotments],
    }
