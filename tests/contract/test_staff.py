"""`/api/v1/staff`, line by line of the contract."""

import httpx2

from tests.support.shapes import an_id, misfits

PATH = "/api/v1/staff"
STAFF = {
    "id": an_id("staff"),
    "name": str,
    "active": bool,
    "usernames": [str],
    "destinations": [str],
    "languages": [str],
}


async def test_somebody_new_is_answered_with_201(marc: httpx2.AsyncClient) -> None:
    wanted = {
        "name": "Mai Pham",
        "active": True,
        "usernames": ["mai"],
        "destinations": ["Laos", "Vietnam"],
        "languages": ["English"],
    }
    answer = await marc.post(PATH, json=wanted)
    assert answer.status_code == 201
    assert misfits(answer.json(), {"staff": STAFF}) == []
    assert answer.json()["staff"].items() >= wanted.items()


async def test_the_list_has_items_and_total_and_active_ones_alone_on_request(
    marc: httpx2.AsyncClient,
) -> None:
    await marc.post(PATH, json={"name": "Gone", "active": False})
    everybody = (await marc.get(PATH)).json()
    active = (await marc.get(PATH, params={"active": "true"})).json()
    for answer in (everybody, active):
        assert misfits(answer, {"items": [STAFF], "total": len(answer["items"])}) == []
    assert "Gone" in {one["name"] for one in everybody["items"]}
    assert {one["active"] for one in active["items"]} == {True}
