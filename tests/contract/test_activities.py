"""`/api/v1/bookings/{id}/activities`, line by line of the contract."""

import httpx2

from tests.contract.bookings import PATH, a_booking, seen
from tests.support.desk import Office
from tests.support.shapes import MOMENT, an_id, misfits

ACTIVITY = {
    "id": an_id("act"),
    "booking_id": an_id("booking"),
    "type": str,
    "actor": str,
    "detail": str,
    "created_at": MOMENT,
}


async def test_both_lists_are_the_same_and_the_oldest_comes_first(
    office: Office, marc: httpx2.AsyncClient
) -> None:
    booking = await a_booking(office)
    for number in range(3):
        await marc.post(
            f"{PATH}/{booking.id}/activities", json={"type": "CALL", "detail": f"Call {number}"}
        )
    answer = (await marc.get(f"{PATH}/{booking.id}/activities")).json()
    assert misfits(answer, {"activities": [ACTIVITY], "items": [ACTIVITY], "total": 3}) == []
    assert answer["activities"] == answer["items"]
    assert [line["detail"] for line in answer["items"]] == ["Call 0", "Call 1", "Call 2"]


async def test_a_line_is_written_with_201_and_any_type(
    office: Office, marc: httpx2.AsyncClient
) -> None:
    path = f"{PATH}/{(await a_booking(office)).id}/activities"
    for line in (
        {"type": "CALL", "detail": "Wants a river view"},
        {"type": "SENT_A_POSTCARD", "detail": "From Hue", "actor": "Somebody"},
        {"type": "NOTE_UPDATED", "detail": "By hand"},
    ):
        answer = await marc.post(path, json=line)
        assert answer.status_code == 201
        assert misfits(answer.json(), {"activity": ACTIVITY}) == []
        written = answer.json()["activity"]
        assert (written["type"], written["detail"]) == (line["type"], line["detail"])


async def test_a_change_of_the_notes_leaves_note_updated(
    office: Office, marc: httpx2.AsyncClient
) -> None:
    booking = await a_booking(office)
    change = {"notes": "Vegetarian", "booking_hash": seen(booking)}
    await marc.patch(f"{PATH}/{booking.id}/notes", json=change)
    lines = (await marc.get(f"{PATH}/{booking.id}/activities")).json()["items"]
    assert [line["type"] for line in lines] == ["NOTE_UPDATED"]
