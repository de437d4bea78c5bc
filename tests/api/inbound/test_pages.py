"""The pages of triage and of new enquiries: safe to read, kind to what was typed, done once."""

import asyncio
from typing import Any

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from models.domain.threads import InboundKind
from models.tables.crm import Booking, ConsentRecord
from models.tables.inbound import InboundMessage
from tests.support.desk import Office, fields_of
from tests.support.inbound import arrive

TRIAGE = "/backoffice/triage"
NEW = "/backoffice/enquiries/new"
SAVE = "/backoffice/enquiries"
TYPED = {
    "channel": "phone",
    "name": "Otto Sommer",
    "email": "otto@home.example",
    "phone": "+49 151 23456789",
    "destination": "Vietnam",
    "style": "Culture",
    "travel_month": "2027-05",
    "duration": "9-12 days",
    "travelers": "2",
    "notes": "Ha Long\r\nplease",
    "consent_email": "yes",
    "consent_whatsapp": "",
}


def words_of(html: str) -> str:
    return " ".join(BeautifulSoup(html, "html.parser").get_text(" ").split())


async def rows(office: Office, table: Any) -> list[Any]:
    async with office.resources.sessions() as session:
        return list(await session.scalars(select(table)))


async def test_hostile_text_is_shown_as_text(office: Office) -> None:
    hostile = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    inbound_id = await arrive(
        office.resources.sessions,
        subject=hostile,
        sender_name=hostile,
        body=hostile,
        reply=f"{hostile} https://evil.example/",
        attachments=[{"name": hostile, "content_type": hostile, "size": 2048}],
    )
    async with office.page("marc") as browser:
        for path in (TRIAGE, f"{TRIAGE}/{inbound_id}", f"{NEW}?message={inbound_id}"):
            answer = await browser.get(path)
            page = BeautifulSoup(answer.text, "html.parser")
            assert answer.status_code == 200
            assert page.find("img") is None
            assert not page.find("script", src=False)
            assert "evil.example" not in [link.get("href") for link in page.find_all("a")]
            assert "alert(1)" in page.get_text()


@pytest.mark.parametrize("kind", list(InboundKind))
async def test_a_message_says_who_wrote_it_and_why_it_is_there(
    office: Office, kind: InboundKind
) -> None:
    inbound_id = await arrive(office.resources.sessions, kind=kind, stop=True, shortened=True)
    async with office.page("marc") as browser:
        page = words_of((await browser.get(f"{TRIAGE}/{inbound_id}")).text)
        lists = [(await browser.get(f"{TRIAGE}?show={show}")).text for show in ("", "sorted")]
    assert "asks for no more messages" in page
    assert "this is its beginning" in page
    assert sum(inbound_id in text for text in lists) == 1


async def test_lists_are_paged_and_empty_ones_teach(office: Office) -> None:
    async with office.page("marc") as browser:
        assert "Nothing waits" in (await browser.get(TRIAGE)).text
        assert "Nothing was sorted yet" in (await browser.get(f"{TRIAGE}?show=sorted")).text
        for number in range(26):
            await arrive(office.resources.sessions, str(number))
        first = await browser.get(TRIAGE)
        second = await browser.get(f"{TRIAGE}?page=2")
    assert [text.count("row-link") for text in (first.text, second.text)] == [25, 1]
    assert "page 1 of 2" in words_of(first.text)


async def test_a_message_is_filed_on_a_booking_that_was_searched_for(office: Office) -> None:
    inbound_id = await arrive(office.resources.sessions)
    address = f"{TRIAGE}/{inbound_id}"
    async with office.page("marc") as browser:
        nothing = await browser.get(address, params={"search": "nobody at all"})
        found = await browser.get(address, params={"search": "laurent"})
        by_number = await browser.get(address, params={"search": office.mine.reference})
        form = fields_of(found.text, "/file")
        filed = await browser.post(f"{address}/file", data=form)
        again = await browser.post(f"{address}/file", data=form)
        listed = await browser.get(filed.headers["location"])
        booking = await browser.get(f"/backoffice/bookings/{office.mine.id}")
    assert "No booking matches" in nothing.text
    assert fields_of(by_number.text, "/file")["booking_id"] == form["booking_id"] == office.mine.id
    assert filed.headers["location"] == f"{TRIAGE}?said=filed&of={inbound_id}"
    assert again.status_code == 303
    assert "The message is on the booking's timeline." in words_of(listed.text)
    assert "We are two." in booking.text


async def test_bookings_of_the_same_sender_are_offered(office: Office) -> None:
    inbound_id = await arrive(office.resources.sessions, sender_compared="jonas@example.org",
                              spam=True)  # fmt: skip
    async with office.page("marc") as browser:
        page = await browser.get(f"{TRIAGE}/{inbound_id}")
    assert fields_of(page.text, "/file")["booking_id"] == office.other.id


async def test_a_dismissal_needs_a_reason_and_can_be_undone(office: Office) -> None:
    inbound_id = await arrive(office.resources.sessions)
    address = f"{TRIAGE}/{inbound_id}"
    async with office.page("marc") as browser:
        form = fields_of((await browser.get(address)).text, "/dismiss")
        silent = await browser.post(f"{address}/dismiss", data=form | {"reason": " "})
        done = await browser.post(f"{address}/dismiss", data=form | {"reason": "Advertising"})
        listed = await browser.get(done.headers["location"])
        undone = await browser.post(
            f"{address}/return", data=fields_of(listed.text, f"{inbound_id}/return")
        )
        page = await browser.get(undone.headers["location"])
    assert (silent.status_code, done.status_code, undone.status_code) == (422, 303, 303)
    assert "say in a few words why" in silent.text
    text = words_of(page.text)
    for fact in ("Waiting", "Advertising", "Marc Dubois", "The message waits again."):
        assert fact in text


