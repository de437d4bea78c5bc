"""Saved views: each person's own, shared by managers, and never a way around the object rule."""

from typing import Any

from tests.support.desk import Office, fields_of

VIEWS = "/api/v1/booking-views"
LATE = {"name": "Late in Vietnam", "filters": {"sla_state": "breached"}, "sort": "sla_due_at_asc"}


async def keep(office: Office, who: str, **changes: Any) -> dict[str, Any]:
    async with office.browser(who) as browser:
        answer = await browser.post(VIEWS, json={**LATE, **changes})
    assert answer.status_code == 201, answer.text
    view: dict[str, Any] = answer.json()["view"]
    return view


async def names(office: Office, who: str) -> list[str]:
    async with office.browser(who) as browser:
        return [one["name"] for one in (await browser.get(VIEWS)).json()["items"]]


async def test_a_view_is_its_owners_alone_until_a_manager_shares_it(office: Office) -> None:
    mine = await keep(office, "linh")
    shared = await keep(office, "marc", name="Everybody's", shared=True)
    assert mine["query"] == {"sla_state": "breached", "sort": "sla_due_at_asc"}
    assert await names(office, "linh") == ["Everybody's", "Late in Vietnam"]
    assert await names(office, "minh") == ["Everybody's"]
    async with office.browser("marc") as browser:
        closed = await browser.patch(f"{VIEWS}/{mine['id']}", json={"name": "Taken"})
        back = await browser.patch(f"{VIEWS}/{shared['id']}", json={"shared": False})
    assert closed.status_code == 404
    assert back.json()["view"]["shared"] is False
    assert await names(office, "minh") == []


async def test_only_managers_share(office: Office) -> None:
    mine = await keep(office, "linh")
    shared = await keep(office, "marc", name="Everybody's", shared=True)
    async with office.browser("linh") as browser:
        answers = [
            await browser.post(VIEWS, json={**LATE, "name": "x", "shared": True}),
            await browser.patch(f"{VIEWS}/{mine['id']}", json={"shared": True}),
            await browser.patch(f"{VIEWS}/{shared['id']}", json={"name": "x"}),
            await browser.post(f"{VIEWS}/{shared['id']}/removal"),
        ]
    assert [answer.status_code for answer in answers] == [403] * 4


async def test_the_same_command_keeps_a_view_once_and_names_are_used_once(office: Office) -> None:
    async with office.browser("linh") as browser:
        key = {"Idempotency-Key": "v1"}
        first = await browser.post(VIEWS, json=LATE, headers=key)
        again = await browser.post(VIEWS, json=LATE, headers=key)
        taken = await browser.post(VIEWS, json=LATE, headers={"Idempotency-Key": "v2"})
        other = (await browser.post(VIEWS, json={**LATE, "name": "Other"})).json()["view"]
        renamed = await browser.patch(f"{VIEWS}/{other['id']}", json={"name": LATE["name"]})
        kept = await browser.patch(f"{VIEWS}/{other['id']}", json={"name": "Third"})
    assert first.json() == again.json()
    assert (taken.status_code, renamed.status_code) == (422, 422)
    assert "name" in taken.json()["error"]
    assert kept.json()["view"]["name"] == "Third"


async def test_there_is_an_end_to_the_views_of_a_person(office: Office) -> None:
    for number in range(50):
        await keep(office, "linh", name=f"View {number}")
    async with office.browser("linh") as browser:
        full = await browser.post(VIEWS, json={**LATE, "name": "One more"})
    assert full.status_code == 422
    assert "50 views" in full.json()["error"]


async def test_a_view_is_removed_and_unknown_ones_are_not_found(office: Office) -> None:
    view = await keep(office, "linh")
    async with office.browser("linh") as browser:
        left = await browser.post(f"{VIEWS}/{view['id']}/removal")
        gone = await browser.post(f"{VIEWS}/{view['id']}/removal")
    assert left.json() == {"items": [], "total": 0}
    assert gone.status_code == 404


async def test_a_wrong_view_is_refused(office: Office) -> None:
    async with office.browser("linh") as browser:
        for body in (
            {**LATE, "name": ""},
            {**LATE, "name": "x" * 61},
            {**LATE, "sort": "name"},
            {**LATE, "filters": {"stage": "NOPE"}},
            {"name": "x"},
        ):
            assert (await browser.post(VIEWS, json=body)).status_code == 422


async def test_a_shared_view_shows_each_person_their_own_bookings(office: Office) -> None:
    everything = {"name": "All", "filters": {"destination": "Vietnam"}, "shared": True}
    async with office.browser("marc") as browser:
        view = (await browser.post(VIEWS, json=everything)).json()["view"]
    async with office.page("linh") as browser:
        page = await browser.get(f"/backoffice/bookings?view={view['id']}")
    assert office.mine.reference in page.text
    assert office.other.reference not in page.text
    assert "Remove this view" not in page.text


async def test_a_view_is_kept_opened_shared_and_removed_on_the_page(office: Office) -> None:
    path = "/backoffice/bookings"
    async with office.page("marc") as browser:
        html = (await browser.get(f"{path}?stage=QUALIFIED&sort=updated_at_desc")).text
        form = {**fields_of(html, "/views"), "name": "Qualified"}
        form.pop("shared")
        kept = await browser.post(f"{path}/views", data=form)
        opened = await browser.get(kept.headers["location"])
        taken = await browser.post(f"{path}/views", data={**form, "idempotency_key": "other"})
        nameless = await browser.post(f"{path}/views", data={**form, "name": " "})
        forged = await browser.post(f"{path}/views", data={**form, "csrf_token": "x"})
        sharing = fields_of(opened.text, "/sharing")
        shared = await browser.post(
            f"{kept.headers['location'].partition('?')[0]}/views/"
            f"{view_of(kept.headers['location'])}/sharing",
            data=sharing,
        )
        again = await browser.get(shared.headers["location"])
        gone = await browser.post(
            f"{path}/views/{view_of(kept.headers['location'])}/removal",
            data=fields_of(again.text, "/removal"),
        )
    assert kept.status_code == shared.status_code == gone.status_code == 303
    assert office.mine.reference in opened.text
    assert office.other.reference not in opened.text
    assert (taken.status_code, nameless.status_code, forged.status_code) == (422, 422, 403)
    assert "you have a view of this name" in taken.text
    assert "Stop sharing" in again.text
    assert await names(office, "marc") == []


def view_of(address: str) -> str:
    return address.partition("view=")[2].partition("&")[0]
