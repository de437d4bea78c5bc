"""The page of a customer's trip: where it stands, documents, payments, contact."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from httpx2 import AsyncClient

from models.domain.links import LinkPurpose
from models.messages.ids import new_id
from models.tables.integration import Document
from tests.support.trip import Trip, a_quote, an_accepted_trip, store
from tests.support.visitors import Visitors, read


@pytest_asyncio.fixture
async def browser(visitors: Visitors) -> AsyncIterator[AsyncClient]:
    async with visitors.browser() as opened:
        yield opened


async def trip_page(visitors: Visitors, trip: Trip) -> str:
    return await visitors.link(trip, LinkPurpose.TRIP, trip.booking.id)


async def a_document(visitors: Visitors, trip: Trip, kind: str, subject_ref: str) -> str:
    document = Document(
        id=new_id("doc"), booking_id=trip.booking.id, kind=kind, subject_ref=subject_ref,
        storage_key=f"{kind}.pdf", sha256="0" * 64, size=4,
    )  # fmt: skip
    async with visitors.resources.sessions.begin() as session:
        await store(session, document)
    return document.id


@pytest.mark.parametrize(
    ("trip_status", "step"),
    [("PENDING", "Booked"), ("CONFIRMED", "Confirmed"), ("COMPLETED", "Completed")],
)
async def test_the_trip_shows_where_it_stands(
    trip_status: str, step: str, visitors: Visitors, browser: AsyncClient, accepted: Trip
) -> None:
    await visitors.change(accepted.booking, trip_status=trip_status)
    page = await browser.get(await trip_page(visitors, accepted))
    assert f'aria-current="step">{step}<' in page.text
    text = read(page, f"trip-{trip_status.lower()}")
    for words in ("Lanterns of Hoi An", "Deposit", "paid", "Trần Thị Mai", "Pay now"):
        assert words in text, words


async def test_an_open_instalment_can_be_paid_from_the_trip(
    visitors: Visitors, browser: AsyncClient, accepted: Trip
) -> None:
    page = await browser.get(await trip_page(visitors, accepted))
    balance = await visitors.link(accepted, LinkPurpose.PAYMENT, accepted.instalments[1].id)
    assert page.text.count('href="/pay/') == 1
    assert balance in page.text


async def test_a_cancelled_trip_asks_for_nothing(
    visitors: Visitors, browser: AsyncClient, accepted: Trip
) -> None:
    await visitors.change(accepted.booking, trip_status="CANCELLED")
    page = await browser.get(await trip_page(visitors, accepted))
    assert "Your trip was cancelled" in read(page, "trip-cancelled")
    assert "/pay/" not in page.text


async def test_the_least_trip_has_a_page(visitors: Visitors, browser: AsyncClient) -> None:
    async with visitors.resources.sessions.begin() as session:
        paid = await an_accepted_trip(session, minimal=True)
        enquiry = await a_quote(session, minimal=True)
    for trip in (paid, enquiry):
        text = read(await browser.get(await trip_page(visitors, trip)), "trip-minimal")
        assert "No documents yet" in text


async def test_documents_for_the_customer_can_be_had_and_no_others(
    visitors: Visitors, browser: AsyncClient, accepted: Trip, tmp_path: Path
) -> None:
    voucher = await a_document(visitors, accepted, "voucher", accepted.booking.id)
    quote = await a_document(visitors, accepted, "quote", accepted.quote.id)
    older = await a_document(visitors, accepted, "quote", "quote_of_another_version")
    run_sheet = await a_document(visitors, accepted, "run_sheet", accepted.booking.id)
    (tmp_path / "documents").mkdir()
    for kind in ("voucher", "quote", "run_sheet"):
        (tmp_path / "documents" / f"{kind}.pdf").write_bytes(b"%PDF")
    path = await trip_page(visitors, accepted)
    assert "Vouchers" in read(await browser.get(path), "trip-documents")
    for document_id, status in ((voucher, 200), (quote, 200), (older, 404), (run_sheet, 404)):
        answer = await browser.get(f"{path}/documents/{document_id}")
        assert answer.status_code == status


async def test_a_document_of_another_trip_is_not_to_be_had(
    visitors: Visitors, browser: AsyncClient, accepted: Trip
) -> None:
    async with visitors.resources.sessions.begin() as session:
        stranger = await an_accepted_trip(session, minimal=True)
    foreign = await a_document(visitors, stranger, "voucher", stranger.booking.id)
    path = await trip_page(visitors, accepted)
    assert (await browser.get(f"{path}/documents/{foreign}")).status_code == 404
