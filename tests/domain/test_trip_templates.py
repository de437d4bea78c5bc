"""What a version leaves behind as a template, and what comes of it in another quote."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from models.domain.errors import InvalidInputError
from models.domain.pricing.markup import MarkupKind
from models.domain.quote_draft import DraftDay, DraftLine, QuoteDraft
from models.domain.stages import ServiceKind
from models.domain.template_use import (
    NoteKind,
    Supplies,
    Supply,
    elsewhere,
    put_in,
    trip_of,
)
from models.domain.trip_templates import (
    TemplateContent,
    content_of,
    content_of_days,
    days_that_name,
    without_names,
)

HOTEL = DraftLine(1, 2, ServiceKind.HOTEL, "Old quarter hotel", "partner_1", "rate_1", 2, 9_000)
WALK = DraftLine(2, 0, ServiceKind.ACTIVITY, "Walk", None, None, 2, 2_500)
DAYS = tuple(DraftDay("Hanoi", title, "") for title in ("Arrival", "Lakes", "Farewell"))
DRAFT = QuoteDraft(
    "North", "Dear guests", "USD", date(2027, 3, 2), date(2027, 3, 4), 2, "", DAYS, (HOTEL, WALK)
)
EMPTY = replace(DRAFT, title="New", days=(), lines=())
IN_USE: Supplies = {0: Supply(("rate_2",))}
ON = date(2027, 12, 30)


def day(title: str) -> DraftDay:
    """A day of this title."""
    return DraftDay("Hue", title, "")


def test_a_service_of_a_card_forgets_its_price_and_one_without_keeps_it() -> None:
    hotel, walk = content_of(DRAFT).lines
    assert (hotel.rate_card_id, hotel.quantity, hotel.unit_price_minor) == ("rate_1", 1, None)
    assert (walk.quantity, walk.unit_price_minor) == (2, 2_500)


@pytest.mark.parametrize(
    ("kind", "percent", "price", "kept"),
    [
        (MarkupKind.MARGIN, Decimal(30), None, MarkupKind.MARGIN),
        (MarkupKind.FIXED, None, 70_000, None),
    ],
)
def test_a_markup_in_percent_stays_and_a_fixed_price_of_a_card_does_not(
    kind: MarkupKind, percent: Decimal | None, price: int | None, kept: MarkupKind | None
) -> None:
    listed = replace(
        HOTEL, unit_price_minor=None, markup_kind=kind, markup_percent=percent, price_minor=price
    )
    (line,) = content_of(replace(DRAFT, lines=(listed,))).lines
    assert (line.markup_kind, line.markup_percent, line.price_minor) == (kept, percent, None)


def test_nothing_is_no_template() -> None:
    with pytest.raises(InvalidInputError, match="no days and no services"):
        content_of(EMPTY)


def test_sixty_days_are_a_template_and_one_more_is_none() -> None:
    assert content_of_days("Long", "", [day("x")] * 60).length_days == 60
    with pytest.raises(InvalidInputError, match="at most 60 days, not 61"):
        content_of_days("Long", "", [day("x")] * 61)


def test_a_stay_counts_for_the_length_of_a_template() -> None:
    content = content_of(replace(DRAFT, days=DAYS[:1], lines=(replace(HOTEL, day=4, nights=3),)))
    assert content.length_days == 7
    assert [one.title for one in content.written_out] == ["Arrival", *["Hanoi"] * 6]


@pytest.mark.parametrize(
    ("text", "people", "named"),
    [
        ("Dear AMÉLIE, welcome", "Amélie Laurent", True),
        ("Laurentian hills", "Amélie Laurent", False),
        ("We go to Vu Linh", "Vu Thi", False),
    ],
)
def test_texts_that_name_the_customer_do_not_stay(text: str, people: str, *, named: bool) -> None:
    content = replace(content_of(DRAFT), title=text, intro=text)
    found = without_names(content, "Template", people)
    assert (found.title == "Template", found.intro == "") == (named, named)


def test_days_that_name_the_customer_are_told() -> None:
    content = content_of_days("x", "", [day("Walk"), day("Anna's birthday")])
    assert days_that_name(content, "Anna Berg") == [2]


def test_a_template_starts_a_trip_on_its_day_at_the_cards_in_use() -> None:
    filled = trip_of(content_of(DRAFT), IN_USE, departure_on=ON, travelers=2, currency="USD")
    draft = filled.draft
    assert (draft.title, draft.departure_on, draft.return_on) == ("North", ON, date(2028, 1, 1))
    assert [(line.day, line.rate_card_id) for line in draft.lines] == [(1, "rate_2"), (2, None)]
    assert filled.notes == ()


@pytest.mark.parametrize(
    ("supply", "kind", "card"),
    [
        (Supply(("rate_2",), NoteKind.NO_RATE), NoteKind.NO_RATE, "rate_2"),
        (Supply((), NoteKind.SUPPLIER_INACTIVE), NoteKind.SUPPLIER_INACTIVE, None),
    ],
)
def test_what_has_no_rate_comes_in_and_says_so(
    supply: Supply, kind: NoteKind, card: str | None
) -> None:
    filled = trip_of(content_of(DRAFT), {0: supply}, departure_on=ON, travelers=2, currency="USD")
    hotel = filled.draft.lines[0]
    assert (hotel.rate_card_id, hotel.unit_price_minor) == (card, None)
    (note,) = filled.notes
    assert (note.kind, note.line) == (kind, 1)
    assert note.reason.startswith("Old quarter hotel: ")


@pytest.mark.parametrize(
    ("currency", "travelers", "kind", "price"),
    [
        ("EUR", 2, NoteKind.OTHER_CURRENCY, None),
        ("USD", 5, NoteKind.OTHER_TRAVELERS, 2_500),
    ],
)
def test_a_price_by_hand_is_looked_at_for_others(
    currency: str, travelers: int, kind: NoteKind, price: int | None
) -> None:
    content = content_of(DRAFT)
    filled = trip_of(content, IN_USE, departure_on=ON, travelers=travelers, currency=currency)
    assert filled.draft.lines[1].unit_price_minor == price
    assert [(note.kind, note.line) for note in filled.notes] == [(kind, 2)]


def test_an_empty_draft_becomes_the_template() -> None:
    draft = put_in(EMPTY, content_of(DRAFT), IN_USE, after_day=9).draft
    assert (draft.title, draft.return_on) == ("North", date(2027, 3, 4))
    assert draft.days == DAYS


def test_days_are_put_in_after_the_chosen_one_and_the_others_are_later() -> None:
    content = TemplateContent("Hue", "", "USD", 2, (day("a"), day("b")), (replace(WALK, day=1),))
    filled = put_in(DRAFT, content, {}, after_day=1)
    draft = filled.draft
    assert [one.title for one in draft.days] == ["Arrival", "a", "b", "Lakes", "Farewell"]
    assert [(line.description, line.day) for line in draft.lines] == [
        ("Old quarter hotel", 1),
        ("Walk", 2),
        ("Walk", 4),
    ]
    assert (draft.title, draft.return_on) == ("North", date(2027, 3, 6))
    assert [(note.kind, note.line) for note in filled.notes] == [(NoteKind.STAY_OVER_DAYS, 1)]


def test_a_draft_has_only_the_days_it_has() -> None:
    with pytest.raises(InvalidInputError, match="the draft has 3 days"):
        put_in(DRAFT, content_of(DRAFT), IN_USE, after_day=4)


def test_a_trip_does_not_get_longer_than_sixty_days() -> None:
    content = content_of_days("Long", "", [day("x")] * 58)
    with pytest.raises(InvalidInputError, match="would have 61"):
        put_in(DRAFT, content, {}, after_day=0)


def test_a_quote_does_not_get_more_than_a_hundred_services() -> None:
    content = TemplateContent("Many", "", "USD", 2, (), (replace(WALK, day=1),) * 99)
    with pytest.raises(InvalidInputError, match="at most 100 services"):
        put_in(DRAFT, content, {}, after_day=0)


@pytest.mark.parametrize(
    ("template", "booking", "warned"),
    [
        ("Vietnam", "vietnam and Laos", False),
        ("Laos", "Vietnam", True),
        ("", "Vietnam", False),
        ("Laos", "", False),
    ],
)
def test_another_destination_is_a_warning(template: str, booking: str, *, warned: bool) -> None:
    assert (elsewhere(template, booking) is not None) == warned
