"""Two people change one booking at once: nobody overwrites anybody, and both sides can be read."""

import asyncio
from typing import Any

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from models.domain.booking_hash import booking_hash
from models.tables.crm import Booking, BookingActivity
from tests.support.desk import Office, fields_of


def words_of(html: str) -> str:
    """The text of a page."""
    return " ".join(BeautifulSoup(html, "html.parser").get_text(" ").split())


async def booking_of(office: Office) -> Booking:
    """Linh's booking as it stands."""
    async with office.resources.sessions.begin() as session:
        return await session.get_one(Booking, office.mine.id)


async def clash(office: Office, opened: str, theirs: str, mine: str) -> tuple[dict[str, str], str]:
    """Marc saves a text while Linh has the page open; the fields and the words of her clash."""
    address = f"/backoffice/bookings/{office.mine.id}"
    async with office.page("linh") as linh, office.page("marc") as marc:
        form = fields_of((await linh.get(address)).text, "/notes")
        await linh.post(f"{address}/notes", data={**form, "notes": opened})
        hers = fields_of((await linh.get(address)).text, "/notes")
        his = fields_of((await marc.get(address)).text, "/notes")
        saved = await marc.post(f"{address}/notes", data={**his, "notes": theirs})
        clashed = await linh.post(f"{address}/notes", data={**hers, "notes": mine})
    assert (saved.status_code, clashed.status_code) == (303, 409)
    return fields_of(clashed.text, "/notes"), words_of(clashed.text)


async def settle(office: Office, fields: dict[str, str], **choices: str) -> int:
    """Linh sends the page of a clash with her choices."""
    address = f"/backoffice/bookings/{office.mine.id}"
    async with office.page("linh") as linh:
        chosen = {name.replace("__", "."): value for name, value in choices.items()}
        parts = {name: (None, value) for name, value in {**fields, **chosen}.items()}
        answer = await linh.post(f"{address}/notes", files=parts)
    return answer.status_code


async def test_a_clash_shows_what_it_was_what_it_is_and_what_was_typed(office: Office) -> None:
    fields, words = await clash(office, "By train", "By plane", "By boat")
    assert (
        "When you opened it By train Now By train By plane What you typed By train By boat" in words
    )
    assert "You both changed this in different ways." in words
    assert "What happened meanwhile Note updated" in words
    assert "Marc Dubois" in words
    assert (await booking_of(office)).notes == "By plane"
    assert fields["booking_hash"] == booking_hash(office.mine.id, 3)


@pytest.mark.parametrize(
    ("choices", "stored"),
    [
        ({"choice__notes": "now"}, "By plane"),
        ({"choice__notes": "mine"}, "By boat"),
        ({"choice__notes": "merged", "merged__notes": "Plane, then boat"}, "Plane, then boat"),
    ],
)  # fmt: skip
async def test_whatever_is_chosen_is_saved_with_the_new_hash(
    office: Office, choices: dict[str, str], stored: str
) -> None:
    fields, _ = await clash(office, "By train", "By plane", "By boat")
    assert await settle(office, fields, **choices) == 303
    assert (await booking_of(office)).notes == stored


async def test_changes_of_different_lines_are_merged_for_the_person(office: Office) -> None:
    opened = "Trains\nTwo rooms\nNo fish"
    fields, words = await clash(office, opened, "Planes\nTwo rooms\nNo fish", f"{opened}\nLate")
    assert "You changed different lines: both fit together." in words
    assert fields["merged.notes"] == "Planes\nTwo rooms\nNo fish\nLate"
    assert await settle(office, fields, choice__notes="merged") == 303
    assert (await booking_of(office)).notes == "Planes\nTwo rooms\nNo fish\nLate"


