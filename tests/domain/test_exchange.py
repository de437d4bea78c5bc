"""Exchange rates: cross rates by the euro, amounts right to the unit, age, and jumps."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.domain.errors import NoExchangeRateError
from models.domain.exchange import (
    ExchangeRate,
    RatesInForce,
    RatesOfDay,
    RateSource,
    change_percent,
    convert,
    cross_rate,
    jumps,
    out_of_date,
)
from models.domain.money import minor_digits
from models.domain.pricing.conversion import conversions_to
from models.domain.pricing.conversion import convert as pricing_convert

TODAY = date(2026, 11, 23)
CURRENCIES = ("USD", "EUR", "VND", "THB", "LAK", "KHR", "JPY")


def a_rate(currency: str, per_euro: str, quoted_on: date = TODAY) -> ExchangeRate:
    return ExchangeRate(
        id=f"fx_{currency}",
        currency=currency,
        per_euro=Decimal(per_euro),
        quoted_on=quoted_on,
        source=RateSource.ECB,
        recorded_at=datetime(2026, 11, 23, 16, tzinfo=UTC),
        recorded_by="system",
    )


def rates(**per_euro: str) -> RatesInForce:
    return RatesInForce({code: a_rate(code, rate) for code, rate in per_euro.items()})


RATES = rates(USD="1.0842", VND="27473.628", THB="36.875", LAK="23450", KHR="4391.01", JPY="163.25")


@pytest.mark.parametrize(
    ("amount_minor", "from_currency", "to_currency", "buffer", "expected"),
    [
        (100_00, "USD", "VND", "0", 2_534_000),  # 100.00 x 25,340 exactly
        (2_534_000, "VND", "USD", "0", 100_00),
        (100_00, "EUR", "USD", "0", 108_42),
        (108_42, "USD", "EUR", "0", 100_00),
        (100_00, "EUR", "THB", "0", 3_687_50),  # baht keep their satang
        (1, "EUR", "LAK", "0", 235),  # 0.01 x 23,450 = 234.5: half goes up
        (1, "EUR", "KHR", "0", 44),  # 43.9101
        (100_00, "EUR", "JPY", "0", 16_325),
        (1, "JPY", "EUR", "0", 1),  # 0.6126 cents
        (1, "VND", "USD", "0", 0),
        (10_000_000, "VND", "EUR", "0", 363_99),  # 363.9855...
        (10_000_000, "VND", "EUR", "2", 371_27),  # 371.2652...
        (100_00, "EUR", "USD", "2.5", 111_13),  # 111.1305
        (-100_00, "EUR", "USD", "0", -108_42),
        (0, "KHR", "VND", "5", 0),
    ],
)
def test_amounts_are_right_to_the_unit(
    amount_minor: int, from_currency: str, to_currency: str, buffer: str, expected: int
) -> None:
    rate = RATES.rate(from_currency, to_currency)
    assert convert(amount_minor, from_currency, to_currency, rate, Decimal(buffer)) == expected


@given(
    amount=st.integers(-(10**12), 10**12),
    pair=st.tuples(st.sampled_from(CURRENCIES), st.sampled_from(CURRENCIES)),
    buffer=st.decimals(0, 50, places=2),
)
def test_no_amount_is_further_than_half_a_unit_from_what_is_exact(
    amount: int, pair: tuple[str, str], buffer: Decimal
) -> None:
    from_currency, to_currency = pair
    found = convert(amount, from_currency, to_currency, RATES.rate(*pair), buffer)
    exact = Fraction(amount) * Fraction(RATES.per_euro(to_currency))
    exact /= Fraction(RATES.per_euro(from_currency))
    exact *= (100 + Fraction(buffer)) / 100
    exact *= Fraction(10) ** (minor_digits(to_currency) - minor_digits(from_currency))
    assert abs(found - exact) <= Fraction(1, 2) + Fraction(1, 10**9)


@given(amount=st.integers(0, 10**12), currency=st.sampled_from(CURRENCIES))
def test_a_currency_is_worth_itself(amount: int, currency: str) -> None:
    assert convert(amount, currency, currency, RATES.rate(currency, currency)) == amount


@given(
    less=st.integers(0, 10**10),
    more=st.integers(0, 10**10),
    pair=st.tuples(st.sampled_from(CURRENCIES), st.sampled_from(CURRENCIES)),
)
def test_more_is_never_worth_less(less: int, more: int, pair: tuple[str, str]) -> None:
    rate = RATES.rate(*pair)
    assert convert(less, *pair, rate) <= convert(less + more, *pair, rate)


@given(
    amount=st.integers(-(10**12), 10**12),
    pair=st.permutations(CURRENCIES).map(lambda found: (found[0], found[1])),
    buffer=st.decimals(0, 50, places=2),
)
def test_the_pricing_exchanges_to_the_same_unit(
    amount: int, pair: tuple[str, str], buffer: Decimal
) -> None:
    known = conversions_to(pair[1], RATES, buffer)
    expected = convert(amount, *pair, RATES.rate(*pair), buffer)
    assert pricing_convert(amount, known[pair]) == expected


def test_the_pricing_is_told_source_and_day() -> None:
    known = conversions_to("USD", RATES, Decimal(2))["VND", "USD"]
    assert (known.source, known.buffer_percent) == ("ECB", Decimal(2))
    assert known.as_of == datetime(2026, 11, 23, tzinfo=UTC)


def test_rates_cross_by_the_euro() -> None:
    assert RATES.rate("USD", "VND") == Decimal(25_340)
    assert cross_rate(Decimal(2), Decimal(5)) == Decimal("2.5")
    assert [one.currency for one in RATES.used("USD", "EUR", "VND")] == ["USD", "VND"]


def test_an_unknown_currency_is_refused_with_what_to_do() -> None:
    with pytest.raises(NoExchangeRateError, match="Set one under Exchange rates") as refusal:
        RATES.rate("USD", "MMK")
    assert refusal.value.currency == "MMK"


@pytest.mark.parametrize(
    ("quoted_on", "age", "stale"),
    [
        (date(2026, 11, 23), 0, False),
        (date(2026, 11, 24), 0, False),  # set where it is tomorrow already
        (date(2026, 11, 16), 7, False),
        (date(2026, 11, 15), 8, True),
    ],
)
def test_a_rate_grows_old_by_the_day_it_is_of(quoted_on: date, age: int, stale: bool) -> None:
    rate = a_rate("USD", "1.08", quoted_on)
    assert (rate.age_days(TODAY), rate.stale(TODAY, 7)) == (age, stale)


def test_what_is_missing_or_old_is_named() -> None:
    known = RatesInForce(
        {
            "USD": a_rate("USD", "1.08"),
            "KHR": a_rate("KHR", "4391", date(2026, 11, 1)),
        }
    )
    assert out_of_date(known, ("USD", "VND", "KHR"), TODAY, 7) == ("VND", "KHR")


@pytest.mark.parametrize(
    ("after", "jumped"), [("1.10", False), ("0.90", False), ("1.11", True), ("0.89", True)]
)
def test_a_rate_that_jumps_either_way_is_found(after: str, jumped: bool) -> None:
    fresh = RatesOfDay(TODAY, {"USD": Decimal(after), "THB": Decimal(37)})
    found = jumps(fresh, rates(USD="1.00"), Decimal(10))
    assert [one.currency for one in found] == (["USD"] if jumped else [])


def test_a_jump_is_told_in_percent_of_the_rate_in_force() -> None:
    assert change_percent(Decimal(20), Decimal(25)) == 25
    assert change_percent(Decimal(20), Decimal(15)) == 25
