"""Quote versions as the staff API and the builder's form take and show them."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from api.staff.wire import Incoming, Moment, Outgoing
from models.domain.stages import DeclineReason, QuoteStatus, ServiceKind
from models.store.quote_drafts import DraftDay, DraftLine, FullVersion, QuoteDraft

LONGEST_TRIP_DAYS = 60
MOST_LINES = 100
Currency = Literal["USD", "EUR", "GBP", "AUD", "CAD", "CHF", "SGD", "VND", "THB"]


def _text(most: int, least: int = 0) -> StringConstraints:
    return StringConstraints(min_length=least, max_length=most)


class QuoteDayIn(Incoming):
    """A day of the itinerary."""

    place: Annotated[str, _text(120, 1)]
    title: Annotated[str, _text(200, 1)]
    text: Annotated[str, _text(4000)] = ""


class QuoteLineIn(Incoming):
    """A service; `unit_price_minor` in minor units of the quote's currency."""

    day: Annotated[int, Field(ge=1, le=LONGEST_TRIP_DAYS)]
    nights: Annotated[int, Field(ge=0, le=LONGEST_TRIP_DAYS)] = 0
    kind: ServiceKind
    description: Annotated[str, _text(300, 1)]
    partner_id: str | None = None
    rate_card_id: str | None = None
    quantity: Annotated[int, Field(ge=1, le=1000)] = 1
    unit_price_minor: Annotated[int, Field(ge=0, le=10**11)]


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

    def draft(self) -> QuoteDraft:
        """The draft as the store takes it."""
        return QuoteDraft(
            title=self.title,
            intro=self.intro,
            currency=self.currency,
            departure_on=self.departure_on,
            return_on=self.return_on,
            travelers=self.travelers,
            change_summary=self.change_summary,
            days=tuple(DraftDay(**day.model_dump()) for day in self.days),
            lines=tuple(DraftLine(**line.model_dump()) for line in self.lines),
        )


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


class QuoteDayOut(Outgoing):
    """A day of the itinerary."""

    day: int
    place: str
    title: str
    text: str


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
    cost_minor: int | None
    cost_currency: str | None


class QuoteDetail(Outgoing):
    """A version with its days and lines."""

    quote: QuoteVersionOut
    days: list[QuoteDayOut]
    lines: list[QuoteLineOut]


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
    )
