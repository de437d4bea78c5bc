"""What a customer may choose, what it comes to, and what staff may offer to choose between."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.domain.choice_margin import least_margin
from models.domain.choice_sets import REFUSED, check_sets, in_order_of_times
from models.domain.choices import (
    as_written,
    check_choices,
    check_total,
    choices_of,
    counted,
    offered_prices,
    total_with,
)
from models.domain.errors import ChangedTotalError, InvalidInputError
from models.domain.money import Money
from models.domain.payment_plan import draw_plan, planned_again
from models.domain.policy import Policy
from models.domain.pricing.markup import Markup, MarkupKind
from models.domain.pricing.quote import price
from models.domain.pricing.request import Line, Quote, Rates, Terms
from models.domain.pricing.rounding import Charm, CharmScope
from models.domain.quote_diff import Offer, OfferedLine, apply, diff
from models.domain.quote_draft import DraftLine
from models.domain.signing import signed_sha256
from models.domain.stages import ServiceKind
from tests.support.rate_cards import BOOKED_ON, on, party


@dataclass(frozen=True)
class Offered:
    """A line as a version keeps it."""

    id: str
    total_minor: int = 100
    optional: bool = False
    alternative: str = ""
    chosen: bool = True


LINES = (
    Offered("flight", 1_000),
    Offered("ours", 400, alternative="Hotel"),
    Offered("villa", 650, alternative="Hotel", chosen=False),
    Offered("balloon", 90, optional=True, chosen=False),
)


@pytest.mark.parametrize(
    ("choices", "total"),
    [(["ours"], 1_400), (["villa"], 1_650), (["balloon", "villa"], 1_740)],
)
def test_the_total_is_that_of_the_lines_that_count(choices: list[str], total: int) -> None:
    assert total_with(LINES, check_choices(LINES, choices)) == total
    assert counted(LINES, choices) == {"flight", *choices}


@pytest.mark.parametrize(
    "choices",
    [[], ["balloon"], ["ours", "villa"], ["ours", "ours"], ["ours", "flight"], ["ours", "x"]],
)
def test_what_is_no_choice_is_refused(choices: list[str]) -> None:
    with pytest.raises(InvalidInputError):
        check_choices(LINES, choices)


def test_as_it_is_offered_ours_is_chosen() -> None:
    assert choices_of(LINES) == {"ours"}


def test_another_total_than_was_seen_is_refused() -> None:
    check_total(None, 5)
    check_total(5, 5)
    with pytest.raises(ChangedTotalError):
        check_total(4, 5)


def test_what_a_customer_added_is_included_in_the_next_draft() -> None:
    assert as_written(replace(LINES[3], chosen=True)) == {
        "optional": False, "alternative": "", "chosen": False,
    }  # fmt: skip
    assert as_written(LINES[3])["optional"]
    assert as_written(LINES[1])["chosen"]
    assert not as_written(LINES[0])["chosen"]


def fixed(name: str, amount: int, **choice: Any) -> Line:
    markup = Markup(MarkupKind.FIXED, fixed=Money(amount, "USD"))
    return Line(name, 1, ServiceKind.ACTIVITY, markup=markup, **choice)


def priced(*lines: Line, charm: Charm | None = None) -> tuple[int, tuple[int, ...]]:
    """The total, and what each line adds."""
    quote = Quote(on("2027-03-02"), on("2027-03-05"), BOOKED_ON, lines, (party(2),))
    terms = Terms("USD", charm=charm)
    group = price(quote, Rates({}), terms).groups[0]
    assert group.total_minor is not None
    return group.total_minor, offered_prices(group, quote, terms)


amounts = st.integers(0, 100_000)


@given(amounts, amounts, amounts, amounts)
def test_every_choice_alone_costs_exactly_what_the_engine_finds(
    base: int, ours: int, other: int, extra: int
) -> None:
    lines = (
        fixed("base", base),
        fixed("ours", ours, alternative="Hotel", chosen=True),
        fixed("other", other, alternative="Hotel"),
        fixed("extra", extra, optional=True),
    )
    total, found = priced(*lines)
    assert total == found[0] + found[1]
    swapped = (lines[0], replace(lines[1], chosen=False), replace(lines[2], chosen=True), lines[3])
    assert priced(*swapped)[0] == found[0] + found[2]
    added = (*lines[:3], replace(lines[3], chosen=True))
    assert priced(*added)[0] == found[0] + found[1] + found[3]


@given(amounts, amounts, amounts)
def test_with_charm_prices_an_added_thing_costs_what_the_total_grows(
    base: int, ours: int, extra: int
) -> None:
    charm = Charm(1_000, (900,), CharmScope.PERSON)
    lines = (fixed("base", base), fixed("ours", ours), fixed("extra", extra, optional=True))
    total, found = priced(*lines, charm=charm)
    assert total == found[0] + found[1]
    added = (*lines[:2], replace(lines[2], chosen=True))
    assert priced(*added, charm=charm)[0] == total + found[2]
    assert all(amount >= 0 for amount in found)


def drafted(day: int = 1, at: str = "", **choice: Any) -> DraftLine:
    starts_at = time.fromisoformat(at) if at else None
    return DraftLine(
        day,
        0,
        ServiceKind.ACTIVITY,
        at or "later",
        None,
        None,
        1,
        100,
        starts_at=starts_at,
        **choice,
    )


SET: dict[str, Any] = {"alternative": "Hotel"}


@pytest.mark.parametrize(
    ("lines", "wrong"),
    [
        ([drafted(optional=True), drafted(**SET, chosen=True), drafted(**SET)], {}),
        ([drafted(optional=True, **SET)], {"lines.0.alternative": "both"}),
        ([drafted(chosen=True)], {"lines.0.chosen": "no_set"}),
        ([drafted(optional=True, chosen=True)], {"lines.0.chosen": "no_set"}),
        ([drafted(**SET, chosen=True)], {"lines.0.alternative": "alone"}),
        ([drafted(**SET), drafted(**SET)], {"lines.1.chosen": "ours"}),
        (
            [drafted(**SET, chosen=True), drafted(**SET, chosen=True), drafted()],
            {"lines.1.chosen": "ours"},
        ),
    ],
)
def test_staff_leave_no_choice_unclear(lines: list[DraftLine], wrong: dict[str, str]) -> None:
    assert check_sets(lines) == {path: REFUSED[name] for path, name in wrong.items()}


def test_services_of_a_day_stand_in_the_order_of_their_times_and_others_stay() -> None:
    lines = [drafted(at="18:00"), drafted(), drafted(2, "05:00"), drafted(at="07:30"), drafted()]
    told = [line.description for line in in_order_of_times(lines)]
    assert told == ["07:30", "later", "05:00", "18:00", "later"]
    assert in_order_of_times(in_order_of_times(lines)) == in_order_of_times(lines)


def offer(*lines: OfferedLine) -> Offer:
    return Offer("T", "", "USD", on("2027-03-02"), on("2027-03-05"), 2, lines=lines)


def service(total: int, cost: int, **choice: Any) -> OfferedLine:
    return OfferedLine(
        1, "ACTIVITY", f"At {total}", 1, total, cost_minor=cost, cost_currency="USD", **choice
    )


def test_a_quote_earns_at_least_what_its_worst_choice_leaves() -> None:
    ours, base = service(500, 250, alternative="Hotel"), service(500, 250)
    assert least_margin(offer(base, ours)) == 5_000
    dear = service(500, 450, alternative="Hotel", chosen=False)
    assert least_margin(offer(base, ours, dear)) == 3_000
    gift = service(0, 400, optional=True, chosen=False)
    assert least_margin(offer(base, ours, gift)) == 1_000
    assert least_margin(offer(replace(base, cost_minor=None))) is None


def test_a_diff_counts_what_is_chosen_and_tells_what_may_be() -> None:
    before = offer(service(500, 250))
    after = offer(service(500, 250, optional=True, chosen=False, starts_at=time(7)))
    changes = diff(before, after)
    assert changes.difference_minor == -500
    assert {one.name for one in changes.lines.changed[0].changes} == {
        "optional", "chosen", "starts_at",
    }  # fmt: skip
    assert apply(changes, before) == after


@given(st.integers(1, 10**9), st.integers(1, 10**9), st.integers(0, 100), st.integers(0, 400))
def test_the_plan_of_another_price_is_as_if_it_were_drawn(
    offered: int, chosen: int, percent: int, days: int
) -> None:
    policy = Policy(version=1, deposit_percent=percent)
    now = datetime(2027, 1, 1, tzinfo=UTC)
    departure = now.date() + timedelta(days=days)
    drawn = draw_plan(offered, departure, now, policy)
    again = planned_again(drawn, chosen, policy)
    assert sum(part.amount_minor for part in again) == chosen
    if len(drawn) == len(draw_plan(chosen, departure, now, policy)):
        assert again == draw_plan(chosen, departure, now, policy)


SIGNED = {
    "document_sha256": "a" * 64, "choices": ["line_2", "line_1"], "total_minor": 5,
    "currency": "USD", "terms_version": "1", "name": "Élise",
}  # fmt: skip


def test_the_hash_of_what_is_signed_is_that_of_its_canonical_json() -> None:
    assert signed_sha256(**SIGNED) == signed_sha256(**SIGNED | {"choices": ["line_1", "line_2"]})  # type: ignore[arg-type]  # as above
    other = {"choices": [], "total_minor": 6, "name": "E", "document_sha256": None,
             "currency": "EUR", "terms_version": "2"}  # fmt: skip
    hashes = {signed_sha256(**SIGNED | {name: value}) for name, value in other.items()}  # type: ignore[arg-type]  # as above
    assert len(hashes | {signed_sha256(**SIGNED)}) == len(other) + 1  # type: ignore[arg-type]  # as above
