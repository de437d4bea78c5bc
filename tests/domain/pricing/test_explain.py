"""Why this price: every step names where its amount comes from."""

from dataclasses import replace
from decimal import Decimal

from models.domain.money import Money
from models.domain.pricing.costing import TypedCost
from models.domain.pricing.discounts import Discount
from models.domain.pricing.explain import Step, StepKind, explain_line, explain_totals
from models.domain.pricing.markup import Markup, MarkupKind
from models.domain.pricing.quote import GroupPrice, price
from models.domain.pricing.request import Line, Quote, Rates, ServiceFee, Terms
from models.domain.pricing.rounding import Charm, CharmScope
from models.domain.pricing.rules import MarkupRule
from models.domain.pricing.taxes import LineTax, Scheme, TaxTable
from models.domain.rates import Basis, Offer, OfferKind, Tax
from models.domain.stages import ServiceKind
from tests.support.rate_cards import BOOKED_ON, YEAR, card, conversion, on, party, row

HOTEL = card(
    Basis.ROOM,
    "USD",
    row(10000, 4, season="high"),
    offers=(Offer(OfferKind.EARLY_BIRD, 60, Decimal(10), YEAR),),
    commission_percent=Decimal(20),
    tax=Tax(Decimal(10), included=False),
)
HOTELS = MarkupRule(
    "r1",
    "Hotels of the coast",
    1,
    Markup(MarkupKind.MARGIN, Decimal(20)),
    frozenset({ServiceKind.HOTEL}),
    routes=frozenset({"Hoi An"}),
)
LINE = Line("stay", 1, ServiceKind.HOTEL, nights=2, cards=("hotel",), route="Hoi An")
RATES = Rates({"hotel": HOTEL}, {("USD", "EUR"): conversion("USD", "EUR", "0.9", "2")})
TERMS = Terms("EUR", (HOTELS,))


def group_of(line: Line, terms: Terms, *discounts: Discount) -> GroupPrice:
    quote = Quote(
        on("2027-06-10"),
        on("2027-06-12"),
        BOOKED_ON,
        (line,),
        (party(2),),
        discounts=discounts,
    )
    return price(quote, RATES, terms).groups[0]


def test_a_line_is_explained_from_the_suppliers_row_to_its_price() -> None:
    # 200.00 - 20.00 = 180.00; - 36.00 = 144.00; + 14.40 = 158.40 USD; x 0.9 x 1.02 = 145.41 EUR;
    # / 0.8 = 181.7625 -> 181.76
    steps = explain_line(group_of(LINE, TERMS).lines[0], "EUR")
    assert steps == (
        Step(
            StepKind.COST,
            "1 x double or twin at USD 100.00 x 2 nights from 2027-06-10: rate card Service "
            "version 3, row 4 (high), contract version 2",
            Money(20000, "USD"),
        ),
        Step(StepKind.OFFER, "Early bird, 10 %", Money(-2000, "USD")),
        Step(StepKind.COMMISSION, "Our commission, 20 %", Money(-3600, "USD")),
        Step(StepKind.SUPPLIER_TAX, "The supplier's tax on top, 10 %", Money(1440, "USD")),
        Step(
            StepKind.EXCHANGE,
            "USD 158.40 at 0.9 EUR for 1 USD (ECB, 2027-01-14 16:00 UTC, buffer 2 %)",
            Money(14541, "EUR"),
        ),
        Step(
            StepKind.RULE,
            "Margin 20 % of the price by the rule Hotels of the coast (hotel; Hoi An)",
            Money(18176, "EUR"),
        ),
    )


def test_a_total_is_explained_down_to_the_profit() -> None:
    # 181.76 / 2 = 90.88 -> 99.00: 198.00; - 5 % = 9.90; fee 10.00; tax on the margin
    # (188.10 + 10.00 - 145.41) x 19 / 119 = 8.4127 -> 8.41; agent 10 % of 188.10 = 18.81
    # profit 198.10 - 8.41 - 18.81 - 145.41 = 25.47 of 189.69 = 13.43 %
    terms = replace(
        TERMS,
        charm=Charm(1000, (900,)),
        fee=ServiceFee(fixed_minor=1000),
        taxes=TaxTable(LineTax(Scheme.MARGIN, Decimal(19))),
        agent_percent=Decimal(10),
    )
    group = group_of(LINE, terms, Discount("Comes again", Decimal(5)))
    assert [(one.text, one.amount.amount_minor) for one in explain_totals(group.totals, "EUR")] == [
        ("Each traveller's price up to the next charm price", 1624),
        ("Discount: Comes again", -990),
        ("Service fee", 1000),
        ("VAT on the margin, within the price and never shown", 841),
        ("The agent's commission", 1881),
        ("Profit, 13.43 % of the price without VAT", 2547),
    ]
    texts = [one.text for one in explain_line(group.lines[0], "EUR")][6:]
    assert texts == [
        "Share of rounding each traveller's price to a charm price",
        "Discounts of the line and its share of the trip's",
        "Share of VAT on the margin, 19 %; within the price, never shown",
    ]


def test_a_typed_line_with_a_price_set_by_hand_says_so() -> None:
    fixed = Markup(MarkupKind.FIXED, fixed=Money(4500, "EUR"), per_person=True)
    line = Line("visa", 1, ServiceKind.FEE, typed=TypedCost(5000, "EUR"), markup=fixed)
    terms = Terms(
        "EUR",
        charm=Charm(1000, (900,), CharmScope.LINE),
        taxes=TaxTable(LineTax(Scheme.VAT, Decimal(7), included=False)),
    )
    group = group_of(line, terms)
    assert [
        (one.kind, one.text, str(one.amount)) for one in explain_line(group.lines[0], "EUR")
    ] == [
        (StepKind.COST, "1 x typed cost at EUR 50.00 from 2027-06-10", "EUR 50.00"),
        (StepKind.RULE, "Fixed at EUR 45.00 a person, set for this line", "EUR 90.00"),
        (StepKind.ROUNDING, "Up to the next charm price", "EUR 9.00"),
        (StepKind.TAX, "VAT 7 % on top", "EUR 6.93"),
    ]
    assert explain_totals(group.totals, "EUR")[0].text == "VAT, on top or within"


def test_tax_within_the_suppliers_price_is_told() -> None:
    within = replace(HOTEL, offers=(), commission_percent=Decimal(0), tax=Tax(Decimal(25)))
    quote = Quote(on("2027-06-10"), on("2027-06-12"), BOOKED_ON, (LINE,), (party(2),))
    priced = price(quote, replace(RATES, cards={"hotel": within}), TERMS)
    step = explain_line(priced.groups[0].lines[0], "EUR")[1]
    assert (step.text, str(step.amount)) == ("Contains the supplier's tax, 25 %", "USD 40.00")
