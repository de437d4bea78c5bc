"""Drafts whose lines the price list works out: by the JSON API, into the database."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import event, select

from models.domain.clock import day_of
from models.domain.errors import QuoteNotSendableError
from models.domain.exchange import RatesOfDay, RateSource
from models.domain.pricing.rounding import Charm
from models.domain.quote_draft import DraftLine, QuoteDraft
from models.domain.rates import Allotment, Basis, RateRow, Span
from models.domain.rule_book import RuleBook
from models.domain.stages import ServiceKind, Stage, TripStatus
from models.messages.ids import BookingId, QuoteVersionId
from models.messages.quoting import RecordQuoteSent
from models.messages.records import RecordProgress
from models.store.exchange_rates import store_fetched
from models.store.quote_drafts import find_version
from models.store.quote_pricing import price_draft
from models.store.quotes import write_quote_sent
from models.store.rule_books import keep_rule_book
from models.tables.audit import AuditEvent
from models.tables.partners import Partner
from models.tables.quote import QuoteVersion
from tests.support import office as factories
from tests.support.desk import Office

YEAR = Span(date(2027, 1, 1), date(2027, 12, 31))
TRIP = {
    "title": "Hanoi",
    "currency": "USD",
    "departure_on": "2027-03-02",
    "return_on": "2027-03-10",
    "travelers": 2,
}
TODAY = day_of(datetime.now(UTC))


@pytest_asyncio.fixture
async def hotel(office: Office) -> tuple[Partner, str]:
    """A hotel and its card: a double room at USD 62.00 a night, all through 2027."""
    async with office.resources.sessions.begin() as session:
        partner_id, card_id = await factories.hotel_with_rate(session)
        return await session.get_one(Partner, partner_id), card_id


def stay(card_id: str, **changes: Any) -> dict[str, Any]:
    """Three nights of a card, from the first day."""
    line = {
        "day": 1,
        "nights": 3,
        "kind": "HOTEL",
        "description": "Maison de Hanoi",
        "rate_card_id": card_id,
    }
    return line | changes


async def card(office: Office, partner: Partner, **facts: Any) -> str:
    """A further card of a partner."""
    async with office.resources.sessions.begin() as session:
        return await factories.rate_card(session, partner, **facts)


async def drafted(office: Office, *lines: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A draft as the API answers it, as a manager sees it."""
    path = f"/api/v1/bookings/{office.mine.id}/quotes"
    async with office.browser("marc") as browser:
        answer = await browser.post(path, json={**TRIP, "lines": list(lines), **changes})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def refused(office: Office, *lines: dict[str, Any], **changes: Any) -> str:
    """The problem with which the API refuses a draft."""
    path = f"/api/v1/bookings/{office.mine.id}/quotes"
    async with office.browser("marc") as browser:
        answer = await browser.post(path, json={**TRIP, "lines": list(lines), **changes})
    assert answer.status_code == 422
    return answer.text


async def stored(office: Office, quote: dict[str, Any]) -> tuple[QuoteVersion, list[Any]]:
    """The version and its lines in the database."""
    async with office.resources.sessions.begin() as session:
        full = await find_version(session, office.mine.id, quote["quote"]["id"])
    return full.version, full.lines


async def test_three_nights_cost_three_nights_and_name_every_row(
    office: Office, hotel: tuple[Partner, str]
) -> None:
    quote = await drafted(office, stay(hotel[1]))
    line = quote["lines"][0]
    assert (line["cost_minor"], line["cost_currency"]) == (18_600, "USD")
    assert (line["quantity"], line["unit_price_minor"], line["total_minor"]) == (1, 23_250, 23_250)
    assert line["description"] == "Maison de Hanoi (1 x double or twin, 3 nights)"
    assert line["partner_id"] == hotel[0].id
    assert quote["quote"]["total_minor"] == 23_250
    version, lines = await stored(office, quote)
    cost = lines[0].priced_from["costs"][0]
    assert (cost["card_id"], cost["card_version"], cost["contract_version"]) == (hotel[1], 1, 1)
    assert cost["contract_id"].startswith("contract_")
    row = cost["rows"][0]
    assert (row["row_number"], row["season"], row["nights"], row["count"]) == (1, "All year", 3, 1)
    assert version.pricing is not None
    assert (version.pricing["cost_minor"], version.pricing["profit_minor"]) == (18_600, 4_650)
    assert version.pricing["margin_percent"] == "20.00"


