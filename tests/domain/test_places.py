"""The map of a trip: which places are known, and that every one of them is on it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.domain.places import PLACES, coordinates, plain_name, route


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Hội An", "hoi an"),
        ("Đà Nẵng, Việt Nam", "da nang viet nam"),
        ("Hà Nội - Hạ Long", "ha noi ha long"),
        ("", ""),
    ],
)
def test_a_name_is_compared_without_its_accents(name: str, plain: str) -> None:
    assert plain_name(name) == plain


@pytest.mark.parametrize("name", ["Ha Long Bay", "Vịnh Hạ Long", "ha long"])
def test_a_place_is_known_by_part_of_its_name(name: str) -> None:
    assert coordinates(name) == PLACES["ha long"]


@pytest.mark.parametrize("name", ["", "Paris", "Huesca", "Kepler"])
def test_other_places_are_not_guessed(name: str) -> None:
    assert coordinates(name) is None


@pytest.mark.parametrize("days", [[], ["Hanoi"], ["Hanoi", "Hà Nội"], ["Paris", "Rome"]])
def test_less_than_two_places_are_no_route(days: list[str]) -> None:
    assert route(days) is None


def test_a_place_that_is_met_again_is_one_stop_and_the_line_goes_back_to_it() -> None:
    drawn = route(["Hanoi", "Hanoi", "Ha Long Bay", "Atlantis", "Hanoi", "Hoi An"])
    assert drawn is not None
    assert [(stop.number, stop.name) for stop in drawn.stops] == [
        (1, "Hanoi"),
        (2, "Ha Long Bay"),
        (3, "Hoi An"),
    ]
    assert drawn.path.count("L") == 3


@given(st.lists(st.sampled_from(sorted(PLACES)), max_size=20))
def test_every_stop_lies_within_the_drawing(days: list[str]) -> None:
    drawn = route(days)
    if drawn is None:
        return
    for stop in drawn.stops:
        assert 0 <= stop.x <= drawn.width
        assert 0 <= stop.y <= drawn.height
    numbers = [stop.number for stop in drawn.stops]
    assert numbers == list(range(1, len(numbers) + 1))
