"""A quote as customers' programs read and answer it."""

from datetime import date, datetime, time
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    model_validator,
)

from activities.quote_inclusions import lists_of
from api.pages.customer.quote_state import QuoteState
from api.pages.formats import iso
from api.shown_photos import Photographed
from models.domain.signing import LONGEST_PATH
from models.domain.stages import DeclineReason
from models.domain.terms import terms_version
from models.store.quote_pages import QuoteView

Moment = Annotated[datetime, PlainSerializer(iso, return_type=str, when_used="json")]
"""ISO 8601 UTC with milliseconds and Z."""


def _without_nul(text: str) -> str:
    return text.replace("\x00", "")


Text = Annotated[str, AfterValidator(_without_nul)]
"""What a person typed; the database knows no NUL."""


class OfferedDay(BaseModel):
    """A day of the itinerary, counted from 1 at departure."""

    model_config = ConfigDict(from_attributes=True)

    day: int
    place: str
    title: str
    text: str
    photo: Photographed


class OfferedLine(BaseModel):
    """A service with its price in minor units."""

    model_config = ConfigDict(from_attributes=True)

    day: int
    nights: int
    kind: str
    description: str
    quantity: int
    unit_price_minor: int
    total_minor: int


class OfferedService(OfferedLine):
    """A service of the quote. `total_minor` is what it adds to the price when it is chosen.

    One that is `optional` may be added; of those with the same `alternative` exactly one is
    chosen. All others always count.
    """

    id: str
    starts_at: time | None
    optional: bool
    alternative: str
    chosen: bool


class PlannedPaymentOut(BaseModel):
    """What would be paid when, if the quote were accepted now. Minor units."""

    kind: str
    amount_minor: int
    due_on: date


class OfferedGroupPrice(BaseModel):
    """What another number of travellers would pay, each and in all; minor units."""

    travelers: int
    each_minor: int
    total_minor: int


class QuoteOut(BaseModel):
    """A version of a quote. `terms_version` is what an acceptance must name.

    `total_minor` is the sum of the lines that are `chosen`, and so it is of any other choice.
    """

    booking_reference: str
    version: int
    state: QuoteState
    title: str
    intro: str
    currency: str
    total_minor: int
    discount_minor: int
    """What was taken off: `total_minor` is after it."""
    discount_label: str
    vat_minor: int
    """Ordinary VAT in the total; 0 where none is due, or where it is due on our margin."""
    margin_scheme: bool
    group_prices: list[OfferedGroupPrice]
    travelers: int
    departure_on: date
    return_on: date
    valid_until: Moment | None
    terms_version: str
    cover: Photographed
    days: list[OfferedDay]
    lines: list[OfferedService]
    included: list[str]
    """In short, in the language of `?lang` or the customer's."""
    excluded: list[str]
    payment_plan: list[PlannedPaymentOut]


class AcceptIn(BaseModel):
    """An acceptance: the full name as typed, and the terms that were shown.

    `choices` are the ids of the optional lines and alternatives that are wanted, with exactly one
    of every set; without it the quote is accepted as it is offered. `total_minor` is the price
    that was shown: another one is refused. `signature` is one that was drawn: the path of an SVG in
    a field of 600 by 200, of `M` and `L` with whole numbers alone, such as `M10 20L30 40`.
    """

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={
            "examples": [{"name": "Jane Doe", "terms_version": "2026-11.1"}],
        },
    )

    name: Text = Field(min_length=1, max_length=200)
    terms_version: Text = Field(min_length=1, max_length=200)
    choices: list[Text] | None = Field(default=None, max_length=100)
    total_minor: int | None = Field(default=None, ge=0)
    signature: Text = Field(default="", max_length=LONGEST_PATH)

    @model_validator(mode="after")
    def check_total(self) -> Self:
        """Who chooses says what it comes to."""
        if self.choices is not None and self.total_minor is None:
            raise ValueError("total_minor: name the price of what you choose")
        return self


class DeclineIn(BaseModel):
    """A refusal, with a reason in the customer's words and one to be counted, if they give them."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"examples": [{"reason": "We travel next year instead."}]},
    )

    reason: Text = Field(default="", max_length=4_000)
    category: DeclineReason | None = None


class AcceptedOut(BaseModel):
    """What is to be paid first, minor units."""

    status: str = "accepted"
    first_instalment_id: str
    amount_minor: int
    currency: str


class DeclinedOut(BaseModel):
    """The quote is declined."""

    status: str = "declined"


def quote_out(view: QuoteView, state: QuoteState, now: datetime) -> QuoteOut:
    """A version as JSON, seen at a real instant."""
    version, lists = view.version, lists_of(view)
    return QuoteOut(
        booking_reference=view.about.booking.reference,
        version=version.version,
        state=state,
        title=version.title,
        intro=version.intro,
        currency=version.currency,
        total_minor=version.total_minor,
        discount_minor=view.discount_minor,
        discount_label=version.discount_label,
        vat_minor=view.vat_minor,
        margin_scheme=version.margin_scheme,
        group_prices=[OfferedGroupPrice.model_validate(one) for one in view.group_prices],
        travelers=version.travelers,
        departure_on=version.departure_on,
        return_on=version.return_on,
        valid_until=version.valid_until,
        terms_version=terms_version(view.about.policy),
        cover=version.cover,
        days=[OfferedDay.model_validate(day) for day in view.days],
        lines=[OfferedService.model_validate(line) for line in view.lines],
        included=list(lists.included),
        excluded=list(lists.excluded),
        payment_plan=[
            PlannedPaymentOut(kind=part.kind, amount_minor=part.amount_minor, due_on=part.due_on)
            for part in view.plan(now)
        ],
    )
