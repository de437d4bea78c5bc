"""What changed since the version before, as customers' programs read it."""

from datetime import date, time

from pydantic import BaseModel, ConfigDict
from pydantic.config import JsonDict

from api.public.quote_schemas import OfferedLine
from models.store.quote_comparison import Comparison

EXAMPLE: JsonDict = {
    "since_version": 2,
    "difference_minor": 2_000,
    "fields": [{"name": "travelers", "before": 4, "after": 5}],
    "days": {"removed": [], "added": [], "changed": []},
    "lines": {"removed": [], "added": [], "changed": []},
}


class _Read(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class OfferedFieldChange(_Read):
    """A field before and after; amounts in minor units."""

    name: str
    before: str | bool | int | date | time | None
    after: str | bool | int | date | time | None


class ItineraryDay(_Read):
    """A day of the itinerary."""

    place: str
    title: str
    text: str


class PlacedItineraryDay(_Read):
    """A day that is gone or new, and where it stood or stands, counted from 0."""

    at: int
    item: ItineraryDay


class PlacedOfferedLine(_Read):
    """A service that is gone or new."""

    at: int
    item: OfferedLine


class ChangedItineraryDay(_Read):
    """A day that is different or elsewhere, as it was before."""

    before_at: int
    after_at: int
    before: ItineraryDay
    changes: list[OfferedFieldChange]


class ChangedOfferedLine(_Read):
    """A service that is different or elsewhere, as it was before."""

    before_at: int
    after_at: int
    before: OfferedLine
    changes: list[OfferedFieldChange]


class ItineraryChanges(_Read):
    """What became of the days."""

    removed: list[PlacedItineraryDay] = []
    added: list[PlacedItineraryDay] = []
    changed: list[ChangedItineraryDay] = []


class OfferedLineChanges(_Read):
    """What became of the services."""

    removed: list[PlacedOfferedLine] = []
    added: list[PlacedOfferedLine] = []
    changed: list[ChangedOfferedLine] = []


class QuoteChangesOut(_Read):
    """What changed since `since_version`, which is null where this is the first version.

    `difference_minor` is how much more it costs, null where the currencies differ.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    since_version: int | None = None
    difference_minor: int | None = None
    fields: list[OfferedFieldChange] = []
    days: ItineraryChanges = ItineraryChanges()
    lines: OfferedLineChanges = OfferedLineChanges()


def changes_out(found: Comparison | None) -> QuoteChangesOut:
    """A comparison as JSON."""
    if found is None:
        return QuoteChangesOut()
    return QuoteChangesOut(
        since_version=found.before.version,
        difference_minor=found.changes.difference_minor,
        fields=[OfferedFieldChange.model_validate(one) for one in found.changes.fields],
        days=ItineraryChanges.model_validate(found.changes.days),
        lines=OfferedLineChanges.model_validate(found.changes.lines),
    )
