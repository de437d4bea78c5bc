"""Tasks: opened, given, put off, done, opened again; by whom, and seen by whom."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from models.domain.stages import Stage, TripStatus
from models.messages.ids import BookingId
from models.messages.records import RecordProgress
from models.store.progress import write_progress
from models.store.reminders import send_due_reminders
from models.tables.crm import Staff, Task
from tests.support.desk import Office, fields_of

SOON = datetime.now(UTC) + timedelta(days=2)


async def let_marc_see_all(office: Office) -> None:
    """Marc has logged in as a manager before."""
    async with office.resources.sessions.begin() as session:
        await session.execute(
            update(Staff).where(Staff.id == office.marc.id).values(roles=["atp_manager"])
        )


async def opened(office: Office, **more: Any) -> dict[str, Any]:
    """A task on Linh's booking, opened by her."""
    async with office.browser("linh") as browser:
        path = f"/api/v1/bookings/{office.mine.id}/tasks"
        answer = await browser.post(path, json={"title": "Ask for passports", **more})
    assert answer.status_code == 201, answer.text
    task: dict[str, Any] = answer.json()["task"]
    return task


async def test_a_task_is_opened_once_for_its_key(office: Office) -> None:
    path = f"/api/v1/bookings/{office.mine.id}/tasks"
    wanted = {"title": "Call", "owner_id": office.linh.id, "due_at": SOON.isoformat()}
    async with office.browser("linh") as browser:
        first = await browser.post(path, json=wanted, headers={"Idempotency-Key": "t1"})
        again = await browser.post(path, json=wanted, headers={"Idempotency-Key": "t1"})
        listed = (await browser.get(path)).json()["items"]
        mine = (await browser.get("/api/v1/tasks")).json()["items"]
    assert first.json() == again.json()
    assert [task["title"] for task in listed] == [task["title"] for task in mine] == ["Call"]
    assert listed[0]["owner_name"] == "Linh Tran"
    assert listed[0]["remind_at"] is None
    assert mine[0]["reference"] == office.mine.reference


async def test_a_task_is_done_and_opened_again(office: Office) -> None:
    task = await opened(office)
    path = f"/api/v1/bookings/{office.mine.id}/tasks/{task['id']}"
    async with office.browser("linh") as browser:
        done = (await browser.post(f"{path}/done")).json()["task"]
        twice = (await browser.post(f"{path}/done")).json()["task"]
        again = (await browser.post(f"{path}/reopen")).json()["task"]
        done_again = (await browser.post(f"{path}/done")).json()["task"]
        lines = (await browser.get(f"/api/v1/bookings/{office.mine.id}/timeline?kind=tasks")).json()
    assert (done["status"], done["done_by"]) == ("DONE", office.linh.id)
    assert twice == done
    assert (again["status"], again["done_at"]) == ("OPEN", None)
    assert done_again["status"] == "DONE"
    assert [line["type"] for line in lines["items"]] == [
        "TASK_DONE", "TASK_REOPENED", "TASK_DONE", "TASK_CREATED",
    ]  # fmt: skip


async def test_a_withdrawn_task_stays_withdrawn(office: Office) -> None:
    task = await opened(office)
    async with office.resources.sessions.begin() as session:
        await session.execute(update(Task).values(status="WITHDRAWN"))
    async with office.browser("linh") as browser:
        path = f"/api/v1/bookings/{office.mine.id}/tasks/{task['id']}"
        answer = await browser.post(f"{path}/reopen")
    assert (answer.status_code, answer.json()["code"]) == (409, "TASK_NOT_REOPENABLE")


async def test_two_people_never_overwrite_each_others_change_of_a_task(office: Office) -> None:
    await let_marc_see_all(office)
    task = await opened(office, owner_id=office.linh.id)
    path = f"/api/v1/bookings/{office.mine.id}/tasks/{task['id']}"
    seen = {"task_hash": task["task_hash"]}
    async with office.browser("marc") as marc, office.browser("linh") as linh:
        first = await marc.patch(path, json={"owner_id": office.marc.id, **seen})
        late = await linh.patch(path, json={"due_at": SOON.isoformat(), **seen})
        blind = await linh.patch(path, json={"due_at": SOON.isoformat()})
        fresh = {"task_hash": first.json()["task"]["task_hash"]}
        then = await linh.patch(path, json={"due_at": SOON.isoformat(), **fresh})
        same = await linh.patch(path, json={"owner_id": office.marc.id})
    assert first.status_code == then.status_code == same.status_code == 200
    assert (late.status_code, late.json()["code"]) == (409, "TASK_CHANGED")
    assert "belongs to Marc Dubois" in late.json()["error"]
    assert blind.status_code == 409
    assert then.json()["task"]["owner_name"] == "Marc Dubois"


