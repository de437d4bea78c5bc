"""A quote as customers' programs read and answer it."""

from datetime import date, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer

from activities.quote_inclusions import lists_of
from api.pages.customer.quote_state import QuoteState
from api.pages.formats import iso
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


class PlannedPaymentOut(BaseModel):
    """What would be paid when, if the quote were accepted now. Minor units."""

    kind: str
    amount_minor: int
    due_on: date


class QuoteOut(BaseModel):
    """A version of a quote. `terms_version` is what an acceptance must name."""

    booking_reference: str
    version: int
    state: QuoteState
    title: str
    intro: str
    currency: str
    total_minor: int
    travelers: int
    departure_on: date
    return_on: date
    valid_until: Moment | None
    terms_version: str
    days: list[OfferedDay]
    lines: list[OfferedLine]
    included: list[str]
    """In short, in the language of `?lang` or the customer's."""
    excluded: list[str]
    payment_plan: list[PlannedPaymentOut]


class AcceptIn(BaseModel):
    """An acceptance: the full name as typed, and the terms that were shown."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={
            "examples": [{"name": "Jane Doe", "terms_version": "2026-11.1"}],
        },
    )

    name: Text = Field(min_length=1, max_length=200)
    terms_version: Text = Field(min_length=1, max_length=200)


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
        travelers=version.travelers,
        departure_on=version.departure_on,
        return_on=version.return_on,
        valid_until=version.valid_until,
        terms_version=terms_version(view.about.policy),
        days=[OfferedDay.model_validate(day) for day in view.days],
        lines=[OfferedLine.model_validate(line) for line in view.lines],
        included=list(lists.included),
        excluded=list(lists.excluded),
        payment_plan=[
            PlannedPaymentOut(kind=part.kind, amount_minor=part.amount_minor, due_on=part.due_on)
            for part in view.plan(now)
        ],
    )
