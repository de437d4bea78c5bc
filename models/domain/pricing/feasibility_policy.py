"""Which dangers to a trip stop its quote, and how early papers are needed."""

from dataclasses import dataclass

from models.domain.pricing.findings import FindingKind


@dataclass(frozen=True)
class FeasibilityPolicy:
    """The policy's part in what is feasible; without it everything is a warning."""

    blocking: frozenset[FindingKind] = frozenset()
    passport_months: int = 6
    """A passport is valid so long after the return."""
    visa_days: int = 0
    """Before departure; 0 when no visa is needed."""
