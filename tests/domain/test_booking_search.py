"""What a search means, what a mistyped word may have meant, and cells that are no formulas."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.domain.search_terms import MOST_TERMS, Term, search_terms
from models.domain.spelling import closest, correctable, neighbours, slips
from models.domain.spreadsheets import harmless

WORDS = st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=9)


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("+33 6 12 34", ["+3361234"]),
        ("0049 (176) 12-34", ["+491761234"]),
        ("0912 345 678", ["+912345678"]),
        ("1234", ["1234"]),
        ("amelie@exam", ["amelie@exam"]),
        ("@example.org", ["@example.org"]),
        ("@", []),
        ("atp-7k2m-9q", ["7k2m", "9q"]),
        ("o'brien, dublin!", ["o", "brien", "dublin"]),
        ("nguyen nguyen", ["nguyen"]),
        ("100%", ["100"]),
        ("_ % &", []),
        ("", []),
    ],
)
def test_a_line_of_text_is_read_as_numbers_addresses_and_words(
    typed: str, terms: list[str]
) -> None:
    assert [term.text for term in search_terms(typed)] == terms


def test_a_single_letter_is_a_word_and_numbers_are_meant_as_typed() -> None:
    assert search_terms("y 2027 dien") == [
        Term("y", whole=True),
        Term("2027"),
        Term("dien", correctable=True),
    ]


def test_a_search_has_no_more_terms_than_can_be_looked_for() -> None:
    assert len(search_terms(" ".join(f"word{n}" for n in range(50)))) == MOST_TERMS


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("nguyne", ["nguyen"]),
        ("nguen", ["nguyen"]),
        ("ngguyen", ["nguyen"]),
        ("nguyan", ["nguyen"]),
        ("dein", ["dien"]),
        ("andreson", ["andersson"]),
        ("duboix", ["dubois"]),
        ("xyzzy", []),
        ("diam", []),
    ],
)
def test_the_words_with_the_fewest_slips_are_meant(typed: str, meant: list[str]) -> None:
    assert closest(typed, ["nguyen", "dien", "andersson", "dubois", "hoang"]) == meant


def test_short_words_and_numbers_are_not_corrected() -> None:
    assert [correctable(word) for word in ("le", "kim", "dien", "2027")] == [False] * 2 + [
        True,
        False,
    ]


@given(WORDS)
def test_a_neighbour_is_one_slip_away(word: str) -> None:
    found = neighbours(word)
    assert word not in found
    assert all(slips(word, other) == 1 for other in sorted(found)[::17])


@given(WORDS, WORDS)
def test_slips_are_counted_alike_from_both_sides(one: str, other: str) -> None:
    assert slips(one, other) == slips(other, one)
    assert (slips(one, other) == 0) == (one == other)
    assert slips(one, other) <= max(len(one), len(other))


@pytest.mark.parametrize(
    "text", ["=1+1", "+33 6", "-2", "@SUM(A1)", "\t=1", "\r=1", "  =cmd|' /C calc'!A0", "\uff1d1"]
)
def test_what_may_be_a_formula_becomes_text(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["Nguyễn Văn Điện", "2027-03", "", "a=b"])
def test_what_is_text_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text
