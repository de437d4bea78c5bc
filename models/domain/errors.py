"""Refusals: each a class, a stable code and a sentence for the person who gets it."""


class DomainError(Exception):
    """A rule says no. `code` is stable for programs; the text is for the person who asked."""

    code = "REFUSED"


class BookingChangedError(DomainError):
    """The booking was changed by someone else since the caller read it."""

    code = "BOOKING_HASH_MISMATCH"

    def __init__(self) -> None:
        super().__init__("Booking changed in backend")


class BookingClosedError(DomainError):
    """The booking's story has ended, or was cancelled."""

    code = "BOOKING_CLOSED"


class NotFoundError(DomainError):
    """Nothing of that id is known, or the caller may not see it."""

    code = "NOT_FOUND"


class ForbiddenError(DomainError):
    """The caller's role or object rights do not allow this."""

    code = "FORBIDDEN"


class InvalidInputError(DomainError):
    """What was sent breaks a rule; the sentence names the field."""

    code = "INVALID_INPUT"


class TaskChangedError(DomainError):
    """Somebody else changed the task since the caller read it; the sentence says how it stands."""

    code = "TASK_CHANGED"


class TaskNotReopenableError(DomainError):
    """The task was done too long ago to take it back, or was withdrawn."""

    code = "TASK_NOT_REOPENABLE"

    def __init__(self) -> None:
        super().__init__(
            "This task can't be opened again: it was done a while ago, or is not needed any more."
        )


class LinkInvalidError(DomainError):
    """A link's token is unknown, expired or withdrawn."""

    code = "LINK_INVALID"

    def __init__(self) -> None:
        super().__init__(
            "This link is not valid any more. Please use the newest e-mail from us, "
            "or reply to it and we will send you a new one."
        )


class QuoteNotOpenError(DomainError):
    """The quote version can't be answered; the sentence says what to do instead."""

    code = "QUOTE_NOT_OPEN"


class ChangedTotalError(DomainError):
    """What is chosen of a quote has another price than whoever accepts it saw."""

    code = "TOTAL_CHANGED"


class QuoteNotSendableError(DomainError):
    """The quote version can't be sent as it is."""

    code = "QUOTE_NOT_SENDABLE"


class ApprovalNeededError(QuoteNotSendableError):
    """The quote version may not go out before a manager agrees."""

    code = "QUOTE_NEEDS_APPROVAL"


class PaymentNotPossibleError(DomainError):
    """The instalment can't be paid now; the sentence says why and what to do."""

    code = "PAYMENT_NOT_POSSIBLE"


class PaymentProviderUnavailableError(DomainError):
    """The payment provider did not answer; nothing was charged."""

    code = "PAYMENT_PROVIDER_UNAVAILABLE"


class ServiceOrderNotOpenError(DomainError):
    """The service order was answered, released or cancelled already."""

    code = "SERVICE_ORDER_NOT_OPEN"


class GuideOfferNotOpenError(DomainError):
    """The guide's offer was answered, lapsed or withdrawn already."""

    code = "GUIDE_OFFER_NOT_OPEN"


class GuideNotFreeError(DomainError):
    """The guide has another trip on one of these days."""

    code = "GUIDE_NOT_FREE"


class ChecklistItemNotOpenError(DomainError):
    """The checklist item was done or waived already, or is not on this booking's list."""

    code = "CHECKLIST_ITEM_NOT_OPEN"


class FileRefusedError(DomainError):
    """A file is of no type that is taken; the sentence says which are."""

    code = "FILE_REFUSED"


class FileTooLargeError(FileRefusedError):
    """A file is larger than is taken; the sentence says how large it may be."""

    code = "FILE_TOO_LARGE"


class MessageSortedError(DomainError):
    """Somebody else sorted the message since the caller read it."""

    code = "MESSAGE_ALREADY_SORTED"

    def __init__(self) -> None:
        super().__init__(
            "Somebody else sorted this message meanwhile. Look at it as it stands now."
        )


class EnquiryKnownError(DomainError):
    """The enquiry was stored before, as a booking that the caller may not see."""

    code = "ENQUIRY_KNOWN"

    def __init__(self) -> None:
        super().__init__(
            "We have this enquiry already, and somebody else looks after it. Ask a manager."
        )


