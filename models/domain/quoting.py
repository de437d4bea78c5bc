"""When a quote may be sent and answered, with the sentence for whoever may not."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from string import ascii_uppercase

from models.domain.errors import QuoteNotOpenError, QuoteNotSendableError
from models.domain.policy import Policy
from models.domain.stages import SALES_OPEN, QuoteStatus, Stage


def check_sendable(stage: Stage) -> None:
    """A quote can be sent while the sale is open.

    Raises:
        QuoteNotSendableError: the booking is in a later stage, or lost.
    """
    if stage not in SALES_OPEN:
        raise QuoteNotSendableError(
            f"No quote can be sent in stage {stage}. Move the booking back to NEGOTIATION first."
        )


def check_room(open_after: int) -> None:
    """So many offers may be open beside each other.

    Raises:
        QuoteNotSendableError: the customer would have too many to choose from.
    """
    if open_after > MOST_OPTIONS:
        raise QuoteNotSendableError(
            f"{MOST_OPTIONS} options are open already, and more are hard to choose from. Replace "
            "one of them."
        )


def check_replaceable(quote_id: str | None, live: Collection[str]) -> None:
    """Only a version that is open can be replaced.

    Raises:
        QuoteNotSendableError: it was answered, replaced or withdrawn, or has expired.
    """
    if quote_id is not None and quote_id not in live:
        raise QuoteNotSendableError(
            "The option that this version should replace is not open any more. Send it as an "
            "option of its own instead."
        )


def check_answerable(
    quote_id: str,
    *,
    live: Mapping[str, datetime],
    ended: Mapping[str, QuoteStatus],
    accepted_quote_id: str | None,
    now: datetime,
) -> None:
    """A customer can answer any option that is open until it expires.

    Args:
        quote_id: the version that is answered.
        live: the open versions, with the instants at which they expire.
        ended: what became of the others, as far as that is known.
        accepted_quote_id: the version that was accepted, if one was.
        now: an instant of the clock of `live`.

    Raises:
        QuoteNotOpenError: it was superseded, answered, withdrawn, not chosen or has expired.
    """
    if accepted_quote_id == quote_id:
        raise QuoteNotOpenError(REFUSED[QuoteStatus.ACCEPTED])
    if quote_id in live and accepted_quote_id is None:
        if now >= live[quote_id]:
            raise QuoteNotOpenError(REFUSED[QuoteStatus.EXPIRED])
        return
    status = ended.get(quote_id)
    if accepted_quote_id is not None and status in {None, QuoteStatus.SUPERSEDED}:
        raise QuoteNotOpenError(OTHER_VERSION)
    raise QuoteNotOpenError(REFUSED.get(status, NOT_OPEN) if status else NOT_OPEN)


def refused_because(status: QuoteStatus) -> str | None:
    """What a customer is told who answers a version of this status; None while it is open."""
    return REFUSED.get(status)


MOST_OPTIONS = 5
"""Offers that may be open at a time: more than anybody compares."""
NOT_OPEN = (
    "This version of the quote is not open any more. Please use the newest one from us, "
    "or write to us and we will send you a fresh one."
)
OTHER_VERSION = (
    "Another version of this quote was accepted already. Please write to us to change it."
)
REFUSED: dict[QuoteStatus, str] = {
    QuoteStatus.ACCEPTED: (
        "You have accepted this quote already. Your next steps are in the e-mail from us."
    ),
    QuoteStatus.NOT_CHOSEN: (
        "You have accepted another option of this trip, so this one is closed. Would you rather "
        "have this one? Please write to us."
    ),
    QuoteStatus.SUPERSEDED: (
        "A newer version has taken the place of this one. Please open the newest one: the link is "
        "in our last e-mail."
    ),
    QuoteStatus.EXPIRED: (
        "This quote has expired. Write to us and we will send you one at today's price."
    ),
    QuoteStatus.DECLINED: (
        "You have declined this quote. Have you changed your mind? Write to us, and we will open "
        "it for you again."
    ),
    QuoteStatus.WITHDRAWN: (
        "We had to withdraw this quote. Please write to us: we will tell you why, and send you "
        "another one."
    ),
}
"""What a customer is told who answers a version that has ended."""


def valid_until(sent_at: datetime, policy: Policy) -> datetime:
    """The policy instant at which a quote that is sent now expires."""
    return sent_at + timedelta(days=policy.quote_valid_days)


def option_letter(taken: Collection[str]) -> str:
    """The next letter for an offer that stands beside others: A, B, C, ... AA."""
    number = len(taken)
    while (letter := _letters(number)) in taken:
        number += 1
    return letter


def _letters(number: int) -> str:
    higher, last = divmod(number, len(ascii_uppercase))
    return (_letters(higher - 1) if higher else "") + ascii_uppercase[last]


def reminder_times(
    sent_at: datetime, expires_at: datetime, policy: Policy
) -> tuple[datetime, datetime]:
    """When to remind of an unviewed quote, and of one that expires soon (policy instants)."""
    unviewed = sent_at + timedelta(days=policy.quote_unviewed_reminder_days)
    expiring = expires_at - timedelta(days=policy.quote_expiry_reminder_days)
    return unviewed, expiring


def all_confirmed(states: Iterable[str]) -> bool:
    """Whether every service of a trip is confirmed and every guide found."""
    return all(state in {"CONFIRMED", "ACCEPTED"} for state in states)
