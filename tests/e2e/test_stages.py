"""Stages by hand, on the whole system: any follows any, each with its clock and its line."""

import asyncio
from datetime import datetime

import httpx2

from sandbox.demo.staff_desk import StaffDesk
from tests.contract.bookings import BOOKING
from tests.support.enquiries import PATH, a_form
from tests.support.shapes import misfits
from tests.support.stack import WholeStack

CAMPAIGN, VERSION = "ordinary", 2_010
BY_HAND = (
    ("POST_TRIP", 0),
    ("QUALIFIED", 8),
    ("LOST", 0),
    ("NEW", 2),
    ("WON", 24),
    ("NEGOTIATION", 48),
    ("PAYMENT_RECEIVED", 0),
    ("INVOICE_SENT", 24),
    ("PROPOSAL_SENT", 24),
)
"""Every stage once, hardly one after its predecessor, with the hours of its clock."""


async def change(desk: StaffDesk, booking_id: str, part: str, **facts: str) -> dict[str, object]:
    """Changes a booking as the page does: by the hash it saw, again after a clash or a pause."""
    async with asyncio.timeout(60):
        while True:
            facts["booking_hash"] = (await desk.booking(booking_id))["booking_hash"]
            answer = await desk.ask("PATCH", f"/api/v1/bookings/{booking_id}/{part}", facts)
            if answer.status_code not in {409, 503}:
                break
            await asyncio.sleep(float(answer.headers.get("retry-after", "0.1")))
    assert answer.status_code == 200, answer.text
    assert misfits(answer.json(), {"booking": BOOKING}) == []
    booking: dict[str, object] = answer.json()["booking"]
    return booking


async def test_any_stage_follows_any_by_hand_with_its_hours(stack: WholeStack) -> None:
    stack.add_policy(CAMPAIGN, VERSION, {})
    async with httpx2.AsyncClient(base_url=stack.website) as website:
        made = (await website.post(PATH, json=a_form(utm_campaign=CAMPAIGN))).json()
    booking_id, desk = made["booking_id"], await stack.desk()
    for stage, hours in BY_HAND:
        booking = await change(desk, booking_id, "stage", stage=stage)
        assert booking["stage"] == stage
        if not hours:
            assert booking["sla_due_at"] is None, stage
            continue
        due, changed = (
            datetime.fromisoformat(str(booking[name])) for name in ("sla_due_at", "updated_at")
        )
        assert abs((due - changed).total_seconds() - hours * 3600) < 120, stage
    owner = (await desk.colleagues())[0]
    assigned = await change(desk, booking_id, "owner", staff=owner["id"])
    assert (assigned["owner_id"], assigned["staff_name"]) == (owner["id"], owner["name"])
    lines = [line["type"] for line in await desk.timeline(booking_id)]
    await desk.visitor.close()
    assert lines[0] == "BOOKING_CREATED"
    assert lines.count("STAGE_CHANGED") == len(BY_HAND)
    assert lines.count("STAFF_CHANGED") == 1
