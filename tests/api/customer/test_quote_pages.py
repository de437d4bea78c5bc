"""The page of a quote: what it says in every state, and that each answer is taken once."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from httpx2 import AsyncClient

from models.domain.links import LinkPurpose
from models.messages.ids import new_id
from models.store.quote_copies import copy_of
from models.store.quote_drafts import create_draft, find_version
from models.tables.crm import Remark
from models.tables.integration import Document, OutboxRow
from models.tables.quote import QuoteAcceptance, QuoteVersion
from tests.support.desk import fields_of
from tests.support.trip import TOTAL, Trip, a_quote, store
from tests.support.visitors import Visitors, post, read

PRICE = f"USD {TOTAL / 100:,.2f}"
STATES = [
    ("SUPERSEDED", "There is a newer version"),
    ("EXPIRED", "This quote has expired"),
    ("DECLINED", "You have declined this quote"),
    ("ACCEPTED", "you have accepted this quote"),
    ("WITHDRAWN", "This quote is not open any more"),
]


@pytest_asyncio.fixture
async def browser(visitors: Visitors) -> AsyncIterator[AsyncClient]:
    async with visitors.browser() as opened:
        yield opened


async def quote_page(visitors: Visitors, trip: Trip) -> str:
    return await visitors.link(trip, LinkPurpose.QUOTE, trip.quote.id)


async def first_viewed(visitors: Visitors, trip: Trip) -> datetime | None:
    async with visitors.resources.sessions.begin() as session:
        return (await session.get_one(QuoteVersion, trip.quote.id)).first_viewed_at


async def test_an_open_quote_says_everything_and_offers_every_answer(
    visitors: Visitors, browser: AsyncClient, quoted: Trip
) -> None:
    page = await browser.get(await quote_page(visitors, quoted))
    text = read(page, "quote-open")
    assert page.status_code == 200
    for words in [PRICE, "Hội An", "Deposit", "Day 6", "Accept this quote", "What has changed",
                  "60 days or more before departure", "Trần Thị Mai"]:  # fmt: skip
        assert words in text, words
    for action in ("/accept", "/decline", "/change"):
        assert fields_of(page.text, action)["idempotency_key"]


async def test_the_least_quote_can_be_read(visitors: Visitors, browser: AsyncClient) -> None:
    async with visitors.resources.sessions.begin() as session:
        trip = await a_quote(session, minimal=True)
    text = read(await browser.get(await quote_page(visitors, trip)), "quote-minimal")
    assert "USD 100.00" in text


async def test_a_token_page_is_kept_from_caches_referrers_and_search_engines(
    visitors: Visitors, browser: AsyncClient, quoted: Trip
) -> None:
    page = await browser.get(await quote_page(visitors, quoted))
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "noindex" in page.headers["x-robots-tag"]


@pytest.mark.parametrize("kind", ["quote", "pay", "trip", "supplier", "guide"])
async def test_a_wrong_token_is_a_page_that_says_what_to_do(
    kind: str, browser: AsyncClient
) -> None:
    page = await browser.get(f"/{kind}/{'x' * 43}")
    assert page.status_code == 404
    assert "Please use the newest e-mail" in read(page, "wrong-token")


async def test_a_token_of_another_page_opens_nothing(
    visitors: Visitors, browser: AsyncClient, quoted: Trip
) -> None:
    token = (await quote_page(visitors, quoted)).rpartition("/")[2]
    assert (await browser.get(f"/trip/{token}")).status_code == 404


async def test_a_draft_has_no_page(visitors: Visitors, browser: AsyncClient) -> None:
    async with visitors.resources.sessions.begin() as session:
        drafted = await a_quote(session, status="DRAFT")
    assert (await browser.get(await quote_page(visitors, drafted))).status_code == 404


async def test_a_scanner_that_fetches_the_page_views_and_changes_nothing(
    visitors: Visitors, browser: AsyncClient, quoted: Trip
) -> None:
    path = await quote_page(visitors, quoted)
    await browser.get(path)
    await browser.get(f"{path}/accept")
    for action in ("/accept", "/decline", "/change", "/seen"):
        blind = await browser.post(path + action, data={"name": "Eve", "terms": "yes"})
        assert blind.status_code == 403
    assert await first_viewed(visitors, quoted) is None
    assert await visitors.rows(QuoteAcceptance) == []
    assert await visitors.rows(OutboxRow) == []


async def test_a_person_who_reads_is_a_view_once(
    visitors: Visitors, browser: AsyncClient, quoted: Trip
) -> None:
    path = await quote_page(visitors, quoted)
    shown = await browser.get(path)
    nonce = fields_of(shown.text, "/accept")["csrf_token"]
    for _ in range(2):
        seen = await browser.post(f"{path}/seen", data={"csrf_token": nonce})
        assert seen.status_code == 204
    assert await first_viewed(visitors, quoted) is not None
    (row,) = await visitors.rows(OutboxRow)
    assert isinstance(row, OutboxRow)
    assert (row.workflow_id, row.signal, row.argument) == (
        quoted.booking.id, "quote_viewed", quoted.quote.id,
    )  # fmt: skip


async def test_accepting_keeps_the_evidence_and_asks_the_booking_once(
    visitors: Visitors, browser: AsyncClient, quoted: Trip
) -> None:
    await visitors.start(quoted.booking.id)
    path = await quote_page(visitors, quoted)
    fields = fields_of((await browser.get(path)).text, "/accept")
    fields |= {"name": "Élise O'Connor", "terms": "yes"}
    for _ in range(2):
        taken = await browser.post(f"{path}/accept", data=fields)
        assert (taken.status_code, taken.headers["location"]) == (303, path)
    asked = [json.loads(command) for command in await visitors.asked(quoted.booking.id)]
    assert [command["quote_version_id"] for command in asked] == [quoted.quote.id]
    evidence = (await visitors.rows(QuoteAcceptance))[0]
    assert isinstance(evidence, QuoteAcceptance)
    assert asked[0]["acceptance_id"] == evidence.id
    assert (evidence.name, evidence.user_agent) == ("Élise O'Connor", "Firefox")
    assert evidence.terms_version == "2026-11.1"
    assert evidence.ip_address == "127.0.0.1"
    assert await first_viewed(visitors, quoted) is not None


async def test_declining_and_wishing_keep_the_words_out_of_temporal(
    visitors: Visitors, browser: AsyncClient, quoted: Trip
) -> None:
    await visitors.start(quoted.booking.id)
    path = await quote_page(visitors, quoted)
    assert (await post(browser, path, "/change", wish="No early flights")).status_code == 303
    assert (await post(browser, path, "/decline", reason="Too warm")).status_code == 303
    asked = await visitors.asked(quoted.booking.id)
    bodies = {row.id: row.body for row in await visitors.rows(Remark) if isinstance(row, Remark)}
    assert [bodies[json.loads(command)["remark_id"]] for command in asked] == [
        "No early flights",
        "Too warm",
    ]
    assert "Too warm" not in "".join(asked)


async def test_declining_needs_no_reason(
    visitors: Visitors, browser: AsyncClient, quoted: Trip
) -> None:
    await visitors.start(quoted.booking.id)
    path = await quote_page(visitors, quoted)
    assert (await post(browser, path, "/decline")).status_code == 303
    assert await visitors.rows(Remark) == []


@pytest.mark.parametrize(
    ("action", "typed", "sentence"),
    [
        ("/accept", {"name": "Élise", "terms": ""}, "tick the box"),
        ("/accept", {"name": " ", "terms": "yes"}, "type your full name"),
        ("/accept", {"name": "x" * 201, "terms": "yes"}, "at most 200"),
        ("/accept", {"name": "E", "terms": "yes", "terms_version": "old"}, "2026-11.1"),
        ("/change", {"wish": ""}, "what you would like to be different"),
        ("/decline", {"reason": "x" * 4001}, "at most 4000"),
        ("/decline", {"idempotency_key": ""}, "Open the page again"),
    ],
)
async def test_what_is_missing_is_said_and_what_was_typed_stays(
    action: str, typed: dict[str, str], sentence: str,
    visitors: Visitors, browser: AsyncClient, quoted: Trip,
) -> None:  # fmt: skip
    page = await post(browser, await quote_page(visitors, quoted), action, **typed)
    assert page.status_code == 422
    assert sentence in read(page, "quote-invalid")
    if typed.get("name") == "Élise":
        assert fields_of(page.text, "/accept")["name"] == "Élise"
    assert await visitors.rows(QuoteAcceptance) == []


@pytest.mark.parametrize(("status", "heading"), STATES)
async def test_an_ended_quote_says_what_to_do_and_takes_no_answer(
    status: str, heading: str, visitors: Visitors, browser: AsyncClient, quoted: Trip
) -> None:
    await visitors.start(quoted.booking.id, refuse="QUOTE_NOT_OPEN")
    path = await quote_page(visitors, quoted)
    fields = fields_of((await browser.get(path)).text, "/accept")
    await visitors.change(quoted.quote, status=status)
    page = await browser.get(path)
    assert page.status_code == 200
    assert heading in read(page, f"quote-{status.lower()}")
    assert "/accept" not in page.text
    refused = await browser.post(f"{path}/accept", data=fields | {"name": "E", "terms": "yes"})
    assert refused.status_code == 409
    text = read(refused, f"quote-refused-{status.lower()}")
    assert heading in text
    assert "The stub says what to do." in text


async def test_a_quote_whose_time_is_over_is_expired_before_anybody_says_so(
    visitors: Visitors, browser: AsyncClient, quoted: Trip
) -> None:
    await visitors.change(quoted.quote, valid_until=datetime.now(UTC) - timedelta(seconds=1))
    text = read(await browser.get(await quote_page(visitors, quoted)))
    assert "This quote has expired" in text


async def test_a_superseded_quote_leads_to_the_newest(
    visitors: Visitors, browser: AsyncClient, quoted: Trip
) -> None:
    newer = QuoteVersion(
        id=new_id("quote"), booking_id=quoted.booking.id, version=3, status="SENT",
        title="The newer plan", currency="USD", departure_on=quoted.quote.departure_on,
        return_on=quoted.quote.return_on, travelers=4, created_by="staff",
    )  # fmt: skip
    async with visitors.resources.sessions.begin() as session:
        await store(session, newer)
    await visitors.change(quoted.quote, status="SUPERSEDED")
    page = await browser.get(await quote_page(visitors, quoted))
    assert "replaced by version 3" in read(page)
    newest = await visitors.link(quoted, LinkPurpose.QUOTE, newer.id)
    assert newest in page.text
    assert "The newer plan" in read(await browser.get(newest))


async def test_an_accepted_quote_leads_to_the_payment_then_to_the_trip(
    visitors: Visitors, browser: AsyncClient, accepted: Trip
) -> None:
    path = await quote_page(visitors, accepted)
    deposit = accepted.instalments[0]
    await visitors.change(deposit, status="OPEN")
    payment = await visitors.link(accepted, LinkPurpose.PAYMENT, deposit.id)
    assert payment in (await browser.get(path)).text
    await visitors.change(deposit, status="PAID")
    trip = await visitors.link(accepted, LinkPurpose.TRIP, accepted.booking.id)
    assert trip in (await browser.get(path)).text


async def test_a_cancelled_booking_and_a_wish_show_on_the_quote(
    visitors: Visitors, browser: AsyncClient, quoted: Trip
) -> None:
    path = await quote_page(visitors, quoted)
    await visitors.change(quoted.booking, stage="NEGOTIATION")
    text = read(await browser.get(path), "quote-change")
    assert "You have asked for a change" in text
    assert "Accept this quote" in text
    await visitors.change(quoted.booking, trip_status="CANCELLED")
    assert "This booking was cancelled" in read(await browser.get(path), "quote-cancelled")


async def test_nobody_to_decide_is_503_with_the_same_key(
    visitors: Visitors, browser: AsyncClient, quoted: Trip, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.decisions.PATIENCE_SECONDS", 0.2)
    await visitors.temporal.start_workflow(
        "Nobody", id=quoted.booking.id, task_queue="nobody-works-here"
    )
    path = await quote_page(visitors, quoted)
    fields = fields_of((await browser.get(path)).text, "/accept")
    page = await browser.post(f"{path}/accept", data=fields | {"name": "Élise", "terms": "yes"})
    assert page.status_code == 503
    assert page.headers["retry-after"]
    again = fields_of(page.text, "/accept")
    assert again["idempotency_key"] == fields["idempotency_key"]
    assert again["name"] == "Élise"


async def test_the_pdf_comes_once_it_is_drawn(
    visitors: Visitors, browser: AsyncClient, quoted: Trip, tmp_path: Path
) -> None:
    path = await quote_page(visitors, quoted)
    assert (await browser.get(f"{path}/pdf")).status_code == 404
    document = Document(
        id=new_id("doc"), booking_id=quoted.booking.id, kind="quote",
        subject_ref=quoted.quote.id, storage_key="q.pdf", sha256="0" * 64, size=4,
    )  # fmt: skip
    async with visitors.resources.sessions.begin() as session:
        await store(session, document)
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "q.pdf").write_bytes(b"%PDF")
    pdf = await browser.get(f"{path}/pdf")
    assert (pdf.content, pdf.headers["content-type"]) == (b"%PDF", "application/pdf")


async def test_a_later_version_says_what_changed_and_keeps_what_is_ours(
    visitors: Visitors, browser: AsyncClient, quoted: Trip
) -> None:
    async with visitors.resources.sessions.begin() as session:
        full = await find_version(session, quoted.booking.id, quoted.quote.id)
        before = copy_of(full)
        price = before.lines[0].unit_price_minor or 0
        dearer = replace(before.lines[0], unit_price_minor=price + 1_000)
        draft = replace(before, lines=(dearer, *before.lines[2:]), days=before.days[1:])
        later = await create_draft(session, quoted.booking.id, draft, "staff")
        later.status, later.option, later.replaces_id = "SENT", "A", quoted.quote.id
    await visitors.change(quoted.quote, status="SUPERSEDED")
    gone, quoted.quote = before.lines[1].description, later
    text = read(await browser.get(await quote_page(visitors, quoted)), "quote-changes")
    assert "What changed since version 2" in text
    assert f"Gone {gone}" in text
    assert "Price each USD 210.00 USD 220.00" in text
    assert "Supplier" not in text.partition("What changed since")[2].partition("Day by day")[0]


async def another(visitors: Visitors, trip: Trip, letter: str) -> QuoteVersion:
    """A copy of the trip's quote that is open as another option."""
    async with visitors.resources.sessions.begin() as session:
        full = await find_version(session, trip.booking.id, trip.quote.id)
        draft = replace(copy_of(full), title=f"The plan of {letter}")
        found = await create_draft(session, trip.booking.id, draft, "staff")
        found.status, found.option = "SENT", letter
        found.valid_until = trip.quote.valid_until
    return found


async def test_a_customer_sees_every_option_and_comes_to_the_others(
    visitors: Visitors, browser: AsyncClient
) -> None:
    async with visitors.resources.sessions.begin() as session:
        trip = await a_quote(session, option="A")
    path = await quote_page(visitors, trip)
    assert "Your options" not in read(await browser.get(path))
    second = await another(visitors, trip, "B")
    shown = await browser.get(path)
    text = read(shown, "quote-options")
    assert "There are 2 plans for your trip" in text
    assert "Option B The plan of B" in text
    link = await visitors.link(trip, LinkPurpose.QUOTE, second.id)
    assert link in shown.text
    assert "What changed since" not in read(await browser.get(link))


async def test_an_option_that_was_not_chosen_says_so_and_offers_no_answer(
    visitors: Visitors, browser: AsyncClient
) -> None:
    async with visitors.resources.sessions.begin() as session:
        trip = await a_quote(session, option="A")
    await another(visitors, trip, "B")
    await visitors.change(trip.quote, status="NOT_CHOSEN")
    page = await browser.get(await quote_page(visitors, trip))
    assert "You have chosen another option" in read(page, "quote-not-chosen")
    assert "/accept" not in page.text