async def test_whoever_gets_a_task_from_somebody_else_is_told_once(office: Office) -> None:
    await let_marc_see_all(office)
    task = await opened(office, owner_id=office.marc.id)
    assert task["remind_at"]
    async with office.resources.sessions.begin() as session:
        assert await send_due_reminders(session, 10) == 1
    path = f"/api/v1/bookings/{office.mine.id}/tasks/{task['id']}"
    async with office.browser("marc") as marc, office.browser("linh") as linh:
        page = (await marc.get("/backoffice/tasks", headers={"accept": "text/html"})).text
        others = (await linh.get("/backoffice/tasks", headers={"accept": "text/html"})).text
        change = {"due_at": SOON.isoformat(), "task_hash": task["task_hash"]}
        moved = (await marc.patch(path, json=change)).json()["task"]
    async with office.resources.sessions.begin() as session:
        assert await send_due_reminders(session, 10) == 0
    assert "Reminders" in page
    assert "Reminders" not in others
    assert moved["reminded_at"]


async def test_nobody_gets_a_task_of_a_booking_that_they_cannot_open(office: Office) -> None:
    path = f"/api/v1/bookings/{office.other.id}/tasks"
    async with office.browser("marc") as marc:
        confined = await marc.post(path, json={"title": "x", "owner_id": office.linh.id})
        unknown = await marc.post(path, json={"title": "x", "owner_id": "staff_x"})
    assert confined.status_code == unknown.status_code == 422
    assert "Linh Tran can't open this booking" in confined.json()["error"]


async def test_tasks_of_others_bookings_are_unknown_to_staff(office: Office) -> None:
    async with office.browser("marc") as marc:
        path = f"/api/v1/bookings/{office.other.id}/tasks"
        task = (await marc.post(path, json={"title": "x"})).json()["task"]
    own = f"/api/v1/bookings/{office.mine.id}/tasks/{task['id']}"
    async with office.browser("linh") as linh:
        answers = [
            await linh.get(path),
            await linh.post(path, json={"title": "x"}),
            await linh.patch(f"{path}/{task['id']}", json={"title": "x"}),
            await linh.post(f"{path}/{task['id']}/done"),
            await linh.post(f"{own}/done"),
            await linh.post(f"{own}/reopen"),
            await linh.patch(own, json={"title": "x"}),
        ]
        mine = (await linh.get("/api/v1/tasks")).json()
    assert [answer.status_code for answer in answers] == [404] * 7
    assert mine["items"] == []


async def test_an_accountant_opens_and_changes_no_tasks(office: Office) -> None:
    task = await opened(office)
    path = f"/api/v1/bookings/{office.mine.id}/tasks"
    async with office.browser("ana") as ana:
        refused = [
            await ana.post(path, json={"title": "x"}),
            await ana.patch(f"{path}/{task['id']}", json={"title": "x"}),
            await ana.post(f"{path}/{task['id']}/done"),
            await ana.post(f"{path}/{task['id']}/reopen"),
        ]
        assert (await ana.get(path)).status_code == 200
    assert [answer.status_code for answer in refused] == [403] * 4


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""}, {"title": "x" * 201}, {"title": "x", "due_at": "tomorrow"},
        {"title": "x", "due_at": "2027-01-01T09:00:00"}, {"title": "x", "more": 1}, {},
    ],
)  # fmt: skip
async def test_a_wrong_task_is_refused(office: Office, wrong: dict[str, object]) -> None:
    async with office.browser("linh") as browser:
        answer = await browser.post(f"/api/v1/bookings/{office.mine.id}/tasks", json=wrong)
    assert answer.status_code == 422


