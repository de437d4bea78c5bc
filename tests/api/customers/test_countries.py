"""The select of countries: which it offers, and in which order."""

import pytest

from api.pages.backoffice.customer_words import countries, country_name
from api.pages.reader import reader_of, reading
from models.domain.countries import COUNTRIES


def named(language: str) -> list[str]:
    """The names in a reader's language, below the empty choice."""
    with reading(reader_of(f"language={language}", "", "")):
        return [name for _, name in countries("-")[1:]]


def test_the_select_offers_every_country_once_and_nothing_else() -> None:
    offered = [code for code, _ in countries("Please choose")]
    assert offered[0] == ""
    assert sorted(offered[1:]) == sorted(COUNTRIES)


@pytest.mark.parametrize(
    ("language", "neighbours"),
    [
        ("en", ["Afghanistan", "Åland Islands", "Albania"]),
        ("en", ["Cuba", "Curaçao", "Cyprus"]),
        ("en", ["Kiribati", "Kosovo", "Kuwait"]),
        ("vi", ["Ai Cập", "Albania", "Algeria", "Ấn Độ", "Andorra"]),
        ("vi", ["Djibouti", "Dominica", "Đặc khu Hành chính Hồng Kông, Trung Quốc"]),
        ("vi", ["Đài Loan", "Đan Mạch", "Đảo Bouvet"]),
        ("vi", ["Đức", "Ecuador"]),
    ],
)
def test_accents_do_not_move_a_name_and_vietnamese_has_a_letter_after_d(
    language: str, neighbours: list[str]
) -> None:
    names = named(language)
    first = names.index(neighbours[0])
    assert names[first : first + len(neighbours)] == neighbours


def test_names_are_in_the_language_whatever_the_formats() -> None:
    with reading(reader_of("language=en&formats=fr_FR", "", "")):
        assert country_name("DE") == "Germany"
