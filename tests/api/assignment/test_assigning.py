"""Proposals with their reasons, one click that takes one, and hand-over of all somebody holds."""

import json
from datetime import UTC, datetime, timedelta

import httpx2
from bs4 import BeautifulSoup
from sqlalchemy import event

from models.domain.staffed_hours import local_day
from models.messages.ids import new_id
from models.store.assignment import candidates
from models.store.policies import policy_in_force
from models.tables.crm import Staff
from models.tables.rosters import StaffLeave
from tests.support import office as factories
from tests.support.desk import Office, fields_of

TODAY = local_day(datetime.now(UTC), "Asia/Ho_Chi_Minh")


async def hire(office: Office, name: str, **columns: object) -> Staff:
    """One more member of staff."""
    person = Staff(id=new_id("staff"), name=name, **columns)
    async with office.resources.sessions.begin() as session:
        session.add(person)
    return person


async def away(office: Office, person: Staff) -> None:
    async with office.resources.sessions.begin() as session:
        session.add(
            StaffLeave(
                id=new_id("leave"),
                staff_id=person.id,
                starts_on=TODAY,
                ends_on=TODAY + timedelta(days=4),
                created_by="tests",
            )
        )


async def proposed(office: Office, booking_id: str, who: str = "marc") -> httpx2.Response:
    async with office.browser(who) as browser:
        return await browser.get(f"/api/v1/bookings/{booking_id}/proposals")


async def test_the_best_comes_first_with_readable_reasons(office: Office) -> None:
    knows = {"destinations": ["Vietnam"], "languages": ["French"]}
    fitting = await hire(office, "Zoe Martin", **knows)
    gone = await hire(office, "Anh Pham", **knows)
    await hire(office, "Ina Buch", roles=["atp_accountant"], **knows)
    await away(office, gone)
    found = (await proposed(office, office.mine.id)).json()
    names = [one["name"] for one in found["items"]]
    assert names[0] == "Zoe Martin"
    assert names[-1] == "Anh Pham"
    assert "Ina Buch" not in names
    assert "Linh Tran" not in names, "the owner is not proposed again"
    assert {"Knows Vietnam", "Speaks French", "Has no open booking"} <= set(
        found["items"][0]["reasons"]
    )
    assert found["items"][-1]["available"] is False
    assert f"Is away until {TODAY + timedelta(days=4)}" in found["items"][-1]["reasons"]
    assert fitting.id == found["items"][0]["staff_id"]


async def test_the_proposal_asks_the_database_as_often_for_many_as_for_few(
    office: Office,
) -> None:
    async def count() -> int:
        asked: list[str] = []

        def note(_1: object, _2: object, statement: str, *_: object) -> None:
            asked.append(statement)

        engine = office.resources.engine.sync_engine
        event.listen(engine, "before_cursor_execute", note)
        async with office.resources.sessions() as session:
            hours = (await policy_in_force(session, None)).staffed
            people = await candidates(session, hours, TODAY)
        event.remove(engine, "before_cursor_execute", note)
        assert people
        return len(asked)

    few = await count()
    for number in range(12):
        await hire(office, f"Person {number}")
    assert await count() == few


async def test_one_click_takes_a_proposal(office: Office) -> None:
    fitting = await hire(office, "Zoe Martin", destinations=["Vietnam"], languages=["French"])
    await office.start(office.other.id)
    address = f"/backoffice/bookings/{office.other.id}"
    async with office.page("marc") as browser:
        shown = (await browser.get(f"{address}/assignment")).text
        form = fields_of(shown, "/assign")
        taken = await browser.post(f"{address}/assign", data=form)
    assert form["staff_id"] == fitting.id
    assert "Knows Vietnam" in shown
    assert taken.status_code == 303
    (asked,) = await office.asked(office.other.id)
    assert json.loads(asked)["staff_id"] == fitting.id


async def test_beside_a_booking_stand_the_first_three_as_a_fragment(office: Office) -> None:
    for number in range(5):
        await hire(office, f"Person {number}")
    address = f"/backoffice/bookings/{office.other.id}/assignment"
    async with office.page("marc") as browser:
        fragment = (await browser.get(address, headers={"hx-request": "true"})).text
        whole = (await browser.get(address)).text
        booking = (await browser.get(address.removesuffix("/assignment"))).text
    assert "<html" not in fragment
    assert fragment.count("</form>") == 3
    assert "Show everybody" in fragment
    assert whole.count('action="/backoffice/bookings/') == 7
    assert f'hx-get="{address}"' in booking


