"""What staff send and read of tours, under the names that the website uses."""

from typing import Annotated, Any, Final

from pydantic import ConfigDict, Field, StringConstraints, model_validator
from pydantic.alias_generators import to_camel

from api.public.tour_feed import card_of
from api.public.tours import TourCard
from api.staff.wire import Incoming, Outgoing
from models.store.tours import TourSort
from models.tables.catalog import Tour

Title = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Line = Annotated[str, StringConstraints(max_length=200)]
Text = Annotated[str, StringConstraints(max_length=2000)]
Word = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Words = Annotated[list[Word], Field(max_length=20)]
Highlights = Annotated[list[Title], Field(max_length=20)]
Priority = Annotated[int, Field(ge=0, le=1_000_000)]
Days = Annotated[int, Field(ge=1, le=365)]
WholeDollars = Annotated[int, Field(ge=0, le=10_000_000)]
Rating = Annotated[float, Field(ge=0, le=5, allow_inf_nan=False)]
READ_ONLY: Final = frozenset({"id", "legacy_id", "image", "created_at", "updated_at"})
LARGEST_UPLOAD: Final = 15 << 20


class TourDay(Incoming):
    """A day of a tour, from which a quote can start."""

    place: Line
    title: Line
    text: Text = ""


class TourChange(Incoming):
    """Some of a tour's members, in the website's spelling or in snake case; the others stay."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        json_schema_extra={"examples": [{"priceFrom": 560, "highlights": ["Tea picking"]}]},
    )
    title: Title = "-"
    short_description: Text = ""
    styles: Words = Field(default=[])
    destination_countries: Words = Field(default=[])
    priority: Priority = 0
    duration_days: Days = 1
    price_from: WholeDollars = 0
    rating: Rating = 0.0
    highlights: Highlights = Field(default=[])
    seasonality: Line = ""
    days: Annotated[list[TourDay], Field(default=[], max_length=100)]
    published: bool = True

    @model_validator(mode="before")
    @classmethod
    def pass_over_what_cannot_be_set(cls, given: Any) -> Any:
        """Lets an editor send back the whole tour that it was shown."""
        if not isinstance(given, dict):
            return given
        return {name: said for name, said in given.items() if name not in READ_ONLY}


class TourIn(TourChange):
    """A new tour."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": "Tea hills of Moc Chau",
                    "shortDescription": "Four slow days among tea and plum blossom.",
                    "styles": ["Culture"],
                    "destinationCountries": ["Vietnam"],
                    "priority": 50,
                    "durationDays": 4,
                    "priceFrom": 540,
                    "rating": 4.7,
                    "highlights": ["Tea picking at dawn"],
                    "seasonality": "January to March",
                }
            ]
        }
    )
    title: Title
    short_description: Text
    duration_days: Days
    price_from: WholeDollars


class TourImageIn(Incoming):
    """A picture, in base 64; any common format."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"filename": "hills.jpg", "data_base64": "iVBORw0KGgo="}]}
    )
    filename: Annotated[str, StringConstraints(min_length=1, max_length=255)]
    data_base64: Annotated[str, StringConstraints(min_length=1, max_length=LARGEST_UPLOAD)]


class TourOut(TourCard):
    """A tour with what only staff see."""

    published: bool
    days: list[dict[str, Any]]


class TourDetail(Outgoing):
    """One tour."""

    tour: TourOut


class TourFilters(Outgoing):
    """What was asked for; null is everything."""

    destination: str | None
    style: str | None
    search: str | None


class TourPageOut(Outgoing):
    """A page of tours, and the countries and styles that occur in the whole catalog."""

    items: list[TourOut]
    total: int
    page: int
    page_size: int
    total_pages: int
    filters: TourFilters
    sort: TourSort
    available_destinations: list[str]
    available_styles: list[str]


def tour_out(tour: Tour) -> TourOut:
    """A tour as staff read it."""
    return TourOut(**card_of(tour), published=tour.published, days=tour.days)
