"""One quote for four groups, worked out by hand: two, four with children, nine and fifteen."""

from decimal import Decimal

from models.domain.pricing.markup import Markup, MarkupKind
from models.domain.pricing.options import choose, differences
from models.domain.pricing.party import in_doubles
from models.domain.pricing.quote import PricedQuote, price
from models.domain.pricing.request import Line, Quote, Rates, Terms
from models.domain.pricing.rounding import Charm
from models.domain.pricing.rules import MarkupRule
from models.domain.rates import Basis, ChildRate
from models.domain.stages import ServiceKind
from tests.support.rate_cards import BOOKED_ON, card, conversion, family, on, party, row, span

CHILDREN = (ChildRate(0, 3, Decimal(0), needs_bed=False), ChildRate(4, 11, Decimal(50)))
HOTEL = card(
    Basis.ROOM,
    "USD",
    row(10000, 1, span=span("2027-01-01", "2027-06-30"), single_minor=9000, extra_bed_minor=3000),
    row(12000, 2, span=span("2027-07-01", "2027-12-31"), single_minor=11000, extra_bed_minor=4000),
    children=CHILDREN,
)
CARS = card(
    Basis.VEHICLE,
    "VND",
    row(1_000_000, 1, option="Car", pax_to=3),
    row(1_500_000, 2, option="Van", pax_from=4, pax_to=9),
    row(3_000_000, 3, option="Bus", pax_from=10),
    kind=ServiceKind.TRANSPORT,
)
TOUR = card(
    Basis.PERSON,
    "USD",
    row(5000, 1, pax_to=3),
    row(4000, 2, pax_from=4, pax_to=9),
    row(3000, 3, pax_from=10),
    children=CHILDREN,
)
GUIDE = card(Basis.GROUP, "EUR", row(8000), kind=ServiceKind.GUIDE)
LINES = (
    Line("hotel", 1, ServiceKind.HOTEL, nights=2, cards=("hotel",)),
    Line("car", 1, ServiceKind.TRANSPORT, cards=("cars",)),
    Line("tour", 2, ServiceKind.ACTIVITY, cards=("tour",)),
    Line("guide", 2, ServiceKind.GUIDE, cards=("guide",), optional=True),
)
RULES = (
    MarkupRule("r2", "All", 2, Markup(MarkupKind.MARKUP, Decimal(10))),
    MarkupRule(
        "r1", "Hotels", 1, Markup(MarkupKind.MARGIN, Decimal(20)), frozenset({ServiceKind.HOTEL})
    ),
)
RATES = Rates(
    {"hotel": HOTEL, "cars": CARS, "tour": TOUR, "guide": GUIDE},
    {
        ("USD", "EUR"): conversion("USD", "EUR", "0.9"),
        ("VND", "EUR"): conversion("VND", "EUR", "0.00004"),
    },
)
TERMS = Terms("EUR", RULES)
GROUPS = (in_doubles(2), party(family(2, 2, 8)), in_doubles(9), in_doubles(15))
QUOTE = Quote(on("2027-06-30"), on("2027-07-02"), BOOKED_ON, LINES, GROUPS)


def totals(priced: PricedQuote) -> list[int | None]:
    return [group.total_minor for group in priced.groups]


def test_four_groups_are_priced_at_once() -> None:
    # In euros at 0.90 for a dollar; hotels / 0.8, all others + 10 %.
    # 2: hotel 100 + 120 = 220 USD = 198.00 -> 247.50; car 40.00 -> 44.00;
    #    tour 2 x 50 = 100 USD = 90.00 -> 99.00; in all 390.50
    # 2 + child of 2 (shares, free) + child of 8 (half a bed): hotel 100 + 15 + 120 + 20 = 255 USD
    #    = 229.50 -> 286.875 -> 286.88; van 60.00 -> 66.00; tour, band of 4: 2 x 40 + 0 + 20 = 100
    #    USD = 90.00 -> 99.00; in all 451.88
    # 9 in 4 doubles and a single: hotel 4 x 220 + 90 + 110 = 1,080 USD = 972.00 -> 1,215.00;
    #    van 66.00; tour 9 x 40 = 360 USD = 324.00 -> 356.40; in all 1,637.40
    # 15 in 7 doubles and a single: hotel 7 x 220 + 200 = 1,740 USD = 1,566.00 -> 1,957.50;
    #    bus 120.00 -> 132.00; tour 15 x 30 = 450 USD = 405.00 -> 445.50; in all 2,535.00
    assert totals(price(QUOTE, RATES, TERMS)) == [39050, 45188, 163740, 253500]


