"""`/api/v1/bookings`: what staff see, and what they may change."""

import json

import httpx2
import pytest
from sqlalchemy import event

from models.domain.booking_hash import booking_hash
from tests.support import office as factories
from tests.support.desk import Office

UNKNOWN = "booking_00000000-0000-7000-8000-000000000000"
BOOKING_MEMBERS = {
    "id", "customer_id", "stage", "staff", "staff_name", "owner_id", "owner_name", "sla_due_at",
    "destination", "style", "travel_month", "travelers", "duration", "budget", "notes", "source",
    "idempotency_key", "created_at", "updated_at", "booking_hash",
}  # fmt: skip


async def test_a_manager_sees_every_booking_with_the_contracts_members(office: Office) -> None:
    async with office.browser("marc") as browser:
        answer = (await browser.get("/api/v1/bookings")).json()
    assert answer["total"] == 2
    assert answer["total_pages"] == 1
    assert (answer["page"], answer["page_size"], answer["sort"]) == (1, 25, "created_at_desc")
    assert answer["filters"].items() >= {"stage": None, "owner_id": None, "search": None}.items()
    assert set(answer["items"][0]) >= BOOKING_MEMBERS
    assert answer["items"][0]["created_at"].endswith("Z")


async def test_staff_see_only_their_own_bookings_also_in_counts_and_searches(
    office: Office,
) -> None:
    async with office.browser("linh") as browser:
        listed = (await browser.get("/api/v1/bookings")).json()
        searched = (await browser.get("/api/v1/bookings?search=jonas")).json()
        stolen = (await browser.get(f"/api/v1/bookings?owner_id={office.marc.id}")).json()
        customers = (await browser.get("/api/v1/customers")).json()
    assert [item["id"] for item in listed["items"]] == [office.mine.id]
    assert listed["total"] == 1
    assert searched["total"] == stolen["total"] == 0
    assert [item["name"] for item in customers["items"]] == ["Amélie Laurent"]


@pytest.mark.parametrize(
    "path",
    ["", "/activities", "/invoices", "/quotes", "/service-orders", "/checklist", "/cancellation"],
)
async def test_what_hangs_on_anothers_booking_is_unknown_to_staff(
    office: Office, path: str
) -> None:
    async with office.browser("linh") as browser:
        own = await browser.get(f"/api/v1/bookings/{office.mine.id}{path}")
        foreign = await browser.get(f"/api/v1/bookings/{office.other.id}{path}")
        unknown = await browser.get(f"/api/v1/bookings/{UNKNOWN}{path}")
    assert own.status_code == 200
    assert foreign.status_code == unknown.status_code == 404
    assert foreign.json()["error"] == unknown.json()["error"]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("amélie", 1), ("LAURENT", 1), ("amelie@exam", 1), ("+33 6 12 34", 1), ("612345678", 1),
        ("nobody", 0), ("100%", 0), ("_", 0), ("", 2),
    ],
)  # fmt: skip
async def test_search_finds_by_name_mail_and_phone(office: Office, search: str, found: int) -> None:
    async with office.browser("marc") as browser:
        answer = await browser.get("/api/v1/bookings", params={"search": search})
    assert answer.json()["total"] == found


async def test_search_finds_by_reference_and_id(office: Office) -> None:
    async with office.browser("marc") as browser:
        for search in (office.mine.reference.lower(), office.mine.id):
            answer = await browser.get("/api/v1/bookings", params={"search": search})
            assert [item["id"] for item in answer.json()["items"]] == [office.mine.id]


async def test_filters_and_pages_hold_together(office: Office) -> None:
    async with office.browser("marc") as browser:
        staged = (await browser.get("/api/v1/bookings?stage=QUALIFIED")).json()
        second = (await browser.get("/api/v1/bookings?page=2&page_size=1")).json()
        beyond = (await browser.get("/api/v1/bookings?page=9")).json()
        urgent = (await browser.get("/api/v1/bookings?sort=sla_due_at_asc")).json()
    assert [item["id"] for item in staged["items"]] == [office.mine.id]
    assert staged["filters"]["stage"] == "QUALIFIED"
    assert (len(second["items"]), second["total_pages"]) == (1, 2)
    assert (beyond["items"], beyond["total"]) == ([], 2)
    assert urgent["sort"] == "sla_due_at_asc"


