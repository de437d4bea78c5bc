"""Two members of staff decide about one booking in the same moment: one wins, nothing is lost."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx2
import pytest_asyncio

from sandbox.demo.staff_desk import StaffDesk
from tests.support.enquiries import PATH, a_form
from tests.support.stack import WholeStack

Asked = tuple[str, str, dict[str, Any]]
"""Method, what of the booking, and the body without the hash."""
CAMPAIGN, VERSION = "at-once", 2_011
"""With ordinary days, so that no clock moves a booking between two turns."""
CHANGED = "BOOKING_HASH_MISMATCH"


class Two:
    """A manager and an administrator, and a booking that both look at."""

    def __init__(self, stack: WholeStack, marie: StaffDesk, duc: StaffDesk) -> None:
        self.stack, self.desks = stack, (marie, duc)
        self.booking_id = ""

    async def new_booking(self) -> None:
        """An enquiry comes in, and its workflow has written what comes of itself."""
        form = a_form(utm_campaign=CAMPAIGN, email=f"two-{uuid4().hex[:8]}@home.example")
        async with httpx2.AsyncClient(base_url=self.stack.website) as website:
            self.booking_id = (await website.post(PATH, json=form)).json()["booking_id"]
        begun = "SELECT 1 FROM bookings WHERE id = %s AND projection_seq > 0"
        async with asyncio.timeout(60):
            while not self.stack.rows(begun, self.booking_id):  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.1)

    async def ask(self, *asked: Asked) -> list[int]:
        """Both see the booking, then each asks their part at once; the statuses."""
        seen = await self.desks[0].booking(self.booking_id)
        mark = {"booking_hash": seen["booking_hash"]}
        answers = await asyncio.gather(
            *(
                desk.ask(
                    method,
                    f"/api/v1/bookings/{self.booking_id}/{what}",
                    body | mark if method == "PATCH" else body,
                )
                for desk, (method, what, body) in zip(self.desks, asked, strict=True)
            )
        )
        for answer in answers:
            assert answer.is_success or answer.json()["code"] == CHANGED, answer.text
        return [answer.status_code for answer in answers]

    async def lines(self, kind: str) -> int:
        """How often the timeline tells of something."""
        return sum(line["type"] == kind for line in await self.desks[0].timeline(self.booking_id))

    async def proposed(self) -> list[str]:
        """Staff ids of who could take the booking, the best first."""
        answer = await self.desks[0].ask("GET", f"/api/v1/bookings/{self.booking_id}/proposals")
        return [one["staff_id"] for one in answer.json()["items"]]


@pytest_asyncio.fixture
async def two(stack: WholeStack) -> AsyncIterator[Two]:
    stack.add_policy(CAMPAIGN, VERSION, {})
    desks = [StaffDesk(stack.website) for _ in range(2)]
    for desk, who in zip(desks, ("marie", "duc"), strict=True):
        await desk.log_in(who, f"{who}-demo")
    met = Two(stack, *desks)
    await met.new_booking()
    yield met
    for desk in desks:
        await desk.visitor.close()


async def test_of_two_who_take_proposals_at_once_one_does(two: Two) -> None:
    for turn in range(1, 4):
        best, second = (await two.proposed())[:2]
        statuses = await two.ask(
            ("PATCH", "owner", {"owner_id": best}), ("PATCH", "owner", {"owner_id": second})
        )
        assert sorted(statuses) == [200, 409]
        owner = (await two.desks[0].booking(two.booking_id))["owner_id"]
        assert owner == (best, second)[statuses.index(200)]
        assert await two.lines("STAFF_CHANGED") == turn


async def test_of_two_who_move_a_booking_at_once_one_does(two: Two) -> None:
    for turn, (one, other) in enumerate(
        [("QUALIFIED", "NEGOTIATION"), ("NEW", "LOST"), ("QUALIFIED", "NEGOTIATION")], start=1
    ):
        statuses = await two.ask(
            ("PATCH", "stage", {"stage": one}), ("PATCH", "stage", {"stage": other})
        )
        assert sorted(statuses) == [200, 409]
        stage = (await two.desks[0].booking(two.booking_id))["stage"]
        assert stage == (one, other)[statuses.index(200)]
        assert await two.lines("STAGE_CHANGED") == turn


async def test_a_decision_and_a_text_at_once_never_both_stand_on_what_was_seen(two: Two) -> None:
    for turn in range(4):
        before = await two.desks[0].booking(two.booking_id)
        stage = "NEW" if before["stage"] == "QUALIFIED" else "QUALIFIED"
        statuses = await two.ask(
            ("PATCH", "stage", {"stage": stage}), ("PATCH", "notes", {"notes": f"Turn {turn}"})
        )
        now = await two.desks[0].booking(two.booking_id)
        assert sorted(statuses) == [200, 409]
        moved, wrote = now["stage"] != before["stage"], now["notes"] == f"Turn {turn}"
        assert (moved, wrote) == (statuses[0] == 200, statuses[1] == 200)


async def test_a_task_that_two_finish_at_once_is_done_once(two: Two) -> None:
    desk = two.desks[0]
    url = f"/api/v1/bookings/{two.booking_id}/tasks"
    key = {"Idempotency-Key": str(uuid4()), "Origin": desk.visitor.base_url}
    made = await desk.visitor.ask_json("POST", url, {"title": "Call back"}, key)
    done: Asked = ("POST", f"tasks/{made.json()['task']['id']}/done", {})
    assert await two.ask(done, done) == [200, 200]
    assert await two.lines("TASK_DONE") == 1
    events = "SELECT 1 FROM audit_events WHERE action = 'TASK_DONE' AND booking_id = %s"
    assert len(two.stack.rows(events, two.booking_id)) == 1


async def test_notes_that_two_write_at_once_are_both_there(two: Two) -> None:
    for _ in range(3):
        note: Asked = ("POST", "notes", {"body": "Asked for a quiet room."})
        assert await two.ask(note, note) == [201, 201]
    assert await two.lines("NOTE_ADDED") == 6
