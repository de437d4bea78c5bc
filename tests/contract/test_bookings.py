"""`/api/v1/bookings`: the list, one booking, and what changes it, line by line of the contract."""

import asyncio
from datetime import UTC, datetime, timedelta

import httpx2
import pytest
import pytest_asyncio

from models.domain.policy import Policy
from models.domain.stages import Stage
from models.tables.crm import Booking
from tests.contract.bookings import BOOKING, CUSTOMER, PAGED, PATH, STAGES, a_booking, seen
from tests.support.desk import Office
from tests.support.shapes import HASH, misfits

SLA_HOURS = (2, 8, 24, 48, 24, 0, 24, 0, 0)
SORTS = (
    "created_at_desc",
    "created_at_asc",
    "updated_at_desc",
    "sla_due_at_asc",
    "sla_due_at_desc",
)
CLASH = {
    "error": "Booking changed in backend",
    "detail": str,
    "code": "BOOKING_HASH_MISMATCH",
    "booking": BOOKING,
}


@pytest_asyncio.fixture(scope="module", autouse=True)
async def thirty(office: Office) -> list[Booking]:
    """Thirty bookings, an hour and a minute apart; every third has no clock."""
    start = datetime.now(UTC) - timedelta(days=10)
    return [
        await a_booking(
            office,
            destination="Bhutan",
            stage=STAGES[number % 9],
            staff_id=office.linh.id if number % 2 else None,
            created_at=start + timedelta(hours=number),
            updated_at=start - timedelta(minutes=number),
            sla_due_at=None if number % 3 else start + timedelta(days=number),
        )
        for number in range(30)
    ]


def answers_of(items: list[dict[str, object]], name: str) -> list[object]:
    return [item[name] for item in items]


async def test_the_list_has_its_members_pages_filters_and_sort(marc: httpx2.AsyncClient) -> None:
    answer = (await marc.get(PATH)).json()
    filters = {"stage": None, "owner_id": None, "search": None}
    expected = {"items": [BOOKING], **PAGED, "filters": filters, "sort": "created_at_desc"}
    assert misfits(answer, expected) == []
    assert len(answer["items"]) == answer["page_size"] == 25


