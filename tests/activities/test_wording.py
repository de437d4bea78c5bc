"""How values read in messages and documents."""

from datetime import UTC, date, datetime

import pytest

from activities import wording
from activities.messaging import _addressee


def test_an_instant_names_its_zone() -> None:
    at = datetime(2026, 12, 6, 20, 30, tzinfo=UTC)
    assert wording.moment(at) == "Monday 7 December 2026, 03:30 (Vietnam time, UTC+7)"


@pytest.mark.parametrize(("text", "words"), [("2030-03", "March 2030"), ("soon", "soon")])
def test_a_month_reads_well_and_other_words_stay(text: str, words: str) -> None:
    assert wording.month(text) == words


def test_the_days_of_a_trip_count_from_departure() -> None:
    assert wording.trip_day(date(2030, 2, 28), 2) == date(2030, 3, 1)


@pytest.mark.parametrize(("total", "percent", "vat"), [(11_000, 10, 1_000), (999, 8, 74)])
def test_the_vat_inside_a_total_is_rounded_once(total: int, percent: float, vat: int) -> None:
    assert wording.included_vat(total, percent) == vat


@pytest.mark.parametrize(
    ("name", "addressed"),
    [
        ("Lê Thị Mai", "Lê Thị Mai <mai@guides.example>"),
        ('Jo "J." O\'Neil, jr', '"Jo \\"J.\\" O\'Neil, jr" <mai@guides.example>'),
        ("Eve\r\nBcc: all", '"Eve Bcc: all" <mai@guides.example>'),
        ("", "mai@guides.example"),
    ],
)
def test_an_addressee_keeps_their_name(name: str, addressed: str) -> None:
    assert _addressee(name, "mai@guides.example") == addressed
