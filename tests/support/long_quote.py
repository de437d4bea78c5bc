"""A trip of 14 days, 40 lines and 4 groups, with whatever a quote can have in it."""

from calendar import monthrange
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from models.domain.money import Money
from models.domain.pricing.conversion import Conversion
from models.domain.pricing.discounts import Discount
from models.domain.pricing.markup import Markup, MarkupKind
from models.domain.pricing.party import Child, Party, Room, in_doubles
from models.domain.pricing.request import Line, Passport, Quote, Rates, ServiceFee, Terms
from models.domain.pricing.rounding import Charm
from models.domain.pricing.rules import MarkupRule
from models.domain.pricing.taxes import LineTax, Scheme, TaxTable
from models.domain.rates import (
    Allotment,
    Basis,
    CancellationTerm,
    ChildRate,
    Closure,
    ClosureKind,
    Offer,
    OfferKind,
    RateCard,
    RateRow,
    Span,
    Tax,
)
from models.domain.stages import ServiceKind
from tests.support.rate_cards import BOOKED_ON, YEAR, card, conversion

DAYS: Final = 14
DEPARTURE: Final = date(2027, 9, 24)
SEASONS: Final = tuple(
    Span(date(2027, month, 1), date(2027, month, monthrange(2027, month)[1]))
    for month in range(1, 13)
)
"""A season a month, so that the trip goes across one."""
CHILDREN: Final = (
    ChildRate(0, 3, Decimal(0), needs_bed=False),
    ChildRate(4, 11, Decimal(75)),
)
CURRENCIES: Final = ("VND", "USD", "THB", "LAK", "EUR")
PRICES: Final = {"VND": 2_400_000, "USD": 9_600, "THB": 330_000, "LAK": 2_100_000, "EUR": 8_800}


def _hotel(number: int) -> RateCard:
    currency = CURRENCIES[number % 5]
    price = PRICES[currency]
    rows = tuple(
        RateRow(
            f"row_{number}_{place}",
            place,
            f"month {place // 6 + 1}",
            season,
            price + place * price // 100,
            weekdays=days,
            option=option,
            single_minor=price * 9 // 10,
            triple_minor=price * 14 // 10,
            extra_bed_minor=price * 4 // 10,
        )
        for place, (season, option, days) in enumerate(
            (season, option, days)
            for season in SEASONS
            for option in ("Superior", "Deluxe", "Suite")
            for days in (frozenset({5, 6}), frozenset({1, 2, 3, 4, 7}))
        )
    )
    return replace(
        card(Basis.ROOM, currency, *rows),
        id=f"card_{number}",
        children=CHILDREN,
        commission_percent=Decimal(10),
        tax=Tax(Decimal(8), included=number % 2 == 0),
        offers=(Offer(OfferKind.EARLY_BIRD, 60, Decimal(12), YEAR),),
        closures=(Closure(ClosureKind.BLACKOUT, Span(date(2027, 2, 4), date(2027, 2, 9))),),
        cancellation=(CancellationTerm(14, 50), CancellationTerm(3, 100)),
        allotments=(Allotment(YEAR, 30, 21),),
    )


def _transfer(number: int) -> RateCard:
    bands = (("Car", 1, 3), ("Van", 4, 9), ("Bus", 10, None))
    rows = tuple(
        RateRow(
            f"row_t{number}_{place}",
            place,
            "year",
            YEAR,
            900_000 * (place + 1),
            option=name,
            pax_from=first,
            pax_to=last,
        )
        for place, (name, first, last) in enumerate(bands)
    )
    return replace(
        card(Basis.VEHICLE, "VND", *rows), id=f"card_t{number}", kind=ServiceKind.TRANSPORT
    )


def _tour(number: int) -> RateCard:
    edges = ((1, 2), (3, 5), (6, 10), (11, None))
    rows = tuple(
        RateRow(
            f"row_a{number}_{place}",
            place,
            season.first_on.isoformat(),
            season,
            4_500 - 300 * (place % 4),
            pax_from=edges[place % 4][0],
            pax_to=edges[place % 4][1],
        )
        for place, season in enumerate(season for season in SEASONS for _ in edges)
    )
    return replace(card(Basis.PERSON, "USD", *rows), id=f"card_a{number}", children=CHILDREN)