def test_each_group_has_a_price_a_head() -> None:
    # 390.50 / 2 = 195.25; 451.88 / 4 = 112.97; 1,637.40 / 9 = 181.93 1/3; 2,535.00 / 15 = 169.00
    groups = price(QUOTE, RATES, TERMS).groups
    assert [group.each_minor for group in groups] == [19525, 11297, 18194, 16900]


def test_each_group_has_its_own_charm_price() -> None:
    # up to ...9: 199.00 x 2, 119.00 x 4, 189.00 x 9, 169.00 x 15
    terms = Terms("EUR", RULES, Charm(1000, (900,)))
    assert totals(price(QUOTE, RATES, terms)) == [39800, 47600, 170100, 253500]


def test_an_optional_guide_costs_every_group_the_same() -> None:
    # 80.00 + 10 % = 88.00
    with_guide = price(choose(QUOTE, {"guide"}), RATES, TERMS)
    assert totals(with_guide) == [47850, 53988, 172540, 262300]
    for group in with_guide.groups:
        assert differences(group, QUOTE, TERMS) == {"guide": 8800}
    for group in price(QUOTE, RATES, TERMS).groups:
        assert differences(group, QUOTE, TERMS) == {"guide": 8800}


def test_an_alternative_tells_what_it_makes_of_the_total() -> None:
    # the tour alone 99.00, instead of it the guide 88.00
    other = Line("walk", 2, ServiceKind.GUIDE, cards=("guide",), alternative="day 2")
    tour = Line("tour", 2, ServiceKind.ACTIVITY, cards=("tour",), alternative="day 2", chosen=True)
    quote = Quote(on("2027-06-30"), on("2027-07-02"), BOOKED_ON, (tour, other), GROUPS[:1])
    (group,) = price(quote, RATES, TERMS).groups
    assert group.total_minor == 9900
    assert differences(group, quote, TERMS) == {"tour": 0, "walk": -1100}
    (swapped,) = price(choose(quote, {"walk"}), RATES, TERMS).groups
    assert swapped.total_minor == 8800


def test_the_first_rule_in_order_decides_and_its_conditions_all_hold() -> None:
    kind = frozenset({ServiceKind.ACTIVITY})
    none_of_these = (
        MarkupRule("a", "Others' hotels", 0, Markup(MarkupKind.MARKUP), kind, frozenset({"other"})),
        MarkupRule("b", "Laos", 0, Markup(MarkupKind.MARKUP), kind, routes=frozenset({"Laos"})),
        MarkupRule(
            "c", "May", 0, Markup(MarkupKind.MARKUP), kind, span=span("2027-05-01", "2027-05-31")
        ),
        MarkupRule("d", "Agents", 0, Markup(MarkupKind.MARKUP), segments=frozenset({"agent"})),
    )
    fits = MarkupRule(
        "e",
        "This one",
        1,
        Markup(MarkupKind.MARKUP, Decimal(50)),
        kind,
        frozenset({"partner_a"}),
        frozenset({"Hue"}),
        span("2027-07-01", "2027-07-01"),
        frozenset({"direct"}),
    )
    tour = Line("tour", 2, ServiceKind.ACTIVITY, cards=("tour",), route="Hue")
    quote = Quote(
        on("2027-06-30"), on("2027-07-02"), BOOKED_ON, (tour,), GROUPS[:1], segment="direct"
    )
    (group,) = price(quote, RATES, Terms("EUR", (*RULES, fits, *none_of_these))).groups
    assert group.lines[0].sold.rule == fits
    assert group.total_minor == 13500  # 90.00 + 50 %
