"""`POST /public/v1/bookings`, line by line of the contract with the existing website."""

import asyncio
import secrets
import string
import time

import pytest
from pydantic import ValidationError

from models.settings import Environment, Settings
from models.tables.crm import Booking, ConsentRecord, Customer
from tests.support.cluster import Cluster
from tests.support.enquiries import PATH, Door, a_form, open_door, together
from tests.support.shapes import HASH, MOMENT, SENTENCE, an_id, misfits

CREATED = {
    "booking_id": an_id("booking"),
    "booking_hash": HASH,
    "customer_id": an_id("cust"),
    "status": "accepted",
    "deduplicated": bool,
    "staff": (str, None),
    "sla_due_at": (MOMENT, None),
    "next_step_message": SENTENCE,
}
REPLAYED = {
    "booking_id": an_id("booking"),
    "customer_id": an_id("cust"),
    "status": "accepted",
    "deduplicated": True,
    "message": SENTENCE,
}
REQUIRED = ("name", "email", "destination", "style", "travelMonth", "travelers", "duration")
OPTIONAL = (
    "budget",
    "phone",
    "language",
    "notes",
    "pageUrl",
    "referrer",
    "utm_source",
    "utm_medium",
    "utm_campaign",
)
OFFERED = {
    "destination": ("Vietnam", "Thailand", "Cambodia", "Laos", "Multi-country"),
    "style": ("Adventure", "Culture", "Beach", "Family", "Luxury", "Budget", "Food"),
    "duration": ("3-5 days", "6-8 days", "9-12 days", "13-16 days", "17+ days"),
    "budget": (
        "$500-$900 / week",
        "$900-$1,400 / week",
        "$1,400-$2,200 / week",
        "$2,200+ / week",
    ),
    "language": ("English", "French", "German", "Spanish", "Other"),
}


def page_key() -> str:
    """A key as the page draws it."""
    drawn = "".join(secrets.choice(string.digits + string.ascii_lowercase) for _ in range(8))
    return f"booking_{int(time.time() * 1000)}_{drawn}"


async def stored(door: Door, booking_id: str) -> Booking:
    async with door.api.resources.sessions() as session:
        return await session.get_one(Booking, booking_id)


async def test_201_has_every_member_that_the_page_reads(door: Door) -> None:
    answer = await door.send(a_form(), key=page_key())
    assert answer.status_code == 201
    assert misfits(answer.json(), CREATED) == []
    assert answer.json()["deduplicated"] is False


async def test_every_value_may_be_a_string_and_absent_ones_empty(door: Door) -> None:
    blank = dict.fromkeys(OPTIONAL, "")
    form = a_form(**blank)
    assert {type(value) for value in form.values()} == {str}
    assert set(form) == {*REQUIRED, *OPTIONAL}
    answer = await door.send(form)
    assert answer.status_code == 201
    booking = await stored(door, answer.json()["booking_id"])
    assert (booking.budget, booking.notes, booking.page_url, booking.utm_source) == (None,) * 4
    assert booking.travelers == 2


async def test_the_idempotency_key_may_be_absent(door: Door) -> None:
    assert (await door.client.post(PATH, json=a_form())).status_code == 201


@pytest.mark.parametrize("field", REQUIRED)
async def test_each_required_field_is_asked_for_by_its_name(door: Door, field: str) -> None:
    absent = {name: value for name, value in a_form().items() if name != field}
    for form in (a_form(**{field: ""}), absent):
        answer = await door.send(form)
        assert (answer.status_code, answer.is_success) == (422, False)
        assert answer.json()["error"] == f"Missing required fields: {field}"


async def test_several_missing_fields_are_named_in_one_sentence(door: Door) -> None:
    answer = await door.send(a_form(name="", travelMonth="", duration=""))
    assert answer.json()["error"] == "Missing required fields: name, travelMonth, duration"


@pytest.mark.parametrize("field", OPTIONAL)
async def test_no_other_field_is_required(door: Door, field: str) -> None:
    form = {name: value for name, value in a_form().items() if name != field}
    assert (await door.send(form)).status_code == 201


@pytest.mark.parametrize(
    ("travelers", "status"), [("0", 422), ("1", 201), ("30", 201), ("31", 422)]
)
async def test_travelers_are_1_to_30(door: Door, travelers: str, status: int) -> None:
    answer = await door.send(a_form(travelers=travelers))
    assert answer.status_code == status
    if status == 422:
        assert answer.json()["error"] == "Travelers must be between 1 and 30"


async def test_an_email_that_is_none_is_refused_in_the_contracts_words(door: Door) -> None:
    answer = await door.send(a_form(email="nobody at home"))
    assert (answer.status_code, answer.json()["error"]) == (422, "Invalid email")


@pytest.mark.parametrize("field", OFFERED)
async def test_every_value_that_the_form_offers_is_taken_as_it_is(door: Door, field: str) -> None:
    for value in OFFERED[field]:
        answer = await door.send(a_form(**{field: value}))
        assert answer.status_code == 201, value
        booking = await stored(door, answer.json()["booking_id"])
        kept = booking.styles[0] if field == "style" else getattr(booking, field)
        assert kept == value


@pytest.mark.parametrize("field", OFFERED)
async def test_other_values_are_taken_not_refused(door: Door, field: str) -> None:
    answer = await door.send(a_form(**{field: "Something nobody offers"}))
    assert answer.status_code == 201


