"""A version's content once more, for the next draft."""

from models.store.quote_drafts import DraftDay, DraftLine, FullVersion, QuoteDraft


def copy_of(full: FullVersion) -> QuoteDraft:
    """Everything that a version says, as a new draft takes it.

    Its prices stay those of the version; its costs are looked up anew when the draft is written.
    What had changed in it is no change of the copy.
    """
    content = full.draft()
    content |= {
        "change_summary": "",
        "days": tuple(DraftDay(**day) for day in content["days"]),
        "lines": tuple(DraftLine(**line) for line in content["lines"]),
    }
    return QuoteDraft(**content)
