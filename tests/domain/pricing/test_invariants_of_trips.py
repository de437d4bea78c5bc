"""What holds for every trip as a whole: more travellers or a dearer rate never make it cheaper."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from models.domain.money import Money
from models.domain.pricing.markup import Markup, MarkupKind
from models.domain.pricing.party import Party, in_doubles
from models.domain.pricing.quote import price
from models.domain.pricing.request import Line, Quote, Rates, ServiceFee, Terms
from models.domain.pricing.rounding import Charm, CharmScope
from models.domain.pricing.taxes import LineTax, Scheme, TaxTable
from models.domain.rates import Basis, RateCard, Tax
from models.domain.stages import ServiceKind
from tests.support.rate_cards import BOOKED_ON, card, conversion, on, row
from tests.support.sales import TO_EURO

BANDS = ((1, 3), (4, 9), (10, None))
PERCENTS = st.decimals(0, 100, places=2)
MARKUPS = st.one_of(
    st.builds(Markup, st.just(MarkupKind.MARKUP), PERCENTS),
    st.builds(Markup, st.just(MarkupKind.MARGIN), st.decimals(0, 90, places=2)),
    st.builds(
        lambda amount, each: Markup(MarkupKind.FIXED, fixed=Money(amount, "EUR"), per_person=each),
        st.integers(0, 10**6),
        st.booleans(),
    ),
)
TAXES = st.builds(LineTax, st.sampled_from(Scheme), PERCENTS, st.booleans())
TERMS = st.builds(
    lambda fee, tax: Terms("EUR", fee=fee, taxes=TaxTable(tax)),
    st.builds(ServiceFee, PERCENTS, st.integers(0, 9999), st.integers(0, 9999)),
    TAXES,
)
CHARMS = st.builds(
    Charm, st.just(1000), st.sampled_from(((0,), (900,), (0, 900))), st.sampled_from(CharmScope)
)


@st.composite
def rising(draw: st.DrawFn) -> RateCard:
    """A card on which a bigger party never pays less: for a group or a vehicle by its size."""
    basis = draw(st.sampled_from((Basis.GROUP, Basis.VEHICLE)))
    prices = sorted(draw(st.lists(st.integers(0, 10**7), min_size=3, max_size=3)))
    rows = tuple(
        row(amount, number, pax_from=first, pax_to=last)
        for number, (amount, (first, last)) in enumerate(zip(prices, BANDS, strict=True), 1)
    )
    return card(basis, draw(st.sampled_from(("EUR", "VND", "LAK"))), *rows)


@st.composite
def flat(draw: st.DrawFn) -> RateCard:
    """A card with one price, a head or a room."""
    basis = draw(st.sampled_from((Basis.PERSON, Basis.ROOM)))
    first = draw(st.integers(0, 10**7))
    beds = {"single_minor": draw(st.integers(0, first))} if basis is Basis.ROOM else {}
    tax = Tax(draw(PERCENTS), draw(st.booleans()))
    return card(basis, draw(st.sampled_from(("EUR", "USD", "THB"))), row(first, **beds), tax=tax)


def total(cards: tuple[RateCard, ...], markups: list[Markup], party: Party, terms: Terms) -> int:
    """The price of a trip with one line of each card, in cents."""
    rates = {str(number): one for number, one in enumerate(cards)}
    lines = tuple(
        Line(f"line_{key}", 1, ServiceKind.ACTIVITY, nights=2, cards=(key,), markup=markup)
        for key, markup in zip(rates, markups, strict=True)
    )
    quote = Quote(on("2027-06-01"), on("2027-06-14"), BOOKED_ON, lines, (party,))
    conversions = {(one.from_currency, one.to_currency): one for one in TO_EURO}
    (group,) = price(quote, Rates(rates, conversions), terms).groups
    assert group.total_minor is not None
    return group.total_minor


@given(
    cards=st.tuples(rising(), flat()),
    markups=st.lists(MARKUPS, min_size=2, max_size=2),
    adults=st.integers(1, 59),
    terms=TERMS,
)
def test_one_traveller_more_never_makes_a_trip_cheaper_where_the_cards_rise(
    cards: tuple[RateCard, ...], markups: list[Markup], adults: int, terms: Terms
) -> None:
    fewer, more = (total(cards, markups, in_doubles(each), terms) for each in (adults, adults + 1))
    assert fewer <= more


@given(
    dear=flat(),
    markup=MARKUPS,
    adults=st.integers(1, 60),
    terms=TERMS,
    charm=st.none() | CHARMS,
    more=st.integers(0, 10**6),
)
def test_a_dearer_rate_never_makes_a_trip_cheaper_whatever_it_is_rounded_to(
    dear: RateCard, markup: Markup, adults: int, terms: Terms, charm: Charm | None, more: int
) -> None:
    party = in_doubles(adults)
    charmed = replace(terms, charm=charm)
    dearer = replace(
        dear, rows=(replace(dear.rows[0], price_minor=dear.rows[0].price_minor + more),)
    )
    assert total((dear,), [markup], party, charmed) <= total((dearer,), [markup], party, charmed)


@given(adults=st.integers(1, 60), amount=st.integers(0, 10**9), percent=PERCENTS)
def test_dong_and_kip_stay_whole_and_total_exactly(
    adults: int, amount: int, percent: Decimal
) -> None:
    rates = Rates(
        {"kip": card(Basis.PERSON, "LAK", row(amount))},
        {("LAK", "VND"): conversion("LAK", "VND", "1.2143", "2.5")},
    )
    line = Line(
        "line", 1, ServiceKind.ACTIVITY, cards=("kip",), markup=Markup(MarkupKind.MARKUP, percent)
    )
    quote = Quote(on("2027-06-01"), on("2027-06-14"), BOOKED_ON, (line,), (in_doubles(adults),))
    charm = Charm(100_000)
    (group,) = price(quote, rates, Terms("VND", charm=charm)).groups
    assert sum(group.totals.shares) == group.total_minor == group.lines[0].total_minor
    assert len(set(group.totals.shares)) == 1
    assert group.totals.shares[0] % 100_000 == 0