def _lines() -> tuple[Line, ...]:
    """Seven hotels, thirteen transfers, fourteen tours and six others."""
    hotels = [
        Line(
            f"hotel_{number}",
            1 + 2 * number,
            ServiceKind.HOTEL,
            nights=2,
            cards=(f"hotel_{number % 5}",),
            option="Deluxe",
            alternative="first hotel" if number == 0 else "",
            chosen=number == 0,
        )
        for number in range(7)
    ]
    rival = replace(hotels[0], id="hotel_0_suite", option="Suite", chosen=False)
    transfers = [
        Line(f"transfer_{day}", day, ServiceKind.TRANSPORT, cards=(f"transfer_{day % 3}",))
        for day in range(1, 14)
    ]
    tours = [
        Line(
            f"tour_{day}",
            day,
            ServiceKind.ACTIVITY,
            cards=(f"tour_{day % 4}",),
            optional=day > 10,
            chosen=day == 11,
            route="Vietnam" if day < 8 else "Laos",
        )
        for day in range(1, 15)
    ]
    fixed = Markup(MarkupKind.FIXED, fixed=Money(6_500, "EUR"), per_person=True)
    meals = [
        Line(f"meal_{day}", day, ServiceKind.RESTAURANT, cards=("tour_1",), markup=fixed)
        for day in range(2, 7)
    ]
    return (*hotels, rival, *transfers, *tours, *meals)


def long_quote() -> tuple[Quote, Rates, Terms]:
    """The quote, the rates and the terms: what `price` takes."""
    cards = {f"hotel_{number}": _hotel(number) for number in range(5)}
    cards |= {f"transfer_{number}": _transfer(number) for number in range(3)}
    cards |= {f"tour_{number}": _tour(number) for number in range(4)}
    return _quote(), Rates(cards, _conversions()), _terms()


def _quote() -> Quote:
    family = Room(2, (Child(born_on=date(2024, 5, 1)), Child(born_on=date(2018, 5, 1))))
    groups = (in_doubles(2), in_doubles(4), Party((Room(3), family)), in_doubles(15))
    return Quote(
        departure_on=DEPARTURE,
        return_on=DEPARTURE + timedelta(days=DAYS - 1),
        booked_on=BOOKED_ON,
        lines=_lines(),
        groups=groups,
        segment="direct",
        discounts=(Discount("Comes again", percent=Decimal(3)),),
        passports=(Passport("traveller_1", date(2029, 1, 1)),),
    )


def _conversions() -> dict[tuple[str, str], Conversion]:
    rates = {"VND": "0.0000351", "USD": "0.9217", "THB": "0.02634", "LAK": "0.0000427"}
    found = (conversion(currency, "EUR", rate, "2.5") for currency, rate in rates.items())
    return {(one.from_currency, one.to_currency): one for one in found}


def _terms() -> Terms:
    margin = LineTax(Scheme.MARGIN, Decimal(19))
    kinds = tuple(ServiceKind)
    rules = tuple(
        MarkupRule(
            f"rule_{order}",
            f"Rule {order}",
            order,
            Markup(MarkupKind.MARGIN if order % 2 else MarkupKind.MARKUP, Decimal(18 + order)),
            kinds=frozenset({kinds[order % len(kinds)]}),
            routes=frozenset({"Vietnam"}) if order % 3 else frozenset(),
        )
        for order in range(12)
    )
    rest = MarkupRule("rule_rest", "All others", 99, Markup(MarkupKind.MARKUP, Decimal(25)))
    return Terms(
        currency="EUR",
        rules=(*rules, rest),
        charm=Charm(1_000, (900,)),
        fee=ServiceFee(per_person_minor=2_500),
        taxes=TaxTable(margin, {ServiceKind.ACTIVITY: LineTax(Scheme.VAT, Decimal(7))}),
        discount_limit_percent=Decimal(5),
        least_margin_percent=Decimal(8),
    )
