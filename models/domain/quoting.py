"""When a quote may be sent and answered, with the sentence for whoever may not."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from models.domain.errors import QuoteNotOpenError, QuoteNotSendableError
from models.domain.policy import Policy
from models.domain.stages import SALES_OPEN, Stage


def check_sendable(stage: Stage) -> None:
    """A quote can be sent while the sale is open.

    Raises:
        QuoteNotSendableError: the booking is in a later stage, or lost.
    """
    if stage not in SALES_OPEN:
        raise QuoteNotSendableError(
            f"No quote can be sent in stage {stage}. Move the booking back to NEGOTIATION first."
        )


def check_answerable(
    quote_id: str,
    *,
    live_quote_id: str | None,
    accepted_quote_id: str | None,
    valid_until: datetime | None,
    now: datetime,
) -> None:
    """A customer can answer the one live version until it expires.

    Raises:
        QuoteNotOpenError: it was superseded, answered, withdrawn or has expired.
    """
    if accepted_quote_id == quote_id:
        raise QuoteNotOpenError(
            "You have accepted this quote already. Your next steps are in the e-mail from us."
        )
    if accepted_quote_id is not None:
        raise QuoteNotOpenError(
            "Another version of this quote was accepted already. Please write to us to change it."
        )
    if live_quote_id != quote_id:
        raise QuoteNotOpenError(
            "This version of the quote is not open any more. Please use the newest one from us, "
            "or write to us and we will send you a fresh one."
        )
    if valid_until is not None and now >= valid_until:
        raise QuoteNotOpenError(
            "This quote has expired. Write to us and we will send you one at today's price."
        )


def valid_until(sent_at: datetime, policy: Policy) -> datetime:
    """The policy instant at which a quote that is sent now expires."""
    return sent_at + timedelta(days=policy.quote_valid_days)


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
