"""Clocks, refunds, checklists, money, links and quotes: tables of cases."""

from datetime import UTC, date, datetime, timedelta
from string import ascii_uppercase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.domain.cancellation import refund_offer, spread_refund
from models.domain.checklist import draw_checklist
from models.domain.clock import PolicyClock, day_of, start_of_day
from models.domain.errors import QuoteNotOpenError, QuoteNotSendableError
from models.domain.links import link_token, token_hash
from models.domain.money import Money, percent_of
from models.domain.policy import Policy
from models.domain.quoting import (
    all_confirmed,
    check_answerable,
    check_replaceable,
    check_room,
    check_sendable,
    option_letter,
    refused_because,
)
from models.domain.sla import sla_clock, supplier_answer_due
from models.domain.stages import SALES_OPEN, QuoteStatus, Stage, destination_label

POLICY = Policy(version=1)
NOW = datetime(2026, 3, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("stage", "hours"),
    [
        (Stage.NEW, 2),
        (Stage.QUALIFIED, 8),
        (Stage.PROPOSAL_SENT, 24),
        (Stage.NEGOTIATION, 48),
        (Stage.INVOICE_SENT, 24),
        (Stage.WON, 24),
    ],
)
def test_each_stage_has_its_clock_and_a_warning_half_an_hour_before(
    stage: Stage, hours: int
) -> None:
    clock = sla_clock(stage, NOW, POLICY)
    assert clock is not None
    assert clock.due_at == NOW + timedelta(hours=hours)
    assert clock.warn_at == clock.due_at - timedelta(minutes=30)


@pytest.mark.parametrize("stage", [Stage.PAYMENT_RECEIVED, Stage.LOST, Stage.POST_TRIP])
def test_some_stages_have_no_clock(stage: Stage) -> None:
    assert sla_clock(stage, NOW, POLICY) is None


@pytest.mark.parametrize(
    ("departs_in", "answer_in"),
    [
        (timedelta(days=60), timedelta(hours=24)),
        (timedelta(days=2), timedelta(hours=9.6)),
        (timedelta(hours=3), timedelta(hours=1)),
        (timedelta(hours=-3), timedelta(hours=1)),
    ],
)
def test_an_urgent_departure_shortens_the_suppliers_time_to_answer(
    departs_in: timedelta, answer_in: timedelta
) -> None:
    assert supplier_answer_due(NOW, NOW + departs_in, POLICY) == NOW + answer_in


@pytest.mark.parametrize(
    ("days_before", "percent"),
    [(90, 100), (60, 100), (59, 70), (45, 70), (44, 50), (30, 50), (14, 20), (13, 0), (0, 0)],
)
def test_what_goes_back_follows_the_tiers(days_before: int, percent: int) -> None:
    departure = date(2026, 9, 1)
    offer = refund_offer(100_001, departure, departure - timedelta(days=days_before), POLICY)
    assert offer.refund_percent == percent
    assert offer.refund_minor + offer.penalty_minor == offer.paid_minor == 100_001


def test_before_anything_was_agreed_all_money_goes_back() -> None:
    assert refund_offer(500, None, date(2026, 9, 1), POLICY).refund_minor == 500


@given(
    refund=st.integers(0, 10**9),
    held=st.lists(st.integers(0, 10**8), max_size=5),
)
def test_a_refund_never_takes_more_from_a_payment_than_it_holds(
    refund: int, held: list[int]
) -> None:
    payments = [(str(number), amount) for number, amount in enumerate(held)]
    parts = spread_refund(refund, payments)
    assert sum(part for _, part in parts) == min(refund, sum(held))
    assert all(0 < part <= dict(payments)[payment] for payment, part in parts)


def test_the_checklist_is_drawn_backwards_and_late_items_are_due_now() -> None:
    departure = date(2026, 3, 25)
    items = draw_checklist(departure, NOW, POLICY)
    due = {item.key: item.due_at for item in items}
    assert due["traveller_details"] == NOW
    assert due["final_documents"] == start_of_day(date(2026, 3, 15))
    assert len(due) == len(items) == len(POLICY.checklist)


@given(seconds=st.integers(0, 10**9), speed=st.sampled_from([86_400.0, 60.0, 0.5]))
def test_policy_time_and_real_time_are_one_mapping(seconds: int, speed: float) -> None:
    clock = PolicyClock(NOW, speed)
    real = NOW + timedelta(seconds=seconds / 1000)
    back = clock.real_time(clock.policy_time(real)) if speed > 1 else real
    assert abs(back - real) < timedelta(milliseconds=1)


def test_an_ordinary_policys_clock_is_the_real_one() -> None:
    assert PolicyClock(NOW).policy_time(NOW + timedelta(days=3)) == NOW + timedelta(days=3)


def test_a_day_begins_at_midnight_of_the_trips_place() -> None:
    assert start_of_day(date(2026, 3, 2)) == datetime(2026, 3, 1, 17, tzinfo=UTC)
    assert day_of(datetime(2026, 3, 1, 17, tzinfo=UTC)) == date(2026, 3, 2)


