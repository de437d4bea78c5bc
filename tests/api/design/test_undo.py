"""What was done is told, and what can be undone is offered to be."""

from bs4 import BeautifulSoup
from sqlalchemy import select, update

from models.tables.crm import BookingActivity, Task
from tests.support import office as factories
from tests.support.desk import Office, fields_of


async def furnish(office: Office) -> str:
    """The id of an open task on Linh's booking."""
    async with office.resources.sessions.begin() as session:
        return (await factories.accepted_trip(session, office.mine))["task"]


async def status_of(office: Office, task_id: str) -> str | None:
    async with office.resources.sessions.begin() as session:
        return await session.scalar(select(Task.status).where(Task.id == task_id))


async def test_a_finished_task_is_opened_again_by_the_toast(office: Office) -> None:
    task_id = await furnish(office)
    path = f"/backoffice/bookings/{office.mine.id}/tasks/{task_id}"
    async with office.page("linh") as browser:
        fields = fields_of((await browser.get("/backoffice/tasks")).text, "/done?from=tasks")
        done = await browser.post(f"{path}/done?from=tasks", data=fields)
        assert await status_of(office, task_id) == "DONE"
        page = (await browser.get(done.headers["location"])).text
        toast = BeautifulSoup(page, "html.parser").select_one("[data-toast]")
        assert toast
        assert "The task is done." in toast.text
        undo = toast.select_one("form")
        assert undo
        assert undo["action"] == f"{path}/reopen"
        undone = await browser.post(f"{path}/reopen", data=fields_of(page, "/reopen"))
        told = await browser.get(undone.headers["location"])
        again = await browser.post(f"{path}/done", data=fields | {"idempotency_key": "again"})
    assert "The task is open again." in told.text
    assert again.status_code == 303
    async with office.resources.sessions.begin() as session:
        lines = list(
            await session.scalars(
                select(BookingActivity.type).where(BookingActivity.type.like("TASK_%"))
            )
        )
    assert sorted(lines) == ["TASK_DONE", "TASK_DONE", "TASK_REOPENED"]


async def test_what_nobody_needs_any_more_or_is_not_ones_own_stays_as_it_is(office: Office) -> None:
    task_id = await furnish(office)
    path = f"/backoffice/bookings/{office.mine.id}/tasks/{task_id}"
    async with office.page("linh") as browser:
        fields = fields_of((await browser.get("/backoffice/tasks")).text, "/done?from=tasks")
        await browser.post(f"{path}/done", data=fields)
        async with office.resources.sessions.begin() as session:
            withdrawn = update(Task).where(Task.id == task_id).values(status="WITHDRAWN")
            await session.execute(withdrawn)
        gone = await browser.post(f"{path}/reopen", data=fields)
        unknown = await browser.post(f"{path}x/reopen", data=fields)
    async with office.page("minh") as browser:
        own = fields_of((await browser.get("/backoffice/preferences")).text, "/preferences")
        foreign = await browser.post(f"{path}/reopen", data=own)
    assert (gone.status_code, unknown.status_code, foreign.status_code) == (409, 404, 404)
    assert "can&#39;t be opened again" in gone.text
    assert await status_of(office, task_id) == "WITHDRAWN"


async def test_addresses_can_t_be_made_up_to_offer_something_else(office: Office) -> None:
    async with office.page("linh") as browser:
        for query in (
            "said=task&of=../../cancel,x",
            f"said=task&of={office.mine.id}",
            "said=task&of=a_b,//evil",
            "said=notes&of=x",
        ):
            page = BeautifulSoup(
                (await browser.get(f"/backoffice/tasks?{query}")).text, "html.parser"
            )
            assert page.select_one("[data-toast]")
            assert not page.select_one("[data-toast] form")
        nothing = await browser.get("/backoffice/tasks?said=<b>")
    assert "data-toast" not in nothing.text
