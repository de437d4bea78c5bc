"""What a reader ticks and chooses: shown with its total, accepted exactly so, or refused kindly."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from bs4 import BeautifulSoup
from httpx2 import AsyncClient, Response
from pypdf import PdfReader
from sqlalchemy import select
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from activities.certifying import Certifying
from activities.documents import Documents
from activities.providers.chromium import Chromium
from activities.providers.storage import DirectoryStore
from models.domain.links import LinkPurpose
from models.messages.ids import BookingId
from models.messages.messaging import DocumentKind, RenderDocument
from models.store.quote_choices import take_choices
from models.tables.quote import QuoteAcceptance, QuoteVersion
from tests.support.choices import BALLOON, HOTELS, OFFERED, RIVERSIDE, VILLA, Offered, offer_choices
from tests.support.desk import fields_of
from tests.support.stub_first import StubFirst, Taking
from tests.support.visitors import Visitors, read

ACCEPT = {"name": "Élise O'Connor", "terms_version": "2026-11.1"}
WITH_VILLA = OFFERED - RIVERSIDE + VILLA


@pytest_asyncio.fixture
async def offered(visitors: Visitors) -> Offered:
    async with visitors.resources.sessions.begin() as session:
        return await offer_choices(session)


@pytest_asyncio.fixture
async def program(visitors: Visitors) -> AsyncIterator[AsyncClient]:
    async with visitors.program() as opened:
        yield opened


@pytest_asyncio.fixture
async def browser(visitors: Visitors) -> AsyncIterator[AsyncClient]:
    async with visitors.browser() as opened:
        yield opened


async def page_of(visitors: Visitors, offered: Offered) -> str:
    return await visitors.link(offered.trip, LinkPurpose.QUOTE, offered.trip.quote.id)


async def address(visitors: Visitors, offered: Offered) -> str:
    return f"/public/v1/quotes/{(await page_of(visitors, offered)).rpartition('/')[2]}"


async def acceptances(visitors: Visitors) -> list[QuoteAcceptance]:
    return [row for row in await visitors.rows(QuoteAcceptance) if isinstance(row, QuoteAcceptance)]


async def sent(
    browser: AsyncClient, path: str, action: str, offered: Offered, *items: str, hotel: str = "",
    **typed: str,
) -> Response:  # fmt: skip
    """The form of the page with a hotel and the items that are ticked; to accept or to choose."""
    shown = await browser.get(path)
    fields = fields_of(shown.text, "/accept") | {"set:1": hotel or offered.riverside.id}
    fields |= {f"item:{number}": item for number, item in enumerate(items, start=1)}
    return await browser.post(f"{path}/{action}", data=fields | typed)


def text_of(page: Response, mark: str) -> str:
    found = BeautifulSoup(page.text, "html.parser").find(id=mark)
    assert found is not None, mark
    return found.get_text(" ", strip=True)


async def test_programs_read_what_can_be_chosen_and_the_total_of_any_choice(
    visitors: Visitors, program: AsyncClient, offered: Offered
) -> None:
    quote = (await program.get(await address(visitors, offered))).json()
    lines = {line["description"]: line for line in quote["lines"]}
    assert quote["total_minor"] == OFFERED
    assert sum(line["total_minor"] for line in lines.values() if line["chosen"]) == OFFERED
    villa, balloon = lines["Villa with a garden"], lines["Balloon at sunrise"]
    assert (villa["alternative"], villa["chosen"], villa["id"]) == (HOTELS, False, offered.villa.id)
    assert (balloon["optional"], balloon["chosen"], balloon["starts_at"]) == (
        True, False, "05:30:00",
    )  # fmt: skip


async def test_what_is_accepted_is_kept_before_it_is_decided(
    visitors: Visitors, program: AsyncClient, offered: Offered
) -> None:
    await visitors.start(offered.trip.booking.id)
    chosen = [offered.villa.id, offered.balloon.id]
    body = {**ACCEPT, "choices": chosen, "total_minor": WITH_VILLA + BALLOON}
    taken = await program.post(f"{await address(visitors, offered)}/accept", json=body)
    assert taken.status_code == 200, taken.text
    (acceptance,) = await acceptances(visitors)
    assert acceptance.choices == sorted(chosen)
    assert acceptance.total_minor == WITH_VILLA + BALLOON
    assert offered.villa.id not in "".join(await visitors.asked(offered.trip.booking.id))


async def test_without_choices_it_is_accepted_as_it_is_offered(
    visitors: Visitors, program: AsyncClient, offered: Offered
) -> None:
    await visitors.start(offered.trip.booking.id)
    taken = await program.post(f"{await address(visitors, offered)}/accept", json=ACCEPT)
    assert taken.status_code == 200
    (acceptance,) = await acceptances(visitors)
    assert (acceptance.choices, acceptance.total_minor) == ([offered.riverside.id], OFFERED)


@pytest.mark.parametrize(
    ("names", "total", "status", "words"),
    [
        ((), OFFERED, 422, "exactly one"),
        (("balloon",), OFFERED, 422, "exactly one"),
        (("riverside", "villa"), OFFERED, 422, "exactly one"),
        (("riverside", "unknown"), OFFERED, 422, "not part of this quote"),
        (("riverside", "flight"), OFFERED, 422, "not part of this quote"),
        (("riverside", "riverside"), OFFERED, 422, "not part of this quote"),
        (("riverside", "balloon"), OFFERED, 409, "another one than you saw"),
        (("riverside",), None, 422, "total_minor"),
        (("riverside",), -1, 422, "total_minor"),
    ],
)
async def test_what_can_not_be_chosen_is_refused_and_nothing_is_kept(
    names: Sequence[str], total: int | None, status: int, words: str,
    visitors: Visitors, program: AsyncClient, offered: Offered,
) -> None:  # fmt: skip
    ids = {"unknown": "line_x", "flight": offered.trip.lines[4].id}
    choices = [ids[name] if name in ids else getattr(offered, name).id for name in names]
    body: dict[str, Any] = {**ACCEPT, "choices": choices}
    if total is not None:
        body["total_minor"] = total
    refused = await program.post(f"{await address(visitors, offered)}/accept", json=body)
    assert refused.status_code == status
    assert words in refused.text
    assert await acceptances(visitors) == []


async def test_the_page_shows_prices_of_what_can_be_chosen_and_the_pdf_too(
    visitors: Visitors, browser: AsyncClient, offered: Offered
) -> None:
    page = await browser.get(await page_of(visitors, offered))
    told = text_of(page, "choices")
    for words in (HOTELS, "in the price", "+ USD 180.00", "Balloon at sunrise", "05:30",
                  "+ USD 360.00"):  # fmt: skip
        assert words in told, words
    assert "Balloon" not in text_of(page, "included-chosen")
    assert "Riverside house" in text_of(page, "included-chosen")
    assert "Villa" not in text_of(page, "stays-chosen")


async def test_a_form_without_scripts_shows_the_new_total_and_keeps_what_was_typed(
    visitors: Visitors, browser: AsyncClient, offered: Offered
) -> None:
    path = await page_of(visitors, offered)
    page = await sent(
        browser, path, "choose", offered, offered.balloon.id, hotel=offered.villa.id, name="Élise"
    )
    read(page, "quote-choices")
    total = f"USD {(WITH_VILLA + BALLOON) / 100:,.2f}"
    assert page.status_code == 200
    for mark in ("price-total", "choices-total", "foot-total", "accept-button"):
        assert total in text_of(page, mark), mark
    each = (WITH_VILLA + BALLOON) / 4 / 100
    assert f"{each:,.2f}" in text_of(page, "price-each")
    assert "Villa with a garden" in text_of(page, "included-chosen")
    assert "Riverside" not in text_of(page, "included-chosen")
    again = fields_of(page.text, "/accept")
    assert again["total_seen"] == str(WITH_VILLA + BALLOON)
    assert again["name"] == "Élise"
    ticked = BeautifulSoup(page.text, "html.parser").select("#choices input[checked]")
    assert {one["value"] for one in ticked} == {offered.villa.id, offered.balloon.id}
    async with visitors.resources.sessions.begin() as session:
        assert (await session.get_one(QuoteVersion, offered.trip.quote.id)).total_minor == OFFERED
    assert await acceptances(visitors) == []


async def test_accepting_what_was_just_ticked_asks_once_more_with_the_new_total(
    visitors: Visitors, browser: AsyncClient, offered: Offered
) -> None:
    await visitors.start(offered.trip.booking.id)
    path = await page_of(visitors, offered)
    typed = {"name": "Élise", "terms": "yes"}
    refused = await sent(browser, path, "accept", offered, offered.balloon.id, **typed)
    assert refused.status_code == 409
    assert "Nothing is accepted yet" in read(refused, "quote-total-changed")
    assert await acceptances(visitors) == []
    fields = fields_of(refused.text, "/accept")
    choices = {"set:1": offered.riverside.id, "item:1": offered.balloon.id}
    taken = await browser.post(f"{path}/accept", data=fields | choices | typed)
    assert taken.status_code == 303
    (acceptance,) = await acceptances(visitors)
    assert acceptance.total_minor == OFFERED + BALLOON
    assert acceptance.choices == sorted([offered.riverside.id, offered.balloon.id])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"set:1": "line_x"}, "not part of this quote"),
        ({"item:7": "line_x"}, "not part of this quote"),
        ({"total_seen": "much"}, "not complete"),
        ({"total_seen": "9" * 30}, "not complete"),
    ],
)
async def test_a_form_that_no_page_sends_is_refused(
    changes: dict[str, str], words: str, visitors: Visitors, browser: AsyncClient, offered: Offered
) -> None:
    path = await page_of(visitors, offered)
    refused = await sent(
        browser, path, "accept", offered, **{"name": "E", "terms": "yes"} | changes
    )
    assert refused.status_code == 422
    assert words in read(refused)
    assert f"USD {OFFERED / 100:,.2f}" in text_of(refused, "price-total")


async def test_choosing_needs_the_form_of_the_page(
    visitors: Visitors, browser: AsyncClient, offered: Offered
) -> None:
    refused = await browser.post(f"{await page_of(visitors, offered)}/choose", data={"set:1": "x"})
    assert refused.status_code == 403


async def test_a_quote_that_was_accepted_stands_as_it_was_chosen(
    visitors: Visitors, browser: AsyncClient, offered: Offered
) -> None:
    async with visitors.resources.sessions.begin() as session:
        session.add(
            QuoteAcceptance(
                id="accept_1", quote_version_id=offered.trip.quote.id, name="Élise",
                terms_version="1", choices=[offered.villa.id],
            )
        )  # fmt: skip
        version = await session.get_one(QuoteVersion, offered.trip.quote.id)
        await take_choices(session, "accept_1", version)
        version.status = "ACCEPTED"
    page = await browser.get(await page_of(visitors, offered))
    read(page, "quote-chosen")
    assert f"USD {WITH_VILLA / 100:,.2f}" in text_of(page, "price-total")
    assert "Villa with a garden" in text_of(page, "included-chosen")
    inputs = BeautifulSoup(page.text, "html.parser").select("#choices input")
    assert all(one.has_attr("disabled") for one in inputs)


async def test_of_two_companions_with_other_choices_one_wins(
    visitors: Visitors, offered: Offered
) -> None:
    queue = f"first-{uuid4()}"
    taking = Taking(visitors.resources.sessions)
    async with (
        visitors.browser() as one,
        visitors.browser() as other,
        Worker(
            visitors.temporal, task_queue=queue, workflows=[StubFirst],
            activities=[taking.take_acceptance], workflow_runner=UnsandboxedWorkflowRunner(),
        ),
    ):  # fmt: skip
        await visitors.temporal.start_workflow(
            StubFirst.run, id=offered.trip.booking.id, task_queue=queue
        )
        path = await page_of(visitors, offered)
        answers = await asyncio.gather(
            sent(one, path, "accept", offered, hotel=offered.villa.id, name="Élise", terms="yes",
                 total_seen=str(WITH_VILLA)),
            sent(other, path, "accept", offered, name="Martin", terms="yes"),
        )  # fmt: skip
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    loser = next(answer for answer in answers if answer.status_code == 409)
    assert "All is well" in read(loser)
    found = {row.name: row for row in await acceptances(visitors)}
    assert [row.accepted for row in found.values()].count(True) == 1
    assert found["Élise"].choices == [offered.villa.id]
    assert found["Martin"].choices == [offered.riverside.id]


async def test_the_certificate_and_the_pdf_name_what_was_chosen(
    visitors: Visitors, browser: AsyncClient, offered: Offered
) -> None:
    sessions, path = visitors.resources.sessions, await page_of(visitors, offered)
    store, drawing = DirectoryStore(visitors.resources.settings.data_dir / "documents"), Chromium()
    quote_pdf = RenderDocument(
        booking_id=BookingId(offered.trip.booking.id),
        kind=DocumentKind.QUOTE,
        subject_ref=offered.trip.quote.id,
    )
    await Documents(sessions, renderer=drawing, store=store).render_document(quote_pdf)
    pdf = words_of(await browser.get(f"{path}/pdf"))
    for said in ("Make it yours", HOTELS, "in the price", "+ USD 180.00", "Balloon at sunrise",
                 "05:30"):  # fmt: skip
        assert said in pdf, said
    await visitors.start(offered.trip.booking.id)
    typed = {"name": "Élise", "terms": "yes", "total_seen": str(WITH_VILLA)}
    await sent(browser, path, "accept", offered, hotel=offered.villa.id, **typed)
    (acceptance,) = await acceptances(visitors)
    async with sessions.begin() as session:
        version = await session.get_one(QuoteVersion, offered.trip.quote.id)
        await take_choices(session, acceptance.id, version)
        version.status = "ACCEPTED"
    assert await Certifying(sessions, renderer=drawing, store=store).certify_next()
    await drawing.close()
    signed = words_of(await browser.get(f"{path}/signed"))
    async with sessions.begin() as session:
        kept = await session.scalar(select(QuoteAcceptance))
    assert kept is not None
    assert kept.signed_sha256 is not None
    for said in (HOTELS, "Villa with a garden", f"USD {WITH_VILLA / 100:,.2f}"):
        assert said in signed, said
    assert kept.signed_sha256 in signed.replace(" ", "")


def words_of(answer: Response) -> str:
    pages = PdfReader(BytesIO(answer.content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


async def test_what_changed_is_told_with_choices(
    visitors: Visitors, program: AsyncClient, offered: Offered
) -> None:
    told = (await program.get(f"{await address(visitors, offered)}/changes")).json()
    assert told["since_version"] is None
    assert "cost" not in json.dumps(told)
