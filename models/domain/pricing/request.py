"""What is to be priced: a quote of days and lines for groups, and the terms it is sold on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from models.domain.pricing.conversion import Conversions
from models.domain.pricing.costing import TypedCost
from models.domain.pricing.discounts import Discount
from models.domain.pricing.feasibility_policy import FeasibilityPolicy
from models.domain.pricing.markup import Markup
from models.domain.pricing.party import Party
from models.domain.pricing.rounding import Charm
from models.domain.pricing.rules import MarkupRule
from models.domain.pricing.taxes import LineTax, TaxTable
from models.domain.rates import Meals, RateCard
from models.domain.stages import ServiceKind


@dataclass(frozen=True)
class Line:
    """A service of a quote. Its cost comes from rate cards, or is typed.

    With neither it has a price only when one is set by hand, and its profit is not known.
    """

    id: str
    day: int
    """Counted from 1 at departure."""
    kind: ServiceKind
    label: str = ""
    nights: int = 0
    cards: tuple[str, ...] = ()
    """Keys of the rate cards; several when one contract follows another during a stay."""
    option: str | None = None
    """None when the card has one option, or the size of the party decides."""
    meals: Meals | None = None
    quantity: int | None = None
    """Units, vehicles or groups; None takes as many as the party needs."""
    typed: TypedCost | None = None
    """A cost without a card; a card goes before it."""
    partner_id: str | None = None
    """For the rules; None takes the card's."""
    route: str = ""
    markup: Markup | None = None
    """Set by hand for this line; it goes before the rules."""
    tax: LineTax | None = None
    """Set by hand for this line; it goes before what its kind has."""
    optional: bool = False
    chosen: bool = False
    """Whether an optional line, or one of several alternatives, counts."""
    alternative: str = ""
    """Lines with the same word are alternatives; the customer has one of them."""

    @property
    def counts(self) -> bool:
        """Whether it is part of the price."""
        return self.chosen if self.optional or self.alternative else True


@dataclass(frozen=True)
class Passport:
    """Until when a traveller's passport is valid. `traveller` names nobody: it is an id."""

    traveller: str
    expires_on: date


@dataclass(frozen=True)
class Quote:
    """A trip as it is offered: lines in order, for groups that are each priced."""

    departure_on: date
    return_on: date
    booked_on: date
    """The day for which booking in time is judged: offers, releases, safe dates."""
    lines: tuple[Line, ...]
    groups: tuple[Party, ...]
    segment: str = ""
    discounts: tuple[Discount, ...] = ()
    passports: tuple[Passport, ...] = ()

    def date_of(self, line: Line) -> date:
        """The day on which a line begins."""
        return self.departure_on + timedelta(days=line.day - 1)


@dataclass(frozen=True)
class ServiceFee:
    """Our fee for the booking: of what the trip costs after discounts, a head, and once."""

    percent: Decimal = Decimal(0)
    per_person_minor: int = 0
    fixed_minor: int = 0


@dataclass(frozen=True)
class Terms:
    """How a quote is sold; amounts are minor units of its currency."""

    currency: str
    rules: tuple[MarkupRule, ...] = ()
    charm: Charm | None = None
    fee: ServiceFee = field(default_factory=ServiceFee)
    taxes: TaxTable = field(default_factory=TaxTable)
    agent_percent: Decimal = Decimal(0)
    """What an agent earns of the lines after discounts; not of the fee, nor of tax on top."""
    discount_limit_percent: Decimal = Decimal(100)
    """A manager agrees to discounts above this share of the price."""
    least_margin_percent: Decimal = Decimal(-100)
    """A manager agrees to a margin of the whole trip below this."""
    feasibility: FeasibilityPolicy = field(default_factory=FeasibilityPolicy)


@dataclass(frozen=True)
class Rates:
    """What suppliers charge, what currencies cost and what is left of allotments."""

    cards: Mapping[str, RateCard]
    """By the keys that lines name."""
    conversions: Conversions = field(default_factory=dict)
    left: Mapping[tuple[str, str, date], int] = field(default_factory=dict)
    """Units left of an allotment by card id, option and day; a day that is not told has all."""
