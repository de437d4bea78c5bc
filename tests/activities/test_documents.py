"""Every document: really drawn by Chromium, once, with what it must say and no loose ends."""

import asyncio
import os
import re
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import psutil
import pytest
import pytest_asyncio
from pypdf import PdfReader
from sqlalchemy import select, update
from temporalio.exceptions import ApplicationError

from activities.document_subjects import DRAWINGS
from activities.documents import Documents, document_html, frame_of
from activities.providers.chromium import Chromium, find_chromium, with_fixed_date
from activities.providers.ports import PageFrame, PermanentProviderError
from activities.providers.storage import DirectoryStore
from models.database import Sessions
from models.domain.photos import PRINT_NAME, rendition_key
from models.domain.terms import refund_steps, terms_version
from models.messages.ids import BookingId
from models.messages.messaging import DocumentKind, DocumentRendered, RenderDocument
from models.store.message_facts import about_booking
from models.store.quote_copies import copy_of
from models.store.quote_drafts import create_draft, find_version
from models.tables.integration import Document
from models.tables.quote import QuoteDay, QuoteVersion
from tests.support.fixed_quotes import TEN_DAYS, stored_photos
from tests.support.trip import TOTAL, Trip, a_quote, an_accepted_trip

FRAME = PageFrame("A title", "ATP-1", datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC))
SHOWN_IN = os.environ.get("ATP_SHOW_DOCUMENTS_IN")
"""A folder where a person wants to look at the documents."""


@pytest_asyncio.fixture(scope="session")
async def chromium() -> AsyncIterator[Chromium]:
    """One warm browser for all tests."""
    browser = Chromium()
    yield browser
    await browser.close()


@pytest.fixture
def store(tmp_path: Path) -> DirectoryStore:
    """An empty document store."""
    return DirectoryStore(tmp_path / "documents")


@pytest.fixture
def documents(sessions: Sessions, chromium: Chromium, store: DirectoryStore) -> Documents:
    """The activities under test."""
    return Documents(sessions, renderer=chromium, store=store)


def subject_of(kind: DocumentKind, trip: Trip) -> str:
    if kind is DocumentKind.QUOTE:
        return trip.quote.id
    if kind is DocumentKind.INVOICE:
        return trip.instalments[0].id
    if kind is DocumentKind.RECEIPT:
        assert trip.payment is not None
        return trip.payment.id
    return trip.booking.id


def request_for(kind: DocumentKind, trip: Trip) -> RenderDocument:
    return RenderDocument(
        booking_id=BookingId(trip.booking.id), kind=kind, subject_ref=subject_of(kind, trip)
    )


async def a_confirmed_trip(sessions: Sessions) -> Trip:
    async with sessions.begin() as session:
        trip = await an_accepted_trip(session)
        for order in trip.orders:
            order.status, order.supplier_reference = "CONFIRMED", f"LSP-{order.id[-5:]}"
        assert trip.assignment is not None
        trip.assignment.status = "ACCEPTED"
        trip.booking.notes = "Martin eats no fish.\nWe travel with two children, 6 and 9."
    return trip


def show(kind: str, content: bytes) -> None:
    if SHOWN_IN:
        Path(SHOWN_IN, f"{kind}.pdf").write_bytes(content)


async def file_of(
    sessions: Sessions, store: DirectoryStore, drawn: DocumentRendered
) -> tuple[bytes, str]:
    async with sessions.begin() as session:
        row = await session.get_one(Document, drawn.document_id)
    content = await store.read(row.storage_key)
    assert len(content) == row.size
    show(row.kind, content)
    pages = PdfReader(BytesIO(content)).pages
    return content, re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


EXPECTED = {
    DocumentKind.QUOTE: ["Hội An", "Day by day", f"USD {TOTAL / 100:,.2f}", "Deposit", "Terms"],
    DocumentKind.INVOICE: ["Invoice", "Due on", "VAT: 0 %", "USD 974.70"],
    DocumentKind.RECEIPT: ["PAID USD 974.70", "Deposit", "23 November 2029"],
    DocumentKind.VOUCHER: ["Phạm Văn Đức", "La Siesta Premium", "LSP-", "Orchid Cruises"],
    DocumentKind.RUN_SHEET: ["Phạm Văn Đức", "+84 24 3923 4026", "no fish", "Trà Quế"],
}


