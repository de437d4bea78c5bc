"""Whoever a person is and whatever they wrote stands in no history, search attribute or log."""

import pytest

from tests.support import travellers
from tests.support.histories import everything_written
from tests.support.stack import WholeStack
from tests.support.travellers import Played

FREE_TEXTS = [
    travellers.REASON,
    travellers.WISH,
    travellers.NOTE,
    travellers.CANCELLED,
    travellers.NO_ROOMS,
]
LOGS = ("worker", "api")


def personal(played: Played) -> list[str]:
    """Travellers, staff, guides and suppliers, with their addresses, numbers and words."""
    stored = [
        value
        for table, columns in {
            "staff": "name, email, phone",
            "guides": "name, email, phone",
            "partners": "name, email",
            "customers": "name, email, phone",
        }.items()
        for row in played.stack.rows(f"SELECT {columns} FROM {table}")  # noqa: S608 - constants
        for value in row.values()
        if value
    ]
    return FREE_TEXTS + stored + [word for each in played.people for word in each.words]


def found(words: list[str], text: str) -> list[str]:
    lowered = text.lower()
    return [word for word in words if word.lower() in lowered]


async def test_the_words_of_people_are_stored_where_they_belong(played: Played) -> None:
    dumped = str(played.stack.rows("SELECT body FROM remarks")) + str(
        played.stack.rows("SELECT notes FROM bookings")
    )
    assert found(FREE_TEXTS, dumped) == FREE_TEXTS


async def test_no_person_stands_in_a_history_or_search_attribute(played: Played) -> None:
    text = await everything_written(played.stack)
    assert played.whole.booking_id in text
    assert found(personal(played), text) == []


@pytest.mark.parametrize("name", LOGS)
async def test_no_person_stands_in_a_log(played: Played, name: str) -> None:
    text = played.stack.log(name)
    assert text
    assert found(personal(played), text) == []


async def test_the_search_finds_what_is_there(stack: WholeStack, played: Played) -> None:
    assert found([played.whole.booking_id], await everything_written(stack)) != []
