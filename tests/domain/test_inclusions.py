"""What the services of a quote cover."""

from models.domain.inclusions import Service, Stay, covered_by
from models.domain.rates import Meals
from models.domain.stages import ServiceKind

HOTEL, CRUISE, GUIDE = ServiceKind.HOTEL, ServiceKind.CRUISE, ServiceKind.GUIDE


def test_nights_of_one_board_are_added_up_and_others_stand_apart() -> None:
    found = covered_by(
        [
            Service(HOTEL, 1, 2, Meals.BREAKFAST),
            Service(CRUISE, 3, 1, Meals.FULL_BOARD),
            Service(HOTEL, 4, 3, Meals.BREAKFAST),
            Service(HOTEL, 7, 1),
        ]
    )
    assert found.stays == (
        Stay(HOTEL, Meals.BREAKFAST, 5),
        Stay(HOTEL, None, 1),
        Stay(CRUISE, Meals.FULL_BOARD, 1),
    )
    assert found.kinds == frozenset()


def test_two_rooms_in_the_same_nights_are_these_nights_once() -> None:
    rooms = [Service(HOTEL, 1, 3, Meals.BREAKFAST), Service(HOTEL, 2, 3, Meals.BREAKFAST)]
    assert covered_by(rooms).stays == (Stay(HOTEL, Meals.BREAKFAST, 4),)


def test_what_has_no_nights_is_of_its_kind() -> None:
    found = covered_by([Service(GUIDE, 1), Service(HOTEL, 1), Service(GUIDE, 2, 3)])
    assert (found.stays, found.kinds) == ((), frozenset({GUIDE, HOTEL}))


def test_nothing_covers_nothing() -> None:
    found = covered_by([])
    assert (found.stays, found.kinds) == ((), frozenset())