async def test_page_size_is_25_by_default_and_100_at_most(marc: httpx2.AsyncClient) -> None:
    most = await marc.get(PATH, params={"page_size": 100})
    second = (await marc.get(PATH, params={"page": 2, "page_size": 20})).json()
    assert (most.status_code, most.json()["page_size"]) == (200, 100)
    assert (await marc.get(PATH, params={"page_size": 101})).status_code == 422
    assert second["page"] == 2
    assert second["total_pages"] == -(-second["total"] // 20)
    assert second["items"] == most.json()["items"][20:40]


@pytest.mark.parametrize("sort", SORTS)
async def test_every_sort_orders_the_list_and_is_named(marc: httpx2.AsyncClient, sort: str) -> None:
    answer = (await marc.get(PATH, params={"sort": sort, "page_size": 100})).json()
    name, _, direction = sort.rpartition("_")
    given = [one for one in answers_of(answer["items"], name) if one is not None]
    assert answer["sort"] == sort
    assert given == sorted(given, key=str, reverse=direction == "desc")
    assert len(given) > 5


async def test_another_sort_is_refused(marc: httpx2.AsyncClient) -> None:
    answer = await marc.get(PATH, params={"sort": "name"})
    assert answer.status_code == 422
    assert all(sort in answer.json()["error"] for sort in SORTS)


async def test_stage_owner_id_and_search_narrow_and_are_told_back(
    office: Office, marc: httpx2.AsyncClient
) -> None:
    staged = (await marc.get(PATH, params={"stage": "WON"})).json()
    owned = (await marc.get(PATH, params={"owner_id": office.linh.id})).json()
    found = (await marc.get(PATH, params={"search": "amelie@example.org"})).json()
    assert set(answers_of(staged["items"], "stage")) == {"WON"}
    assert set(answers_of(owned["items"], "owner_id")) == {office.linh.id}
    assert answers_of(found["items"], "id") == [office.mine.id]
    assert (staged["filters"]["stage"], owned["filters"]["owner_id"]) == ("WON", office.linh.id)
    assert found["filters"]["search"] == "amelie@example.org"


async def test_an_empty_filter_as_the_page_sends_it_is_none(marc: httpx2.AsyncClient) -> None:
    blank: dict[str, str | int] = {
        "page": 1,
        "page_size": 25,
        "stage": "",
        "owner_id": "",
        "search": "",
    }
    answer = await marc.get(PATH, params={**blank, "sort": "created_at_desc"})
    assert answer.status_code == 200
    assert (
        misfits(answer.json()["filters"], {"stage": None, "owner_id": None, "search": None}) == []
    )


async def test_one_booking_comes_with_its_customer(
    office: Office, marc: httpx2.AsyncClient
) -> None:
    answer = await marc.get(f"{PATH}/{office.mine.id}")
    assert misfits(answer.json(), {"booking": BOOKING, "customer": CUSTOMER}) == []
    assert answer.json()["customer"]["id"] == answer.json()["booking"]["customer_id"]


async def test_owner_id_and_owner_name_are_older_names_of_staff_and_staff_name(
    office: Office, marc: httpx2.AsyncClient
) -> None:
    booking = (await marc.get(f"{PATH}/{office.mine.id}")).json()["booking"]
    assert booking["staff"] == booking["owner_id"] == office.linh.id
    assert booking["staff_name"] == booking["owner_name"] == "Linh Tran"


async def test_an_unknown_booking_is_404_with_an_error(marc: httpx2.AsyncClient) -> None:
    answer = await marc.get(f"{PATH}/booking_unknown")
    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
    assert answer.json()["error"]


async def test_the_list_and_the_booking_tell_the_same_hash(
    office: Office, marc: httpx2.AsyncClient
) -> None:
    booking = await a_booking(office)
    one = (await marc.get(f"{PATH}/{booking.id}")).json()["booking"]
    listed = (await marc.get(PATH, params={"search": booking.reference})).json()["items"][0]
    assert one == listed
    assert misfits(one["booking_hash"], HASH) == []


async def test_a_stage_is_changed_by_stage_and_hash(
    office: Office, marc: httpx2.AsyncClient
) -> None:
    booking = await a_booking(office, started=True)
    change = {"stage": "QUALIFIED", "booking_hash": seen(booking)}
    answer = await marc.patch(f"{PATH}/{booking.id}/stage", json=change)
    assert answer.status_code == 200
    assert misfits(answer.json(), {"booking": BOOKING}) == []
    assert '"stage":"QUALIFIED"' in (await office.asked(booking.id))[0]


@pytest.mark.parametrize("name", ["owner_id", "staff"])
async def test_an_owner_is_changed_by_owner_id_or_staff(
    office: Office, marc: httpx2.AsyncClient, name: str
) -> None:
    booking = await a_booking(office, started=True)
    change = {name: office.marc.id, "booking_hash": seen(booking)}
    answer = await marc.patch(f"{PATH}/{booking.id}/owner", json=change)
    assert answer.status_code == 200
    assert misfits(answer.json(), {"booking": BOOKING}) == []
    assert f'"staff_id":"{office.marc.id}"' in (await office.asked(booking.id))[0]


async def test_notes_are_changed_and_the_hash_with_them(
    office: Office, marc: httpx2.AsyncClient
) -> None:
    booking = await a_booking(office)
    change = {"notes": "Prefers trains", "booking_hash": seen(booking)}
    answer = await marc.patch(f"{PATH}/{booking.id}/notes", json=change)
    assert answer.status_code == 200
    assert misfits(answer.json(), {"booking": BOOKING}) == []
    assert answer.json()["booking"]["notes"] == "Prefers trains"
    assert answer.json()["booking"]["booking_hash"] != change["booking_hash"]
    assert "unchanged" not in answer.json()


async def test_notes_that_are_the_same_add_unchanged(
    office: Office, marc: httpx2.AsyncClient
) -> None:
    booking = await a_booking(office, notes="Likes boats")
    change = {"notes": "Likes boats", "booking_hash": seen(booking)}
    answer = (await marc.patch(f"{PATH}/{booking.id}/notes", json=change)).json()
    assert misfits(answer, {"booking": BOOKING, "unchanged": True}) == []
    assert answer["booking"]["booking_hash"] == change["booking_hash"]


@pytest.mark.parametrize("hashed", [{}, {"booking_hash": ""}, {"booking_hash": "0" * 64}])
@pytest.mark.parametrize(
    ("part", "change"),
    [("stage", {"stage": "LOST"}), ("owner", {"owner_id": None}), ("notes", {"notes": "x"})],
)
async def test_a_stale_or_missing_hash_is_409_with_the_booking_to_redraw_from(
    office: Office,
    marc: httpx2.AsyncClient,
    part: str,
    change: dict[str, object],
    hashed: dict[str, str],
) -> None:
    booking = await a_booking(office, started=True)
    answer = await marc.patch(f"{PATH}/{booking.id}/{part}", json=change | hashed)
    assert answer.status_code == 409
    assert misfits(answer.json(), CLASH) == []
    assert answer.json()["booking"] == (await marc.get(f"{PATH}/{booking.id}")).json()["booking"]


async def test_of_two_who_saw_the_same_booking_one_clashes(
    office: Office, marc: httpx2.AsyncClient
) -> None:
    booking = await a_booking(office)
    path = f"{PATH}/{booking.id}/notes"
    answers = await asyncio.gather(
        *(
            marc.patch(path, json={"notes": notes, "booking_hash": seen(booking)})
            for notes in ("One", "Other")
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    (lost,) = [answer.json() for answer in answers if answer.is_error]
    (won,) = [answer.json() for answer in answers if answer.is_success]
    assert misfits(lost, CLASH) == []
    assert lost["booking"] == won["booking"]


async def test_any_stage_of_the_contract_may_be_asked_for_by_hand(
    office: Office, marc: httpx2.AsyncClient
) -> None:
    booking = await a_booking(office, started=True)
    for stage in STAGES:
        change = {"stage": stage, "booking_hash": seen(booking)}
        answer = await marc.patch(f"{PATH}/{booking.id}/stage", json=change)
        assert answer.status_code == 200, stage
    unknown = {"stage": "ARCHIVED", "booking_hash": seen(booking)}
    assert (await marc.patch(f"{PATH}/{booking.id}/stage", json=unknown)).status_code == 422


def test_the_stages_stand_in_the_contracts_order_with_its_hours() -> None:
    assert tuple(stage.value for stage in Stage) == STAGES
    allowed = (Policy(version=1).sla(stage) for stage in Stage)
    assert tuple(clock.total_seconds() / 3600 if clock else 0 for clock in allowed) == SLA_HOURS
