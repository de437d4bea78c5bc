"""The lists of what is included, drawn in words from the services of a quote."""

import pytest

from activities import speaking
from activities.quote_inclusions import CABINS, MISSING, OF_KINDS, ROOMS, drawn_from
from models.domain.inclusions import Service
from models.domain.rates import Meals
from models.domain.stages import ServiceKind

STAY = Service(ServiceKind.HOTEL, 1, 3, Meals.BREAKFAST)
FLIGHT = Service(ServiceKind.FLIGHT, 1)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("en", "Accommodation with breakfast, 3 nights"),
        ("de", "Unterkunft mit Frühstück, 3 Nächte"),
        ("fr", "Hébergement avec petit-déjeuner, 3 nuits"),
        ("es", "Alojamiento con desayuno, 3 noches"),
        ("vi", "Lưu trú kèm bữa sáng, 3 đêm"),
    ],
)
def test_a_stay_is_told_with_its_board_in_every_language(code: str, words: str) -> None:
    with speaking.speaking(code):
        assert drawn_from([STAY]).included == (words,)


def test_one_night_is_one_night() -> None:
    (text,) = drawn_from([Service(ServiceKind.CRUISE, 1, 1, Meals.FULL_BOARD)]).included
    assert text == "A cabin on board with full board, 1 night"


def test_every_kind_and_board_has_words() -> None:
    assert set(OF_KINDS) == set(ServiceKind)
    assert set(ROOMS) == set(CABINS) == {*Meals, None}


def test_what_is_not_there_is_not_included() -> None:
    assert drawn_from([STAY]).excluded == (
        "International and domestic flights",
        "Transfers and transport",
        "Guides",
        "Entrance fees, visits and activities",
        "Visa fees and travel insurance",
        "Meals and drinks that are not mentioned",
        "Personal expenses and tips",
    )


@pytest.mark.parametrize("kind", list(MISSING))
def test_what_is_there_is_not_called_missing(kind: ServiceKind) -> None:
    found = drawn_from([Service(kind, 1)])
    assert MISSING[kind] not in found.excluded
    assert OF_KINDS[kind] in found.included


def test_a_flight_among_the_services_leaves_the_others_out() -> None:
    found = drawn_from([FLIGHT])
    assert found.excluded[0].endswith("unless they are listed as a service")
    assert found.included == ("Flights that are listed as a service",)


def test_without_services_nothing_is_included() -> None:
    assert drawn_from([]).included == ()
