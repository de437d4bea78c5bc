"""What holds for every price: lines total, nothing is negative, more is never less."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from models.domain.exchange import ExchangeRate, RatesInForce, RateSource
from models.domain.money import Money
from models.domain.pricing.card_rows import Service
from models.domain.pricing.conversion import conversions_to, convert, inverse
from models.domain.pricing.cost import cost
from models.domain.pricing.costing import TypedCost
from models.domain.pricing.discounts import Discount
from models.domain.pricing.markup import (
    Markup,
    MarkupKind,
    cost_at,
    margin_of_markup,
    markup_of_margin,
    percent_between,
    sell_at,
    solve,
)
from models.domain.pricing.party import Child, Party, Room, in_doubles
from models.domain.pricing.quote import price
from models.domain.pricing.request import Line, Quote, Rates, ServiceFee, Terms
from models.domain.pricing.rounding import Charm, CharmScope, split
from models.domain.pricing.taxes import LineTax, Scheme, TaxTable
from models.domain.rates import Basis, ChildRate, Offer, OfferKind, RateCard, Tax
from models.domain.stages import ServiceKind
from tests.support.rate_cards import AS_OF, BOOKED_ON, YEAR, card, conversion, on, row

PERCENTS = st.decimals(0, 100, places=2)
AMOUNTS = st.integers(0, 10**9)
CURRENCIES = ("EUR", "USD", "VND", "LAK", "THB")
RATES = {
    (first, "EUR"): conversion(first, "EUR", rate, "2.5")
    for first, rate in (
        ("USD", "0.92"),
        ("VND", "0.0000351"),
        ("LAK", "0.0000427"),
        ("THB", "0.026"),
    )
}
ROOMS = st.builds(
    Room,
    st.integers(1, 4),
    st.lists(st.builds(Child, st.none(), st.integers(0, 15)), max_size=2).map(tuple),
)
PARTIES = st.lists(ROOMS, min_size=1, max_size=10).map(lambda rooms: Party(tuple(rooms)))
CHILDREN = (ChildRate(0, 3, Decimal(0), needs_bed=False), ChildRate(4, 11, Decimal(60)))
MARKUPS = st.one_of(
    st.builds(Markup, st.just(MarkupKind.MARKUP), PERCENTS),
    st.builds(Markup, st.just(MarkupKind.MARGIN), st.decimals(0, 90, places=2)),
    st.builds(
        lambda amount, each: Markup(MarkupKind.FIXED, fixed=Money(amount, "EUR"), per_person=each),
        AMOUNTS,
        st.booleans(),
    ),
)


@st.composite
def cards(draw: st.DrawFn) -> RateCard:
    """A card of any basis with any reductions and taxes; every bed can be had."""
    basis = draw(st.sampled_from(Basis))
    first = draw(st.integers(0, 10**8))
    beds = {"single_minor": first // 2, "extra_bed_minor": first // 3}
    return card(
        basis,
        draw(st.sampled_from(CURRENCIES)),
        row(first, **(beds if basis is Basis.ROOM else {})),
        children=CHILDREN,
        commission_percent=draw(PERCENTS),
        tax=Tax(draw(PERCENTS), draw(st.booleans())),
        offers=(Offer(OfferKind.EARLY_BIRD, 30, draw(PERCENTS), YEAR),),
        nightly=draw(st.booleans()),
    )


@st.composite
def lines(draw: st.DrawFn) -> Line:
    """A line by a card or with a typed cost, that may or may not count."""
    typed = draw(st.booleans())
    return Line(
        id=f"line_{draw(st.integers(0, 10**6))}",
        day=draw(st.integers(1, 14)),
        kind=draw(st.sampled_from(ServiceKind)),
        nights=draw(st.integers(1, 4)),
        cards=() if typed else (draw(st.sampled_from(("a", "b"))),),
        typed=TypedCost(draw(AMOUNTS), draw(st.sampled_from(CURRENCIES))) if typed else None,
        markup=draw(MARKUPS),
        optional=draw(st.booleans()),
        chosen=draw(st.booleans()),
    )


@st.composite
def terms(draw: st.DrawFn) -> Terms:
    """Terms with any rounding, fee, taxes and commission."""
    taxes = st.builds(LineTax, st.sampled_from(Scheme), PERCENTS, st.booleans())
    charm = st.builds(
        Charm, st.just(1000), st.sampled_from(((0,), (900,), (0, 900))), st.sampled_from(CharmScope)
    )
    return Terms(
        "EUR",
        charm=draw(st.none() | charm),
        fee=draw(st.builds(ServiceFee, PERCENTS, st.integers(0, 9999), st.integers(0, 9999))),
        taxes=TaxTable(
            draw(taxes), {ServiceKind.HOTEL: draw(taxes), ServiceKind.GUIDE: draw(taxes)}
        ),
        agent_percent=draw(PERCENTS),
    )


DISCOUNTS = st.lists(
    st.one_of(
        st.builds(lambda percent: Discount("Fair", percent), PERCENTS),
        st.builds(lambda amount: Discount("Fair", fixed_minor=amount), AMOUNTS),
    ),
    max_size=3,
).map(tuple)


@settings(deadline=None)
@given(
    listed=st.lists(lines(), max_size=8).map(tuple),
    a=cards(),
    b=cards(),
    party=PARTIES,
    given_terms=terms(),
    discounts=DISCOUNTS,
)
def test_lines_and_fee_total_exactly_and_nothing_is_negative(
    listed: tuple[Line, ...],
    a: RateCard,
    b: RateCard,
    party: Party,
    given_terms: Terms,
    discounts: tuple[Discount, ...],
) -> None:
    quote = Quote(on("2027-06-01"), on("2027-06-14"), BOOKED_ON, listed, (party,), "", discounts)
    (group,) = price(quote, Rates({"a": a, "b": b}, RATES), given_terms).groups
    totals = group.totals
    counted = [line for line in group.lines if line.counted]
    assert group.complete
    assert totals.total_minor == sum(line.total_minor for line in counted) + totals.fee_total_minor
    assert totals.total_minor == (
        totals.lines_minor
        + totals.rounding_minor
        - totals.discount_minor
        + totals.fee_minor
        + totals.tax_on_top_minor
    )
    assert totals.discount_minor == sum(taken.amount_minor for taken in totals.discounts)
    assert sum(totals.shares) == totals.total_minor
    assert totals.total_minor >= 0
    assert all(line.total_minor >= 0 and line.tax_minor >= 0 for line in group.lines)
    assert totals.cost_minor == sum(line.sold.cost_minor for line in counted)


@settings(deadline=None)
@given(rates=cards(), party=PARTIES, nights=st.integers(1, 10))
def test_a_cost_is_the_sum_of_its_parts_and_more_nights_never_cost_less(
    rates: RateCard, party: Party, nights: int
) -> None:
    service = Service(on("2027-06-01"), nights)
    (now,) = cost(service, party, [rates], BOOKED_ON).costs
    (longer,) = cost(replace(service, nights=nights + 1), party, [rates], BOOKED_ON).costs
    off = sum(amount for _, amount in now.reductions)
    assert now.gross_minor == sum(part.amount_minor for part in now.parts)
    assert now.net_minor == now.gross_minor - off - now.commission_minor + now.tax_on_top_minor
    assert 0 <= now.net_minor <= longer.net_minor


@settings(deadline=None)
@given(rates=cards(), adults=st.integers(1, 59))
def test_one_more_never_costs_less_where_the_card_has_one_price(
    rates: RateCard, adults: int
) -> None:
    service = Service(on("2027-06-01"), 1)
    (fewer,) = cost(service, in_doubles(adults), [rates], BOOKED_ON).costs
    (more,) = cost(service, in_doubles(adults + 1), [rates], BOOKED_ON).costs
    assert fewer.net_minor <= more.net_minor


@given(amount=AMOUNTS, weights=st.lists(st.integers(0, 10**9), min_size=1, max_size=40))
def test_a_split_loses_nothing_and_is_within_one_unit_of_what_is_exact(
    amount: int, weights: list[int]
) -> None:
    shares = split(amount, weights)
    assert sum(shares) == amount
    total = sum(weights)
    if total:
        pairs = zip(shares, weights, strict=True)
        assert all(abs(share * total - amount * weight) < total for share, weight in pairs)


@given(
    amount=AMOUNTS,
    step=st.integers(1, 10**6),
    places=st.lists(st.integers(0, 10**6), min_size=1, max_size=3),
)
def test_a_charm_price_is_the_next_that_ends_so(amount: int, step: int, places: list[int]) -> None:
    endings = tuple(place % step for place in places)
    charmed = Charm(step, endings).up(amount)
    assert amount <= charmed < amount + step or charmed == amount == 0
    assert charmed == 0 or charmed % step in endings


@given(
    amount=st.integers(0, 10**12),
    pair=st.sampled_from(
        (("USD", "EUR", "0.9217"), ("EUR", "VND", "28490.5"), ("THB", "LAK", "637.51"))
    ),
)
def test_there_and_back_is_within_the_rounding(amount: int, pair: tuple[str, str, str]) -> None:
    there = conversion(*pair)
    back = convert(convert(amount, there), inverse(there))
    half_unit_there = convert(1, inverse(there)) // 2 + 1
    assert abs(back - amount) <= half_unit_there


@given(first=AMOUNTS, second=AMOUNTS)
def test_who_gives_more_gets_no_less(first: int, second: int) -> None:
    rate = conversion("VND", "EUR", "0.0000351", "2.5")
    low, high = sorted((first, second))
    assert convert(low, rate) <= convert(high, rate)


@given(percent=st.decimals(-99, 99, places=4))
def test_margin_to_markup_and_back(percent: Decimal) -> None:
    assert abs(margin_of_markup(markup_of_margin(percent)) - percent) < Decimal("1e-18")


@given(
    paid=st.integers(0, 10**12),
    percent=st.decimals(0, 99, places=2),
    kind=st.sampled_from((MarkupKind.MARKUP, MarkupKind.MARGIN)),
)
def test_two_of_cost_price_and_percentage_give_the_third(
    paid: int, percent: Decimal, kind: MarkupKind
) -> None:
    sold = solve(kind, cost_minor=paid, percent=percent)
    assert sold.sell_minor == sell_at(paid, kind, percent) >= paid
    assert abs(cost_at(sold.sell_minor, kind, percent) - paid) <= 1
    if paid >= 10**6:
        found = solve(kind, cost_minor=paid, sell_minor=sold.sell_minor).percent
        assert abs(found - percent) <= Decimal("0.02")


@given(paid=st.integers(1, 10**9), percent=st.decimals(0, 90, places=2))
def test_a_margin_and_its_markup_give_the_same_price(paid: int, percent: Decimal) -> None:
    by_margin = sell_at(paid, MarkupKind.MARGIN, percent)
    by_markup = sell_at(paid, MarkupKind.MARKUP, markup_of_margin(percent))
    assert abs(by_margin - by_markup) <= 1


def test_the_percentage_of_nothing_is_nothing() -> None:
    assert percent_between(0, 500, MarkupKind.MARKUP) == 0
    assert percent_between(500, 0, MarkupKind.MARGIN) == 0


def test_rates_cross_by_the_euro_as_of_the_older_one() -> None:
    earlier = AS_OF.replace(day=13)
    dollar, dong = (
        listed("USD", "1.10", RateSource.ECB, AS_OF),
        listed("VND", "27500", RateSource.BY_HAND, earlier),
    )
    rates = RatesInForce({one.currency: one for one in (dollar, dong)})
    into_dollars = conversions_to("USD", rates, Decimal(3))
    crossed = into_dollars["VND", "USD"]
    assert crossed.rate == Decimal("1.10") / Decimal(27500)  # 0.00004
    assert (crossed.source, crossed.as_of) == ("BY_HAND and ECB", dong.as_of)
    assert crossed.buffer_percent == 3
    assert into_dollars["EUR", "USD"].rate == Decimal("1.10")
    into_euros = conversions_to("EUR", rates, Decimal(0))
    assert set(into_euros) == {("USD", "EUR"), ("VND", "EUR")}
    assert conversions_to("CHF", rates, Decimal(0)) == {}


def listed(currency: str, per_euro: str, source: RateSource, at: datetime) -> ExchangeRate:
    return ExchangeRate(currency, currency, Decimal(per_euro), at.date(), source, at, "system")
