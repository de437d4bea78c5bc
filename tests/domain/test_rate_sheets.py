"""Sheets of rates: what cells may say, what becomes of each line, and that nothing is guessed."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.domain.errors import SheetRefusedError
from models.domain.money import minor_digits
from models.domain.rate_cells import (
    Cell,
    CellError,
    amount_in_words,
    read_amount,
    read_day,
    read_meals,
    read_number,
    read_text,
    read_weekdays,
    weekdays_in_words,
)
from models.domain.rate_sheets import MOST_ROWS, Verdict, judge, written
from models.domain.rates import EVERY_DAY, Meals
from tests.support.rates import card, full_card, row

HEAD: list[Cell] = ["Season", "From", "To", "Price", "Currency"]
LINE: list[Cell] = ["Green", "2027-05-01", "2027-09-30", "69.00", "USD"]


@pytest.mark.parametrize(
    ("cell", "currency", "minor"),
    [
        ("78", "USD", 7_800), ("78.5", "USD", 7_850), ("78,50", "USD", 7_850),
        ("1.234,50", "USD", 123_450), ("1,234.50", "USD", 123_450), ("1 234,5", "USD", 123_450),
        ("1,234", "USD", 123_400), ("1.234", "USD", 123_400), ("1'234'567", "VND", 1_234_567),
        ("2.350.000", "VND", 2_350_000), ("2,350,000", "VND", 2_350_000),
        ("2.900.000", "LAK", 2_900_000), (1150000, "LAK", 1_150_000), (78.1, "USD", 7_810),
        (0.1 + 0.2, "THB", 30), (Decimal("19.99"), "EUR", 1_999), ("0", "USD", 0),
        ("1\u00a0234", "USD", 123_400), (" 620 000 ", "VND", 620_000),
    ],
)  # fmt: skip
def test_amounts_are_read_as_people_write_them(cell: Cell, currency: str, minor: int) -> None:
    assert read_amount(cell, currency) == minor


@pytest.mark.parametrize(
    ("cell", "currency"),
    [
        ("-5", "USD"), (-5, "USD"),
        ("12.3456", "USD"), ("7,8.9,1", "USD"), ("1,23,456", "USD"), ("1.5", "VND"), (1.5, "LAK"),
        ("free", "USD"), (True, "USD"), (None, "USD"), (date(2027, 1, 1), "USD"), ("1e9", "USD"),
        (float("inf"), "USD"), (10**12, "VND"), ("1..5", "USD"), ("12a", "USD"),
    ],
)  # fmt: skip
def test_what_is_no_amount_is_told_so(cell: Cell, currency: str) -> None:
    with pytest.raises(CellError):
        read_amount(cell, currency)


@pytest.mark.parametrize(
    "cell",
    [
        "2027-12-31",
        "31.12.2027",
        "31/12/2027",
        date(2027, 12, 31),
        datetime(2027, 12, 31, 23, 0, tzinfo=UTC),
        46752,
        46752.0,
    ],
)
def test_days_are_read_as_people_and_programs_write_them(cell: Cell) -> None:
    assert read_day(cell) == date(2027, 12, 31)


@pytest.mark.parametrize(
    "cell", ["12/31/2027", "31.2.2027", "tomorrow", "", None, 7, True, "27-1-1"]
)
def test_what_is_no_day_is_told_so(cell: Cell) -> None:
    with pytest.raises(CellError, match="2027-12-31"):
        read_day(cell)


@pytest.mark.parametrize(
    ("cell", "days"),
    [
        ("", EVERY_DAY),
        ("all", EVERY_DAY),
        ("Mon-Thu", {1, 2, 3, 4}),
        ("Fri, Sat", {5, 6}),
        ("sat - mon", {6, 7, 1}),
        ("Monday Sunday", {1, 7}),
        (5, {5}),
        ("1 2 7", {1, 2, 7}),
    ],
)
def test_weekdays_are_words_ranges_or_numbers(cell: Cell, days: set[int]) -> None:
    assert read_weekdays(cell) == days


def test_other_words_are_refused() -> None:
    for cell, read in (("Fun-day", read_weekdays), ("XX", read_meals)):
        with pytest.raises(CellError):
            read(cell)
    for wrong in ("two", "-1", "1.5", True, "99999"):
        with pytest.raises(CellError):
            read_number(wrong, 1)
    with pytest.raises(CellError, match="too long"):
        read_text("x" * 121)
    assert read_text("High\x01 \n season") == "High season"
    assert (read_meals("hb"), read_meals(""), read_number(3.0, 1)) == (Meals.HALF_BOARD, None, 3)


@given(st.frozensets(st.integers(1, 7), min_size=1))
def test_weekdays_in_words_are_read_as_the_same_days(days: frozenset[int]) -> None:
    assert read_weekdays(weekdays_in_words(days)) == days


@given(st.integers(0, 10**10), st.sampled_from(["USD", "VND", "LAK", "THB"]))
def test_an_amount_in_words_is_read_as_the_same_amount(minor: int, currency: str) -> None:
    assert read_amount(amount_in_words(minor, currency), currency) == minor
    assert minor_digits(currency) in {0, 2}


def test_a_card_that_is_written_and_read_again_has_not_changed() -> None:
    for one in (card(), full_card(currency="LAK"), card(currency="VND")):
        judged = judge(one, written(one))
        assert {line.verdict for line in judged.lines} == {Verdict.SAME}
        assert judged.rows == one.rows
        assert not judged.changes_something


def test_each_line_gets_its_verdict_and_says_what_was_and_what_is() -> None:
    table = written(card())
    table[1][9] = "91,50"
    table[2][3] = "30.09.2027"
    del table[3]
    table.append([None, *LINE[:3], None, "Suite", "BB", None, None, "120", *[None] * 5])
    judged = judge(card(), table)
    found = [(line.verdict, line.line, line.row and line.row.number) for line in judged.lines]
    assert found == [
        (Verdict.CHANGED, 2, 1),
        (Verdict.SAME, 3, 2),
        (Verdict.NEW, 4, 4),
        (Verdict.GONE, None, 3),
    ]
    (change,) = judged.lines[0].changes
    assert (change.column, change.before, change.after) == ("Price", "88.00", "91.50")
    assert [one.number for one in judged.rows] == [1, 2, 4]


def test_every_fault_names_its_line_and_column() -> None:
    table: list[list[Cell]] = [
        HEAD,
        ["", "soon", "2027-09-30", "=1+1", "EUR"],
        ["Green", "2027-09-30", "2027-05-01", "", "USD"],
    ]
    judged = judge(card(), table)
    assert [(one.line, one.column) for one in judged.faults] == [
        (2, "Season"),
        (2, "From"),
        (2, "Price"),
        (2, "Currency"),
        (3, "Price"),
    ]
    assert "formula" in judged.faults[2].reason
    backwards = judge(card(), [HEAD, ["G", "2027-09-30", "2027-05-01", "1", "USD"]])
    assert [one.column for one in backwards.faults] == ["To"]


def test_a_number_that_is_unknown_or_there_twice_is_wrong() -> None:
    head: list[Cell] = ["Row", *HEAD]
    judged = judge(card(), [head, [1, *LINE], [1, *LINE], [99, *LINE]])
    told = [one.reason for one in judged.faults]
    assert told == [
        "Row 1 is in the file twice.",
        "The card has no row 99; leave this empty for a new one.",
    ]


def test_a_party_that_ends_before_it_begins_is_wrong() -> None:
    head: list[Cell] = [*HEAD, "Pax from", "Pax to"]
    judged = judge(card(), [head, [*LINE, 4, 2]])
    assert [one.column for one in judged.faults] == ["Pax to"]


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ([], "empty"),
        ([["Season", "From", "To", "Price"]], "Currency is missing"),
        ([[*HEAD, "Prize"]], "no column Prize"),
        ([[*HEAD, "price"]], "there twice"),
        ([HEAD, *[LINE] * (MOST_ROWS + 1)], "more than 2000"),
    ],
)
def test_a_file_that_is_no_sheet_of_rates_is_refused(table: list[list[Cell]], told: str) -> None:
    with pytest.raises(SheetRefusedError, match=told):
        judge(card(), table)


def test_empty_lines_and_columns_are_passed_over() -> None:
    table: list[list[Cell]] = [[*HEAD, None, ""], [None] * 7, [*LINE, "", None], ["", " "]]
    judged = judge(replace(card(), rows=()), table)
    assert [(one.verdict, one.line) for one in judged.lines] == [(Verdict.NEW, 3)]


def test_a_text_that_looks_like_a_formula_comes_back_as_it_was() -> None:
    odd = card(row(1, "2027-01-01", "2027-12-31", season="=1+1 season"))
    table = written(odd)
    table[1][1] = "'=1+1 season"
    assert judge(odd, table).lines[0].verdict is Verdict.SAME