@pytest.mark.parametrize(
    "query",
    ["page=0", "page_size=101", "stage=NOPE", "sort=name", "page=x", "search=" + "a" * 201],
)
async def test_a_wrong_query_is_refused_with_a_sentence(office: Office, query: str) -> None:
    async with office.browser("marc") as browser:
        answer = await browser.get(f"/api/v1/bookings?{query}")
    assert answer.status_code == 422
    assert answer.json()["error"]


async def test_the_list_takes_at_most_five_queries(office: Office) -> None:
    statements: list[str] = []
    engine = office.resources.engine.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    async with office.browser("marc") as browser:
        for path in ("/api/v1/bookings", "/backoffice/bookings"):
            statements.clear()
            await browser.get(path)
            assert 0 < len(statements) <= 5


async def test_nobody_without_a_login_sees_anything(office: Office) -> None:
    async with office.browser("stranger") as browser:
        assert (await browser.get("/api/v1/bookings")).status_code == 401


async def test_a_stage_is_asked_of_the_workflow_with_the_revision_that_was_seen(
    office: Office,
) -> None:
    await office.start(office.mine.id)
    change = {"stage": "NEGOTIATION", "booking_hash": booking_hash(office.mine.id, 1)}
    async with office.browser("ana") as browser:
        path = f"/api/v1/bookings/{office.mine.id}/stage"
        answer = await browser.patch(path, json=change, headers={"Idempotency-Key": "k1"})
        again = await browser.patch(path, json=change, headers={"Idempotency-Key": "k1"})
    assert answer.status_code == again.status_code == 200
    assert set(answer.json()) == {"booking"}
    assert set(answer.json()["booking"]) >= BOOKING_MEMBERS
    asked = await office.asked(office.mine.id)
    assert len(asked) == 1
    assert '"expected_revision":1' in asked[0]
    assert "NEGOTIATION" in asked[0]


@pytest.mark.parametrize("seen", [{}, {"booking_hash": "stale"}])
async def test_a_stale_or_missing_hash_gets_the_booking_as_it_stands(
    office: Office, seen: dict[str, str]
) -> None:
    await office.start(office.mine.id)
    async with office.browser("marc") as browser:
        address = f"/api/v1/bookings/{office.mine.id}"
        answers = [
            await browser.patch(f"{address}/stage", json={"stage": "LOST", **seen}),
            await browser.patch(f"{address}/owner", json={"owner_id": office.marc.id, **seen}),
            await browser.patch(f"{address}/notes", json={"notes": "x", **seen}),
        ]
    for answer in answers:
        body = answer.json()
        assert answer.status_code == 409
        assert body["error"] == "Booking changed in backend"
        assert body["code"] == "BOOKING_HASH_MISMATCH"
        assert body["booking"]["booking_hash"] == booking_hash(office.mine.id, 1)


async def test_only_managers_assign_and_only_to_active_staff(office: Office) -> None:
    await office.start(office.other.id)
    seen = booking_hash(office.other.id, 1)
    path = f"/api/v1/bookings/{office.other.id}/owner"
    own = f"/api/v1/bookings/{office.mine.id}/owner"
    async with office.browser("linh") as linh, office.browser("marc") as marc:
        refused = await linh.patch(own, json={"owner_id": office.linh.id, "booking_hash": seen})
        nobody = await marc.patch(path, json={"owner_id": "staff_x", "booking_hash": seen})
        taken = await marc.patch(path, json={"staff": office.linh.id, "booking_hash": seen})
    assert refused.status_code == 403
    assert nobody.status_code == 422
    assert taken.status_code == 200
    assert office.linh.id in (await office.asked(office.other.id))[0]


async def test_notes_are_one_transaction_and_repeatable(office: Office) -> None:
    path = f"/api/v1/bookings/{office.mine.id}/notes"
    change = {"notes": "Prefers trains", "booking_hash": booking_hash(office.mine.id, 1)}
    async with office.browser("linh") as browser:
        first = await browser.patch(path, json=change, headers={"Idempotency-Key": "n1"})
        again = await browser.patch(path, json=change, headers={"Idempotency-Key": "n1"})
        fresh = first.json()["booking"]["booking_hash"]
        same = await browser.patch(path, json={**change, "booking_hash": fresh})
        lines = (await browser.get(f"/api/v1/bookings/{office.mine.id}/activities")).json()
    assert first.status_code == again.status_code == same.status_code == 200
    assert first.json()["booking"]["notes"] == "Prefers trains"
    assert fresh == booking_hash(office.mine.id, 2)
    assert same.json()["unchanged"] is True
    assert [line["type"] for line in lines["items"]] == ["NOTE_UPDATED"]
    assert lines["items"][0]["actor"] == "Linh Tran"


