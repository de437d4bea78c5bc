"""What a booking waits for next: every clock that runs, the most urgent first."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class DeadlineKind(StrEnum):
    """Whose clock it is."""

    SLA = "SLA"
    QUOTE_EXPIRY = "QUOTE_EXPIRY"
    INSTALMENT = "INSTALMENT"
    SUPPLIER_ANSWER = "SUPPLIER_ANSWER"
    GUIDE_ANSWER = "GUIDE_ANSWER"
    CHECKLIST = "CHECKLIST"
    TASK = "TASK"
    DEPARTURE = "DEPARTURE"

    @property
    def on_a_day(self) -> bool:
        """Whether a day at the trip's place is meant, and no time of it."""
        return self in {self.INSTALMENT, self.CHECKLIST, self.DEPARTURE}


@dataclass(frozen=True)
class Deadline:
    """Something that is due. `about` says what, in the words of whoever made it; may be empty."""

    kind: DeadlineKind
    due_at: datetime
    subject_id: str
    about: str