async def test_the_plans_own_names_arrays_numbers_and_consents_are_accepted(door: Door) -> None:
    form = a_form(style=["Beach", "Food"], travelers=4)
    for name in ("travelMonth", "pageUrl", "phone"):
        del form[name]
    form |= {
        "month": "2027-06",
        "page_url": "https://asiatravelplan.example/beach",
        "whatsapp": "+84 90 123 45 67",
        "tour_id": "tour_beach",
        "preferred_currency": "EUR",
        "consent": {"email": True, "whatsapp": False},
    }
    answer = await door.send(form)
    assert answer.status_code == 201
    booking = await stored(door, answer.json()["booking_id"])
    assert (booking.travel_month, booking.travelers) == ("2027-06", 4)
    assert booking.page_url == "https://asiatravelplan.example/beach"
    assert (booking.styles, booking.tour_id) == (["Beach", "Food"], "tour_beach")
    assert booking.preferred_currency == "EUR"
    consents = [row for row in await door.rows(ConsentRecord) if row.booking_id == booking.id]
    assert {row.channel: row.granted for row in consents} == {"email": True, "whatsapp": False}
    async with door.api.resources.sessions() as session:
        customer = await session.get_one(Customer, booking.customer_id)
    assert customer.phone_e164 == "+84901234567"


async def test_deduplicated_says_that_an_existing_customer_was_matched(door: Door) -> None:
    form = a_form()
    first = (await door.send(form)).json()
    second = (await door.send(form | {"travelMonth": "2028-01"})).json()
    assert (first["deduplicated"], second["deduplicated"]) == (False, True)
    assert first["customer_id"] == second["customer_id"]


async def test_a_web_booking_starts_unassigned_so_staff_is_null(door: Door) -> None:
    assert (await door.send()).json()["staff"] is None


async def test_200_on_a_replayed_key_is_the_same_booking(door: Door) -> None:
    form, key = a_form(), page_key()
    first = (await door.send(form, key=key)).json()
    again = await door.send(form, key=key)
    assert again.status_code == 200
    assert misfits(again.json(), REPLAYED) == []
    assert again.json()["booking_id"] == first["booking_id"]
    assert again.json()["customer_id"] == first["customer_id"]


async def test_a_replayed_key_never_makes_a_second_booking_also_at_once(door: Door) -> None:
    before, key, form = await door.count(Booking), page_key(), a_form()
    answers = await together(*(door.send(form, key=key) for _ in range(12)))
    assert sorted(answer.status_code for answer in answers) == [200] * 11 + [201]
    assert len({answer.json()["booking_id"] for answer in answers}) == 1
    assert await door.count(Booking) == before + 1


async def test_the_same_submission_under_a_new_key_is_recognised_by_its_content(
    door: Door,
) -> None:
    form = a_form()
    first = await door.send(form, key=page_key())
    again = await door.send(form, key=page_key())
    assert (first.status_code, again.status_code) == (201, 200)
    assert misfits(again.json(), REPLAYED) == []
    assert again.json()["booking_id"] == first.json()["booking_id"]


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"name=Anna", 400), (b'{"name": ', 400), (b'{"notes": "' + b"x" * 300_000 + b'"}', 413)],
)
async def test_400_not_json_and_413_too_large_carry_a_sentence(
    door: Door, body: bytes, status: int
) -> None:
    answer = await door.client.post(PATH, content=body)
    assert (answer.status_code, answer.is_success) == (status, False)
    assert misfits(answer.json(), {"error": SENTENCE, "detail": str, "code": str}) == []


async def test_429_comes_with_retry_after(cluster: Cluster) -> None:
    with cluster.fresh_database() as url:
        async with open_door(url, rate_limit="1/hour") as door:
            await door.send()
            answer = await door.send()
    assert (answer.status_code, answer.is_success) == (429, False)
    assert answer.headers["Retry-After"].isdigit()
    assert misfits(answer.json(), {"error": SENTENCE}) == []


async def test_every_error_is_a_sentence_and_problem_members_stand_beside_it(door: Door) -> None:
    answer = await door.send(a_form(name=""))
    problem = {"type": str, "title": str, "status": 422, "instance": str, "trace_id": str}
    assert answer.headers["content-type"] == "application/problem+json"
    assert misfits(answer.json(), {"error": SENTENCE, "detail": str, "code": str}) == []
    assert misfits(answer.json(), problem) == []


async def test_captcha_is_off_by_default_and_the_page_sends_no_token(door: Door) -> None:
    assert Settings(environment=Environment.TEST).captcha_required is False
    assert (await door.send()).status_code == 201


def test_captcha_must_be_on_in_production() -> None:
    with pytest.raises(ValidationError, match="ATP_CAPTCHA_REQUIRED is off"):
        Settings(environment=Environment.PRODUCTION)


async def test_the_website_may_send_from_its_own_origin(cluster: Cluster) -> None:
    origin = "https://www.asiatravelplan.example"
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type,idempotency-key",
    }
    with cluster.fresh_database() as url:
        async with open_door(url, allowed_origins=(origin,)) as door:
            preflight = await door.client.options(PATH, headers=asked)
            sent, refused = await asyncio.gather(
                door.send(Origin=origin), door.send(a_form(name=""), Origin=origin)
            )
    assert preflight.status_code == 204
    assert "Idempotency-Key" in preflight.headers["access-control-allow-headers"]
    for answer, status in ((sent, 201), (refused, 422)):
        assert answer.status_code == status
        assert answer.headers["access-control-allow-origin"] == origin
