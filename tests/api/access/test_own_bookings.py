"""Who is confined to their own bookings finds no other: not by list, search, export or count."""

import csv
import io

import pytest

from tests.api.access.conftest import Furnish
from tests.api.access.world import Access, Verdict, Whose, expected, staff_routes

QUERIES = ("", "search=Weber&q=Weber", "search=jonas%40example&q=jonas%40example")


def marks_of(access: Access) -> list[str]:
    """By what the booking and the customer of nobody would be known."""
    other = access.office.other
    return [other.id, other.reference, other.customer_id, "jonas@example.org", "+4917612345"]


async def found_in(access: Access, person: str, marks: list[str]) -> list[str]:
    """The routes that show somebody one of the marks, asked about what is theirs."""
    shown = []
    async with access.client(person) as client:
        for route in staff_routes():
            if route.method != "GET" or expected(route, person, Whose.OWN) is not Verdict.IN:
                continue
            for query in QUERIES:
                answer = await access.ask(client, route, person, Whose.OWN, query)
                shown += [f"{route.name}?{query}: {one}" for one in marks if one in answer.text]
    return shown


async def test_nothing_that_staff_can_read_shows_anothers_booking(furnished: Furnish) -> None:
    access = await furnished("linh")
    shown = await found_in(access, "linh", marks_of(access))
    assert not shown, "\n".join(shown)


async def test_the_same_marks_are_seen_by_who_may_see_all(furnished: Furnish) -> None:
    access = await furnished("marc")
    routes = {one.partition("?")[0] for one in await found_in(access, "marc", marks_of(access))}
    assert {
        "GET /api/v1/bookings",
        "GET /api/v1/bookings.csv",
        "GET /api/v1/customers",
        "GET /backoffice/bookings",
        "GET /backoffice/customers",
        "GET /backoffice/kanban",
        "GET /backoffice/palette",
    } <= routes


@pytest.mark.parametrize(("person", "count"), [("linh", 2), ("minh", 0), ("marc", 4), ("ana", 4)])
async def test_counts_tell_of_nothing_else(furnished: Furnish, person: str, count: int) -> None:
    access = await furnished("linh")
    async with access.client(person) as client:
        for path in ("/api/v1/bookings", "/api/v1/customers"):
            found = (await client.get(path)).json()
            assert (found["total"], len(found["items"])) == (count, count), path
        exported = await client.get("/api/v1/bookings.csv")
    if person != "ana":
        rows = list(csv.reader(io.StringIO(exported.text.removeprefix("\ufeff"))))
        assert len(rows) == 1 + count
    else:
        assert exported.status_code == 403