async def test_rooms_decide_what_a_stay_costs(office: Office, hotel: tuple[Partner, str]) -> None:
    rooms = [{"rooms": 2, "adults": 2}, {"adults": 1}]
    quote = await drafted(office, stay(hotel[1]), travelers=5, groups=rooms)
    line = quote["lines"][0]
    assert line["cost_minor"] == 3 * 3 * 6_200
    assert line["description"].endswith("(2 x double or twin, 1 x single, 3 nights)")
    version, _ = await stored(office, quote)
    assert version.groups == [
        {"rooms": 2, "adults": 2, "children": []},
        {"rooms": 1, "adults": 1, "children": []},
    ]


@pytest.mark.parametrize(
    ("line", "changes", "words"),
    [
        ({}, {"groups": [{"adults": 3}]}, "3 people"),
        ({}, {"groups": [{"rooms": 2}]}, "at least one person"),
        ({"rate_card_id": "rate_unknown"}, {}, "not one of this supplier"),
        ({"partner_id": "partner_other"}, {}, "not one of this supplier"),
        ({"rate_card_id": None}, {}, "name a price, or a rate card"),
        ({"rate_card_id": None, "further_cards": ["rate_x"], "unit_price_minor": 1}, {}, "first"),
        ({"unit_price_minor": 1, "markup": {"kind": "MARKUP", "percent": 1}}, {}, "no markup"),
        ({"markup": {"kind": "MARGIN", "percent": 100}}, {}, "below 100"),
        ({"markup": {"kind": "MARGIN"}}, {}, "has a percentage"),
        ({"markup": {"kind": "FIXED", "percent": 3}}, {}, "has an amount"),
    ],
)
async def test_what_can_not_be_priced_so_is_refused_in_words(
    office: Office,
    hotel: tuple[Partner, str],
    line: dict[str, Any],
    changes: dict[str, Any],
    words: str,
) -> None:
    assert words in await refused(office, stay(hotel[1], **line), **changes)


async def test_a_missing_price_is_not_guessed_and_keeps_the_quote_at_home(
    office: Office, hotel: tuple[Partner, str]
) -> None:
    winter = RateRow("", 1, "Winter", Span(date(2027, 11, 1), date(2027, 12, 31)), 5_000)
    late = await card(office, hotel[0], rows=(winter,))
    quote = await drafted(office, stay(hotel[1]), stay(late))
    version, lines = await stored(office, quote)
    assert [one["total_minor"] for one in quote["lines"]] == [23_250, 0]
    assert quote["quote"]["total_minor"] == 0
    assert version.pricing is not None
    assert version.pricing["complete"] is False
    assert lines[1].priced_from["findings"][0]["kind"] == "GAP"
    assert lines[1].priced_from["priced"] is False
    record = RecordQuoteSent(
        quote_version_id=QuoteVersionId(version.id),
        valid_until=datetime(2027, 2, 1, tzinfo=UTC),
        today=TODAY,
        progress=RecordProgress(
            booking_id=BookingId(office.mine.id),
            seq=1,
            stage=Stage.PROPOSAL_SENT,
            trip_status=TripStatus.PENDING,
            timeline=(),
        ),
    )
    with pytest.raises(QuoteNotSendableError, match="no price yet"):
        async with office.resources.sessions.begin() as session:
            await write_quote_sent(session, record)


@pytest.mark.parametrize(
    ("markup", "total"),
    [
        ({"kind": "MARKUP", "percent": "50"}, 27_900),
        ({"kind": "MARGIN", "percent": "40"}, 31_000),
        ({"kind": "FIXED", "price_minor": 20_000}, 20_000),
    ],
)
async def test_a_line_may_have_a_markup_of_its_own(
    office: Office, hotel: tuple[Partner, str], markup: dict[str, Any], total: int
) -> None:
    quote = await drafted(office, stay(hotel[1], markup=markup))
    assert quote["quote"]["total_minor"] == total
    assert quote["lines"][0]["cost_minor"] == 18_600