@pytest.mark.parametrize("kind", list(DocumentKind))
async def test_every_document_is_drawn_with_what_it_must_say(
    kind: DocumentKind, sessions: Sessions, documents: Documents, store: DirectoryStore
) -> None:
    trip = await a_confirmed_trip(sessions)
    content, text = await file_of(
        sessions, store, await documents.render_document(request_for(kind, trip))
    )
    for words in [*EXPECTED[kind], trip.booking.reference, "Page 1 of"]:
        assert words in text, words
    assert not re.search(r"None|Undefined|\{\{|\{%", text)
    assert b"/MarkInfo" in content
    assert PdfReader(BytesIO(content)).pages[0].mediabox.width == pytest.approx(595, abs=2)


@pytest.mark.parametrize("kind", [DocumentKind.QUOTE, DocumentKind.VOUCHER, DocumentKind.RUN_SHEET])
async def test_the_least_that_is_known_of_a_trip_is_enough(
    kind: DocumentKind, sessions: Sessions, documents: Documents, store: DirectoryStore
) -> None:
    async with sessions.begin() as session:
        trip = await an_accepted_trip(session, minimal=True)
    _, text = await file_of(
        sessions, store, await documents.render_document(request_for(kind, trip))
    )
    assert trip.booking.reference in text
    assert "None" not in text


async def test_drawing_again_finds_the_first_document(
    sessions: Sessions, documents: Documents
) -> None:
    async with sessions.begin() as session:
        trip = await a_quote(session)
    request = request_for(DocumentKind.QUOTE, trip)
    first, second = await asyncio.gather(
        documents.render_document(request), documents.render_document(request)
    )
    assert first == second == await documents.render_document(request)
    async with sessions.begin() as session:
        assert len(list(await session.scalars(select(Document)))) == 1
        version = await session.get_one(QuoteVersion, trip.quote.id)
        assert version.document_id == first.document_id
        assert version.document_sha256 == first.sha256


async def test_the_quote_carries_the_policys_terms(
    sessions: Sessions, documents: Documents, store: DirectoryStore
) -> None:
    async with sessions.begin() as session:
        trip = await a_quote(session)
        policy = (await about_booking(session, trip.booking.id)).policy
    drawn = await documents.render_document(request_for(DocumentKind.QUOTE, trip))
    _, text = await file_of(sessions, store, drawn)
    assert terms_version(policy) in text
    for step in refund_steps(policy):
        assert f"{step.span} {step.refund_percent} %" in text


@pytest.mark.parametrize("kind", list(DocumentKind))
async def test_what_does_not_exist_is_refused_for_good(
    kind: DocumentKind, documents: Documents
) -> None:
    request = RenderDocument(booking_id=BookingId("booking_0"), kind=kind, subject_ref="x_0")
    with pytest.raises(ApplicationError) as refused:
        await documents.render_document(request)
    assert refused.value.non_retryable
    assert refused.value.type == "NOT_FOUND"


async def test_the_same_page_gives_the_same_bytes(chromium: Chromium) -> None:
    html = (
        "<h1>Điện Biên</h1><p>The same.</p><ul><li>One<li>Two</ul>"
        "<table><thead><tr><th>Day<tbody><tr><td>1</table><svg><rect width=9 height=9 /></svg>"
    )
    assert await chromium.render(html, FRAME) == await chromium.render(html, FRAME)


async def test_a_photo_that_is_lost_is_left_out_and_told(
    sessions: Sessions,
    documents: Documents,
    store: DirectoryStore,
    caplog: pytest.LogCaptureFixture,
) -> None:
    there, lost = "ab" * 32, "cd" * 32
    shown = {"id": "", "width": 1000, "height": 667, "credit": ""}
    photos = stored_photos(replace(TEN_DAYS, pictured=("sea",)))
    (content,) = (one for key, one in photos.items() if key.endswith(PRINT_NAME))
    await store.write(rendition_key(there, PRINT_NAME), content)
    async with sessions.begin() as session:
        trip = await a_quote(session)
        draft = copy_of(await find_version(session, trip.booking.id, trip.quote.id))
        later = await create_draft(session, trip.booking.id, draft, "staff")
        later.cover = {**shown, "digest": there, "alt": "There"}
        await session.execute(
            update(QuoteDay)
            .where(QuoteDay.quote_version_id == later.id, QuoteDay.day == 1)
            .values(photo={**shown, "digest": lost, "alt": "Lost"})
        )
        later.status, later.sent_at = "SENT", datetime.now(UTC)
        trip.quote = later
    made = await documents.render_document(request_for(DocumentKind.QUOTE, trip))
    content, _ = await file_of(sessions, store, made)
    pdf = PdfReader(BytesIO(content))
    assert sum(len(page.images) for page in pdf.pages) == 1
    assert "photo is not in the store" in caplog.text


