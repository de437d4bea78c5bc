"""When a quote may not go out without a manager, and what it earns."""

from collections.abc import Iterable
from decimal import Decimal

from models.domain.errors import ApprovalNeededError, QuoteNotSendableError
from models.domain.money import round_minor
from models.domain.stages import ApprovalStatus

BASIS_POINTS = 100
"""In a percent."""


def margin_basis_points(
    total_minor: int, currency: str, costs: Iterable[tuple[int | None, str | None]]
) -> int | None:
    """What is left of the price after all costs that are known, in hundredths of a percent.

    Where some costs are not known it is the most that the margin can be: below the limit it is
    below in any case.

    Args:
        total_minor: the price, minor units.
        currency: of the price; costs in others are not known here.
        costs: of each service, minor units with their currency.

    Returns:
        None where no cost is known, or there is no price.
    """
    known = [amount for amount, of in costs if amount is not None and of == currency]
    if not known or not total_minor:
        return None
    return round_minor(Decimal(total_minor - sum(known)) * 100 * BASIS_POINTS / total_minor)


def share_basis_points(discount_minor: int, total_minor: int) -> int | None:
    """What a discount is of the price before it, in hundredths of a percent; None without one."""
    before = total_minor + discount_minor
    if not discount_minor or not before:
        return None
    return round_minor(Decimal(discount_minor) * 100 * BASIS_POINTS / before)


def needs_approval(
    margin: int | None, discount: int | None, *, margin_limit: float, discount_limit: float
) -> bool:
    """Whether a manager has to agree before a quote is sent.

    Args:
        margin: hundredths of a percent; None where it is not known.
        discount: how much cheaper the same services have become, or what is taken off the price,
            whichever is more; likewise.
        margin_limit: the least margin, percent; 0 where none is asked for.
        discount_limit: the most discount, percent; 0 where any is allowed.
    """
    thin = margin is not None and margin_limit > 0 and margin < margin_limit * BASIS_POINTS
    cheap = discount is not None and discount_limit > 0 and discount > discount_limit * BASIS_POINTS
    return thin or cheap


def check_approved(status: ApprovalStatus | None, *, changed: bool) -> None:
    """A draft outside of the limits goes out as it was approved.

    Args:
        status: what a manager said last; None where nobody was asked.
        changed: whether the draft says something else than when they were asked.

    Raises:
        ApprovalNeededError: nobody agreed, or to something else.
    """
    if status is None:
        raise ApprovalNeededError(
            "The margin or the discount of this version is outside of the policy's limits. Ask a "
            "manager to approve it first."
        )
    if status is ApprovalStatus.PENDING:
        raise ApprovalNeededError(AWAITING)
    if status is ApprovalStatus.REJECTED:
        raise ApprovalNeededError(
            "A manager did not approve this version. Read why, change it, then ask again."
        )
    if changed:
        raise ApprovalNeededError(
            "This version was changed since a manager approved it. Ask for approval again."
        )


def check_askable(*, draft: bool, needed: bool) -> None:
    """A manager is asked about drafts that need them.

    Raises:
        QuoteNotSendableError: it was sent, or may be sent as it is.
    """
    if not draft:
        raise QuoteNotSendableError("This version is no draft any more: there is nothing to ask.")
    if not needed:
        raise QuoteNotSendableError(
            "This version is within the policy's limits: send it without asking."
        )


def check_decidable(*, pending: bool, changed: bool) -> None:
    """A manager decides about what was asked.

    Raises:
        QuoteNotSendableError: nobody asks, or the draft says something else by now.
    """
    if not pending:
        raise QuoteNotSendableError("Nobody is waiting for a decision about this version.")
    if changed:
        raise QuoteNotSendableError(
            "The draft was changed since approval was asked for. Have it asked for again."
        )


AWAITING = "This version awaits a manager's approval. You can send it once they have agreed."