async def test_my_tasks_come_page_by_page_the_most_urgent_first(office: Office) -> None:
    for number in (3, 1, 2):
        due = (SOON + timedelta(hours=number)).isoformat()
        await opened(office, title=f"Task {number}", due_at=due, owner_id=office.linh.id)
    for number in (4, 5):
        await opened(office, title=f"Task {number}", owner_id=office.linh.id)
    titles: list[str] = []
    before = ""
    async with office.browser("linh") as browser:
        while True:
            query = {"page_size": "2", "before": before}
            found = (await browser.get("/api/v1/tasks", params=query)).json()
            titles += [task["title"] for task in found["items"]]
            if (before := found["next"]) is None:
                break
        wrong = await browser.get("/api/v1/tasks?before=nonsense")
    assert titles[:3] == ["Task 1", "Task 2", "Task 3"]
    assert sorted(titles[3:]) == ["Task 4", "Task 5"]
    assert wrong.status_code == 422


async def test_tasks_are_worked_with_from_the_page(office: Office) -> None:
    await let_marc_see_all(office)
    address = f"/backoffice/bookings/{office.mine.id}"
    async with office.page("linh") as browser:
        form = fields_of((await browser.get(address)).text, "/tasks")
        typed = {**form, "title": "Book the boat", "owner_id": "", "due_at": "2027-01-04T09:30"}
        silent = await browser.post(f"{address}/tasks", data={**typed, "title": " "})
        odd = await browser.post(f"{address}/tasks", data={**typed, "due_at": "soon"})
        added = await browser.post(f"{address}/tasks", data=typed)
        html = (await browser.get(address)).text
        change = {**fields_of(html, "/change"), "owner_id": office.marc.id}
        async with office.resources.sessions.begin() as session:
            task = (await session.scalars(select(Task))).one()
        path = f"{address}/tasks/{task.id}"
        changed = await browser.post(f"{path}/change", data=change)
        stale = await browser.post(f"{path}/change", data={**change, "owner_id": office.linh.id})
        done = await browser.post(f"{path}/done", data=form)
        reopened = await browser.post(f"{path}/reopen", data=form)
    assert (silent.status_code, odd.status_code, stale.status_code) == (422, 422, 409)
    assert "Book the boat" in odd.text
    assert "Somebody else changed this task meanwhile" in stale.text
    for answer in (added, changed, done, reopened):
        assert answer.status_code == 303
    async with office.resources.sessions.begin() as session:
        task = await session.get_one(Task, task.id)
    assert (task.owner_id, task.owner_chosen, task.status) == (office.marc.id, True, "OPEN")
    assert task.due_at == datetime(2027, 1, 4, 2, 30, tzinfo=UTC)


@pytest.mark.parametrize(("wait", "status"), [("hour", 303), ("morning", 303), ("year", 422)])
async def test_a_reminder_can_ring_again_later(office: Office, wait: str, status: int) -> None:
    rung = datetime.now(UTC) - timedelta(minutes=5)
    task = await opened(office, owner_id=office.linh.id, remind_at=rung.isoformat())
    path = f"/backoffice/bookings/{office.mine.id}/tasks/{task['id']}/later?from=tasks"
    async with office.page("linh") as browser:
        form = fields_of((await browser.get("/backoffice/tasks")).text, "/later?from=tasks")
        answer = await browser.post(path, data={**form, "wait": wait})
        after = await browser.get("/backoffice/tasks")
    assert answer.status_code == status
    assert ("Reminders" in after.text) is (status == 422)


async def test_a_task_goes_along_unless_somebody_else_was_chosen_for_it(office: Office) -> None:
    await let_marc_see_all(office)
    chosen = await opened(office, owner_id=office.marc.id)
    own = await opened(office, owner_id=office.linh.id)
    nobodys = await opened(office)
    handed_over = RecordProgress(
        booking_id=BookingId(office.mine.id),
        seq=1,
        stage=Stage.QUALIFIED,
        trip_status=TripStatus.PENDING,
        staff_id=None,
    )
    async with office.resources.sessions.begin() as session:
        await write_progress(session, handed_over)
    async with office.resources.sessions.begin() as session:
        owners = [
            (await session.get_one(Task, task["id"])).owner_id for task in (chosen, own, nobodys)
        ]
    assert owners == [office.marc.id, None, None]