async def test_a_clash_can_clash_again(office: Office) -> None:
    fields, _ = await clash(office, "By train", "By plane", "By boat")
    path = f"/api/v1/bookings/{office.mine.id}/notes"
    seen = {"booking_hash": fields["booking_hash"]}
    async with office.browser("marc") as marc:
        await marc.patch(path, json={"notes": "On foot", **seen})
    assert await settle(office, fields, choice__notes="mine") == 409
    assert (await booking_of(office)).notes == "On foot"


async def test_what_people_wrote_is_text_on_the_page_of_a_clash(office: Office) -> None:
    address = f"/backoffice/bookings/{office.mine.id}"
    async with office.page("linh") as linh:
        form = fields_of((await linh.get(address)).text, "/notes")
        await linh.post(f"{address}/notes", data={**form, "notes": "<i>theirs</i>"})
        stale = {**form, "notes": "<script>alert(1)</script>", "idempotency_key": "other"}
        page = await linh.post(f"{address}/notes", data=stale)
    assert page.status_code == 409
    assert "<script>alert" not in page.text
    assert "<i>theirs" not in page.text


async def test_each_field_of_a_form_is_chosen_by_itself(office: Office) -> None:
    address = f"/backoffice/bookings/{office.mine.id}"
    async with office.page("linh") as linh, office.page("marc") as marc:
        hers = fields_of((await linh.get(address)).text, "/details")
        his = fields_of((await marc.get(address)).text, "/details")
        saved = await marc.post(
            f"{address}/details", data={**his, "travelers": "4", "budget": "$2,200+ / week"}
        )
        typed = {**hers, "travelers": "3", "language": "German"}
        clashed = await linh.post(f"{address}/details", data=typed)
        fields = fields_of(clashed.text, "/details")
        chosen = {
            **fields, "choice.travelers": "now", "choice.budget": "now", "choice.language": "mine",
        }  # fmt: skip
        parts = {name: (None, value) for name, value in chosen.items()}
        settled = await linh.post(f"{address}/details", files=parts)
    assert (saved.status_code, clashed.status_code, settled.status_code) == (303, 409, 303)
    words = words_of(clashed.text)
    assert "Only you changed this." in words
    assert "Only somebody else changed this." in words
    booking = await booking_of(office)
    assert (booking.travelers, booking.budget) == (4, "$2,200+ / week")
    assert (booking.language, booking.travel_month) == ("German", "2027-03")


async def test_stages_and_owners_clash_in_words(office: Office) -> None:
    await office.start(office.mine.id)
    address = f"/backoffice/bookings/{office.mine.id}"
    async with office.page("marc") as marc:
        html = (await marc.get(address)).text
        assign, stage = fields_of(html, "/assign"), fields_of(html, "/stage")
        note = fields_of(html, "/notes")
        await marc.post(f"{address}/notes", data={**note, "notes": "Changed meanwhile"})
        owner = await marc.post(f"{address}/assign", data={**assign, "staff_id": office.marc.id})
        moved = await marc.post(f"{address}/stage", data={**stage, "stage": "LOST"})
        again = {**fields_of(owner.text, "/assign"), "choice.staff_id": "mine"}
        taken = await marc.post(
            f"{address}/assign", files={name: (None, value) for name, value in again.items()}
        )
        stays = {**fields_of(moved.text, "/stage"), "choice.stage": "now"}
        kept = await marc.post(
            f"{address}/stage", files={name: (None, value) for name, value in stays.items()}
        )
    assert (owner.status_code, moved.status_code) == (409, 409)
    assert "Now Linh Tran What you typed Marc Dubois" in words_of(owner.text)
    assert "Now Qualified What you typed Lost" in words_of(moved.text)
    assert taken.headers["location"].startswith(f"{address}?said=assigned")
    assert kept.headers["location"].startswith(f"{address}?said=kept")
    assert len(await office.asked(office.mine.id)) == 1