async def test_whoever_comes_second_sees_what_the_first_one_did(office: Office) -> None:
    inbound_id = await arrive(office.resources.sessions)
    address = f"{TRIAGE}/{inbound_id}"
    async with office.page("marc") as browser:
        page = await browser.get(address, params={"search": office.mine.reference})
        filing, dismissal = fields_of(page.text, "/file"), fields_of(page.text, "/dismiss")
        enquiry = fields_of((await browser.get(f"{NEW}?message={inbound_id}")).text, SAVE)
        await browser.post(f"{address}/file", data=filing)
        late = [
            await browser.post(f"{address}/dismiss", data=dismissal | {"reason": "Spam"}),
            await browser.post(SAVE, data=enquiry | TYPED),
        ]
    assert [answer.status_code for answer in late] == [409, 409]
    assert all("Somebody else sorted this message" in answer.text for answer in late)
    assert office.mine.reference in late[0].text
    assert len(await rows(office, Booking)) == 2


async def test_an_enquiry_is_taken_down_once(office: Office) -> None:
    async with office.page("linh") as browser:
        form = fields_of((await browser.get(NEW)).text, SAVE)
        answers = await asyncio.gather(*(browser.post(SAVE, data=form | TYPED) for _ in range(3)))
        made = {answer.headers["location"].partition("?")[0] for answer in answers}
        booking = await browser.get(next(iter(made)))
    assert len(made) == 1
    assert {answer.status_code for answer in answers} == {303}
    assert "Otto Sommer" in booking.text
    (consent,) = await rows(office, ConsentRecord)
    assert (consent.channel, consent.granted) == ("email", True)
    (stored,) = [one for one in await rows(office, Booking) if one.channel == "phone"]
    assert (stored.notes, stored.staff_id) == ("Ha Long\nplease", office.linh.id)


async def test_a_refused_enquiry_keeps_what_was_typed(office: Office) -> None:
    async with office.page("marc") as browser:
        form = fields_of((await browser.get(NEW)).text, SAVE)
        wrong = {"email": "", "phone": "", "travel_month": "", "travelers": "99"}
        answer = await browser.post(SAVE, data=form | TYPED | wrong)
    again = fields_of(answer.text, SAVE)
    text = words_of(answer.text)
    assert answer.status_code == 422
    assert (again["name"], again["notes"].split()) == ("Otto Sommer", ["Ha", "Long", "please"])
    assert again["idempotency_key"] == form["idempotency_key"]
    assert "This is missing." in text
    assert "This must be at most 30." in text


async def test_an_enquiry_from_a_message_takes_over_what_it_tells(office: Office) -> None:
    inbound_id = await arrive(
        office.resources.sessions, channel="WHATSAPP", sender="+84901234567", body="Two of us"
    )
    async with office.page("marc") as browser:
        page = await browser.get(f"{NEW}?message={inbound_id}")
        form = fields_of(page.text, SAVE)
        assert (form["name"], form["phone"], form["notes"]) == ("Mai", "+84901234567", "Two of us")
        saved = await browser.post(SAVE, data=TYPED | form | {"email": ""})
        twice = await browser.post(SAVE, data=TYPED | form | {"email": ""})
    assert saved.headers["location"].endswith("?said=enquiry")
    assert twice.headers["location"].endswith("?said=known")
    (message,) = await rows(office, InboundMessage)
    assert message.booking_id in saved.headers["location"]


@pytest.mark.parametrize("who", ["linh", "ana"])
async def test_only_those_who_sort_see_the_messages_of_anybody(office: Office, who: str) -> None:
    inbound_id = await arrive(office.resources.sessions)
    async with office.page(who) as browser:
        answers = [
            await browser.get(TRIAGE),
            await browser.get(f"{TRIAGE}/{inbound_id}"),
            await browser.get(f"{NEW}?message={inbound_id}"),
        ]
        tasks = await browser.get("/backoffice/tasks")
    assert [answer.status_code for answer in answers] == [403] * 3
    assert "/backoffice/triage" not in tasks.text


async def test_an_accountant_has_no_form_for_enquiries(office: Office) -> None:
    async with office.page("ana") as browser:
        assert (await browser.get(NEW)).status_code == 403


async def test_an_unknown_message_is_not_found_and_a_forged_form_does_nothing(
    office: Office,
) -> None:
    inbound_id = await arrive(office.resources.sessions)
    async with office.page("marc") as browser:
        unknown = [
            await browser.get(f"{TRIAGE}/inbound_x"),
            await browser.get(f"{NEW}?message=inbound_x"),
        ]
        forged = [
            await browser.post(f"{TRIAGE}/{inbound_id}/dismiss", data={"reason": "x"}),
            await browser.post(SAVE, data=TYPED),
        ]
    assert [answer.status_code for answer in unknown] == [404, 404]
    assert [answer.status_code for answer in forged] == [403, 403]
