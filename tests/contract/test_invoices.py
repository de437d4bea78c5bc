"""Invoices, line by line of the contract."""

import re

import httpx2
import pytest

from tests.contract.bookings import PATH, a_booking
from tests.support import office as factories
from tests.support.desk import Office
from tests.support.shapes import DAY, MOMENT, NUMBER, an_id, misfits, text_like

ITEM = {
    "id": str,
    "description": str,
    "quantity": NUMBER,
    "unit_amount_cents": int,
    "total_amount_cents": int,
}
INVOICE = {
    "id": an_id("inv"),
    "invoice_number": text_like(r"ATP-\d{6}"),
    "version": int,
    "status": lambda status: status in {"DRAFT", "INVOICE_SENT", "PAID"},
    "currency": text_like(r"[A-Z]{3}"),
    "issue_date": DAY,
    "due_date": DAY,
    "title": str,
    "notes": str,
    "items": [ITEM],
    "total_amount_cents": int,
    "due_amount_cents": int,
    "vat_percentage": NUMBER,
    "sent_to_customer": bool,
    "sent_to_customer_at": (MOMENT, None),
    "pdf_url": str,
}
WANTED = {
    "status": "DRAFT",
    "currency": "EUR",
    "issue_date": "2027-01-02",
    "due_date": "2027-01-16",
    "title": "Deposit",
    "notes": "Thank you",
    "items": [{"description": "Deposit", "quantity": 2, "unit_amount_cents": 22_500}],
    "due_amount_cents": 40_000,
    "vat_percentage": 7.5,
    "sent_to_customer": False,
}


async def drawn(office: Office, browser: httpx2.AsyncClient) -> tuple[str, dict[str, object]]:
    """The address of a booking's invoices, and one of them."""
    path = f"{PATH}/{(await a_booking(office)).id}/invoices"
    answer = await browser.post(path, json=WANTED)
    assert answer.status_code == 201, answer.text
    return path, answer.json()["invoice"]


async def test_a_drawn_invoice_has_every_member_and_keeps_what_was_sent(
    office: Office, marc: httpx2.AsyncClient
) -> None:
    path, invoice = await drawn(office, marc)
    assert misfits(invoice, INVOICE) == []
    kept = {name: value for name, value in WANTED.items() if name != "items"}
    assert invoice.items() >= kept.items()
    assert invoice["total_amount_cents"] == 45_000
    listed = (await marc.get(path)).json()
    assert misfits(listed, {"items": [INVOICE], "total": 1}) == []
    assert listed["items"] == [invoice]


async def test_numbers_count_up_from_each_other(office: Office, marc: httpx2.AsyncClient) -> None:
    numbers = [str((await drawn(office, marc))[1]["invoice_number"]) for _ in range(2)]
    first, second = (int(re.sub(r"\D", "", number)) for number in numbers)
    assert second == first + 1


@pytest.mark.parametrize("status", ["DRAFT", "INVOICE_SENT", "PAID"])
async def test_a_patch_changes_what_it_names_and_counts_a_version(
    office: Office, marc: httpx2.AsyncClient, status: str
) -> None:
    path, invoice = await drawn(office, marc)
    answer = await marc.patch(f"{path}/{invoice['id']}", json={"status": status, "title": "New"})
    changed = answer.json()["invoice"]
    assert answer.status_code == 200
    assert misfits(changed, INVOICE) == []
    assert (changed["status"], changed["title"], changed["version"]) == (status, "New", 2)
    assert changed["items"] == invoice["items"]
    assert changed["vat_percentage"] == 7.5


async def test_sent_to_customer_notes_when(office: Office, marc: httpx2.AsyncClient) -> None:
    path, invoice = await drawn(office, marc)
    assert invoice["sent_to_customer_at"] is None
    answer = await marc.patch(f"{path}/{invoice['id']}", json={"sent_to_customer": True})
    assert answer.json()["invoice"]["sent_to_customer"] is True
    assert misfits(answer.json()["invoice"]["sent_to_customer_at"], MOMENT) == []


async def test_pdf_url_leads_to_the_pdf(office: Office, marc: httpx2.AsyncClient) -> None:
    booking = await a_booking(office)
    answer = await marc.post(f"{PATH}/{booking.id}/invoices", json=WANTED)
    invoice = answer.json()["invoice"]
    assert invoice["pdf_url"] == f"/api/v1/invoices/{invoice['id']}/pdf"
    assert (await marc.get(invoice["pdf_url"])).status_code == 404
    async with office.resources.sessions.begin() as session:
        await factories.invoice_pdf(session, booking, invoice["id"])
    await office.documents.write(f"{booking.id}/{invoice['id']}.pdf", b"%PDF-1.7")
    served = await marc.get(invoice["pdf_url"])
    assert (served.status_code, served.headers["content-type"]) == (200, "application/pdf")


async def test_an_invoice_of_another_booking_is_404(
    office: Office, marc: httpx2.AsyncClient
) -> None:
    _, invoice = await drawn(office, marc)
    other = f"{PATH}/{office.mine.id}/invoices/{invoice['id']}"
    assert (await marc.patch(other, json={"title": "x"})).status_code == 404
