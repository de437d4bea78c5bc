"""A quote for programs: read, accepted, declined; every refusal a problem that says what to do."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio
from httpx2 import AsyncClient

from models.domain.links import LinkPurpose
from models.store.quote_copies import copy_of
from models.store.quote_drafts import create_draft, find_version
from models.tables.quote import QuoteAcceptance, QuoteVersion
from tests.support.trip import TOTAL, Trip
from tests.support.visitors import Visitors

ACCEPT = {"name": "Élise O'Connor", "terms_version": "2026-11.1"}


@pytest_asyncio.fixture
async def program(visitors: Visitors) -> AsyncIterator[AsyncClient]:
    async with visitors.program() as opened:
        yield opened


async def address(visitors: Visitors, trip: Trip) -> str:
    path = await visitors.link(trip, LinkPurpose.QUOTE, trip.quote.id)
    return f"/public/v1/quotes/{path.rpartition('/')[2]}"


async def test_a_quote_is_read_whole_and_reading_is_no_view(
    visitors: Visitors, program: AsyncClient, quoted: Trip
) -> None:
    answer = await program.get(await address(visitors, quoted))
    quote = answer.json()
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert (quote["state"], quote["total_minor"], quote["currency"]) == ("open", TOTAL, "USD")
    assert sum(part["amount_minor"] for part in quote["payment_plan"]) == TOTAL
    assert sum(line["total_minor"] for line in quote["lines"]) == TOTAL
    assert [day["day"] for day in quote["days"]] == [1, 2, 3, 4, 5, 6]
    assert quote["terms_version"] == ACCEPT["terms_version"]
    async with visitors.resources.sessions.begin() as session:
        stored = await session.get_one(QuoteVersion, quoted.quote.id)
    assert stored.first_viewed_at is None


async def test_the_same_key_accepts_once(
    visitors: Visitors, program: AsyncClient, quoted: Trip
) -> None:
    await visitors.start(quoted.booking.id)
    at = await address(visitors, quoted)
    for _ in range(2):
        taken = await program.post(f"{at}/accept", json=ACCEPT, headers={"Idempotency-Key": "k1"})
        assert taken.status_code == 200
        assert taken.json() == {
            "status": "accepted", "first_instalment_id": "inst_1", "amount_minor": 100,
            "currency": "USD",
        }  # fmt: skip
    (asked,) = await visitors.asked(quoted.booking.id)
    assert "Élise" not in asked


async def test_declining_is_taken(visitors: Visitors, program: AsyncClient, quoted: Trip) -> None:
    await visitors.start(quoted.booking.id)
    at = await address(visitors, quoted)
    declined = await program.post(f"{at}/decline", json={"reason": "Next year"})
    assert declined.json() == {"status": "declined"}
    (asked,) = await visitors.asked(quoted.booking.id)
    assert json.loads(asked)["remark_id"]


@pytest.mark.parametrize("action", ["accept", "decline"])
async def test_a_quote_that_is_not_open_is_a_409_problem(
    action: str, visitors: Visitors, program: AsyncClient, quoted: Trip
) -> None:
    await visitors.start(quoted.booking.id, refuse="QUOTE_NOT_OPEN")
    at = await address(visitors, quoted)
    body = ACCEPT if action == "accept" else {}
    refused = await program.post(f"{at}/{action}", json=body)
    assert refused.status_code == 409
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["error"] == "The stub says what to do."
    assert refused.json()["code"] == "QUOTE_NOT_OPEN"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": "", "terms_version": "2026-11.1"},
        {"name": "x" * 201, "terms_version": "2026-11.1"},
        {"name": "E", "terms_version": "another"},
        {"name": "\x00", "terms_version": "2026-11.1"},
        {"name": 7, "terms_version": "2026-11.1"},
        {**ACCEPT, "price": 1},
        {**ACCEPT, "signature": "M1 2L3 4Z"},
        {**ACCEPT, "signature": "M601 2L3 4"},
        {**ACCEPT, "signature": "M1 2" + "L3 4" * 5_000},
    ],
)
async def test_a_wrong_acceptance_is_422_and_nothing_is_written(
    body: dict[str, object], visitors: Visitors, program: AsyncClient, quoted: Trip
) -> None:
    refused = await program.post(f"{await address(visitors, quoted)}/accept", json=body)
    assert refused.status_code == 422
    assert refused.json()["error"]
    assert await visitors.rows(QuoteAcceptance) == []


async def test_a_signature_that_was_drawn_is_kept(
    visitors: Visitors, program: AsyncClient, quoted: Trip
) -> None:
    await visitors.start(quoted.booking.id)
    body = {**ACCEPT, "signature": "M10 20L30 40L50 20"}
    taken = await program.post(f"{await address(visitors, quoted)}/accept", json=body)
    assert taken.status_code == 200, taken.text
    (kept,) = await visitors.rows(QuoteAcceptance)
    assert isinstance(kept, QuoteAcceptance)
    assert kept.drawn_signature == body["signature"]


async def test_an_unknown_token_is_a_404_problem(program: AsyncClient) -> None:
    for method, path in (("GET", ""), ("POST", "/accept"), ("POST", "/decline")):
        body = ACCEPT if path == "/accept" else {}
        answer = await program.request(method, f"/public/v1/quotes/{'y' * 43}{path}", json=body)
        assert answer.status_code == 404
        assert answer.json()["code"] == "LINK_INVALID"


async def test_customers_read_what_changed_since_the_version_before(
    visitors: Visitors, program: AsyncClient, quoted: Trip
) -> None:
    first = await program.get(f"{await address(visitors, quoted)}/changes")
    assert first.json()["since_version"] is None
    async with visitors.resources.sessions.begin() as session:
        full = await find_version(session, quoted.booking.id, quoted.quote.id)
        draft = replace(copy_of(full), travelers=5)
        later = await create_draft(session, quoted.booking.id, draft, "staff")
        later.status, later.option, later.replaces_id = "SENT", "A", quoted.quote.id
    quoted.quote = later
    told = (await program.get(f"{await address(visitors, quoted)}/changes")).json()
    assert told["since_version"] == 2
    assert told["fields"] == [{"name": "travelers", "before": 4, "after": 5}]
    assert told["difference_minor"] == 0
    assert "partner" not in json.dumps(told)
    assert "cost_minor" not in json.dumps(told)
