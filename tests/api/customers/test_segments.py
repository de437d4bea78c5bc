"""Lists of customers by what they want and where they live: kept, shared, exported."""

import csv
from io import StringIO
from typing import Any

import httpx2
import pytest
from sqlalchemy import update

from models.tables.crm import Booking, ConsentRecord, Customer
from models.tables.customers import Segment
from tests.support import office as factories
from tests.support.desk import Office

API = "/api/v1"
SEGMENT = {"name": "Food lovers", "filters": {"style": "Food", "destination": "Vietnam"}}


async def found(office: Office, who: str = "marc", **filters: str) -> list[str]:
    async with office.browser(who) as browser:
        answer = await browser.get(f"{API}/customers", params=filters)
    assert answer.status_code == 200, answer.text
    return [one["name"] for one in answer.json()["items"]]


async def export(office: Office, who: str, **filters: str) -> list[dict[str, str]]:
    async with office.browser(who) as browser:
        answer = await browser.get(f"{API}/customers.csv", params=filters)
    assert answer.status_code == 200, answer.text
    text = answer.content.decode().removeprefix("\ufeff")
    return list(csv.DictReader(StringIO(text, newline="")))


async def people(office: Office) -> None:
    """Two more customers: one who lives in Japan, one whose enquiry came from there."""
    async with office.resources.sessions.begin() as session:
        yuki = await factories.customer(
            session, "Yuki Sato", "yuki@x.example", country="JP", language="Other", tags=["vip"]
        )
        await factories.booking(
            session,
            yuki,
            destination="Laos",
            styles=["Luxury"],
            budget="$2,200+ / week",
            ip_country_guess="FR",
        )
        ken = await factories.customer(session, "Ken Mori", "ken@x.example")
        await factories.booking(
            session, ken, destination="Laos", styles=["Food"], ip_country_guess="JP"
        )
        await factories.booking(session, ken, destination="Vietnam", styles=["Luxury"])


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({"country": "JP"}, ["Ken Mori", "Yuki Sato"]),
        ({"country": "fr"}, []),
        ({"destination": "Laos"}, ["Ken Mori", "Yuki Sato"]),
        ({"style": "Luxury"}, ["Ken Mori", "Yuki Sato"]),
        ({"style": "Luxury", "destination": "Laos"}, ["Yuki Sato"]),
        ({"budget": "$2,200+ / week"}, ["Yuki Sato"]),
        ({"language": "Other"}, ["Yuki Sato"]),
        ({"tag": "vip"}, ["Yuki Sato"]),
        ({"search": "KEN@x"}, ["Ken Mori"]),
        ({"country": "JP", "search": "mori"}, ["Ken Mori"]),
        ({"country": ""}, ["Ken Mori", "Yuki Sato", "Jonas Weber", "Amélie Laurent"]),
    ],
)
async def test_customers_are_found_by_what_they_want_and_where_they_live(
    office: Office, filters: dict[str, str], names: list[str]
) -> None:
    await people(office)
    assert sorted(await found(office, **filters)) == sorted(names)


async def test_staff_are_told_nothing_by_bookings_that_are_not_theirs(office: Office) -> None:
    async with office.resources.sessions.begin() as session:
        elsewhere = await factories.booking(
            session, office.customer, destination="Laos", ip_country_guess="JP"
        )
        assert elsewhere.staff_id is None
    assert await found(office, "linh", destination="Laos") == []
    assert await found(office, "linh", country="JP") == []
    assert await found(office, "linh", destination="Vietnam") == ["Amélie Laurent"]
    (row,) = await export(office, "linh")
    assert (row["bookings"], row["last_destination"]) == ("1", "Vietnam")


async def test_only_the_last_word_on_news_counts(office: Office) -> None:
    async with office.resources.sessions.begin() as session:
        for person, words in ((office.customer, (True, False)), (office.other, (False, True))):
            owner = person.customer_id if isinstance(person, Booking) else person.id
            for number, granted in enumerate(words):
                record = ConsentRecord(
                    id=f"consent_{owner}_{number}",
                    customer_id=owner,
                    channel="email",
                    purpose="marketing",
                    granted=granted,
                    source="tests",
                )
                await factories.add(session, record)
    assert await found(office, news_by="email") == ["Jonas Weber"]
    assert await found(office, news_by="sms") == []
    rows = {row["name"]: row["news_by_email"] for row in await export(office, "marc")}
    assert rows == {"Jonas Weber": "yes", "Amélie Laurent": "no"}


