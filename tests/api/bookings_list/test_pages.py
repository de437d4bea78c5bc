"""Filters, orders and pages of the list: every booking once, in every order, from both ends."""

from datetime import timedelta
from typing import Any

import pytest

from models.store.booking_list import BookingSort
from models.tables.crm import Booking
from tests.support import office as factories
from tests.support.desk import Office

HOUR = timedelta(hours=1)
CREATED = 9
"""How many bookings `fill` adds to the two that are there."""


async def fill(office: Office) -> list[Booking]:
    """Bookings of many kinds; every third has no clock, and some times are the same."""
    async with office.resources.sessions.begin() as session:
        return [
            await factories.booking(
                session,
                office.customer,
                staff_id=(office.linh.id, office.marc.id, None)[n % 3],
                destination=("Thailand", "Laos")[n % 2],
                travel_month=f"2027-{1 + n % 4:02}",
                utm_source=("newsletter", "google", None)[n % 3],
                channel=("website", "whatsapp")[n % 2],
                created_at=factories.NOW - (n // 2) * HOUR,
                updated_at=factories.NOW - (n % 4) * HOUR,
                sla_due_at=None if n % 3 == 2 else factories.NOW + (n % 5 - 2) * HOUR,
            )
            for n in range(CREATED)
        ]


async def get(office: Office, who: str = "marc", **query: Any) -> dict[str, Any]:
    async with office.browser(who) as browser:
        answer = await browser.get("/api/v1/bookings", params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize("sort", list(BookingSort))
async def test_numbered_pages_show_every_booking_once_in_order(
    office: Office, sort: BookingSort
) -> None:
    await fill(office)
    whole = await get(office, sort=sort, page_size=100)
    ids = [item["id"] for item in whole["items"]]
    assert len(set(ids)) == whole["total"] == CREATED + 2
    for size in (1, 2, 3, 5):
        pages = [
            await get(office, sort=sort, page_size=size, page=number)
            for number in range(1, -(-len(ids) // size) + 1)
        ]
        assert [item["id"] for page in pages for item in page["items"]] == ids
    assert [item["id"] for item in whole["items"]] == in_order(whole["items"], sort)


def in_order(items: list[dict[str, Any]], sort: BookingSort) -> list[str]:
    name, _, way = sort.value.rpartition("_")
    valued = [item for item in items if item[name]]
    gaps = [item for item in items if not item[name]]
    for part in (valued, gaps):
        part.sort(key=lambda item: (item[name] or "", item["id"]), reverse=way == "desc")
    return [item["id"] for item in valued + gaps]


@pytest.mark.parametrize("sort", list(BookingSort))
@pytest.mark.parametrize("size", [1, 2, 4])
async def test_going_on_from_page_to_page_shows_every_booking_once(
    office: Office, sort: BookingSort, size: int
) -> None:
    await fill(office)
    ids = [item["id"] for item in (await get(office, sort=sort, page_size=100))["items"]]
    seen: list[str] = []
    page = await get(office, sort=sort, page_size=size)
    while True:
        seen += [item["id"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        page = await get(office, sort=sort, page_size=size, cursor=page["next_cursor"])
    assert seen == ids


async def test_going_on_skips_nothing_and_repeats_nothing_when_bookings_come_in(
    office: Office,
) -> None:
    await fill(office)
    first = await get(office, page_size=3)
    async with office.resources.sessions.begin() as session:
        await factories.booking(session, office.customer)
    second = await get(office, page_size=3, page=2, cursor=first["next_cursor"])
    both = {item["id"] for item in [*first["items"], *second["items"]]}
    assert len(both) == 6
    assert second["total"] == CREATED + 3


@pytest.mark.parametrize(
    "query",
    [
        {"cursor": "nonsense"},
        {"cursor": "W10"},
        {"cursor": "WyJuYW1lIixudWxsLCJ4Il0"},
        {"cursor": "WyJjcmVhdGVkX2F0X2Rlc2MiLG51bGwsIngiXQ"},
        {"cursor": "WyJzbGFfZHVlX2F0X2FzYyIsbnVsbCwieCJd"},
        {"travel_month": "2027-13"},
        {"travel_month": "May"},
        {"sla_state": "late"},
        {"source": "x" * 101},
        {"destination": "x" * 101},
    ],
)
async def test_a_wrong_filter_or_cursor_is_refused_with_a_sentence(
    office: Office, query: dict[str, str]
) -> None:
    async with office.browser("marc") as browser:
        answer = await browser.get("/api/v1/bookings", params=query)
    assert answer.status_code == 422
    assert next(iter(query)) in answer.json()["error"]


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ({"destination": "Laos"}, lambda one: one.destination == "Laos"),
        ({"travel_month": "2027-02"}, lambda one: one.travel_month == "2027-02"),
        ({"source": "google"}, lambda one: one.utm_source == "google"),
        ({"source": "whatsapp"}, lambda one: one.channel == "whatsapp"),
        (
            {"source": "direct"},
            lambda one: one.utm_source is None and one.channel == "website",
        ),
        ({"owner_id": "none"}, lambda one: one.staff_id is None),
        ({"sla_state": "none"}, lambda one: one.sla_due_at is None),
        (
            {"sla_state": "breached"},
            lambda one: one.sla_due_at is not None and one.sla_due_at <= factories.NOW,
        ),
        (
            {"sla_state": "ok"},
            lambda one: one.sla_due_at is not None and one.sla_due_at > factories.NOW,
        ),
        ({"sla_state": "ok", "destination": "Laos", "travel_month": "2027-04"}, None),
    ],
)
async def test_each_filter_leaves_what_fits(
    office: Office, query: dict[str, str], fits: Any
) -> None:
    added = await fill(office)
    everything = [*added, office.mine, office.other]
    answer = await get(office, **query, page_size=100)
    if fits is not None:
        wanted = {one.id for one in everything if fits(one)}
        assert wanted
        assert {item["id"] for item in answer["items"]} == wanted
    assert answer["total"] == len(answer["items"])
    assert {name: answer["filters"][name] for name in query} == query


async def test_a_clock_that_runs_out_within_the_policys_warning_is_due_soon(
    office: Office,
) -> None:
    async with office.resources.sessions.begin() as session:
        soon = await factories.booking(
            session, office.customer, sla_due_at=factories.NOW + timedelta(minutes=25)
        )
    answer = await get(office, sla_state="warning")
    assert [item["id"] for item in answer["items"]] == [soon.id]


async def test_an_empty_filter_of_a_form_is_none(office: Office) -> None:
    answer = await get(
        office, stage="", owner_id="", sla_state="", destination="", travel_month="", source=""
    )
    assert answer["total"] == 2
    assert set(answer["filters"].values()) == {None}


async def test_filters_never_lead_out_of_ones_own_bookings(office: Office) -> None:
    added = await fill(office)
    own = {one.id for one in added if one.staff_id == office.linh.id} | {office.mine.id}
    everything = await get(office, "linh", page_size=100)
    others = await get(office, "linh", owner_id=office.marc.id)
    nobodys = await get(office, "linh", owner_id="none")
    assert {item["id"] for item in everything["items"]} == own
    assert everything["total"] == len(own)
    assert others["total"] == nobodys["total"] == 0


async def test_the_page_shows_filters_pages_and_what_was_meant(office: Office) -> None:
    await fill(office)
    async with office.page("marc") as browser:
        for path in (
            "/backoffice/bookings?destination=Laos&sla_state=none&source=google&travel_month=2027-02",
            "/backoffice/bookings?page_size=3&page=2&sort=sla_due_at_desc",
            "/backoffice/bookings?source=unheard-of&destination=Peru",
        ):
            assert (await browser.get(path)).status_code == 200, path
        first = await browser.get("/backoffice/bookings?page_size=3&sort=sla_due_at_asc")
        close = await browser.get("/backoffice/bookings?search=laurant")
    assert "cursor=" in first.text
    assert "These bookings come close" in close.text
