"""Who is proposed for a booking, and the reasons that are told."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.domain.assignment import SENTENCES, Candidate, Leave, Proposal, Wanted, rank
from models.domain.staffed_hours import Shift, StaffedHours

NOON = datetime(2026, 11, 23, 5, tzinfo=UTC)
"""Midday in Hanoi, a Monday."""
NIGHT = datetime(2026, 11, 23, 15, tzinfo=UTC)
FRENCH_VIETNAM = Wanted("Vietnam", "French")
LINH = Candidate("staff_1", "Linh", ("Vietnam",), ("English", "French"))
MARC = Candidate("staff_2", "Marc", ("Thailand",), ("French",))


def only(wanted: Wanted, one: Candidate, now: datetime = NOON) -> Proposal:
    (found,) = rank(wanted, [one], now)
    return found


def texts(found: Proposal) -> list[str]:
    return [reason.text for reason in found.reasons]


def test_whoever_knows_the_place_and_speaks_the_language_comes_first() -> None:
    found = rank(FRENCH_VIETNAM, [MARC, LINH], NOON)
    assert [one.candidate.name for one in found] == ["Linh", "Marc"]
    assert texts(found[0]) == [
        "Knows Vietnam", "Speaks French", "Has no open booking", "Is at work now",
    ]  # fmt: skip
    assert "Has not named Vietnam" in texts(found[1])


def test_of_equals_the_one_with_fewer_open_bookings_comes_first() -> None:
    busy, free = replace(LINH, open_bookings=9), replace(LINH, name="Zoe", open_bookings=1)
    found = rank(FRENCH_VIETNAM, [busy, free], NOON)
    assert [one.candidate.name for one in found] == ["Zoe", "Linh"]
    assert "Has 9 open bookings" in texts(found[1])
    assert "Has 1 open booking" in texts(found[0])


def test_whoever_is_away_comes_last_and_it_is_said_until_when() -> None:
    away = Leave(date(2026, 11, 20), date(2026, 11, 24))
    more = Leave(date(2026, 11, 25), date(2026, 11, 27))
    found = rank(FRENCH_VIETNAM, [replace(LINH, leaves=(more, away)), MARC], NOON)
    assert [one.candidate.name for one in found] == ["Marc", "Linh"]
    assert not found[1].available
    assert texts(found[1])[-1] == "Is away until 2026-11-27"


@pytest.mark.parametrize(
    ("starts", "ends", "available"),
    [(23, 23, False), (22, 22, True), (24, 30, True), (20, 24, False)],
)
def test_leave_counts_in_whole_days_of_the_offices_zone(
    starts: int, ends: int, available: bool
) -> None:
    leave = Leave(date(2026, 11, starts), date(2026, 11, ends))
    late = datetime(2026, 11, 22, 17, 30, tzinfo=UTC)
    assert only(FRENCH_VIETNAM, replace(LINH, leaves=(leave,)), late).available is available


def test_whoever_leaves_within_three_days_is_proposed_less() -> None:
    leaving = replace(LINH, leaves=(Leave(date(2026, 11, 25), date(2026, 11, 30)),))
    found = only(FRENCH_VIETNAM, leaving)
    assert found.score == only(FRENCH_VIETNAM, LINH).score - 15
    assert "Leaves on 2026-11-25" in texts(found)


def test_outside_the_hours_it_is_said_when_they_are_back() -> None:
    found = only(FRENCH_VIETNAM, LINH, NIGHT)
    assert texts(found)[-1] == "Is at work again on 2026-11-24 at 08:00"
    early = StaffedHours(shifts=(Shift(0, time(20), time(0)),))
    assert texts(only(FRENCH_VIETNAM, replace(LINH, hours=early), NIGHT))[-1] == "Is at work now"
    never = replace(LINH, hours=StaffedHours(shifts=()))
    assert texts(only(FRENCH_VIETNAM, never))[-1] == "Has no working hours"


def test_a_language_that_is_none_asks_for_nothing() -> None:
    for language in (None, "", "Other"):
        assert not [
            text for text in texts(only(Wanted("Vietnam", language), LINH)) if "Speaks" in text
        ]


def test_a_trip_through_several_countries_wants_somebody_who_knows_several() -> None:
    several = replace(LINH, destinations=("Vietnam", "Laos"))
    found = rank(Wanted("Multi-country"), [MARC, several], NOON)
    assert found[0].candidate is several
    assert "Knows Vietnam, Laos" in texts(found[0])


candidates = st.builds(
    Candidate,
    staff_id=st.uuids().map(str),
    name=st.sampled_from(["An", "Binh", "Chi"]),
    destinations=st.lists(st.sampled_from(["Vietnam", "Laos"]), unique=True).map(tuple),
    languages=st.lists(st.sampled_from(["French", "German"]), unique=True).map(tuple),
    open_bookings=st.integers(0, 40),
    leaves=st.lists(
        st.dates(date(2026, 11, 1), date(2026, 12, 1)).map(lambda day: Leave(day, day)), max_size=3
    ).map(tuple),
)


@given(st.lists(candidates, max_size=6), st.randoms())
def test_everybody_is_ranked_once_whatever_the_order_they_are_named_in(
    people: list[Candidate], random: object
) -> None:
    found = rank(FRENCH_VIETNAM, people, NOON)
    shuffled = list(people)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # Hypothesis' own random
    assert rank(FRENCH_VIETNAM, shuffled, NOON) == found
    assert sorted(one.candidate.staff_id for one in found) == sorted(p.staff_id for p in people)
    assert all(reason.template in SENTENCES for one in found for reason in one.reasons)
    available = [one.available for one in found]
    assert available == sorted(available, reverse=True)
    for group in (True, False):
        scores = [one.score for one in found if one.available is group]
        assert scores == sorted(scores, reverse=True)


@given(candidates, st.integers(0, 40))
def test_more_load_never_helps(one: Candidate, more: int) -> None:
    rival = replace(LINH, open_bookings=100)
    light = next(p for p in rank(FRENCH_VIETNAM, [one, rival], NOON) if p.candidate is one)
    loaded = replace(one, open_bookings=one.open_bookings + more)
    heavy = next(p for p in rank(FRENCH_VIETNAM, [loaded, rival], NOON) if p.candidate is loaded)
    assert heavy.score <= light.score
