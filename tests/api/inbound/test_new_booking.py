"""Enquiries by hand: the website's intake, with who took them down and how they came."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from sqlalchemy import select

from models.tables.base import Base
from models.tables.crm import Booking, BookingActivity, ConsentRecord, Customer
from models.tables.integration import OutboxRow
from tests.support.desk import Office

PATH = "/api/v1/bookings"


def an_enquiry(**changes: Any) -> dict[str, Any]:
    return {
        "channel": "phone",
        "name": "Otto Sommer",
        "email": f"otto.{uuid4().hex}@home.example",
        "destination": "Vietnam",
        "style": "Culture",
        "travel_month": "2027-05",
        "duration": "9-12 days",
        "travelers": 2,
        **changes,
    }


async def post(office: Office, who: str, enquiry: dict[str, Any], key: str = "") -> httpx2.Response:
    headers = {"Idempotency-Key": key} if key else {}
    async with office.browser(who) as browser:
        return await browser.post(PATH, json=enquiry, headers=headers)


async def rows(office: Office, table: type[Base], booking_id: str) -> list[Any]:
    column = table.__table__.c["id" if table is Booking else "booking_id"]
    async with office.resources.sessions() as session:
        return list(await session.scalars(select(table).where(column == booking_id)))


async def test_an_enquiry_by_phone_is_stored_as_the_websites_are(office: Office) -> None:
    enquiry = an_enquiry(
        phone="0151 23456789",
        phone_country="de",
        notes="Ha Long\nplease",
        consent={"email": "no", "whatsapp": True},
    )
    answer = await post(office, "marc", enquiry)
    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert (told["replayed"], told["deduplicated"]) == (False, False)
    booking_id = told["booking"]["id"]
    (booking,) = await rows(office, Booking, booking_id)
    assert (booking.channel, booking.staff_id, booking.stage) == ("phone", None, "NEW")
    assert (booking.ip_address, booking.notes) == (None, "Ha Long\nplease")
    assert told["booking"]["source"]["channel"] == "phone"
    assert told["customer"]["phone"] == "0151 23456789"
    (line,) = await rows(office, BookingActivity, booking_id)
    assert (line.type, line.actor) == ("BOOKING_CREATED", office.marc.id)
    assert line.detail == "Enquiry by phone"
    consents = await rows(office, ConsentRecord, booking_id)
    assert {(one.channel, one.granted, one.source) for one in consents} == {
        ("email", False, "phone"),
        ("whatsapp", True, "phone"),
    }
    async with office.resources.sessions() as session:
        start = await session.scalar(select(OutboxRow).where(OutboxRow.workflow_id == booking_id))
        customer = await session.get_one(Customer, booking.customer_id)
    assert start is not None
    assert start.signal is None
    assert customer.phone_e164 == "+4915123456789"


async def test_whoever_sees_only_their_own_looks_after_what_they_take_down(
    office: Office,
) -> None:
    answer = await post(office, "linh", an_enquiry(channel="walk_in"))
    booking = answer.json()["booking"]
    assert (booking["owner_id"], booking["owner_name"]) == (office.linh.id, "Linh Tran")
    async with office.browser("linh") as browser:
        assert (await browser.get(f"{PATH}/{booking['id']}")).status_code == 200


async def test_a_manager_may_name_who_looks_after_it(office: Office) -> None:
    answer = await post(office, "marc", an_enquiry(owner_id=office.linh.id))
    nobody = await post(office, "marc", an_enquiry(owner_id="staff_unknown"))
    assert answer.json()["booking"]["owner_id"] == office.linh.id
    assert (nobody.status_code, nobody.json()["code"]) == (422, "INVALID_INPUT")


async def test_the_same_key_is_the_same_booking_also_at_once(office: Office) -> None:
    enquiry = an_enquiry()
    answers = await asyncio.gather(*(post(office, "marc", enquiry, "key-1") for _ in range(5)))
    again = await post(office, "marc", an_enquiry(), "key-1")
    other = await post(office, "linh", an_enquiry(), "key-1")
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 200, 201]
    made = {answer.json()["booking"]["id"] for answer in [*answers, again]}
    assert len(made) == 1
    assert again.json()["replayed"] is True
    assert other.json()["booking"]["id"] not in made


async def test_the_same_content_within_the_window_is_the_same_booking(office: Office) -> None:
    enquiry = an_enquiry()
    first, second = await post(office, "marc", enquiry), await post(office, "marc", enquiry)
    assert (first.status_code, second.status_code) == (201, 200)
    foreign = await post(office, "linh", enquiry)
    assert (foreign.status_code, foreign.json()["code"]) == (409, "ENQUIRY_KNOWN")


async def test_a_phone_number_is_enough_and_is_matched_with_the_name(office: Office) -> None:
    caller = {"email": "", "phone": "+33 6 12 34 56 78"}
    known = await post(office, "marc", an_enquiry(**caller, name="amélie  LAURENT"))
    other = await post(office, "marc", an_enquiry(**caller, name="Paul Laurent"))
    assert known.json()["customer"]["id"] == office.customer.id
    assert other.json()["customer"]["id"] != office.customer.id
    assert other.json()["customer"]["email"] is None
    assert (known.json()["deduplicated"], other.json()["deduplicated"]) == (True, False)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": "", "phone": " "}, ""),
        ({"email": "no address"}, "email"),
        ({"travel_month": "May"}, "travel_month"),
        ({"travelers": 31}, "travelers"),
        ({"channel": "pigeon"}, "channel"),
        ({"name": ""}, "name"),
        ({"unknown": "x"}, "unknown"),
        ({"phone_country": "Germany"}, "phone_country"),
    ],
)
async def test_what_is_missing_or_wrong_is_named(
    office: Office, changes: dict[str, Any], field: str
) -> None:
    answer = await post(office, "marc", an_enquiry(**changes))
    assert answer.status_code == 422
    assert answer.json()["code"] == "INVALID_INPUT"
    assert field in answer.text


async def test_an_accountant_takes_no_enquiries_down(office: Office) -> None:
    assert (await post(office, "ana", an_enquiry())).status_code == 403


async def test_a_login_that_is_no_member_of_staff_owns_nothing(office: Office) -> None:
    answer = await post(office, "minh", an_enquiry())
    assert (answer.status_code, answer.json()["code"]) == (403, "FORBIDDEN")


async def test_a_message_is_no_way_around_the_right_to_sort(office: Office) -> None:
    answer = await post(office, "linh", an_enquiry(inbound_id="inbound_x"))
    unknown = await post(office, "marc", an_enquiry(inbound_id="inbound_x"))
    assert (answer.status_code, unknown.status_code) == (403, 404)