async def test_a_cost_in_another_currency_is_exchanged_at_the_rate_in_force(
    office: Office, hotel: tuple[Partner, str]
) -> None:
    async with office.resources.sessions.begin() as session:
        rates = RatesOfDay(TODAY, {"USD": Decimal("1.10"), "VND": Decimal(27_500)})
        await store_fetched(session, RateSource.ECB, rates, rates.per_euro)
    room = RateRow("", 1, "All year", YEAR, 1_500_000)
    dong = await card(office, hotel[0], currency="VND", rows=(room,))
    quote = await drafted(office, stay(dong))
    line = quote["lines"][0]
    assert (line["cost_minor"], line["cost_currency"]) == (4_500_000, "VND")
    assert line["total_minor"] == round(18_000 * 1.02 * 1.25)
    _, lines = await stored(office, quote)
    exchange = lines[0].priced_from["costs"][0]["exchange"]
    assert (exchange["source"], exchange["buffer_percent"]) == ("ECB", "2")


async def test_without_an_exchange_rate_there_is_no_price_but_a_typed_one_stands(
    office: Office, hotel: tuple[Partner, str]
) -> None:
    dong = await card(office, hotel[0], currency="VND")
    typed = stay(dong, partner_id=hotel[0].id, quantity=2, unit_price_minor=9_500)
    quote = await drafted(office, typed)
    assert (quote["lines"][0]["total_minor"], quote["lines"][0]["cost_minor"]) == (19_000, 12_400)
    quote = await drafted(office, stay(dong))
    _, lines = await stored(office, quote)
    assert quote["quote"]["total_minor"] == 0
    assert lines[0].priced_from["findings"][0]["kind"] == "NO_EXCHANGE_RATE"


async def test_charm_prices_are_shared_over_the_lines_to_the_last_cent(
    office: Office, hotel: tuple[Partner, str]
) -> None:
    async with office.resources.sessions.begin() as session:
        book = RuleBook().charmed("USD", Charm(1_000, (900,)))
        await keep_rule_book(session, book, by="tests", command_id="charm")
    flight = {
        "day": 1,
        "kind": "FLIGHT",
        "description": "Flight",
        "quantity": 2,
        "unit_price_minor": 9_501,
    }
    quote = await drafted(office, stay(hotel[1]), flight)
    assert quote["quote"]["total_minor"] == 2 * 21_900
    assert sum(line["total_minor"] for line in quote["lines"]) == 2 * 21_900
    shared = quote["lines"][1]
    assert (shared["quantity"], shared["description"]) == (1, "Flight (2 x)")
    async with office.resources.sessions.begin() as session:
        full = await find_version(session, office.mine.id, quote["quote"]["id"])
    written = full.written().lines[1]
    assert (written.quantity, written.unit_price_minor) == (2, 9_501)
    assert written.description == "Flight"


async def test_saving_the_same_again_changes_nothing(
    office: Office, hotel: tuple[Partner, str]
) -> None:
    rooms = [{"rooms": 1, "adults": 2, "children": [4]}]
    line = stay(hotel[1], markup={"kind": "MARGIN", "percent": "12.50"}, meals=None, option="")
    triple = RateRow("", 1, "All year", YEAR, 6_200, extra_bed_minor=1_000)
    line["partner_id"] = hotel[0].id
    line["rate_card_id"] = await card(office, hotel[0], rows=(triple,))
    quote = await drafted(office, line, travelers=3, groups=rooms)
    body = {**TRIP, "travelers": 3, "groups": rooms, "lines": [line]}
    path = f"/api/v1/bookings/{office.mine.id}/quotes/{quote['quote']['id']}"
    async with office.browser("marc") as browser:
        again = await browser.patch(path, json=body)
    assert again.status_code == 200
    assert again.json()["quote"]["total_minor"] == quote["quote"]["total_minor"] > 0
    async with office.resources.sessions.begin() as session:
        kept = select(AuditEvent).where(AuditEvent.action == "QUOTE_REWRITTEN")
        change = (await session.scalars(kept)).one()
    assert (change.before, change.after) == ({}, {})


