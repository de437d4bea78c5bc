"""A version's content once more, for the next draft."""

from models.domain.quote_draft import DraftDay, DraftLine, QuoteDraft
from models.store.quote_drafts import FullVersion


def copy_of(full: FullVersion) -> QuoteDraft:
    """Everything that a version says, as a new draft takes it.

    Prices by hand stay; what the price list works out is priced anew when the draft is written.
    What had changed in it is no change of the copy.
    """
    content = full.draft()
    content |= {
        "change_summary": "",
        "days": tuple(DraftDay(**day) for day in content["days"]),
        "lines": tuple(DraftLine(**line) for line in content["lines"]),
    }
    return QuoteDraft(**content)
