"""Quotes as the staff API and the builder's form take them."""

from datetime import date, time
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, StringConstraints, field_validator, model_validator

from api.staff.wire import Incoming
from models.domain.choice_sets import check_sets
from models.domain.pricing.markup import MarkupKind
from models.domain.pricing.party import MOST_TRAVELLERS
from models.domain.quote_draft import (
    LONGEST_TRIP_DAYS,
    MOST_LINES,
    DraftDay,
    DraftLine,
    QuoteDraft,
    RoomGroup,
    people_in,
)
from models.domain.rates import Meals
from models.domain.stages import ServiceKind

OLDEST_CHILD = 17
WHOLE_PERCENT = 100
MOST_SIZES = 12
Currency = Literal["USD", "EUR", "GBP", "AUD", "CAD", "CHF", "SGD", "VND", "THB"]


def _text(most: int, least: int = 0) -> StringConstraints:
    return StringConstraints(min_length=least, max_length=most)


Included = Annotated[tuple[Annotated[str, _text(300, 1)], ...], Field(max_length=40)]


class QuoteDayIn(Incoming):
    """A day of the itinerary."""

    place: Annotated[str, _text(120, 1)]
    title: Annotated[str, _text(200, 1)]
    text: Annotated[str, _text(4000)] = ""
    photo_id: Annotated[str, _text(80)] = ""
    """Of the library of photos."""


class MarkupIn(Incoming):
    """How a line's price comes of its cost: a MARKUP on it, a MARGIN of the price, or FIXED."""

    kind: MarkupKind
    percent: Annotated[Decimal, Field(ge=-100, le=1000, max_digits=6, decimal_places=2)] | None = (
        None
    )
    price_minor: Annotated[int, Field(ge=0, le=10**13)] | None = None

    @model_validator(mode="after")
    def check_figure(self) -> Self:
        """A percentage, or a price; a margin is below 100 percent."""
        if self.kind is MarkupKind.FIXED:
            if self.price_minor is None or self.percent is not None:
                raise ValueError("a fixed price has an amount and no percentage")
        elif self.percent is None or self.price_minor is not None:
            raise ValueError("a markup or margin has a percentage and no amount")
        elif self.kind is MarkupKind.MARGIN and self.percent >= WHOLE_PERCENT:
            raise ValueError("a margin is below 100 percent of the price")
        return self


class RoomGroupIn(Incoming):
    """So many rooms that are shared alike: adults, and children by their ages."""

    rooms: Annotated[int, Field(ge=1, le=MOST_TRAVELLERS)] = 1
    adults: Annotated[int, Field(ge=0, le=MOST_TRAVELLERS)] = 0
    children: Annotated[
        list[Annotated[int, Field(ge=0, le=OLDEST_CHILD)]], Field(max_length=10)
    ] = Field(default_factory=list)

    @model_validator(mode="after")
    def check_people(self) -> Self:
        """Somebody sleeps in it."""
        if not self.adults and not self.children:
            raise ValueError("a room has at least one person in it")
        return self

    def room(self) -> RoomGroup:
        """The rooms as the store takes them."""
        return RoomGroup(rooms=self.rooms, adults=self.adults, children=list(self.children))


class QuoteLineIn(Incoming):
    """A service: a quantity at `unit_price_minor`, or without it at what the rate cards give."""

    day: Annotated[int, Field(ge=1, le=LONGEST_TRIP_DAYS)]
    nights: Annotated[int, Field(ge=0, le=LONGEST_TRIP_DAYS)] = 0
    kind: ServiceKind
    description: Annotated[str, _text(300, 1)]
    partner_id: str | None = None
    rate_card_id: str | None = None
    quantity: Annotated[int, Field(ge=1, le=1000)] = 1
    unit_price_minor: Annotated[int, Field(ge=0, le=10**11)] | None = None
    option: Annotated[str, _text(120)] | None = None
    meals: Meals | None = None
    further_cards: Annotated[tuple[str, ...], Field(max_length=4)] = ()
    units: Annotated[int, Field(ge=1, le=1000)] | None = None
    markup: MarkupIn | None = None
    optional: bool = False
    """It counts only when the customer adds it."""
    alternative: Annotated[str, _text(120)] = ""
    """The set of which the customer has exactly one, as they read it."""
    chosen: bool = False
    """Of a set, the one that counts until the customer chooses."""
    starts_at: time | None = None
    """The time of day at its place; services of a day stand in the order of their times."""

    @field_validator("starts_at")
    @classmethod
    def check_time(cls, at: time | None) -> time | None:
        """A time at the place of the service has no zone of its own."""
        if at is not None and at.tzinfo is not None:
            raise ValueError("write the time at the place of the service, without a zone")
        return at

    @model_validator(mode="after")
    def check_price(self) -> Self:
        """A price is typed or worked out, and what is worked out has something to start from."""
        fixed = self.markup is not None and self.markup.kind is MarkupKind.FIXED
        if self.unit_price_minor is not None and self.markup is not None:
            raise ValueError("unit_price_minor: a typed price has no markup")
        if self.unit_price_minor is None and self.rate_card_id is None and not fixed:
            raise ValueError("unit_price_minor: name a price, or a rate card to work it out")
        if self.further_cards and self.rate_card_id is None:
            raise ValueError("rate_card_id: name the first of the rate cards")
        return self

    def line(self) -> DraftLine:
        """The line as the store takes it."""
        markup = self.markup
        return DraftLine(
            **self.model_dump(exclude={"markup"}),
            markup_kind=markup.kind if markup else None,
            markup_percent=markup.percent if markup else None,
            price_minor=markup.price_minor if markup else None,
        )


