"""Lives that together pass through every phase; their histories are committed and replayed."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from temporalio.exceptions import ApplicationError

from models.domain.policy import DEFAULT_SLA_HOURS, Policy
from models.domain.stages import Stage
from models.messages.booking import BookingChanged, DeclineQuote, RequestChange
from models.messages.exchange import FetchExchangeRates
from models.messages.ids import RemarkId
from models.messages.operations import ChooseAlternative, DeclineServiceOrder, ServiceOrderAnswered
from models.messages.workflow_names import EXCHANGE_RATES
from tests.support.played import STAFF, Played, command_id
from tests.support.playing import FAST

Scenario = Callable[[Played], Awaitable[None]]


async def whole_life(played: Played) -> None:
    """From the enquiry to the settled trip, with suppliers and a guide."""
    await played.chooses(Stage.QUALIFIED)
    await played.sends_quote(1)
    await played.handle.signal("quote_viewed", {"quote_version_id": played.quote_id(1)})
    change = RequestChange(
        command_id=command_id(),
        actor="customer",
        quote_version_id=played.quote_id(1),
        remark_id=RemarkId("remark_1"),
    )
    await played.decisions.ask(played.fake.booking_id, "request_change", change, BookingChanged)
    await played.sends_quote(2)
    await played.accepts(2)
    await played.is_paid(1, 30_000)
    await played.orders_are_out()
    await played.supplier_confirms(1)
    await played.supplier_confirms(2)
    await played.fake.until(lambda: "guide_offer" in played.fake.sent())
    await played.guide_answers("anna", accepted=True)
    await played.fake.until(lambda: "booking_confirmed" in played.fake.sent())
    await played.is_paid(2, 70_000)
    await asyncio.wait_for(played.handle.result(), 60)


async def cancelled(played: Played) -> None:
    """A paid and half confirmed trip that is cancelled."""
    await played.sends_quote()
    await played.accepts()
    await played.is_paid(1, 30_000)
    await played.orders_are_out()
    await played.supplier_confirms(1)
    await played.cancels()
    await asyncio.wait_for(played.handle.result(), 60)
    await played.fake.until(lambda: played.fake.sent().count("service_released") == 2)


async def expired(played: Played) -> None:
    """A quote that nobody answers; the booking is lost and closes."""
    await played.sends_quote()
    await asyncio.wait_for(played.handle.result(), 60)


async def never_sold(played: Played) -> None:
    """POST_TRIP by hand before anything was sold, left again, chosen again until it closes."""
    await played.fake.until(lambda: "booking_received" in played.fake.sent())
    await played.chooses(Stage.POST_TRIP)
    await played.chooses(Stage.QUALIFIED)
    await played.chooses(Stage.POST_TRIP)
    await asyncio.wait_for(played.handle.result(), 60)


async def answered_early(played: Played) -> None:
    """A supplier who answers while the mail that asked is still being sent; then the trip."""
    await played.sends_quote()
    await played.accepts()
    await played.is_paid(1, 30_000)
    await played.orders_are_out()
    await played.supplier_confirms(1)
    played.fake.on_their_way = ()
    await played.fake.until(lambda: "booking_confirmed" in played.fake.sent())
    await played.is_paid(2, 70_000)
    await asyncio.wait_for(played.handle.result(), 60)


async def declined_and_reopened(played: Played) -> None:
    """A declined quote, a reopened booking, a supplier who says no and one who says yes."""
    await played.sends_quote(1)
    decline = DeclineQuote(
        command_id=command_id(), actor="customer", quote_version_id=played.quote_id(1)
    )
    await played.decisions.ask(played.fake.booking_id, "decline_quote", decline, BookingChanged)
    await played.chooses(Stage.NEGOTIATION)
    await played.sends_quote(2)
    await played.accepts(2)
    await played.is_paid(1, 30_000)
    await played.orders_are_out()
    order = f"so_{played.fake.booking_id}_1"
    no = DeclineServiceOrder(command_id=command_id(), actor="supplier", attempt=1)
    await played.decisions.ask(order, "decline", no, ServiceOrderAnswered)
    other = ChooseAlternative(command_id=command_id(), actor=STAFF, partner_id="partner_2")
    await played.decisions.ask(order, "choose_alternative", other, ServiceOrderAnswered)
    await played.supplier_confirms(1, attempt=2)
    await played.fake.until(lambda: "booking_confirmed" in played.fake.sent())
    await played.is_paid(2, 70_000)
    await asyncio.wait_for(played.handle.result(), 60)


async def escalated(played: Played) -> None:
    """Every clock runs out: SLA, instalment, supplier, guide."""
    await played.fake.until(lambda: "sla_breach NEW:1" in played.fake.sent())
    await played.sends_quote()
    await played.accepts()
    await played.fake.until(lambda: "payment_overdue manager" in played.fake.sent())
    await played.is_paid(1, 30_000)
    await played.fake.until(
        lambda: any(getattr(asked, "status", "") == "AT_RISK" for asked in played.fake.asked)
    )
    await played.supplier_confirms(1)
    await played.fake.until(lambda: played.fake.sent().count("guide_offer") == 2)
    await played.guide_answers("free", accepted=True)
    await played.is_paid(2, 70_000)
    await asyncio.wait_for(played.handle.result(), 60)


async def policy_changed(played: Played) -> None:
    """Managers change the policy: twice while the booking waits, once while it is confirmed."""
    policy = played.fake.policy
    await played.fake.until(lambda: "booking_received" in played.fake.sent())
    hours = {**DEFAULT_SLA_HOURS, Stage.NEW: 0.01}
    await played.policy_changes(replace(policy, version=2, sla_hours=hours))
    await played.fake.until(lambda: "sla_breach NEW:1" in played.fake.sent())
    await played.sends_quote()
    await played.accepts()
    await played.fake.until(lambda: "invoice" in played.fake.sent())
    await played.policy_changes(replace(policy, version=3, overdue_finance_days=1))
    await played.fake.until(lambda: "payment_overdue finance" in played.fake.sent())
    await played.is_paid(1, 30_000)
    await played.orders_are_out()
    await played.policy_changes(
        replace(policy, version=4, supplier_answer_hours=60, guide_answer_hours=72)
    )
    await played.fake.until(lambda: "unconfirmed" in played.fake.tasks())
    await played.supplier_confirms(1)
    await played.guide_answers("anna", accepted=True)
    await played.is_paid(2, 70_000)
    await asyncio.wait_for(played.handle.result(), 60)


async def exchange_rates(played: Played) -> None:
    """Beside a booking, rates are fetched twice: the source answers, then it is away."""
    queue = (await played.handle.describe()).task_queue
    for number, failing in enumerate(({}, {"fetch_exchange_rates": SOURCE_AWAY}), start=1):
        played.fake.failing = dict[str, Exception](failing)
        await played.client.execute_workflow(
            EXCHANGE_RATES,
            FetchExchangeRates(),
            id=f"exchange-rates-{number}-{played.fake.booking_id}",
            task_queue=queue,
        )


SOURCE_AWAY = ApplicationError("nobody answers", non_retryable=True)


async def several_options(played: Played) -> None:
    """Three options beside each other: one replaced, one declined, one mail to remind of both."""
    await played.sends_quote(1)
    await played.sends_quote(2, beside=True)
    await played.sends_quote(3, beside=True)
    await played.fake.until(lambda: played.fake.sent().count("quote_sent") == 3)
    await played.sends_quote(4, replaces=2)
    await played.fake.until(lambda: "quote_reminder_unviewed" in played.fake.sent())
    await played.declines(1)
    await played.accepts(4)
    await played.is_paid(1, 30_000)
    await played.orders_are_out()
    await played.supplier_confirms(1)
    await played.is_paid(2, 70_000)
    await asyncio.wait_for(played.handle.result(), 60)


async def options_expire(played: Played) -> None:
    """Two options that nobody answers, and two more that are withdrawn with the lost booking."""
    await played.sends_quote(1)
    await played.sends_quote(2, beside=True)
    await played.fake.until(lambda: played.fake.lines().count("QUOTE_EXPIRED") == 2)
    await played.sends_quote(3)
    await played.sends_quote(4, beside=True)
    await played.chooses(Stage.LOST)
    await asyncio.wait_for(played.handle.result(), 60)


async def approved(played: Played) -> None:
    """A draft that managers let out after their time, another one that they do not."""
    await played.asks_approval(1)
    await played.fake.until(lambda: "approval_wanted over:1" in played.fake.sent())
    await played.decides_approval(1, approved=True)
    await played.sends_quote(1)
    await played.asks_approval(2)
    await played.decides_approval(2, approved=False)
    await played.sends_quote(3, beside=True, approver=True)
    await played.declines(1)
    await played.declines(3)
    await asyncio.wait_for(played.handle.result(), 60)


async def revived(played: Played) -> None:
    """Reminded of twice, expired, sent anew with a manager's leave, replaced, accepted."""
    await played.sends_quote(1)
    await played.fake.until(lambda: "quote_reminder_unviewed" in played.fake.sent())
    await played.fake.until(lambda: "quote_reminder_expiring" in played.fake.sent())
    await played.fake.until(lambda: "QUOTE_EXPIRED" in played.fake.lines())
    await played.asks_approval(2)
    await played.decides_approval(2, approved=True)
    await played.sends_quote(2)
    await played.fake.until(lambda: played.fake.sent().count("quote_sent") == 2)
    await played.handle.signal("quote_viewed", {"quote_version_id": played.quote_id(2)})
    await played.sends_quote(3)
    await played.accepts(3)
    await played.fake.until(lambda: "invoice" in played.fake.sent())
    await played.cancels()
    await asyncio.wait_for(played.handle.result(), 60)