@pytest.mark.parametrize(
    "wrong",
    [{"travelers": "0"}, {"travelers": "many"}, {"travel_month": "soon"}, {"duration": ""}],
)
async def test_a_wrong_correction_is_refused_and_stays_typed(
    office: Office, wrong: dict[str, str]
) -> None:
    address = f"/backoffice/bookings/{office.mine.id}"
    async with office.page("linh") as linh:
        form = fields_of((await linh.get(address)).text, "/details")
        answer = await linh.post(f"{address}/details", data={**form, "budget": "Much", **wrong})
    assert answer.status_code == 422
    assert fields_of(answer.text, "/details")["budget"] == "Much"


async def test_details_are_corrected_by_hash_and_once(office: Office) -> None:
    path = f"/api/v1/bookings/{office.mine.id}/details"
    change = {"travelers": 5, "booking_hash": booking_hash(office.mine.id, 1)}
    async with office.browser("linh") as linh, office.browser("ana") as ana:
        first = await linh.patch(path, json=change, headers={"Idempotency-Key": "d"})
        again = await linh.patch(path, json=change, headers={"Idempotency-Key": "d"})
        stale = await linh.patch(path, json=change)
        fresh = {"booking_hash": first.json()["booking"]["booking_hash"]}
        same = await linh.patch(path, json={"travelers": 5, **fresh})
        foreign = await linh.patch(f"/api/v1/bookings/{office.other.id}/details", json=change)
        refused = await ana.patch(path, json=change)
    assert first.json()["booking"]["travelers"] == 5
    assert (again.status_code, same.json()["unchanged"]) == (200, True)
    assert (stale.status_code, stale.json()["code"]) == (409, "BOOKING_HASH_MISMATCH")
    assert stale.json()["booking"]["travelers"] == 5
    assert (foreign.status_code, refused.status_code) == (404, 403)


async def test_of_two_who_save_at_once_one_wins_and_nothing_is_lost(office: Office) -> None:
    """Two members of staff, one booking, the same hash, twenty rounds in flight at once."""
    path = f"/api/v1/bookings/{office.mine.id}"

    async def save(browser: Any, who: str, number: int, seen: str) -> str:
        if number % 2:
            body: dict[str, Any] = {"notes": f"{who} {number}", "booking_hash": seen}
            answer = await browser.patch(f"{path}/notes", json=body)
        else:
            body = {"budget": f"{who} {number}", "booking_hash": seen}
            answer = await browser.patch(f"{path}/details", json=body)
        assert answer.status_code in {200, 409}
        return who if answer.status_code == 200 else ""

    async with office.browser("linh") as linh, office.browser("marc") as marc:
        seen, winners = booking_hash(office.mine.id, 1), []
        for number in range(20):
            won = await asyncio.gather(
                save(linh, "linh", number, seen), save(marc, "marc", number, seen)
            )
            assert min(won) == ""
            winners.append("".join(won))
            now = (await linh.get(path)).json()["booking"]
            written = now["notes"] if number % 2 else now["budget"]
            assert written == f"{winners[-1]} {number}"
            seen = now["booking_hash"]
    booking = await booking_of(office)
    async with office.resources.sessions.begin() as session:
        lines = list(await session.scalars(select(BookingActivity.type)))
    assert booking.revision == 21
    assert len(lines) == 20


async def test_what_two_people_add_at_once_is_all_there(office: Office) -> None:
    path = f"/api/v1/bookings/{office.mine.id}"
    async with office.browser("linh") as linh, office.browser("marc") as marc:
        answers = await asyncio.gather(
            *(
                browser.post(f"{path}/{what}", json=body)
                for browser in (linh, marc)
                for what, body in (
                    ("notes", {"body": "A note"}),
                    ("tasks", {"title": "A task"}),
                    ("activities", {"type": "COMMENT", "detail": "A line"}),
                )
                for _ in range(3)
            )
        )
        found = (await linh.get(f"{path}/timeline", params={"page_size": "100"})).json()["items"]
    assert {answer.status_code for answer in answers} == {201}
    assert len(found) == 18