async def test_nobody_proposes_who_may_not_assign(office: Office) -> None:
    assert (await proposed(office, office.mine.id, "linh")).status_code == 403
    assert (await proposed(office, office.mine.id, "ana")).status_code == 403
    assert (await proposed(office, new_id("booking"))).status_code == 404
    async with office.page("linh") as browser:
        page = await browser.get(f"/backoffice/bookings/{office.mine.id}/assignment")
    assert page.status_code == 403


async def test_all_that_somebody_holds_goes_to_one_person(office: Office) -> None:
    async with office.resources.sessions.begin() as session:
        more = await factories.booking(session, office.customer, staff_id=office.linh.id)
    for booking_id in (office.mine.id, more.id):
        await office.start(booking_id)
    async with office.browser("marc") as browser:
        done = await browser.post(
            f"/api/v1/staff/{office.linh.id}/hand-over", json={"to_staff_id": office.marc.id}
        )
    assert done.json()["moved"] == 2
    assert done.json()["refused"] == []
    for booking_id in (office.mine.id, more.id):
        (asked,) = await office.asked(booking_id)
        assert json.loads(asked)["staff_id"] == office.marc.id


async def test_each_booking_goes_to_the_best_for_it_and_the_load_is_shared(
    office: Office,
) -> None:
    zoe = await hire(office, "Zoe Martin", destinations=["Vietnam"], languages=["French"])
    yen = await hire(office, "Yen Vo", destinations=["Vietnam"], languages=["French"])
    gone = await hire(office, "Anh Pham", destinations=["Vietnam"], languages=["French"])
    await away(office, gone)
    async with office.resources.sessions.begin() as session:
        held = [
            await factories.booking(session, office.customer, staff_id=office.linh.id)
            for _ in range(3)
        ]
    for one in (office.mine, *held):
        await office.start(one.id)
    async with office.browser("marc") as browser:
        done = (await browser.post(f"/api/v1/staff/{office.linh.id}/hand-over", json={})).json()
    assert done["moved"] == 4
    given = [
        json.loads((await office.asked(one.id))[0])["staff_id"] for one in (office.mine, *held)
    ]
    assert sorted(given) == sorted([zoe.id, zoe.id, yen.id, yen.id])


async def test_a_booking_that_refuses_stays_and_it_is_said_why(office: Office) -> None:
    async with office.resources.sessions.begin() as session:
        more = await factories.booking(session, office.customer, staff_id=office.linh.id)
    await office.start(office.mine.id)
    await office.start(more.id, "BOOKING_CLOSED")
    address = f"/backoffice/roster/{office.linh.id}"
    async with office.page("marc") as browser:
        shown = (await browser.get(address)).text
        form = fields_of(shown, "/hand-over") | {"to": office.marc.id}
        answer = await browser.post(f"{address}/hand-over", data=form)
    table = BeautifulSoup(shown, "html.parser").select("#hand-over tbody tr")
    assert len(table) == 2
    assert "1 booking was handed over with its open tasks." in answer.text
    assert f"{more.reference}: The stub says no." in answer.text


async def test_nobody_hands_over_to_themselves_or_to_whoever_has_left(office: Office) -> None:
    left = await hire(office, "Old Hand", active=False)
    address = f"/api/v1/staff/{office.linh.id}/hand-over"
    async with office.browser("marc") as browser:
        for to in (office.linh.id, left.id, "staff_x"):
            answer = await browser.post(address, json={"to_staff_id": to})
            assert answer.status_code == 422, to
        unknown = f"/api/v1/staff/{new_id('staff')}/hand-over"
        assert (await browser.post(unknown, json={})).status_code == 404
    async with office.page("marc") as browser:
        page = f"/backoffice/roster/{office.linh.id}"
        form = fields_of((await browser.get(page)).text, "/hand-over") | {"to": left.id}
        assert (await browser.post(f"{page}/hand-over", data=form)).status_code == 422
    async with office.browser("linh") as browser:
        assert (await browser.post(address, json={})).status_code == 403
