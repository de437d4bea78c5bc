"""Facts come once however often they are told; decisions that come too late are refused kindly."""

import asyncio
from uuid import uuid4

import httpx2
import pytest

from sandbox.demo.visitor import Page, Visitor
from tests.support.enquiries import PATH, a_form
from tests.support.ledger import new_payment, stripe_events, tell
from tests.support.stack import WholeStack
from tests.support.travellers import Played, Traveller

MONEY = "SELECT * FROM payments WHERE booking_id = %s"
EVENTS = "SELECT id, routed_at, applied_at, attempts FROM provider_events WHERE event_id = %s"
REFUSED = 409
WAIT_SECONDS = 30.0


async def resend(person: Traveller, button: str, **filled: str) -> Page:
    """Sends the form of a forgotten tab."""
    kind, _, form = button.rpartition(":")
    visitor = Visitor(person.website)
    answer = await visitor.submit(person.tabs[f"/{kind}/"], form, **filled)
    await visitor.close()
    return answer


async def until_applied(stack: WholeStack, event_id: str) -> None:
    async with asyncio.timeout(WAIT_SECONDS):
        while stack.rows(EVENTS, event_id)[0]["applied_at"] is None:  # noqa: ASYNC110 - seen in tables only
            await asyncio.sleep(0.2)


async def until_closed(stack: WholeStack, booking_id: str) -> None:
    """The last fact of a life comes a while after its people have gone."""
    closed = "SELECT 1 FROM booking_activities WHERE booking_id = %s AND type = 'BOOKING_CLOSED'"
    async with asyncio.timeout(WAIT_SECONDS):
        while not stack.rows(closed, booking_id):  # noqa: ASYNC110 - seen in tables only
            await asyncio.sleep(0.2)


async def until_delivered(stack: WholeStack) -> None:
    """Nothing waits for the relay; other lives may add a row at any moment."""
    async with asyncio.timeout(WAIT_SECONDS):
        while stack.rows("SELECT id FROM outbox WHERE delivered_at IS NULL"):  # noqa: ASYNC110 - seen in tables only
            await asyncio.sleep(0.2)


async def test_the_same_key_in_twenty_requests_at_once_makes_one_booking(stack: WholeStack) -> None:
    form, headers = a_form(), {"Idempotency-Key": f"booking_{uuid4().hex}"}
    async with httpx2.AsyncClient(base_url=stack.website, timeout=30) as client:
        answers = await asyncio.gather(
            *(client.post(PATH, json=form, headers=headers) for _ in range(20))
        )
    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [201]
    [booking_id] = {answer.json()["booking_id"] for answer in answers}
    stored = stack.rows(
        "SELECT id FROM bookings WHERE idempotency_key = %s", headers["Idempotency-Key"]
    )
    assert stored == [{"id": booking_id}]
    queued = "SELECT count(*) AS starts FROM outbox WHERE workflow_id = %s AND signal IS NULL"
    assert stack.rows(queued, booking_id) == [{"starts": 1}]


async def test_webhooks_that_come_again_and_in_wrong_order_change_nothing(played: Played) -> None:
    stack, booking_id = played.stack, played.whole.booking_id
    await until_closed(stack, booking_id)
    about = (
        "SELECT type, detail FROM booking_activities WHERE booking_id = %s"
        " AND type NOT LIKE 'MESSAGE%%' ORDER BY id"
    )  # mails of the life itself may still be arriving
    before = stack.rows(MONEY, booking_id), stack.rows(about, booking_id)
    events = [
        event["id"]
        for event in await stripe_events(stack)
        if event["data"]["object"].get("metadata", {}).get("booking_id") == booking_id
    ]
    assert len(events) >= 4
    async with httpx2.AsyncClient(base_url=stack.sandbox, timeout=60) as client:
        for turn in range(5):
            order = events if turn % 2 else events[::-1]
            answer = await client.post("/stripe/_sandbox/deliver", json={"events": order})
            sent = answer.raise_for_status().json()["deliveries"]
            assert {one["answer"] for one in sent} == {"200"}
    await asyncio.sleep(1)
    assert before == (stack.rows(MONEY, booking_id), stack.rows(about, booking_id))
    await until_delivered(stack)


async def test_a_webhook_before_its_booking_is_kept_and_applied_later(played: Played) -> None:
    stack, booking_id = played.stack, f"booking_{uuid4()}"
    event = await new_payment(stack, booking_id)
    assert (await tell(stack, event)).status_code == 200
    await asyncio.sleep(1)
    [kept] = stack.rows(EVENTS, event["id"])
    assert (kept["routed_at"], kept["applied_at"]) == (None, None)
    stack.rows(
        "INSERT INTO bookings (id, reference, customer_id, destination, travel_month, travelers,"
        " duration, content_fingerprint, policy_version) SELECT %s, %s, customer_id, destination,"
        " travel_month, travelers, duration, %s, policy_version FROM bookings WHERE id = %s",
        booking_id,
        f"ATP-{uuid4().hex[:8]}",
        uuid4().hex,
        played.whole.booking_id,
    )
    await until_applied(stack, event["id"])
    [money] = stack.rows(MONEY, booking_id)
    assert money["amount_minor"] == event["data"]["object"]["amount_received"]


async def test_money_for_a_cancelled_booking_is_held_and_finance_is_told(played: Played) -> None:
    stack, booking_id = played.stack, played.cancelled.booking_id
    event = await new_payment(stack, booking_id)
    assert (await tell(stack, event)).status_code == 200
    await until_applied(stack, event["id"])
    held = [row for row in stack.rows(MONEY, booking_id) if row["held"]]
    assert [row["amount_minor"] for row in held] == [event["data"]["object"]["amount_received"]]
    tasks = stack.rows(
        "SELECT title FROM tasks WHERE booking_id = %s AND owner_role = 'atp_accountant'"
        " AND key LIKE 'held%%'",
        booking_id,
    )
    assert len(tasks) == 1


async def test_a_cancelled_booking_can_not_be_paid(played: Played) -> None:
    page = await resend(played.unpaid, "pay:idempotency_key")
    assert page.status == REFUSED
    assert "There is nothing to pay" in page.text
    assert "write to us" in page.text


@pytest.mark.parametrize(
    ("who", "advice"),
    [
        ("whole", "accepted"),
        ("declined", "declined"),
        ("superseded", "newer version"),
        ("expired", "expired"),
    ],
)
async def test_a_quote_that_is_not_open_is_refused_with_what_to_do(
    played: Played, who: str, advice: str
) -> None:
    person: Traveller = getattr(played, who)
    if who == "expired":
        await person.until_quote_is(played.stack, "EXPIRED")
    page = await resend(person, "quote:accept", name=person.name, terms="yes")
    assert page.status == REFUSED
    assert advice in page.text
    accepted = "SELECT id FROM quote_versions WHERE booking_id = %s AND status = 'ACCEPTED'"
    assert len(played.stack.rows(accepted, person.booking_id)) == (who == "whole")


async def test_a_released_service_can_not_be_confirmed(played: Played) -> None:
    page = await resend(played.cancelled, "supplier:confirm", reference="Zu spaet")
    assert page.status == REFUSED
    assert "cancelled" in page.text or "ended" in page.text
    orders = played.stack.rows(
        "SELECT DISTINCT status FROM service_orders WHERE booking_id = %s",
        played.cancelled.booking_id,
    )
    assert orders == [{"status": "RELEASED"}]
