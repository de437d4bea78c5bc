"""What changed between two versions of a quote, as JSON."""

from datetime import date

from api.staff.wire import Outgoing
from models.domain.quote_diff import without
from models.store.quote_comparison import Comparison


class FieldChangeOut(Outgoing):
    """A field before and after; amounts in minor units, dates as in the version."""

    name: str
    before: str | int | date | None
    after: str | int | date | None


class ComparedDay(Outgoing):
    """A day of the itinerary."""

    place: str
    title: str
    text: str


class ComparedLine(Outgoing):
    """A service; amounts in minor units. Costs are null for whoever may not see them."""

    day: int
    nights: int
    kind: str
    description: str
    partner_id: str | None
    rate_card_id: str | None
    quantity: int
    unit_price_minor: int
    cost_minor: int | None
    cost_currency: str | None


class PlacedDay(Outgoing):
    """A day that is gone or new, and where it stood or stands, counted from 0."""

    at: int
    item: ComparedDay


class PlacedLine(Outgoing):
    """A service that is gone or new, and where it stood or stands, counted from 0."""

    at: int
    item: ComparedLine


class ChangedDay(Outgoing):
    """A day of both versions that is different or elsewhere, as it was before."""

    before_at: int
    after_at: int
    moved: bool
    before: ComparedDay
    changes: list[FieldChangeOut]


class ChangedLine(Outgoing):
    """A service of both versions that is different or elsewhere, as it was before."""

    before_at: int
    after_at: int
    moved: bool
    before: ComparedLine
    changes: list[FieldChangeOut]


class DayChanges(Outgoing):
    """What became of the days."""

    removed: list[PlacedDay]
    added: list[PlacedDay]
    changed: list[ChangedDay]


class LineChanges(Outgoing):
    """What became of the services."""

    removed: list[PlacedLine]
    added: list[PlacedLine]
    changed: list[ChangedLine]


class ComparisonOut(Outgoing):
    """Two versions compared. `difference_minor` is null where the currencies differ."""

    from_version: int
    to_version: int
    from_total_minor: int
    from_currency: str
    to_total_minor: int
    to_currency: str
    difference_minor: int | None
    fields: list[FieldChangeOut]
    days: DayChanges
    lines: LineChanges


def comparison_out(found: Comparison, hidden: frozenset[str]) -> ComparisonOut:
    """A comparison as the API shows it, without the hidden fields of its lines."""
    changes = without(found.changes, hidden)
    return ComparisonOut(
        from_version=found.before.version,
        to_version=found.after.version,
        from_total_minor=changes.before[0],
        from_currency=changes.before[1],
        to_total_minor=changes.after[0],
        to_currency=changes.after[1],
        difference_minor=changes.difference_minor,
        fields=[FieldChangeOut.model_validate(one) for one in changes.fields],
        days=DayChanges.model_validate(changes.days),
        lines=LineChanges.model_validate(changes.lines),
    )
