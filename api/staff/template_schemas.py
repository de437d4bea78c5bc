"""Templates of trips as the staff API takes and shows them."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from api.staff.quote_schemas import Currency
from api.staff.quote_views import QuoteDetail
from api.staff.template_keeping import Source
from api.staff.wire import Incoming, Moment, Outgoing
from models.domain.pricing.markup import MarkupKind
from models.domain.quote_draft import LONGEST_TRIP_DAYS
from models.domain.rates import Meals
from models.domain.stages import ServiceKind
from models.domain.template_use import NoteKind
from models.store.trip_templates import TemplateHead, content_in
from models.tables.trip_templates import TripTemplate

Name = Annotated[str, StringConstraints(min_length=1, max_length=120)]
Word = Annotated[str, StringConstraints(max_length=120)]
SomeId = Annotated[str, StringConstraints(max_length=80)]


class TemplateSourceIn(Incoming):
    """What a template is made of: a version of a booking's quote, or a tour of the catalog."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"tour_id": "tour_0192f0c1"}]})

    booking_id: SomeId = ""
    quote_id: SomeId = ""
    tour_id: SomeId = ""

    @model_validator(mode="after")
    def check_one(self) -> Self:
        """Either of them, whole."""
        if self.tour_id and (self.booking_id or self.quote_id):
            raise ValueError("tour_id: name a version or a tour, not both")
        if not self.tour_id and not (self.booking_id and self.quote_id):
            raise ValueError("quote_id: name a version with its booking, or a tour")
        return self

    def source(self) -> Source:
        """Where the content comes from."""
        return Source(self.booking_id, self.quote_id, self.tour_id)


class TemplateIn(TemplateSourceIn):
    """A new template."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "Northern loop",
                    "variant": "Classic",
                    "destination": "Vietnam",
                    "tour_id": "tour_0192f0c1",
                }
            ]
        }
    )
    name: Name
    variant: Word = ""
    destination: Word = ""

    def head(self) -> TemplateHead:
        """How it is called, and where it goes."""
        return TemplateHead(self.name, self.variant, self.destination)


class TemplateChange(Incoming):
    """Some of a template's members; the others stay."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"variant": "Deluxe"}]})

    name: Name = "-"
    variant: Word = ""
    destination: Word = ""
    archived: bool = False


class StartIn(Incoming):
    """From which template a quote begins, when, and in which currency it is sold."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "trip_template_id": "template_0192f0c1",
                    "departure_on": "2027-03-02",
                    "currency": "USD",
                }
            ]
        }
    )
    trip_template_id: SomeId
    departure_on: date
    currency: Currency = "USD"


class InsertIn(Incoming):
    """Which template is put into a draft, and after which of its days; 0 is before the first."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"trip_template_id": "template_0192f0c1", "after_day": 3}]}
    )
    trip_template_id: SomeId
    after_day: Annotated[int, Field(ge=0, le=LONGEST_TRIP_DAYS)] = 0


class TemplateDayOut(Outgoing):
    """A day of a template."""

    day: int
    place: str
    title: str
    text: str


class TemplateLineOut(Outgoing):
    """A service of a template; a price by hand is in the template's currency."""

    day: int
    nights: int
    kind: ServiceKind
    description: str
    partner_id: str | None
    rate_card_id: str | None
    quantity: int
    unit_price_minor: int | None
    option: str | None
    meals: Meals | None
    markup_kind: MarkupKind | None
    markup_percent: Decimal | None


class TemplateOut(Outgoing):
    """A template without its days and services."""

    id: str
    name: str
    variant: str
    destination: str
    length_days: int
    source: str
    created_by: str
    created_at: Moment
    updated_at: Moment
    archived_at: Moment | None


class TemplateList(Outgoing):
    """Templates, the newest first; `next` is the cursor of the older ones."""

    items: list[TemplateOut]
    next: str | None


class TemplateDetail(Outgoing):
    """A template with its days and services, and the days whose texts name the customer."""

    template: TemplateOut
    title: str
    intro: str
    currency: str
    travelers: int
    days: list[TemplateDayOut]
    lines: list[TemplateLineOut]
    naming_days: list[int] = Field(default_factory=list)


class UseNoteOut(Outgoing):
    """Something to look at; `line` is the service's place in the draft, from 1."""

    kind: NoteKind
    reason: str
    line: int | None


class FromTemplateOut(QuoteDetail):
    """A draft that a template was put into, and what somebody has to look at."""

    notes: list[UseNoteOut]


def template_detail(template: TripTemplate, *, profit: bool) -> TemplateDetail:
    """A stored template as the API shows it, with markups for whoever may see the profit."""
    content = content_in(template)
    hidden = {} if profit else {"markup_kind": None, "markup_percent": None}
    return TemplateDetail(
        template=TemplateOut.model_validate(template),
        title=content.title,
        intro=content.intro,
        currency=content.currency,
        travelers=content.travelers,
        days=[
            TemplateDayOut(day=number, place=day.place, title=day.title, text=day.text)
            for number, day in enumerate(content.days, start=1)
        ],
        lines=[
            TemplateLineOut.model_validate(line).model_copy(update=hidden) for line in content.lines
        ],
    )
