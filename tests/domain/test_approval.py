"""Which quotes wait for a manager."""

import pytest

from models.domain.approval import (
    check_approved,
    check_askable,
    check_decidable,
    margin_basis_points,
    needs_approval,
)
from models.domain.errors import ApprovalNeededError, QuoteNotSendableError
from models.domain.stages import ApprovalStatus


@pytest.mark.parametrize(
    ("costs", "margin"),
    [
        ([(60_000, "USD"), (30_000, "USD")], 1_000),
        ([(110_000, "USD")], -1_000),
        ([(60_000, "USD"), (None, None), (30_000, "VND")], 4_000),
        ([(33_333, "USD")], 6_667),
        ([(None, None)], None),
        ([(90_000, "EUR")], None),
        ([], None),
    ],
)
def test_a_margin_is_what_known_costs_leave_of_the_price(
    costs: list[tuple[int | None, str | None]], margin: int | None
) -> None:
    assert margin_basis_points(100_000, "USD", costs) == margin


def test_without_a_price_there_is_no_margin() -> None:
    assert margin_basis_points(0, "USD", [(10, "USD")]) is None


@pytest.mark.parametrize(
    ("margin", "discount", "needed"),
    [
        (999, None, True),
        (1_000, None, False),
        (-500, 0, True),
        (None, None, False),
        (2_000, 1_501, True),
        (2_000, 1_500, False),
        (None, -300, False),
    ],
)
def test_a_thin_margin_or_a_large_discount_needs_a_manager(
    margin: int | None, discount: int | None, needed: bool
) -> None:
    assert needs_approval(margin, discount, margin_limit=10, discount_limit=15) is needed
    assert not needs_approval(margin, discount, margin_limit=0, discount_limit=0)


@pytest.mark.parametrize(
    ("status", "changed", "sentence"),
    [
        (None, False, "Ask a manager to approve"),
        (ApprovalStatus.PENDING, False, "awaits a manager"),
        (ApprovalStatus.REJECTED, False, "did not approve"),
        (ApprovalStatus.APPROVED, True, "changed since a manager approved"),
    ],
)
def test_each_reason_not_to_send_has_its_own_sentence(
    status: ApprovalStatus | None, changed: bool, sentence: str
) -> None:
    with pytest.raises(ApprovalNeededError, match=sentence):
        check_approved(status, changed=changed)
    check_approved(ApprovalStatus.APPROVED, changed=False)


def test_only_drafts_outside_of_the_limits_are_asked_about() -> None:
    check_askable(draft=True, needed=True)
    with pytest.raises(QuoteNotSendableError, match="no draft"):
        check_askable(draft=False, needed=True)
    with pytest.raises(QuoteNotSendableError, match="within the policy"):
        check_askable(draft=True, needed=False)


def test_only_what_is_asked_and_unchanged_is_decided() -> None:
    check_decidable(pending=True, changed=False)
    with pytest.raises(QuoteNotSendableError, match="Nobody is waiting"):
        check_decidable(pending=False, changed=False)
    with pytest.raises(QuoteNotSendableError, match="changed since approval"):
        check_decidable(pending=True, changed=True)
