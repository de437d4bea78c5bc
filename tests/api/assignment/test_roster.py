"""Leave and hours: entered by managers, never two leaves at once, whole days of the office."""

from datetime import UTC, date, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import func, select

from models.domain.staffed_hours import local_day
from models.messages.ids import new_id
from models.tables.audit import AuditEvent
from models.tables.rosters import StaffLeave
from tests.support.desk import Office, fields_of

TODAY = local_day(datetime.now(UTC), "Asia/Ho_Chi_Minh")
ROSTER = "/backoffice/roster"


def leave(office: Office, first: int, last: int) -> dict[str, str]:
    """Linh is away from one day to another, counted from today."""
    starts_on, ends_on = (str(TODAY + timedelta(days=number)) for number in (first, last))
    return {"staff_id": office.linh.id, "starts_on": starts_on, "ends_on": ends_on}


async def stored(office: Office) -> int:
    async with office.resources.sessions() as session:
        return await session.scalar(select(func.count()).select_from(StaffLeave)) or 0


async def test_a_leave_is_entered_once_for_its_key_and_listed(office: Office) -> None:
    async with office.browser("marc") as browser:
        browser.headers["idempotency-key"] = "one"
        answers = [await browser.post("/api/v1/leave", json=leave(office, 1, 5)) for _ in range(2)]
        listed = (await browser.get(f"/api/v1/leave?staff_id={office.linh.id}")).json()
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert (listed["total"], listed["items"][0]["staff_name"]) == (1, "Linh Tran")
    async with office.resources.sessions() as session:
        (event,) = await session.scalars(
            select(AuditEvent).where(AuditEvent.action == "LEAVE_ENTERED")
        )
    assert event.after == {
        "staff_id": office.linh.id,
        "starts_on": str(TODAY + timedelta(days=1)),
        "ends_on": str(TODAY + timedelta(days=5)),
    }


@pytest.mark.parametrize(("first", "last"), [(5, 5), (1, 1), (0, 9), (2, 3)])
async def test_days_on_which_somebody_is_away_already_are_refused(
    office: Office, first: int, last: int
) -> None:
    async with office.browser("marc") as browser:
        await browser.post("/api/v1/leave", json=leave(office, 1, 5))
        refused = await browser.post("/api/v1/leave", json=leave(office, first, last))
        other = {**leave(office, first, last), "staff_id": office.marc.id}
        taken = await browser.post("/api/v1/leave", json=other)
    assert (refused.status_code, refused.json()["code"]) == (409, "LEAVE_OVERLAPS")
    assert taken.status_code == 201
    assert await stored(office) == 2


async def test_the_day_after_a_leave_is_free_and_a_leave_taken_back_frees_its_days(
    office: Office,
) -> None:
    async with office.browser("marc") as browser:
        entered = (await browser.post("/api/v1/leave", json=leave(office, 1, 5))).json()["leave"]
        assert (await browser.post("/api/v1/leave", json=leave(office, 6, 7))).status_code == 201
        address = f"/api/v1/leave/{entered['id']}/withdrawal"
        taken_back = await browser.post(address)
        again = await browser.post(address)
        assert (await browser.post("/api/v1/leave", json=leave(office, 4, 5))).status_code == 201
    assert taken_back.json()["leave"] == entered
    assert again.status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"ends_on": "2020-02-01"},
        {"starts_on": "soon"},
        {"ends_on": "2099-01-01"},
        {"starts_on": "1999-01-01"},
        {"staff_id": ""},
    ],
)
async def test_a_leave_that_makes_no_sense_is_refused(
    office: Office, wrong: dict[str, str]
) -> None:
    async with office.browser("marc") as browser:
        answer = await browser.post("/api/v1/leave", json={**leave(office, 1, 2), **wrong})
    assert answer.status_code == 422
    assert await stored(office) == 0


async def test_an_unknown_person_is_not_found(office: Office) -> None:
    nobody = new_id("staff")
    async with office.browser("marc") as browser:
        away = {**leave(office, 1, 2), "staff_id": nobody}
        assert (await browser.post("/api/v1/leave", json=away)).status_code == 404
        assert (await browser.get(f"/api/v1/staff/{nobody}/hours")).status_code == 404
        hours = await browser.patch(f"/api/v1/staff/{nobody}/hours", json={"shifts": []})
        assert hours.status_code == 404
    async with office.page("marc") as browser:
        assert (await browser.get(f"{ROSTER}/{nobody}")).status_code == 404


async def test_staff_see_the_calendar_and_cannot_change_it(office: Office) -> None:
    async with office.browser("linh") as browser:
        assert (await browser.get("/api/v1/leave")).status_code == 200
        assert (await browser.post("/api/v1/leave", json=leave(office, 1, 2))).status_code == 403
        hours = await browser.patch(f"/api/v1/staff/{office.linh.id}/hours", json={"shifts": []})
        assert hours.status_code == 403
    async with office.page("linh") as browser:
        shown = (await browser.get(ROSTER)).text
        person = (await browser.get(f"{ROSTER}/{office.marc.id}")).text
    assert f'action="{ROSTER}/leave"' not in shown
    assert "Hand over" not in person
    assert "Save the hours" not in person