async def test_the_same_quote_gives_the_same_bytes_with_bookmarks_and_its_own_fonts(
    sessions: Sessions, chromium: Chromium
) -> None:
    async with sessions.begin() as session:
        trip = await a_quote(session)
        trip.customer.language = "German"
        drawing = await DRAWINGS[DocumentKind.QUOTE](session, request_for(DocumentKind.QUOTE, trip))
        html = document_html(DocumentKind.QUOTE, drawing, {})
    frame = frame_of(drawing.title, drawing.reference, drawing.dated_at, drawing.language)
    one, other = [await chromium.render(html, frame) for _ in range(2)]
    assert one == other
    assert len(one) < 2_000_000
    drawn = PdfReader(BytesIO(one))
    catalog = {str(name): str(value) for name, value in drawn.root_object.items()}
    assert catalog["/Lang"] == "de"
    assert "/StructTreeRoot" in catalog
    assert len(drawn.outline) > 0
    text = " ".join(page.extract_text() for page in drawn.pages)
    assert "Seite 1 von" in text
    assert "Tag für Tag" in text


@pytest.mark.parametrize("victim", ["node", "chrom"])
async def test_a_killed_browser_or_driver_is_started_again(victim: str) -> None:
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    chromium = Chromium()
    await chromium.render("<p>Warm.</p>", FRAME)
    children = psutil.Process().children(recursive=True)
    killed = [one for one in children if one.pid not in before and victim in one.name()]
    assert killed
    for child in killed:
        with suppress(psutil.NoSuchProcess):
            child.kill()
    drawn = await chromium.render("<p>Back again.</p>", FRAME)
    await chromium.close()
    assert "Back again." in PdfReader(BytesIO(drawn)).pages[0].extract_text()


async def test_a_document_never_reaches_the_network_nor_runs_a_script(
    chromium: Chromium,
) -> None:
    asked: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readline())
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    html = (
        f'<img src="http://127.0.0.1:{port}/x.png"><iframe src="file:///etc/hostname"></iframe>'
        '<p id="p">Untouched.</p><script>document.getElementById("p").textContent="x"</script>'
    )
    drawn = await chromium.render(html, FRAME)
    server.close()
    assert "Untouched." in PdfReader(BytesIO(drawn)).pages[0].extract_text()
    assert asked == []


def test_only_a_program_that_can_be_run_is_taken_for_a_browser(tmp_path: Path) -> None:
    with pytest.raises(PermanentProviderError):
        find_chromium(str(tmp_path / "none"), "")
    chosen = tmp_path / "chromium"
    chosen.write_text("")
    chosen.chmod(0o755)
    assert find_chromium(str(chosen), "") == str(chosen)
    assert find_chromium("", str(chosen)) == str(chosen)


def test_a_documents_date_is_its_contents() -> None:
    dated = with_fixed_date(b"/CreationDate (D:20261122101112+00'00')", FRAME.drawn_at)
    assert dated == b"/CreationDate (D:20300102030405+00'00')"


@pytest.mark.parametrize("key", ["../outside.pdf", "/etc/passwd", "", "a/../../b"])
async def test_no_key_leads_out_of_the_store(key: str, store: DirectoryStore) -> None:
    with pytest.raises(ValueError, match="inside the store"):
        await store.write(key, b"x")


async def test_a_document_is_replaced_as_a_whole(store: DirectoryStore, tmp_path: Path) -> None:
    await store.write("b/quote.pdf", b"first")
    await store.write("b/quote.pdf", b"second")
    assert await store.read("b/quote.pdf") == b"second"
    assert [path.name for path in (tmp_path / "documents" / "b").iterdir()] == ["quote.pdf"]
    with pytest.raises(FileNotFoundError):
        await store.read("b/none.pdf")