SLOW = replace(FAST, seconds_per_day=0.25)
IMPATIENT = replace(
    FAST,
    seconds_per_day=0.3,
    sla_hours=DEFAULT_SLA_HOURS,
    supplier_answer_hours=72,
    guide_answer_hours=96,
)

SCENARIOS: dict[str, tuple[Scenario, Policy, dict[str, Any]]] = {
    "whole_life": (whole_life, SLOW, {"guides": ("anna",)}),
    "continued": (whole_life, replace(SLOW, history_limit=40), {"guides": ("anna",)}),
    "cancelled": (cancelled, replace(FAST, seconds_per_day=1), {"guides": ("anna",)}),
    "expired": (expired, replace(FAST, quote_valid_days=14), {}),
    "never_sold": (never_sold, replace(FAST, reopen_days=60), {}),
    "answered_early": (
        answered_early,
        SLOW,
        {"suppliers": 1, "on_their_way": ("service_request",)},
    ),
    "several_options": (several_options, replace(FAST, seconds_per_day=0.5), {"suppliers": 1}),
    "options_expire": (options_expire, replace(SLOW, quote_valid_days=7, reopen_days=5), {}),
    "revived": (revived, replace(FAST, seconds_per_day=1, quote_valid_days=7), {}),
    "approved": (approved, replace(SLOW, approval_hours=48, reopen_days=5), {}),
    "declined_and_reopened": (declined_and_reopened, SLOW, {"suppliers": 1}),
    "policy_changed": (
        policy_changed,
        replace(SLOW, sla_hours=DEFAULT_SLA_HOURS, overdue_finance_days=5),
        {"suppliers": 1, "guides": ("anna",)},
    ),
    "exchange_rates": (exchange_rates, FAST, {}),
    "escalated": (escalated, IMPATIENT, {"suppliers": 1, "guides": ("silent", "free")}),
}