async def test_an_export_is_harmless_complete_and_in_the_log(office: Office) -> None:
    async with office.resources.sessions.begin() as session:
        evil = await factories.customer(
            session, "=1+1", "evil@x.example", diet="@SUM(1)", tags=["-x"], phone="+84 1"
        )
        await factories.booking(session, evil, budget="\t=1")
    row = (await export(office, "marc", search="evil@"))[0]
    assert (row["name"], row["diet"], row["tags"]) == ("'=1+1", "'@SUM(1)", "'-x")
    assert (row["phone"], row["last_budget"]) == ("'+84 1", "'\t=1")
    async with office.browser("ana") as browser:
        refused = await browser.get(f"{API}/customers.csv")
    async with office.browser("marc") as browser:
        events = (await browser.get(f"{API}/audit?action=DATA_EXPORTED")).json()["items"]
        wrong = await browser.get(f"{API}/customers.csv?country=France")
    assert (refused.status_code, wrong.status_code) == (403, 422)
    assert [one["subject"] for one in events] == ["customers.csv"]


async def test_a_merged_record_is_in_no_list_and_no_export(office: Office) -> None:
    async with office.resources.sessions.begin() as session:
        gone = await session.get_one(Customer, office.other.customer_id)
        gone.merged_into_id = office.customer.id
    assert await found(office) == ["Amélie Laurent"]
    assert len(await export(office, "marc")) == 1


async def keep(office: Office, who: str, **changes: Any) -> httpx2.Response:
    async with office.browser(who) as browser:
        headers = {"Idempotency-Key": "k"}
        return await browser.post(f"{API}/segments", json=SEGMENT | changes, headers=headers)


async def test_a_segment_is_kept_once_and_its_query_finds_who_is_in_it(office: Office) -> None:
    first, again = await keep(office, "linh"), await keep(office, "linh")
    assert (first.status_code, again.json()) == (201, first.json())
    segment = first.json()["segment"]
    assert segment["query"] == SEGMENT["filters"]
    assert await found(office, "linh", **segment["query"]) == ["Amélie Laurent"]


async def test_a_segment_is_its_keepers_until_a_manager_shares_it(office: Office) -> None:
    own = (await keep(office, "marc")).json()["segment"]
    path = f"{API}/segments/{own['id']}"
    refused = await keep(office, "linh", shared=True)
    async with office.browser("linh") as linh, office.browser("marc") as marc:
        hidden = await linh.patch(path, json={"name": "Mine"})
        await marc.patch(path, json={"shared": True})
        seen = (await linh.get(f"{API}/segments")).json()["items"]
        forbidden = await linh.post(f"{path}/removal")
        renamed = await marc.patch(path, json={"name": "Gourmets"})
        left = (await marc.post(f"{path}/removal")).json()
        gone = await marc.patch(path, json={"name": "Gone"})
    assert (refused.status_code, hidden.status_code, forbidden.status_code) == (403, 404, 403)
    assert [(one["id"], one["own"]) for one in seen] == [(own["id"], False)]
    assert renamed.json()["segment"]["name"] == "Gourmets"
    assert (left["total"], gone.status_code) == (0, 404)


async def test_two_segments_of_one_name_are_one_too_many(office: Office) -> None:
    await keep(office, "linh")
    async with office.browser("linh") as browser:
        answer = await browser.post(f"{API}/segments", json=SEGMENT)
    assert answer.status_code == 422
    assert "segment of this name" in answer.json()["error"]


@pytest.mark.parametrize("filters", [{"contry": "FR"}, {"news_by": "pigeon"}], ids=str)
async def test_a_segment_with_a_filter_that_is_none_is_refused(
    office: Office, filters: dict[str, str]
) -> None:
    answer = await keep(office, "marc", filters=filters)
    assert answer.status_code == 422
    assert next(iter(filters)) in answer.json()["error"]


async def test_a_segment_that_cannot_be_read_any_more_is_nobody_never_everybody(
    office: Office,
) -> None:
    kept = (await keep(office, "marc")).json()["segment"]
    async with office.resources.sessions.begin() as session:
        changed = {"style": "Food", "shoe_size": "43"}
        await session.execute(update(Segment).values(filters=changed))
    async with office.browser("marc") as browser:
        told = (await browser.get(f"{API}/segments")).json()["items"]
    async with office.page("marc") as browser:
        shown = await browser.get("/backoffice/customers", params={"segment": kept["id"]})
        unknown = await browser.get("/backoffice/customers", params={"segment": "segment_0"})
    assert [one["query"] for one in told] == [None]
    assert "no longer" in shown.text
    assert "Remove this segment" in shown.text
    assert "Amélie Laurent" not in shown.text
    assert "customers.csv" not in shown.text
    assert unknown.status_code == 404
