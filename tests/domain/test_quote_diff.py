"""What changed between two versions of a quote."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from models.domain.quote_diff import (
    FieldChange,
    Offer,
    OfferedDay,
    OfferedLine,
    apply,
    diff,
    discount_basis_points,
    for_customers,
)

HOTEL = OfferedLine(1, "HOTEL", "Deluxe double, La Siesta", 2, 9_500, 2, "partner_1", "rate_1")
GUIDE = OfferedLine(1, "GUIDE", "French-speaking guide", 1, 54_000, cost_minor=40_000)
BOAT = OfferedLine(3, "CRUISE", "Orchid cruise, two cabins", 2, 39_000, 1)
HANOI = OfferedDay("Hanoi", "Arrival", "Transfer to the old quarter")
BAY = OfferedDay("Ha Long Bay", "On board", "Limestone towers")
HUE = OfferedDay("Hue", "The citadel", "Emperors and gardens")
FIRST = Offer(
    title="Slow north",
    intro="",
    currency="USD",
    departure_on=date(2027, 3, 2),
    return_on=date(2027, 3, 10),
    travelers=2,
    days=(HANOI, BAY),
    lines=(HOTEL, GUIDE, BOAT),
)

words = st.text("abc ", max_size=6)
days = st.builds(OfferedDay, words, words, words, words)
lines = st.builds(
    OfferedLine,
    day=st.integers(1, 4),
    kind=st.sampled_from(["HOTEL", "GUIDE"]),
    description=words,
    quantity=st.integers(1, 3),
    unit_price_minor=st.integers(0, 500),
    nights=st.integers(0, 2),
    partner_id=st.none() | st.sampled_from(["partner_1", "partner_2"]),
    rate_card_id=st.none() | st.just("rate_1"),
    cost_minor=st.none() | st.integers(0, 500),
)
offers = st.builds(
    Offer,
    title=words,
    intro=words,
    currency=st.sampled_from(["USD", "VND"]),
    departure_on=st.dates(date(2027, 1, 1), date(2027, 1, 3)),
    return_on=st.dates(date(2027, 1, 4), date(2027, 1, 6)),
    travelers=st.integers(1, 4),
    days=st.lists(days, max_size=5).map(tuple),
    lines=st.lists(lines, max_size=6).map(tuple),
    included=words,
    excluded=words,
    cover=words,
)


@given(offers, offers)
def test_the_changes_make_the_later_version_out_of_the_earlier_one(
    one: Offer, other: Offer
) -> None:
    assert apply(diff(one, other), one) == other


@given(offers, offers, offers)
def test_the_changes_of_two_steps_lead_where_the_changes_of_one_lead(
    one: Offer, middle: Offer, last: Offer
) -> None:
    by_two = apply(diff(middle, last), apply(diff(one, middle), one))
    assert by_two == apply(diff(one, last), one) == last


@given(offers, offers)
def test_the_difference_is_what_the_lines_come_to_more(one: Offer, other: Offer) -> None:
    before, after = (
        sum(line.quantity * line.unit_price_minor for line in offer.lines) for offer in (one, other)
    )
    found = diff(one, other).difference_minor
    assert found == (after - before if one.currency == other.currency else None)


@given(offers)
def test_nothing_has_changed_in_a_copy(offer: Offer) -> None:
    found = diff(offer, offer)
    assert found.empty
    assert found.difference_minor == 0


@given(offers, st.randoms())
def test_another_order_is_neither_added_nor_removed(offer: Offer, chance: st.DataObject) -> None:
    shuffled = list(offer.lines)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # a Random by its strategy
    found = diff(offer, replace(offer, lines=tuple(shuffled))).lines
    assert (found.added, found.removed) == ((), ())
    assert not any(one.changes for one in found.kept)


@given(offers, offers)
def test_everything_is_kept_added_or_removed_once(one: Offer, other: Offer) -> None:
    found = diff(one, other).lines
    assert len(found.kept) + len(found.removed) == len(one.lines)
    assert len(found.kept) + len(found.added) == len(other.lines)


@given(offers, offers)
def test_customers_are_told_neither_costs_nor_suppliers(one: Offer, other: Offer) -> None:
    told = repr(for_customers(diff(one, other)))
    assert "partner_1" not in told
    assert "rate_1" not in told
    assert all(f"cost_minor={number}," not in told for number in range(500))


def test_dates_travellers_and_the_title_are_told_field_by_field() -> None:
    later = replace(FIRST, departure_on=date(2027, 3, 4), travelers=3)
    assert diff(FIRST, later).fields == (
        FieldChange("departure_on", date(2027, 3, 2), date(2027, 3, 4)),
        FieldChange("travelers", 2, 3),
    )


def test_a_service_that_was_changed_is_told_by_what_is_different() -> None:
    better = replace(HOTEL, description="Suite, La Siesta", unit_price_minor=12_000)
    found = diff(FIRST, replace(FIRST, lines=(better, GUIDE, BOAT)))
    (changed,) = found.lines.changed
    assert [one.name for one in changed.changes] == ["description", "unit_price_minor"]
    assert found.difference_minor == 5_000
    assert (found.lines.added, found.lines.removed) == ((), ())


def test_a_service_in_the_place_of_another_kind_is_one_gone_and_one_new() -> None:
    flight = OfferedLine(3, "FLIGHT", "Orchid cruise, two cabins", 2, 39_000)
    found = diff(FIRST, replace(FIRST, lines=(HOTEL, GUIDE, flight))).lines
    assert [one.item for one in found.removed] == [BOAT]
    assert [one.item for one in found.added] == [flight]


def test_a_day_that_comes_earlier_was_moved_and_the_others_were_not() -> None:
    before = replace(FIRST, days=(HANOI, BAY, HUE))
    found = diff(before, replace(FIRST, days=(HUE, HANOI, BAY))).days
    assert [(one.before.place, one.before_at, one.after_at) for one in found.changed] == [
        ("Hue", 2, 0)
    ]


def test_twins_stay_themselves() -> None:
    twins = replace(FIRST, lines=(HOTEL, HOTEL))
    found = diff(twins, replace(FIRST, lines=(HOTEL, HOTEL, HOTEL))).lines
    assert (len(found.kept), len(found.added), found.changed) == (2, 1, ())


def test_what_only_we_know_is_no_change_for_customers() -> None:
    dearer = replace(GUIDE, cost_minor=45_000, partner_id="partner_9")
    found = diff(FIRST, replace(FIRST, lines=(HOTEL, dearer, BOAT)))
    assert not found.empty
    assert for_customers(found).empty


def test_other_currencies_have_no_difference() -> None:
    found = diff(FIRST, replace(FIRST, currency="EUR"))
    assert (found.difference_minor, discount_basis_points(found)) == (None, None)


def test_a_discount_is_what_the_same_services_cost_less() -> None:
    cheaper = replace(GUIDE, unit_price_minor=43_200)
    alone = replace(FIRST, lines=(GUIDE,))
    assert discount_basis_points(diff(alone, replace(alone, lines=(cheaper,)))) == 2_000
    assert discount_basis_points(diff(alone, replace(alone, lines=(cheaper, BOAT)))) == 2_000
    assert discount_basis_points(diff(alone, alone)) == 0
    assert discount_basis_points(diff(alone, replace(alone, lines=()))) is None
