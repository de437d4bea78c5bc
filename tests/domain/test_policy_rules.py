"""What a policy must hold to, what of it a running booking follows, and how two edits meet."""

from dataclasses import replace
from datetime import date, time
from decimal import Decimal

import pytest

from models.domain.policy import (
    OFFICE,
    TERMS,
    ChecklistRule,
    Policy,
    RefundTier,
    changed_fields,
    changes_clocks,
    rebase,
    with_clocks_of,
)
from models.domain.policy_rules import faults
from models.domain.pricing.findings import FindingKind
from models.domain.staffed_hours import Shift, StaffedHours
from models.domain.stages import Stage

POLICY = Policy(version=1)
RULE = ChecklistRule("visa", "Visa", 30, "atp_staff")


def test_the_specifications_defaults_may_be_put_in_force() -> None:
    assert faults(POLICY) == {}


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("sla_hours.NEW", {"sla_hours": {Stage.NEW: -1}}),
        ("sla_hours.NEW", {"sla_hours": {Stage.NEW: 5_000}}),
        ("sla_warning_minutes", {"sla_warning_minutes": -5}),
        ("quote_valid_days", {"quote_valid_days": 0.5, "quote_expiry_reminder_days": 0}),
        ("quote_valid_days", {"quote_valid_days": 400}),
        ("quote_expiry_reminder_days", {"quote_expiry_reminder_days": 14}),
        ("staffed.zone", {"staffed": StaffedHours(zone="Mars/Base")}),
        ("staffed.shifts", {"staffed": StaffedHours(shifts=(Shift(9, time(8), time(20)),))}),
        ("staffed.3", {"staffed": StaffedHours(shifts=(Shift(3, time(20), time(8)),))}),
        (
            "staffed.holidays",
            {"staffed": StaffedHours(holidays=tuple(map(date.fromordinal, range(1, 500))))},
        ),
        (
            "paused_stages",
            {"paused_stages": (Stage.NEW,), "staffed": StaffedHours(shifts=())},
        ),
        ("deposit_percent", {"deposit_percent": 101}),
        ("balance_days_before", {"balance_days_before": -1}),
        ("reminder_days_before", {"reminder_days_before": (7, -3)}),
        ("reminder_days_after", {"reminder_days_after": tuple(range(31))}),
        ("overdue_manager_days", {"overdue_manager_days": 2}),
        ("supplier_answer_hours", {"supplier_answer_hours": 0}),
        ("supplier_urgent_fraction", {"supplier_urgent_fraction": 1.5}),
        ("checklist", {"checklist": ()}),
        ("checklist", {"checklist": (RULE, RULE)}),
        ("checklist", {"checklist": (replace(RULE, title=" "),)}),
        ("checklist", {"checklist": (replace(RULE, days_before=-1),)}),
        ("checklist", {"checklist": (replace(RULE, owner_role="boss"),)}),
        ("exchange_buffer_percent", {"exchange_buffer_percent": Decimal("50.1")}),
        ("exchange_buffer_percent", {"exchange_buffer_percent": Decimal("NaN")}),
        ("exchange_stale_days", {"exchange_stale_days": 0}),
        ("exchange_jump_percent", {"exchange_jump_percent": Decimal(0)}),
        ("exchange_jump_percent", {"exchange_jump_percent": Decimal("Infinity")}),
        ("default_markup_percent", {"default_markup_percent": Decimal(501)}),
        ("default_markup_percent", {"default_markup_percent": Decimal("NaN")}),
        ("stopping_dangers", {"stopping_dangers": (FindingKind.GAP,)}),
        ("passport_months", {"passport_months": 25}),
        ("visa_days", {"visa_days": -1}),
        ("refund_tiers", {"refund_tiers": ()}),
        ("refund_tiers", {"refund_tiers": (RefundTier(0, 120),)}),
        ("refund_tiers", {"refund_tiers": (RefundTier(30, 50),)}),
        ("refund_tiers", {"refund_tiers": (RefundTier(0, 10), RefundTier(0, 20))}),
        ("refund_tiers", {"refund_tiers": (RefundTier(0, 50), RefundTier(30, 20))}),
    ],
)
def test_what_can_not_be_put_in_force_is_named_by_its_field(
    field: str, change: dict[str, object]
) -> None:
    assert list(faults(replace(POLICY, **change))) == [field]  # type: ignore[arg-type]  # named above


def test_a_running_booking_keeps_its_terms_and_follows_the_clocks() -> None:
    newer = replace(
        POLICY,
        version=2,
        seconds_per_day=1,
        deposit_percent=90,
        refund_tiers=(RefundTier(0, 0),),
        sla_hours={Stage.NEW: 9},
        overdue_finance_days=1,
    )
    followed = with_clocks_of(POLICY, newer)
    assert changed_fields(POLICY, followed) == ("sla_hours", "overdue_finance_days")
    assert followed.version == 1
    assert not changes_clocks(POLICY, replace(POLICY, version=2, deposit_percent=90))
    assert not changes_clocks(POLICY, replace(POLICY, version=2, exchange_stale_days=3))
    assert changes_clocks(POLICY, newer)
    assert set(OFFICE) <= set(Policy.__dataclass_fields__)
    assert set(TERMS) <= set(Policy.__dataclass_fields__)


def test_edits_of_different_fields_are_joined_and_of_the_same_are_named() -> None:
    mine = replace(POLICY, deposit_percent=40, reopen_days=10, sla_warning_minutes=15)
    theirs = replace(POLICY, version=2, reopen_days=20, guide_answer_hours=12)
    theirs = replace(theirs, sla_warning_minutes=15)
    joined = rebase(POLICY, mine, theirs)
    assert joined.clashes == ("reopen_days",)
    assert joined.policy == replace(theirs, deposit_percent=40, reopen_days=10)