async def test_the_page_enters_a_leave_marks_its_days_and_takes_it_back(office: Office) -> None:
    async with office.page("marc") as browser:
        form = fields_of((await browser.get(ROSTER)).text, "/leave")
        await browser.post(f"{ROSTER}/leave", data=form | leave(office, 0, 0))
        shown = BeautifulSoup(
            (await browser.get(f"{ROSTER}?month={TODAY:%Y-%m}")).text, "html.parser"
        )
        back = shown.find("form", action=lambda one: bool(one) and str(one).endswith("/withdrawal"))
        assert back is not None
        assert len(shown.select("td.away")) == 1
        assert "away now" in shown.select_one("#coming").text  # type: ignore[union-attr]  # there
        again = fields_of(str(shown), "/withdrawal")
        gone = await browser.post(str(back["action"]), data=again)
        lost = await browser.post(str(back["action"]), data=again | {"idempotency_key": "x"})
    assert gone.headers["location"] == f"{ROSTER}?said=leave_back"
    assert lost.status_code == 404
    assert await stored(office) == 0


async def test_the_page_says_what_is_wrong_and_keeps_what_was_typed(office: Office) -> None:
    async with office.page("marc") as browser:
        form = fields_of((await browser.get(ROSTER)).text, "/leave")
        unsaid = await browser.post(f"{ROSTER}/leave", data=form)
        turned = await browser.post(f"{ROSTER}/leave", data=form | leave(office, 5, 1))
        await browser.post(f"{ROSTER}/leave", data=form | leave(office, 1, 5))
        twice = form | leave(office, 2, 3) | {"idempotency_key": "other"}
        overlapping = await browser.post(f"{ROSTER}/leave", data=twice)
    assert (unsaid.status_code, turned.status_code, overlapping.status_code) == (422, 422, 409)
    assert "The last day is not before the first one" in turned.text
    assert "away on some of these days already" in overlapping.text
    assert twice["starts_on"] in overlapping.text


async def test_a_month_that_is_none_is_refused(office: Office) -> None:
    async with office.page("marc") as browser:
        assert (await browser.get(f"{ROSTER}?month=2027-13")).status_code == 422
        assert (await browser.get(f"{ROSTER}?month=2027-02")).status_code == 200


async def test_own_hours_replace_those_of_the_office_until_they_are_emptied(
    office: Office,
) -> None:
    address = f"/api/v1/staff/{office.linh.id}/hours"
    own = {"weekday": 2, "opens": "14:00", "closes": "00:00"}
    async with office.browser("marc") as browser:
        usual = (await browser.get(address)).json()
        changed = (await browser.patch(address, json={"shifts": [own]})).json()
        emptied = (await browser.patch(address, json={"shifts": []})).json()
    assert (usual["own"], len(usual["shifts"]), usual["zone"]) == (False, 7, "Asia/Ho_Chi_Minh")
    assert (changed["own"], changed["shifts"]) == (True, [own])
    assert emptied == usual


@pytest.mark.parametrize(
    "shifts",
    [
        [{"weekday": 7, "opens": "08:00", "closes": "09:00"}],
        [{"weekday": 1, "opens": "8", "closes": "09:00"}],
        [{"weekday": 1, "opens": "10:00", "closes": "09:00"}],
        [{"weekday": 1, "opens": "08:00", "closes": "09:00"}] * 2,
    ],
)
async def test_hours_that_make_no_sense_are_refused(office: Office, shifts: list[object]) -> None:
    async with office.browser("marc") as browser:
        answer = await browser.patch(
            f"/api/v1/staff/{office.linh.id}/hours", json={"shifts": shifts}
        )
    assert answer.status_code == 422


async def test_the_page_of_a_person_sets_their_hours(office: Office) -> None:
    address = f"{ROSTER}/{office.linh.id}"
    async with office.page("marc") as browser:
        form = fields_of((await browser.get(address)).text, "/hours")
        saved = await browser.post(
            f"{address}/hours", data=form | {"opens_0": "09:00", "closes_0": "17:00"}
        )
        half = await browser.post(f"{address}/hours", data=form | {"opens_1": "09:00"})
        shown = (await browser.get(address)).text
    assert saved.status_code == 303
    assert half.status_code == 422
    assert "Write both times of a day" in half.text
    assert fields_of(shown, "/hours")["opens_0"] == "09:00"
    assert "their own hours" in shown


def test_today_is_the_offices_day() -> None:
    assert local_day(datetime(2026, 11, 22, 17, tzinfo=UTC), "Asia/Ho_Chi_Minh") == date(
        2026, 11, 23
    )
