"""What a version would cost today, for others too, and the exchange rates that it keeps."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import update

from models.domain.clock import day_of
from models.domain.errors import QuoteNotSendableError
from models.domain.exchange import RatesOfDay, RateSource
from models.domain.rates import RateRow, Span
from models.domain.stages import Stage, TripStatus
from models.messages.ids import BookingId, QuoteVersionId
from models.messages.quoting import RecordQuoteSent
from models.messages.records import RecordProgress
from models.store.exchange_rates import store_fetched
from models.store.quotes import write_quote_sent
from models.tables.partners import Partner
from models.tables.quote import QuoteVersion
from tests.support import office as factories
from tests.support.desk import Office

NOW = datetime.now(UTC)
TODAY = day_of(NOW)
YEAR = Span(date(2027, 1, 1), date(2027, 12, 31))


async def fetched(office: Office, dong: int, on: date = TODAY) -> None:
    """The day's rates: so many dong for a euro, USD 1.10."""
    async with office.resources.sessions.begin() as session:
        rates = RatesOfDay(on, {"USD": Decimal("1.10"), "VND": Decimal(dong)})
        await store_fetched(session, RateSource.ECB, rates, rates.per_euro)


@pytest_asyncio.fixture
async def card(office: Office) -> str:
    """A double room at VND 1,500,000 a night, all through 2027; VND 27,500 are a euro."""
    await fetched(office, 27_500)
    async with office.resources.sessions.begin() as session:
        partner_id, _ = await factories.hotel_with_rate(session)
        partner = await session.get_one(Partner, partner_id)
        room = RateRow("", 1, "All year", YEAR, 1_500_000, single_minor=1_200_000)
        return await factories.rate_card(session, partner, currency="VND", rows=(room,))


def path_of(office: Office) -> str:
    return f"/api/v1/bookings/{office.mine.id}/quotes"


async def drafted(office: Office, card: str, **changes: Any) -> dict[str, Any]:
    """Three nights in the hotel, and a visa by hand."""
    stay = {
        "day": 1, "nights": 3, "kind": "HOTEL", "description": "Lotus", "rate_card_id": card,
    }  # fmt: skip
    visa = {"day": 1, "kind": "FEE", "description": "Visa", "unit_price_minor": 5_000}
    body = {
        "title": "Hanoi", "currency": "USD", "departure_on": "2027-03-02",
        "return_on": "2027-03-10", "travelers": 2, "lines": [stay, visa], **changes,
    }  # fmt: skip
    async with office.browser("marc") as browser:
        answer = await browser.post(path_of(office), json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def repriced(office: Office, quote: dict[str, Any], query: str = "") -> dict[str, Any]:
    async with office.browser("marc") as browser:
        answer = await browser.get(f"{path_of(office)}/{quote['quote']['id']}/repriced{query}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def send(office: Office, quote: dict[str, Any]) -> None:
    """Freezes the draft as sent, as the workflow's activity does."""
    record = RecordQuoteSent(
        quote_version_id=QuoteVersionId(quote["quote"]["id"]),
        valid_until=NOW + timedelta(days=14),
        today=TODAY,
        progress=RecordProgress(
            booking_id=BookingId(office.mine.id),
            seq=1,
            stage=Stage.PROPOSAL_SENT,
            trip_status=TripStatus.PENDING,
            timeline=(),
        ),
    )
    async with office.resources.sessions.begin() as session:
        await write_quote_sent(session, record)


async def test_today_costs_the_same_until_a_rate_moves_and_the_version_stays(
    office: Office, card: str
) -> None:
    quote = await drafted(office, card)
    same = await repriced(office, quote)
    assert (same["was_minor"], same["now_minor"], same["difference_minor"]) == (
        quote["quote"]["total_minor"],
        quote["quote"]["total_minor"],
        0,
    )
    await send(office, quote)
    await fetched(office, 25_000, TODAY + timedelta(days=1))
    dearer = await repriced(office, quote)
    assert [one["difference_minor"] for one in dearer["lines"]] == [2_295, 0]
    assert dearer["difference_minor"] == 2_295
    async with office.resources.sessions() as session:
        kept = await session.get_one(QuoteVersion, quote["quote"]["id"])
    assert (kept.status, kept.total_minor) == ("SENT", quote["quote"]["total_minor"])


async def test_a_version_names_the_rates_it_keeps(office: Office, card: str) -> None:
    quote = await drafted(office, card)
    await send(office, quote)
    await fetched(office, 25_000, TODAY + timedelta(days=1))
    async with office.browser("marc") as browser:
        shown = (await browser.get(f"{path_of(office)}/{quote['quote']['id']}")).json()
    async with office.page("marc") as browser:
        version = f"/backoffice/bookings/{office.mine.id}/quotes/{quote['quote']['id']}"
        page = (await browser.get(version)).text
    (rate,) = shown["exchange_rates"]
    assert (rate["currency"], rate["source"], rate["buffer_percent"]) == ("VND", "ECB", "2")
    assert Decimal(rate["rate"]) == Decimal("1.10") / 27_500
    assert "USD 0.00004" in page
    assert "Locked since it was sent, until" in page


async def test_a_draft_whose_price_moved_is_not_sent_unseen(office: Office, card: str) -> None:
    quote = await drafted(office, card)
    await fetched(office, 25_000, TODAY + timedelta(days=1))
    with pytest.raises(QuoteNotSendableError, match="today's cards and exchange rates"):
        await send(office, quote)
    async with office.resources.sessions() as session:
        assert (await session.get_one(QuoteVersion, quote["quote"]["id"])).status == "DRAFT"


async def test_a_service_without_a_price_today_says_why(office: Office, card: str) -> None:
    quote = await drafted(office, card)
    async with office.resources.sessions.begin() as session:
        moved = update(QuoteVersion).where(QuoteVersion.id == quote["quote"]["id"])
        dates = {"departure_on": date(2028, 1, 2), "return_on": date(2028, 1, 9)}
        await session.execute(moved.values(**dates))
    found = await repriced(office, quote)
    assert (found["now_minor"], found["difference_minor"]) == (None, None)
    stay, visa = found["lines"]
    assert (stay["now_minor"], visa["now_minor"]) == (None, 5_000)
    assert stay["reasons"]


async def test_groups_of_other_sizes_are_priced_by_the_cards(office: Office, card: str) -> None:
    quote = await drafted(office, card, group_sizes=[3, 4, 4])
    sizes = quote["quote"]["group_prices"]
    assert [one["travelers"] for one in sizes] == [3, 4]
    two = quote["quote"]["total_minor"] - 5_000
    assert sizes[1]["total_minor"] == 2 * two + 5_000
    asked = await repriced(office, quote, "?sizes=2&sizes=4")
    assert [one["total_minor"] for one in asked["group_prices"]] == [two + 5_000, 2 * two + 5_000]
    async with office.browser("marc") as browser:
        path = f"{path_of(office)}/{quote['quote']['id']}/repriced?sizes=61"
        assert (await browser.get(path)).status_code == 422


async def test_the_page_of_today_tells_both(office: Office, card: str) -> None:
    quote = await drafted(office, card)
    await fetched(office, 25_000, TODAY + timedelta(days=1))
    path = f"/backoffice/bookings/{office.mine.id}/quotes/{quote['quote']['id']}/today"
    async with office.page("marc") as browser:
        page = (await browser.get(f"{path}?sizes=2,+4,+99,+x")).text
        usual = (await browser.get(path)).text
    assert "+ USD 22.95" in page
    assert page.count('data-label="For each person"') == 2
    assert usual.count('data-label="For each person"') == 5