class DiscountIn(Incoming):
    """Off the whole price: a percentage, or an amount in minor units, and why.

    `label` is what the customer reads beside it, `reason` is for staff alone.
    """

    percent: Annotated[Decimal, Field(gt=0, le=100, max_digits=5, decimal_places=2)] | None = None
    amount_minor: Annotated[int, Field(gt=0, le=10**11)] | None = None
    label: Annotated[str, _text(120)] = ""
    reason: Annotated[str, _text(500)] = ""

    @model_validator(mode="after")
    def check_figure(self) -> Self:
        """One of the two, with its reason."""
        if (self.percent is None) == (self.amount_minor is None):
            raise ValueError("percent: a discount is a percentage or an amount, one of them")
        if not self.reason.strip():
            raise ValueError("reason: say why there is a discount")
        return self


class QuoteDraftIn(Incoming):
    """All that a draft says; saving replaces what it said before."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": "Northern Vietnam in nine days",
                    "currency": "USD",
                    "departure_on": "2027-03-02",
                    "return_on": "2027-03-10",
                    "travelers": 2,
                    "days": [{"place": "Hanoi", "title": "Arrival", "text": "Old quarter"}],
                    "lines": [
                        {
                            "day": 1,
                            "nights": 2,
                            "kind": "HOTEL",
                            "description": "Double room",
                            "quantity": 2,
                            "unit_price_minor": 9500,
                        }
                    ],
                }
            ]
        }
    )
    title: Annotated[str, _text(200, 1)]
    intro: Annotated[str, _text(4000)] = ""
    currency: Currency
    departure_on: date
    return_on: date
    travelers: Annotated[int, Field(ge=1, le=60)]
    change_summary: Annotated[str, _text(2000)] = ""
    days: Annotated[tuple[QuoteDayIn, ...], Field(max_length=LONGEST_TRIP_DAYS)] = ()
    lines: Annotated[tuple[QuoteLineIn, ...], Field(max_length=MOST_LINES)] = ()
    groups: Annotated[tuple[RoomGroupIn, ...], Field(max_length=MOST_TRAVELLERS)] = ()
    """Who shares rooms; without it everybody sleeps in doubles."""
    cover_id: Annotated[str, _text(80)] = ""
    """The photo of the cover; without one it is the tour's."""
    discount: DiscountIn | None = None
    group_sizes: Annotated[
        tuple[Annotated[int, Field(ge=1, le=MOST_TRAVELLERS)], ...], Field(max_length=MOST_SIZES)
    ] = ()
    """For how many travellers else the customer reads a price."""
    included: Included = ()
    """What is included, one text each; without any it is drawn from the lines."""
    excluded: Included = ()

    @model_validator(mode="after")
    def check_rooms(self) -> Self:
        """Everybody who travels has a room."""
        people = people_in(self.rooms())
        if self.groups and people != self.travelers:
            raise ValueError(f"groups: the rooms are for {people} people, not {self.travelers}")
        return self

    @model_validator(mode="after")
    def check_dates(self) -> Self:
        """The trip ends on or after its first day, is not endless, and holds its services."""
        length = (self.return_on - self.departure_on).days + 1
        if length < 1:
            raise ValueError("return_on: the return must not be before the departure")
        if length > LONGEST_TRIP_DAYS:
            raise ValueError(f"return_on: a trip has at most {LONGEST_TRIP_DAYS} days")
        for number, line in enumerate(self.lines):
            if line.day > length or line.day + line.nights > length:
                raise ValueError(
                    f"lines.{number}.day: the service ends after the trip, which has {length} days"
                )
        return self

    @model_validator(mode="after")
    def check_choices(self) -> Self:
        """What the customer may choose is clear: optional, or one of several with one as ours."""
        for path, fault in check_sets([line.line() for line in self.lines]).items():
            raise ValueError(f"{path}: {fault.removesuffix('.')}")
        return self

    def rooms(self) -> tuple[RoomGroup, ...]:
        """The rooms as the store takes them."""
        return tuple(one.room() for one in self.groups)

    def draft(self) -> QuoteDraft:
        """The draft as the store takes it."""
        off = self.discount
        return QuoteDraft(
            title=self.title,
            intro=self.intro,
            currency=self.currency,
            departure_on=self.departure_on,
            return_on=self.return_on,
            travelers=self.travelers,
            change_summary=self.change_summary,
            days=tuple(DraftDay(**day.model_dump()) for day in self.days),
            lines=tuple(line.line() for line in self.lines),
            groups=self.rooms(),
            cover_id=self.cover_id,
            group_sizes=tuple(dict.fromkeys(self.group_sizes)),
            discount_percent=off.percent if off else None,
            discount_amount_minor=off.amount_minor if off else None,
            discount_label=off.label if off else "",
            discount_reason=off.reason if off else "",
            included=self.included,
            excluded=self.excluded,
        )


class QuoteRewriteIn(QuoteDraftIn):
    """All that a draft says from now on, and the `draft_hash` of the draft that was read.

    Without a hash it replaces whatever stands there.
    """

    draft_hash: Annotated[str, _text(80)] = ""


class SendIn(Incoming):
    """Beside which open versions a draft is sent; without either it replaces all of them."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"beside": True}]})

    beside: bool = False
    replaces: Annotated[str, _text(80, 1)] | None = None


class AskApprovalIn(Incoming):
    """What the managers should know."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"remark": "A repeater"}]})

    remark: Annotated[str, _text(2000)] = ""


class ApprovalDecisionIn(Incoming):
    """A manager's decision about a draft; the reason is needed where it is not approved."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"approved": True}]})

    approved: bool
    reason: Annotated[str, _text(2000)] = ""