async def test_units_that_others_have_accepted_are_gone(
    office: Office, hotel: tuple[Partner, str]
) -> None:
    held = Allotment(YEAR, 1, 7)
    scarce = await card(office, hotel[0], allotments=(held,))
    first = await drafted(office, stay(scarce))
    _, lines = await stored(office, first)
    assert [one["units"] for one in lines[0].priced_from["allotments"]] == [1, 1, 1]
    assert lines[0].priced_from["findings"] == []
    async with office.resources.sessions.begin() as session:
        version = await session.get_one(QuoteVersion, first["quote"]["id"])
        version.status = "ACCEPTED"
    path = f"/api/v1/bookings/{office.other.id}/quotes"
    async with office.browser("marc") as browser:
        answer = await browser.post(path, json={**TRIP, "lines": [stay(scarce, day=3)]})
    async with office.resources.sessions.begin() as session:
        full = await find_version(session, office.other.id, answer.json()["quote"]["id"])
    assert full.lines[0].priced_from is not None
    found = full.lines[0].priced_from["findings"]
    assert [(one["kind"], one["dates"]) for one in found] == [("ALLOTMENT_SHORT", ["2027-03-04"])]
    mine = await drafted(office, stay(scarce))
    _, lines = await stored(office, mine)
    assert lines[0].priced_from["findings"] == []


async def test_a_price_takes_seven_queries_at_most_however_many_lines_there_are(
    office: Office, hotel: tuple[Partner, str]
) -> None:
    vehicle = await card(office, hotel[0], basis=Basis.VEHICLE, nightly=False, capacity=4)
    asked: list[str] = []
    event.listen(
        office.resources.engine.sync_engine,
        "before_cursor_execute",
        lambda *call: asked.append(call[2]),
    )
    counts = []
    async with office.resources.sessions.begin() as session:
        for many in (1, 20):
            line = DraftLine(1, 3, ServiceKind.HOTEL, "Stay", None, hotel[1], 1, None)
            drive = DraftLine(1, 0, ServiceKind.TRANSPORT, "Drive", None, vehicle, 1, None)
            draft = QuoteDraft(
                "", "", "USD", date(2027, 3, 2), date(2027, 3, 10), 2, "", (), (line, drive) * many
            )
            asked.clear()
            priced = await price_draft(session, office.mine, draft, TODAY)
            counts.append(len(asked))
            assert priced.total_minor == many * (23_250 + 7_750)
    assert counts[0] == counts[1] <= 7


async def priced(office: Office, who: str, *lines: dict[str, Any]) -> dict[str, Any]:
    """A price without a draft."""
    path = f"/api/v1/bookings/{office.mine.id}/quotes/price"
    async with office.browser(who) as browser:
        answer = await browser.post(path, json={**TRIP, "lines": list(lines)})
        kept = (await browser.get(f"/api/v1/bookings/{office.mine.id}/quotes")).json()
    assert answer.status_code == 200, answer.text
    assert kept["total"] == 0
    found: dict[str, Any] = answer.json()
    return found


async def test_a_price_is_told_without_keeping_a_draft(
    office: Office, hotel: tuple[Partner, str]
) -> None:
    found = await priced(office, "marc", stay(hotel[1]))
    line = found["lines"][0]
    assert (found["total_minor"], found["each_minor"], found["complete"]) == (23_250, 11_625, True)
    assert (found["cost_minor"], found["profit_minor"]) == (18_600, 4_650)
    assert found["margin_percent"] == "20.00"
    assert line["costs"][0]["card_id"] == hotel[1]
    assert line["costs"][0]["rows"][0]["row_number"] == 1
    assert [step["kind"] for step in line["steps"]] == ["COST", "RULE"]


async def test_costs_stay_with_those_who_may_see_the_profit(
    office: Office, hotel: tuple[Partner, str]
) -> None:
    found = await priced(office, "linh", stay(hotel[1]))
    line = found["lines"][0]
    assert (found["total_minor"], found["cost_minor"], found["margin_percent"]) == (
        23_250,
        None,
        None,
    )
    assert (line["cost_minor"], line["costs"], line["steps"]) == (None, None, None)


async def test_a_line_without_a_price_says_why_and_the_total_is_open(
    office: Office, hotel: tuple[Partner, str]
) -> None:
    found = await priced(office, "linh", stay(hotel[1], nights=0), stay("rate_unknown"))
    assert found["total_minor"] is None
    kinds = [line["findings"][0]["kind"] for line in found["lines"]]
    assert kinds == ["NO_NIGHTS", "NO_COST"]
