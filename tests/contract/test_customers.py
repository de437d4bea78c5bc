"""`/api/v1/customers`, line by line of the contract."""

import httpx2

from tests.contract.bookings import BOOKING, CUSTOMER, PAGED, a_booking
from tests.support.desk import Office
from tests.support.shapes import misfits

PATH = "/api/v1/customers"


async def test_customers_come_in_pages(office: Office, marc: httpx2.AsyncClient) -> None:
    await a_booking(office)
    answer = (await marc.get(PATH, params={"page": 1, "page_size": 2})).json()
    assert misfits(answer, {"items": [CUSTOMER], **PAGED}) == []
    assert (len(answer["items"]), answer["page_size"]) == (2, 2)
    assert (await marc.get(PATH)).json()["page_size"] == 25
    assert (await marc.get(PATH, params={"page_size": 101})).status_code == 422


async def test_search_finds_by_name_address_and_number(
    office: Office, marc: httpx2.AsyncClient
) -> None:
    for words in ("laurent", "amelie@example.org", "+33612345678"):
        found = (await marc.get(PATH, params={"search": words})).json()
        assert [one["id"] for one in found["items"]] == [office.customer.id], words


async def test_one_customer_comes_with_their_bookings(
    office: Office, marc: httpx2.AsyncClient
) -> None:
    answer = (await marc.get(f"{PATH}/{office.customer.id}")).json()
    assert misfits(answer, {"customer": CUSTOMER, "bookings": [BOOKING]}) == []
    assert [one["id"] for one in answer["bookings"]] == [office.mine.id]


async def test_an_unknown_customer_is_404(marc: httpx2.AsyncClient) -> None:
    assert (await marc.get(f"{PATH}/cust_unknown")).status_code == 404