async def test_an_accountant_reads_all_and_changes_the_stage_only(office: Office) -> None:
    address = f"/api/v1/bookings/{office.other.id}"
    seen = booking_hash(office.other.id, 1)
    async with office.browser("ana") as browser:
        assert (await browser.get(address)).status_code == 200
        forbidden = [
            await browser.patch(f"{address}/notes", json={"notes": "x", "booking_hash": seen}),
            await browser.patch(f"{address}/owner", json={"owner_id": None, "booking_hash": seen}),
            await browser.post(f"{address}/activities", json={"type": "CALL", "detail": "x"}),
            await browser.post(f"{address}/invoices", json={"title": "x"}),
            await browser.post(
                f"{address}/cancellation", json={"reason": "x", "confirmation": "x"}
            ),
            await browser.post("/api/v1/staff", json={"name": "x"}),
        ]
    assert [answer.status_code for answer in forbidden] == [403] * 6


async def ask_to_lose(office: Office) -> httpx2.Response:
    change = {"stage": "LOST", "booking_hash": booking_hash(office.mine.id, 1)}
    async with office.browser("marc") as browser:
        return await browser.patch(f"/api/v1/bookings/{office.mine.id}/stage", json=change)


async def test_a_closed_booking_refuses_decisions(office: Office) -> None:
    handle = await office.temporal.start_workflow(
        "Booking", "", id=office.mine.id, task_queue=office.queue
    )
    await handle.terminate()
    answer = await ask_to_lose(office)
    assert answer.status_code == 409
    assert answer.json()["code"] == "BOOKING_CLOSED"


async def test_a_booking_that_is_about_to_begin_can_be_asked_again_at_once(office: Office) -> None:
    answer = await ask_to_lose(office)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("stage", {"stage": "NOPE"}),
        ("stage", {}),
        ("stage", {"stage": "LOST", "more": 1}),
        ("notes", {"notes": 7}),
        ("notes", {"notes": "x" * 10_001}),
        ("owner", []),
    ],
)
async def test_wrong_bodies_are_refused(office: Office, path: str, body: object) -> None:
    async with office.browser("marc") as browser:
        answer = await browser.patch(f"/api/v1/bookings/{office.mine.id}/{path}", json=body)
    assert answer.status_code == 422


async def test_the_cancellation_is_previewed_then_asked(office: Office) -> None:
    await office.start(office.mine.id)
    async with office.resources.sessions.begin() as session:
        await factories.accepted_trip(session, office.mine)
    path = f"/api/v1/bookings/{office.mine.id}/cancellation"
    async with office.browser("linh") as browser:
        preview = (await browser.get(path)).json()
        typo = await browser.post(path, json={"reason": "Ill", "confirmation": "ATP"})
        done = await browser.post(
            path, json={"reason": "Ill", "confirmation": office.mine.reference}
        )
    assert (preview["paid_minor"], preview["refund_minor"], preview["guides"]) == (73100, 73100, 1)
    assert typo.status_code == 422
    assert done.json() == {"paid_minor": 3, "refund_minor": 2, "penalty_minor": 1}
    asked = await office.asked(office.mine.id)
    assert len(asked) == 1
    assert "Ill" not in asked[0]


@pytest.mark.parametrize("text", ["\x00", "a\x00b", "\ud800"])
async def test_text_that_postgres_cannot_hold_is_refused(office: Office, text: str) -> None:
    body = json.dumps({"type": "CALL", "detail": f"x{text}"})
    async with office.browser("marc") as browser:
        address = f"/api/v1/bookings/{office.mine.id}/activities"
        answer = await browser.post(
            address, content=body, headers={"Content-Type": "application/json"}
        )
        found = await browser.get("/api/v1/bookings?search=%00&owner_id=%00")
        unknown = await browser.get("/api/v1/bookings/a%00b")
        person = await browser.get("/api/v1/customers/%00")
        owner = await browser.patch(
            f"/api/v1/bookings/{office.mine.id}/owner", json={"owner_id": "a\x00"}
        )
    assert answer.status_code == 422
    assert found.status_code in {200, 422}
    assert unknown.status_code in {404, 422}
    assert person.status_code in {404, 422}
    assert owner.status_code in {409, 422}
