"""What the engine found that somebody has to know: why there is no price, or what is unsafe."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class FindingKind(StrEnum):
    """What a finding is about; the sentence beside it says the rest."""

    GAP = "GAP"
    """No row of the card holds on a day."""
    OVERLAP = "OVERLAP"
    """Two rows hold on a day."""
    CHOICE_OPEN = "CHOICE_OPEN"
    """Several options or boards fit and none was chosen."""
    NO_NIGHTS = "NO_NIGHTS"
    NO_COST = "NO_COST"
    NO_BED = "NO_BED"
    """The card has no price for a further person in the room."""
    OVER_CAPACITY = "OVER_CAPACITY"
    CHILD_GAP = "CHILD_GAP"
    CHILD_OVERLAP = "CHILD_OVERLAP"
    NO_EXCHANGE_RATE = "NO_EXCHANGE_RATE"
    NO_RULE = "NO_RULE"
    """No rule says what the service is sold for."""
    ALTERNATIVE_OPEN = "ALTERNATIVE_OPEN"
    """Of several alternatives none, or more than one, is chosen."""

    COST_UNKNOWN = "COST_UNKNOWN"
    """A price was set by hand for what has no cost: its profit is not known."""
    BELOW_COST = "BELOW_COST"
    LOW_MARGIN = "LOW_MARGIN"
    DISCOUNT_WITHOUT_REASON = "DISCOUNT_WITHOUT_REASON"
    DISCOUNT_ABOVE_LIMIT = "DISCOUNT_ABOVE_LIMIT"
    DISCOUNT_CAPPED = "DISCOUNT_CAPPED"

    IN_THE_PAST = "IN_THE_PAST"
    BLACKOUT = "BLACKOUT"
    STOP_SELL = "STOP_SELL"
    ALLOTMENT_SHORT = "ALLOTMENT_SHORT"
    RELEASED = "RELEASED"
    """Units that were held for us have gone back to the supplier."""
    PENALTY_RUNS = "PENALTY_RUNS"
    """Whoever books now can't cancel for nothing any more."""
    VISA_LATE = "VISA_LATE"
    MIN_STAY = "MIN_STAY"
    CHILD_AGE = "CHILD_AGE"
    """A child is priced by another age than it has on the day of booking."""
    PASSPORT = "PASSPORT"


NO_PRICE = frozenset(
    {
        FindingKind.GAP,
        FindingKind.OVERLAP,
        FindingKind.CHOICE_OPEN,
        FindingKind.NO_NIGHTS,
        FindingKind.NO_COST,
        FindingKind.NO_BED,
        FindingKind.OVER_CAPACITY,
        FindingKind.CHILD_GAP,
        FindingKind.CHILD_OVERLAP,
        FindingKind.NO_EXCHANGE_RATE,
        FindingKind.NO_RULE,
        FindingKind.ALTERNATIVE_OPEN,
    }
)
"""With one of these there is no price: nothing is guessed."""
DANGERS = (
    FindingKind.IN_THE_PAST,
    FindingKind.BLACKOUT,
    FindingKind.STOP_SELL,
    FindingKind.ALLOTMENT_SHORT,
    FindingKind.RELEASED,
    FindingKind.PENALTY_RUNS,
    FindingKind.MIN_STAY,
    FindingKind.CHILD_AGE,
    FindingKind.PASSPORT,
    FindingKind.VISA_LATE,
)
"""What endangers a trip and not its price: the policy says which of them stop a quote."""
OF_COSTS = frozenset({FindingKind.COST_UNKNOWN, FindingKind.BELOW_COST, FindingKind.LOW_MARGIN})
"""What tells of costs: for whoever may see the profit."""
NEEDS_APPROVAL = frozenset({FindingKind.LOW_MARGIN, FindingKind.DISCOUNT_ABOVE_LIMIT})
"""With one of these a manager has to agree before the quote goes out."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: its kind, a sentence for staff, the days and the line it is about."""

    kind: FindingKind
    reason: str
    dates: tuple[date, ...] = ()
    line_id: str | None = None
    """None when it is about the trip."""
    blocking: bool = False
    """Whether the policy forbids to send the quote with it."""

    @property
    def prevents_price(self) -> bool:
        """Whether its line, or the trip, has no price."""
        return self.kind in NO_PRICE

    @property
    def needs_approval(self) -> bool:
        """Whether a manager has to agree."""
        return self.kind in NEEDS_APPROVAL


class UnpricedError(Exception):
    """There is no price, for one reason; never leaves this package."""

    def __init__(self, kind: FindingKind, reason: str) -> None:
        super().__init__(reason)
        self.finding = Finding(kind, reason)


def days_in_words(days: tuple[date, ...]) -> str:
    """Days as people read them: runs from first to last, single ones alone."""
    runs: list[list[date]] = []
    for day in sorted(days):
        if runs and (day - runs[-1][-1]).days == 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ", ".join(f"{run[0]}" if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs)
