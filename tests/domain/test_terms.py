"""The terms of a quote: every number in them is the policy's, and every day has its share."""

import re

from hypothesis import given
from hypothesis import strategies as st

from models.domain.cancellation import refund_percent
from models.domain.policy import Policy, RefundTier
from models.domain.terms import EDITION, clauses, refund_steps, terms_version


def test_the_table_reads_from_early_to_late() -> None:
    assert [(step.span, step.refund_percent) for step in refund_steps(Policy(version=3))] == [
        ("60 days or more before departure", 100),
        ("45 to 59 days before departure", 70),
        ("30 to 44 days before departure", 50),
        ("14 to 29 days before departure", 20),
        ("less than 14 days before departure", 0),
    ]


def test_the_version_names_wording_and_policy() -> None:
    assert terms_version(Policy(version=3)) == f"{EDITION}.3"


def test_deposit_and_balance_are_the_policys() -> None:
    policy = Policy(version=1, deposit_percent=25, balance_days_before=61)
    text = " ".join(clause.text for clause in clauses(policy))
    assert "25 % is due as a deposit" in text
    assert "61 days before departure" in text


@given(
    tiers=st.lists(
        st.tuples(st.integers(1, 90), st.integers(0, 100)), min_size=1, unique_by=lambda t: t[0]
    ),
    day=st.integers(0, 120),
)
def test_what_the_table_says_of_a_day_is_what_a_cancellation_gives(
    tiers: list[tuple[int, int]], day: int
) -> None:
    policy = Policy(version=1, refund_tiers=tuple(RefundTier(*t) for t in [*tiers, (0, 0)]))
    shares = [step.refund_percent for step in refund_steps(policy) if covers(step.span, day)]
    assert shares == [refund_percent(day, policy)]


def covers(span: str, day: int) -> bool:
    numbers = [int(number) for number in re.findall(r"\d+", span)]
    if "or more" in span:
        return day >= numbers[0]
    if span.startswith("less than"):
        return day < numbers[0]
    return numbers[0] <= day <= numbers[1]