@pytest.mark.parametrize(
    ("amount", "percent", "expected"), [(5, 30, 2), (15, 30, 5), (100, 30, 30), (-5, 30, -2)]
)
def test_half_a_unit_is_rounded_away_from_zero(amount: int, percent: int, expected: int) -> None:
    assert percent_of(amount, percent) == expected


@pytest.mark.parametrize(
    ("money", "text"),
    [
        (Money(123_456, "USD"), "USD 1,234.56"),
        (Money(1_500_000, "VND"), "VND 1,500,000"),
        (Money(-5, "EUR"), "EUR -0.05"),
    ],
)
def test_money_is_written_with_its_currencys_decimals(money: Money, text: str) -> None:
    assert str(money) == text


def test_money_of_two_currencies_is_never_added() -> None:
    with pytest.raises(ValueError, match="USD can't be added to VND"):
        Money(1, "VND") + Money(1, "USD")


def test_a_link_has_256_bits_is_always_the_same_and_known_by_hash_only() -> None:
    token = link_token("secret", "link_1")
    assert len(token) == 43
    assert token == link_token("secret", "link_1")
    assert token != link_token("secret", "link_2") != link_token("other", "link_2")
    assert token_hash(token) != token


def answer(**changes: object) -> None:
    facts: dict[str, object] = {
        "live": {"q1": NOW + timedelta(days=1), "q2": NOW + timedelta(days=2)},
        "ended": {},
        "accepted_quote_id": None,
        "now": NOW,
    }
    check_answerable("q1", **(facts | changes))  # type: ignore[arg-type]  # a table of facts


def test_the_live_quote_can_be_answered() -> None:
    answer()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"accepted_quote_id": "q1"}, "accepted this quote already"),
        ({"accepted_quote_id": "q2"}, "Another version"),
        ({"live": {}}, "newest one from us"),
        ({"live": {}, "ended": {"q1": QuoteStatus.SUPERSEDED}}, "newer version has taken"),
        ({"live": {}, "ended": {"q1": QuoteStatus.DECLINED}}, "You have declined"),
        ({"live": {}, "ended": {"q1": QuoteStatus.WITHDRAWN}}, "had to withdraw"),
        ({"live": {}, "ended": {"q1": QuoteStatus.EXPIRED}}, "has expired"),
        (
            {"accepted_quote_id": "q2", "ended": {"q1": QuoteStatus.NOT_CHOSEN}},
            "accepted another option",
        ),
        (
            {"accepted_quote_id": "q2", "ended": {"q1": QuoteStatus.SUPERSEDED}},
            "Another version",
        ),
        ({"now": NOW + timedelta(days=1)}, "expired"),
    ],
)
def test_other_quotes_are_refused_with_what_to_do(
    changes: dict[str, object], sentence: str
) -> None:
    with pytest.raises(QuoteNotOpenError, match=sentence):
        answer(**changes)


@pytest.mark.parametrize("stage", list(Stage))
def test_a_quote_can_be_sent_while_the_sale_is_open(stage: Stage) -> None:
    if stage in SALES_OPEN:
        check_sendable(stage)
    else:
        with pytest.raises(QuoteNotSendableError, match="NEGOTIATION first"):
            check_sendable(stage)


def test_every_refusal_of_a_quote_has_its_own_sentence() -> None:
    told = [refused_because(status) for status in QuoteStatus]
    assert told.count(None) == 2
    sentences = [sentence for sentence in told if sentence]
    assert len(set(sentences)) == len(sentences) == len(QuoteStatus) - 2


def test_only_open_versions_are_replaced_and_few_stand_beside_each_other() -> None:
    check_replaceable(None, ())
    check_replaceable("q1", {"q1"})
    with pytest.raises(QuoteNotSendableError, match="not open any more"):
        check_replaceable("q1", {"q2"})
    check_room(5)
    with pytest.raises(QuoteNotSendableError, match="5 options are open"):
        check_room(6)


@pytest.mark.parametrize(
    ("taken", "letter"),
    [((), "A"), (("A",), "B"), (("A", "C"), "D"), (("B",), "C"), (tuple(ascii_uppercase), "AA")],
)
def test_options_are_lettered(taken: tuple[str, ...], letter: str) -> None:
    assert option_letter(taken) == letter


def test_everything_confirmed_means_suppliers_and_guides() -> None:
    assert all_confirmed(["CONFIRMED", "ACCEPTED"])
    assert not all_confirmed(["CONFIRMED", "REQUESTED"])
    assert not all_confirmed(["CONFIRMED", "NOBODY_FREE"])


def test_a_destination_in_a_persons_own_words_stays_in_postgres() -> None:
    assert destination_label("Vietnam") == "Vietnam"
    assert destination_label("to my friend Anna in Hue") == "Other"
