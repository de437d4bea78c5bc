"""What a cost is made of, and where each amount stands in print."""

from dataclasses import dataclass
from datetime import date

from models.domain.pricing.card_rows import Fit
from models.domain.pricing.findings import Finding
from models.domain.pricing.rooms import Charge
from models.domain.rates import Basis, Offer, RateCard


@dataclass(frozen=True, slots=True)
class Source:
    """Where an amount stands in print: contract and version, card and version, row."""

    contract_id: str
    contract_version: int
    card_id: str
    card_version: int
    service: str
    row_id: str
    row_number: int
    season: str


@dataclass(frozen=True, slots=True)
class CostPart:
    """So many of one thing for so many nights: `amount_minor` is unit x count x nights."""

    charge: Charge
    unit_minor: int
    count: int
    nights: int
    """1 for what is not priced by the night."""
    first_on: date
    fit: Fit | None
    """The row; None where staff typed the cost."""

    @property
    def amount_minor(self) -> int:
        """Minor units of the card's currency."""
        return self.unit_minor * self.count * self.nights

    @property
    def source(self) -> Source | None:
        """The row by its names; None where staff typed the cost."""
        if self.fit is None:
            return None
        card, row = self.fit.card, self.fit.row
        return Source(
            card.contract_id,
            card.contract_version,
            card.id,
            card.version,
            card.service,
            row.id,
            row.number,
            row.season,
        )


@dataclass(frozen=True, slots=True)
class Cost:
    """What one card, or a typed cost, comes to; minor units of `currency`.

    `net_minor` is what we pay: the parts less the reduction, less our commission, plus the tax
    that comes on top.
    """

    currency: str
    parts: tuple[CostPart, ...]
    gross_minor: int
    reductions: tuple[tuple[Offer, int], ...]
    commission_minor: int
    tax_on_top_minor: int
    tax_contained_minor: int
    """For information: in the net price already."""
    net_minor: int
    card: RateCard | None = None


@dataclass(frozen=True, slots=True)
class Costing:
    """The costs of a service, one for each card; none where a finding prevents it."""

    costs: tuple[Cost, ...]
    findings: tuple[Finding, ...] = ()
    picked: tuple[tuple[date, Fit], ...] = ()
    """Each day with the row that was taken."""


@dataclass(frozen=True)
class TypedCost:
    """A cost that staff typed for a service without a rate card."""

    amount_minor: int
    currency: str
    per: Basis = Basis.GROUP
    nightly: bool = False
    """Whether it is for each night."""