class DecisionUnavailableError(DomainError):
    """Nobody can decide just now; nothing happened, and asking again with the same key is safe."""

    code = "TEMPORAL_UNAVAILABLE"

    def __init__(self) -> None:
        super().__init__(
            "This can't be decided just now. Nothing was changed; please try again in a moment."
        )


class PolicyChangedError(DomainError):
    """Somebody else put another policy in force since the caller read it."""

    code = "POLICY_CHANGED"

    def __init__(self) -> None:
        super().__init__(
            "Somebody else has changed the policy since you began. Look at what they changed, "
            "then decide again."
        )


class LeaveOverlapsError(DomainError):
    """The person is away on some of these days already."""

    code = "LEAVE_OVERLAPS"

    def __init__(self) -> None:
        super().__init__("This person is away on some of these days already.")


class CustomerChangedError(DomainError):
    """Somebody else changed the customer since the caller read it."""

    code = "CUSTOMER_CHANGED"

    def __init__(self) -> None:
        super().__init__(
            "Somebody else changed this customer meanwhile. Look at it as it stands now, then "
            "try again."
        )


class ContactTakenError(DomainError):
    """The address is another customer's: two records of one person are merged, not overwritten."""

    code = "CONTACT_TAKEN"

    def __init__(self) -> None:
        super().__init__(
            "Another customer has this e-mail address. If both are one person, merge them."
        )


class CustomersMergedError(DomainError):
    """One of the two customers has gone into another record already."""

    code = "CUSTOMERS_MERGED"

    def __init__(self) -> None:
        super().__init__("One of these two was merged meanwhile. Look at what is left of them.")


class MergeNotUndoableError(DomainError):
    """A merge can't be taken back any more, or not yet; the sentence says why."""

    code = "MERGE_NOT_UNDOABLE"


class NoExchangeRateError(DomainError):
    """Nobody has said what a currency is worth; an amount in it can't be converted."""

    code = "NO_EXCHANGE_RATE"

    def __init__(self, currency: str) -> None:
        super().__init__(
            "There is no exchange rate for this currency. Set one under Exchange rates."
        )
        self.currency = currency


class PricingRulesChangedError(DomainError):
    """Somebody else changed the pricing rules since the caller read them."""

    code = "PRICING_RULES_CHANGED"

    def __init__(self) -> None:
        super().__init__(
            "Somebody else has changed the pricing rules meanwhile. Look at them as they stand "
            "now, then try again."
        )


class RateFarOffError(DomainError):
    """A rate by hand is so far from the one in force that it may be a slip of the keyboard."""

    code = "RATE_FAR_OFF"

    def __init__(self) -> None:
        super().__init__(
            "This rate is far from the one in force. Look at it again; if it is right, confirm it."
        )


class DraftChangedError(DomainError):
    """Somebody else saved the draft of a quote since the caller read it."""

    code = "DRAFT_HASH_MISMATCH"

    def __init__(self) -> None:
        super().__init__(
            "Somebody else changed this draft meanwhile. Look at it as it stands now, then try "
            "again."
        )


class PartnerChangedError(DomainError):
    """Somebody else changed the partner since the caller read it."""

    code = "PARTNER_CHANGED"

    def __init__(self) -> None:
        super().__init__(
            "Somebody else changed this partner meanwhile. Look at it as it stands now, then "
            "try again."
        )


class NotNewestVersionError(DomainError):
    """What was agreed has a newer version than the one that the caller saw."""

    code = "NOT_NEWEST_VERSION"

    def __init__(self) -> None:
        super().__init__(
            "There is a newer version of this by now. Nothing was changed: look at the newest "
            "one, then try again."
        )


class SheetRefusedError(DomainError):
    """A file of rates can't be read, or has rows that are wrong; the sentence says which."""

    code = "SHEET_REFUSED"


REFUSALS: dict[str, type[DomainError]] = {
    error.code: error
    for error in (
        BookingChangedError,
        BookingClosedError,
        NotFoundError,
        ForbiddenError,
        InvalidInputError,
        TaskNotReopenableError,
        LinkInvalidError,
        QuoteNotOpenError,
        QuoteNotSendableError,
        ApprovalNeededError,
        PaymentNotPossibleError,
        PaymentProviderUnavailableError,
        ServiceOrderNotOpenError,
        GuideOfferNotOpenError,
        GuideNotFreeError,
        ChecklistItemNotOpenError,
        MessageSortedError,
        EnquiryKnownError,
    )
}
"""From a code, as it crosses the Temporal boundary, back to its class."""
