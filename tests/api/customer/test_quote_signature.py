"""Signing a quote: by name, by hand, by one of several companions at once; and its certificate."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from io import BytesIO
from uuid import uuid4

import pytest
import pytest_asyncio
from httpx2 import AsyncClient
from pypdf import PdfReader
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from activities.certifying import Certifying
from activities.documents import Documents
from activities.providers.chromium import Chromium
from activities.providers.storage import DirectoryStore
from models.domain.errors import InvalidInputError
from models.domain.links import LinkPurpose
from models.domain.signing import LONGEST_PATH, drawn_signature
from models.messages.ids import BookingId
from models.messages.messaging import DocumentKind, RenderDocument
from models.tables.integration import Document
from models.tables.quote import QuoteAcceptance
from tests.support.desk import fields_of
from tests.support.stub_first import StubFirst, Taking
from tests.support.trip import Trip
from tests.support.visitors import Visitors, post, read

DRAWN = "M10 150L60 20L110 150M35 90L90 90"


@pytest_asyncio.fixture
async def browser(visitors: Visitors) -> AsyncIterator[AsyncClient]:
    async with visitors.browser() as opened:
        yield opened


@pytest_asyncio.fixture
async def chromium() -> AsyncIterator[Chromium]:
    drawing = Chromium()
    yield drawing
    await drawing.close()


async def quote_page(visitors: Visitors, trip: Trip) -> str:
    return await visitors.link(trip, LinkPurpose.QUOTE, trip.quote.id)


async def acceptances(visitors: Visitors) -> list[QuoteAcceptance]:
    found = await visitors.rows(QuoteAcceptance)
    return [row for row in found if isinstance(row, QuoteAcceptance)]


@pytest.mark.parametrize("path", ["", "M0 0", "M600 200L0 0", DRAWN])
def test_a_path_as_the_pad_draws_it_is_a_signature(path: str) -> None:
    assert drawn_signature(path) == (path or None)


@pytest.mark.parametrize(
    "path",
    ["M601 0", "M0 201", "L1 1", "M1 1Z", "M1,1", 'M1 1"/><script>', "M٣ 1", "x", " ",
     "M1 1" + "L2 2" * (LONGEST_PATH // 4)],
)  # fmt: skip
def test_what_no_pad_draws_is_refused(path: str) -> None:
    with pytest.raises(InvalidInputError):
        drawn_signature(path)


async def test_a_drawn_signature_is_kept_with_the_acceptance(
    visitors: Visitors, browser: AsyncClient, quoted: Trip
) -> None:
    await visitors.start(quoted.booking.id)
    path = await quote_page(visitors, quoted)
    taken = await post(browser, path, "/accept", name="Élise", terms="yes", signature=DRAWN)
    assert taken.status_code == 303
    (acceptance,) = await acceptances(visitors)
    assert acceptance.drawn_signature == DRAWN
    assert DRAWN not in "".join(await visitors.asked(quoted.booking.id))


async def test_a_signature_that_nobody_can_read_is_refused_and_nothing_is_kept(
    visitors: Visitors, browser: AsyncClient, quoted: Trip
) -> None:
    path = await quote_page(visitors, quoted)
    page = await post(browser, path, "/accept", name="E", terms="yes", signature="M9999 1")
    assert page.status_code == 422
    assert "clear the field" in read(page)
    assert await acceptances(visitors) == []


async def test_of_two_who_accept_at_once_one_wins_and_the_other_is_told_kindly(
    visitors: Visitors, quoted: Trip
) -> None:
    taking = Taking(visitors.resources.sessions)
    queue = f"first-{uuid4()}"
    async with (
        visitors.browser() as one,
        visitors.browser() as other,
        Worker(
            visitors.temporal, task_queue=queue, workflows=[StubFirst],
            activities=[taking.take_acceptance], workflow_runner=UnsandboxedWorkflowRunner(),
        ),
    ):  # fmt: skip
        await visitors.temporal.start_workflow(
            StubFirst.run, id=quoted.booking.id, task_queue=queue
        )
        path = await quote_page(visitors, quoted)
        forms = [fields_of((await client.get(path)).text, "/accept") for client in (one, other)]
        answers = await asyncio.gather(
            *(
                client.post(f"{path}/accept", data=form | {"name": name, "terms": "yes"})
                for client, form, name in zip((one, other), forms, ("Élise", "Martin"), strict=True)
            )
        )
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    loser = next(answer for answer in answers if answer.status_code == 409)
    text = read(loser, "quote-accepted-by-another")
    assert "All is well" in text
    assert "you have accepted this quote" in text.lower() or "accepted" in text
    assert [row.accepted for row in await acceptances(visitors)].count(True) == 1


async def test_the_certificate_stands_behind_the_pages_that_were_sent(
    visitors: Visitors, browser: AsyncClient, quoted: Trip, chromium: Chromium
) -> None:
    sessions = visitors.resources.sessions
    store = DirectoryStore(visitors.resources.settings.data_dir / "documents")
    certifying = Certifying(sessions, renderer=chromium, store=store)
    await visitors.start(quoted.booking.id)
    path = await quote_page(visitors, quoted)
    await post(browser, path, "/accept", name="Élise", terms="yes", signature=DRAWN)
    assert not await certifying.certify_next()
    (acceptance,) = await acceptances(visitors)
    await visitors.change(acceptance, accepted=True)
    await visitors.change(quoted.quote, status="ACCEPTED")
    assert not await certifying.certify_next()
    await Documents(sessions, renderer=chromium, store=store).render_document(
        RenderDocument(
            booking_id=BookingId(quoted.booking.id),
            kind=DocumentKind.QUOTE,
            subject_ref=quoted.quote.id,
        )
    )
    assert (await browser.get(f"{path}/signed")).status_code == 404
    assert await certifying.certify_next()
    assert not await certifying.certify_next()
    sent = await browser.get(f"{path}/pdf")
    copy = await browser.get(f"{path}/signed")
    assert "/signed" in (await browser.get(path)).text
    pages = PdfReader(BytesIO(sent.content)).pages
    signed = PdfReader(BytesIO(copy.content))
    for page, kept in zip(pages, signed.pages, strict=False):
        assert page.extract_text() == kept.extract_text()
    last = " ".join(page.extract_text() for page in signed.pages[len(pages) :]).split()
    words = " ".join(last)
    for said in ["Élise", "127.0.0.1", "Firefox", "2026-11.1", "Certificate of signature"]:
        assert said in words, said
    assert hashlib.sha256(sent.content).hexdigest() in "".join(last)
    documents = await visitors.rows(Document)
    assert {row.kind for row in documents if isinstance(row, Document)} == {"quote", "signed_quote"}


async def test_a_certificate_whose_pdf_is_lost_is_tried_again_later(
    visitors: Visitors, browser: AsyncClient, quoted: Trip, chromium: Chromium,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    sessions = visitors.resources.sessions
    store = DirectoryStore(visitors.resources.settings.data_dir / "documents")
    await visitors.start(quoted.booking.id)
    await post(browser, await quote_page(visitors, quoted), "/accept", name="É", terms="yes")
    (acceptance,) = await acceptances(visitors)
    await visitors.change(acceptance, accepted=True)
    lost = Document(
        id=f"doc_{uuid4()}", booking_id=quoted.booking.id, kind="quote",
        subject_ref=quoted.quote.id, storage_key="lost.pdf", sha256="0" * 64, size=4,
    )  # fmt: skip
    async with sessions.begin() as session:
        session.add(lost)
    certifying = Certifying(sessions, renderer=chromium, store=store)
    assert not await certifying.certify_next()
    assert "is drawn later: FileNotFoundError" in caplog.text
    (kept,) = await acceptances(visitors)
    assert kept.certificate_id is None
    assert kept.certify_after > acceptance.certify_after
