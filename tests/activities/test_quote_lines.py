"""What readers are told of a line: its own words, and what its price is for in their language."""

from typing import Any

import pytest

from activities.quote_lines import counts, service
from activities.speaking import speaking
from models.tables.quote import QuoteLine

STAY: dict[str, Any] = {
    "costs": [
        {
            "rows": [
                {"first_on": "2027-06-10", "charge": "DOUBLE", "count": 2},
                {"first_on": "2027-06-10", "charge": "SINGLE", "count": 1},
                {"first_on": "2027-06-12", "charge": "DOUBLE", "count": 2},
            ]
        }
    ]
}


def a_line(**differing: Any) -> QuoteLine:
    priced = {"wanted": {"description": "Lotus House"}, "priced_from": STAY}
    return QuoteLine(description="Lotus House (2 x double)", **(priced | differing))


def test_a_priced_line_is_told_in_the_words_it_was_given() -> None:
    assert service(a_line()) == "Lotus House"
    assert service(QuoteLine(description="A boat")) == "A boat"


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "2 x double or twin room, 1 x single room"),
        ("de", "2 x Doppelzimmer, 1 x Einzelzimmer"),
        ("vi", "2 x phòng đôi, 1 x phòng đơn"),
    ],
)
def test_rooms_are_counted_once_in_the_readers_language(language: str, expected: str) -> None:
    with speaking(language):
        assert counts(a_line()) == expected


def test_what_was_typed_by_hand_counts_for_itself() -> None:
    assert counts(a_line(wanted=None)) == ""
    assert counts(a_line(priced_from=None)) == ""
