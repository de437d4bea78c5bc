"""Quotes for staff and for customers, each answer and refusal held against the OpenAPI document."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
import pytest_asyncio
from temporalio.client import Client

from models.domain.links import LinkPurpose
from models.messages.ids import new_id
from models.tables.partners import Partner
from models.tables.quote import QuoteDay, QuoteVersion
from tests.contract.bookings import PATH, a_booking
from tests.support import office as factories
from tests.support.cluster import Cluster
from tests.support.desk import Office
from tests.support.documented import documented, faults
from tests.support.shapes import MOMENT, an_id, misfits
from tests.support.trip import TOTAL, Trip, a_quote
from tests.support.visitors import Visitors, open_visitors

TRIP = {
    "title": "Hanoi",
    "currency": "USD",
    "departure_on": "2027-03-02",
    "return_on": "2027-03-10",
    "travelers": 2,
}
BY_HAND = {
    "day": 1,
    "kind": "GUIDE",
    "description": "A day with Lan",
    "quantity": 2,
    "unit_price_minor": 5_000,
}
PROBLEM = {"error": str, "code": str}
ACCEPT = {"name": "Élise O'Connor", "terms_version": "2026-11.1"}


@dataclass
class Quoting:
    """A booking's quotes as a manager's program asks for them."""

    browser: httpx2.AsyncClient
    path: str
    hotel: dict[str, Any] = field(default_factory=dict)
    """A line by a rate card."""

    async def write(self, *lines: dict[str, Any], **changes: Any) -> str:
        """The id of a new draft; by a rate card and by hand unless lines are told."""
        body = {**TRIP, "lines": list(lines or (self.hotel, BY_HAND)), **changes}
        made = documented(await self.browser.post(self.path, json=body), 201)
        return str(made["quote"]["id"])


@pytest_asyncio.fixture
async def quoting(office: Office, marc: httpx2.AsyncClient) -> Quoting:
    booking = await a_booking(office, started=True, stage="QUALIFIED")
    async with office.resources.sessions.begin() as session:
        _, card = await factories.hotel_with_rate(session)
    hotel = {"day": 1, "nights": 3, "kind": "HOTEL", "description": "Maison", "rate_card_id": card}
    return Quoting(marc, f"{PATH}/{booking.id}/quotes", hotel)


async def test_a_draft_is_priced_written_read_and_written_again(quoting: Quoting) -> None:
    body = {**TRIP, "lines": [quoting.hotel]}
    asked = await quoting.browser.post(f"{quoting.path}/price", json=body)
    priced = documented(asked, 200)
    at = f"{quoting.path}/{await quoting.write(quoting.hotel)}"
    draft = documented(await quoting.browser.get(at), 200)
    assert draft["quote"]["total_minor"] == priced["total_minor"]
    changed = await quoting.browser.patch(at, json={**body, "lines": [BY_HAND]})
    assert documented(changed, 200)["quote"]["total_minor"] == 10_000
    listed = documented(await quoting.browser.get(quoting.path), 200)
    assert [one["id"] for one in listed["items"]] == [draft["quote"]["id"]]
    shape = {"id": an_id("quote"), "version": 1, "status": "DRAFT", "created_at": MOMENT}
    assert misfits(listed["items"][0], shape) == []


async def test_versions_are_copied_and_compared(quoting: Quoting) -> None:
    one = await quoting.write()
    copied = documented(await quoting.browser.post(f"{quoting.path}/{one}/copies"), 201)
    assert copied["quote"]["version"] == 2
    other = await quoting.write(BY_HAND, title="Hanoi, slowly", travelers=3)
    told = documented(
        await quoting.browser.get(
            f"{quoting.path}/comparison", params={"before": one, "after": other}
        ),
        200,
    )
    assert told


async def test_a_draft_is_approved_and_sent(quoting: Quoting) -> None:
    cheap = await quoting.write({**quoting.hotel, "markup": {"kind": "MARKUP", "percent": "0"}})
    at = f"{quoting.path}/{cheap}"
    documented(await quoting.browser.post(f"{at}/approval", json={"remark": "A good client"}), 200)
    decision = {"approved": False, "reason": "Too cheap"}
    documented(await quoting.browser.post(f"{at}/approval/decision", json=decision), 200)
    dear = await quoting.write(BY_HAND)
    sent = documented(await quoting.browser.post(f"{quoting.path}/{dear}/send", json={}), 200)
    assert sent["quote_version_id"] == dear


async def test_the_reasons_of_declines_are_counted(marc: httpx2.AsyncClient) -> None:
    documented(await marc.get("/api/v1/quote-declines"), 200)


@pytest.mark.parametrize(
    ("method", "address", "body", "status"),
    [
        ("GET", "/quote_0", None, 404),
        ("PATCH", "/quote_0", TRIP, 404),
        ("POST", "/quote_0/send", {}, 404),
        ("POST", "/quote_0/copies", None, 404),
        ("POST", "", {**TRIP, "travelers": 0}, 422),
        ("POST", "", {**TRIP, "lines": [{**BY_HAND, "unit_price_minor": -1}]}, 422),
        ("POST", "", {**TRIP, "lines": [{**BY_HAND, "rate_card_id": "rate_0"}]}, 422),
        ("POST", "/price", {**TRIP, "profit": 1}, 422),
        ("GET", "/comparison?before=quote_0&after=quote_1", None, 404),
    ],
)
async def test_what_staff_ask_in_vain_is_a_documented_problem(
    quoting: Quoting, method: str, address: str, body: dict[str, Any] | None, status: int
) -> None:
    answer = await quoting.browser.request(method, quoting.path + address, json=body)
    assert misfits(documented(answer, status), PROBLEM) == []


async def test_what_the_booking_refuses_is_a_documented_problem(
    office: Office, quoting: Quoting
) -> None:
    draft = await quoting.write(BY_HAND)
    await office.start(quoting.path.split("/")[-2], refuse="QUOTE_NOT_SENDABLE")
    refused = await quoting.browser.post(f"{quoting.path}/{draft}/send", json={})
    assert documented(refused, 409)["code"] == "QUOTE_NOT_SENDABLE"


async def test_profit_is_for_those_who_may_see_it(office: Office, quoting: Quoting) -> None:
    async with office.resources.sessions.begin() as session:
        hotel, _ = await factories.hotel_with_rate(session)
        partner = await session.get_one(Partner, hotel)
        draft, _ = await factories.quote(session, office.mine, partner)
    at = f"{PATH}/{office.mine.id}/quotes/{draft.id}"
    async with office.browser("linh") as linh:
        hers = documented(await linh.get(at), 200)
    his = documented(await quoting.browser.get(at), 200)
    assert [line["cost_minor"] for line in hers["lines"]] == [None, None]
    assert his["lines"][0]["cost_minor"] == 24_800


@pytest_asyncio.fixture
async def visitors(
    cluster: Cluster, temporal_address: str, temporal_client: Client, tmp_path: Path
) -> AsyncIterator[Visitors]:
    with cluster.fresh_database() as url:
        async with open_visitors(url, temporal_address, temporal_client, tmp_path) as opened:
            yield opened


@pytest_asyncio.fixture
async def quoted(visitors: Visitors) -> Trip:
    async with visitors.resources.sessions.begin() as session:
        return await a_quote(session)


async def public(visitors: Visitors, trip: Trip) -> str:
    path = await visitors.link(trip, LinkPurpose.QUOTE, trip.quote.id)
    return f"/public/v1/quotes/{path.rpartition('/')[2]}"


async def test_a_customers_program_reads_a_quote_and_its_changes(
    visitors: Visitors, quoted: Trip
) -> None:
    at = await public(visitors, quoted)
    async with visitors.program() as program:
        quote = documented(await program.get(at), 200)
        assert quote["total_minor"] == TOTAL
        assert "cost_minor" not in str(quote)
        told = documented(await program.get(f"{at}/changes"), 200)
        assert told["since_version"] is None


async def test_a_customers_program_reads_what_changed_since_the_version_before(
    visitors: Visitors, quoted: Trip
) -> None:
    later = QuoteVersion(
        id=new_id("quote"), booking_id=quoted.booking.id, version=3, status="SENT",
        title="Hanoi alone", currency="USD", total_minor=0, travelers=4,
        departure_on=quoted.quote.departure_on, return_on=quoted.quote.return_on,
        created_by="staff", sent_at=datetime.now(UTC), valid_until=quoted.quote.valid_until,
        replaces_id=quoted.quote.id,
    )  # fmt: skip
    async with visitors.resources.sessions.begin() as session:
        session.add(later)
        await session.flush()
        session.add(QuoteDay(quote_version_id=later.id, day=1, place="Hanoi", title="A", text="B"))
    path = await visitors.link(quoted, LinkPurpose.QUOTE, later.id)
    async with visitors.program() as program:
        told = documented(
            await program.get(f"/public/v1/quotes/{path.rpartition('/')[2]}/changes"), 200
        )
    assert told["since_version"] == 2
    assert told["lines"]["removed"]


@pytest.mark.parametrize(("action", "body"), [("accept", ACCEPT), ("decline", {"reason": "No"})])
async def test_a_customers_program_answers(
    visitors: Visitors, quoted: Trip, action: str, body: dict[str, str]
) -> None:
    await visitors.start(quoted.booking.id)
    at = await public(visitors, quoted)
    async with visitors.program() as program:
        documented(await program.post(f"{at}/{action}", json=body), 200)
        documented(await program.post(f"{at}/{action}", json={**body, "price": 1}), 422)


@pytest.mark.parametrize("action", ["accept", "decline"])
async def test_what_customers_ask_in_vain_is_a_documented_problem(
    visitors: Visitors, quoted: Trip, action: str
) -> None:
    await visitors.start(quoted.booking.id, refuse="QUOTE_NOT_OPEN")
    body = ACCEPT if action == "accept" else {}
    async with visitors.program() as program:
        at = await public(visitors, quoted)
        refused = documented(await program.post(f"{at}/{action}", json=body), 409)
        assert refused["code"] == "QUOTE_NOT_OPEN"
        unknown = await program.post(f"/public/v1/quotes/{'y' * 43}/{action}", json=body)
        assert documented(unknown, 404)["code"] == "LINK_INVALID"


async def test_an_answer_that_is_not_as_documented_is_told_by_its_place(
    marc: httpx2.AsyncClient,
) -> None:
    asked = (await marc.get("/api/v1/quote-declines")).request
    wrong = httpx2.Response(200, json={"items": [], "more": 1}, request=asked)
    assert any("more" in fault for fault in faults(wrong))
    (undocumented,) = faults(httpx2.Response(418, json={}, request=asked))
    assert "418 is not documented" in undocumented
    assert "text/plain" in str(faults(httpx2.Response(200, text="x", request=asked)))
    with pytest.raises(AssertionError, match="does not have GET"):
        faults(httpx2.Response(200, request=httpx2.Request("GET", "http://test/nowhere")))
