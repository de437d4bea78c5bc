"""Value added tax: on top of prices, within them, or due on the margin of a journey.

The margin scheme is the special scheme for travel agents of the EU's VAT Directive 2006/112/EC,
Articles 306 to 310: what is bought in from others for a traveller is one single service (Article
307), taxed on the agent's margin, which is what the traveller pays without VAT less the actual
cost to the agent (Article 308); what is supplied outside the Community is exempt (Article 309);
the tax that suppliers charged can't be deducted, so it is part of the cost (Article 310). The tax
lies within the price and is never shown to the traveller as an item.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from models.domain.errors import InvalidInputError
from models.domain.money import round_minor
from models.domain.stages import ServiceKind

HUNDRED = Decimal(100)


class Scheme(StrEnum):
    """How the tax on a sale is worked out."""

    EXEMPT = "EXEMPT"
    """None is due, as on journeys outside the Community (Article 309)."""
    VAT = "VAT"
    MARGIN = "MARGIN"
    """Due on the margin of the whole journey (Articles 306 to 308)."""


class Treatment(StrEnum):
    """How a policy has what it sells taxed."""

    EXEMPT = "EXEMPT"
    VAT_INCLUDED = "VAT_INCLUDED"
    VAT_ON_TOP = "VAT_ON_TOP"
    MARGIN = "MARGIN"


@dataclass(frozen=True)
class LineTax:
    """The tax on one kind of sale."""

    scheme: Scheme = Scheme.EXEMPT
    percent: Decimal = Decimal(0)
    included: bool = True
    """Whether prices contain ordinary VAT, else it comes on top; the margin's is always within."""

    def __post_init__(self) -> None:
        if not 0 <= self.percent <= HUNDRED:
            raise InvalidInputError("A tax is between 0 and 100 percent.")


@dataclass(frozen=True)
class TaxTable:
    """The tax of each kind of service, and of all others and the service fee."""

    default: LineTax = field(default_factory=LineTax)
    by_kind: Mapping[ServiceKind, LineTax] = field(default_factory=dict)

    def of(self, kind: ServiceKind) -> LineTax:
        """The tax on a kind of service."""
        return self.by_kind.get(kind, self.default)


def table_of(treatment: Treatment, percent: Decimal) -> TaxTable:
    """The taxes of everything that is sold under one treatment.

    Raises:
        InvalidInputError: the tax is not between 0 and 100 percent.
    """
    if treatment is Treatment.EXEMPT:
        return TaxTable()
    scheme = Scheme.MARGIN if treatment is Treatment.MARGIN else Scheme.VAT
    return TaxTable(LineTax(scheme, percent, included=treatment is not Treatment.VAT_ON_TOP))


def contained(amount_minor: int, percent: Decimal) -> int:
    """The tax within a price that contains it, minor units: 20 of 120 at 20 %."""
    return round_minor(amount_minor * percent / (HUNDRED + percent))


def on_top(amount_minor: int, percent: Decimal) -> int:
    """The tax that comes on top of a price, minor units: 20 on 100 at 20 %."""
    return round_minor(amount_minor * percent / HUNDRED)


def margin_tax(sell_minor: int, cost_minor: int, percent: Decimal) -> int:
    """The tax due on the margin of a journey, which contains it; none on a loss.

    Source: Directive 2006/112/EC, Article 308: the margin without VAT is the taxable amount.
    """
    return contained(max(0, sell_minor - cost_minor), percent)
