"""Discounts: off the whole price, with a reason, and above a limit only if a manager agrees."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from models.domain.clock import day_of
from models.domain.errors import ApprovalNeededError
from models.domain.quote_diff import diff
from models.domain.stages import Stage, TripStatus
from models.messages.ids import BookingId, QuoteVersionId
from models.messages.quoting import RecordQuoteSent
from models.messages.records import RecordProgress
from models.store.quote_approvals import figures_of
from models.store.quote_comparison import offer_of
from models.store.quote_drafts import find_version
from models.store.quotes import write_quote_sent
from tests.support.desk import Office

NOW = datetime.now(UTC)
TODAY = day_of(NOW)
FLIGHT = {"day": 1, "kind": "FLIGHT", "description": "Flight", "unit_price_minor": 10_001}
BOAT = {"day": 2, "kind": "CRUISE", "description": "Boat", "unit_price_minor": 30_000}
DIVE = BOAT | {"description": "Dive", "unit_price_minor": 8_000, "optional": True}
REASON = "They booked with us in 2024 and 2025."
TENTH = {"percent": "10", "label": "Returning guests", "reason": REASON}


def body(discount: dict[str, Any] | None, *lines: dict[str, Any]) -> dict[str, Any]:
    """A draft's body."""
    return {
        "title": "Hanoi",
        "currency": "USD",
        "departure_on": str(TODAY + timedelta(days=100)),
        "return_on": str(TODAY + timedelta(days=105)),
        "travelers": 2,
        "lines": list(lines or (FLIGHT, BOAT)),
        "discount": discount,
    }


@pytest_asyncio.fixture
async def path(office: Office) -> str:
    return f"/api/v1/bookings/{office.mine.id}/quotes"


async def drafted(office: Office, path: str, sent: dict[str, Any]) -> dict[str, Any]:
    """A draft as the API answers it."""
    async with office.browser("marc") as browser:
        answer = await browser.post(path, json=sent)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize(
    ("discount", "total"),
    [
        ({"percent": "10", "reason": REASON}, 36_001),
        ({"percent": "2.50", "reason": REASON}, 39_001),
        ({"amount_minor": 4_000, "reason": REASON}, 36_001),
        ({"amount_minor": 1, "reason": REASON}, 40_000),
    ],
)
async def test_a_discount_is_shared_by_the_lines_to_the_last_cent(
    office: Office, path: str, discount: dict[str, Any], total: int
) -> None:
    quote = await drafted(office, path, body(discount))
    assert quote["quote"]["total_minor"] == total
    assert sum(line["total_minor"] for line in quote["lines"]) == total
    assert sum(line["discount_minor"] for line in quote["lines"]) == 40_001 - total
    assert quote["quote"]["discount_reason"] == REASON


@pytest.mark.parametrize(
    ("discount", "words"),
    [
        ({"percent": "5"}, "say why there is a discount"),
        ({"percent": "5", "reason": "   "}, "say why there is a discount"),
        ({"reason": REASON}, "a percentage or an amount, one of them"),
        ({"percent": "5", "amount_minor": 5, "reason": REASON}, "one of them"),
        ({"percent": "0", "reason": REASON}, "greater than 0"),
        ({"percent": "100.5", "reason": REASON}, "less than or equal to 100"),
        ({"amount_minor": -1, "reason": REASON}, "greater than 0"),
    ],
)
async def test_what_is_no_discount_is_refused_in_words(
    office: Office, path: str, discount: dict[str, Any], words: str
) -> None:
    async with office.browser("marc") as browser:
        answer = await browser.post(path, json=body(discount))
        kept = (await browser.get(path)).json()
    assert (answer.status_code, kept["total"]) == (422, 0)
    assert words in answer.text


async def test_more_than_the_price_is_cut_and_said(office: Office, path: str) -> None:
    async with office.browser("marc") as browser:
        sent = body({"amount_minor": 50_000, "reason": REASON})
        found = (await browser.post(f"{path}/price", json=sent)).json()
    assert found["total_minor"] == 0
    kinds = {one["kind"] for one in found["findings"]}
    assert kinds == {"DISCOUNT_CAPPED", "DISCOUNT_ABOVE_LIMIT"}


async def test_what_the_customer_may_add_has_its_discount_too(office: Office, path: str) -> None:
    quote = await drafted(office, path, body(TENTH, FLIGHT, BOAT, DIVE))
    shares = [(line["total_minor"], line["discount_minor"]) for line in quote["lines"]]
    assert quote["quote"]["total_minor"] == 36_001
    assert shares[2] == (7_200, 800)


async def send(office: Office, version_id: str, **percents: Any) -> None:
    """Freezes the draft as sent, as the workflow's activity does."""
    record = RecordQuoteSent(
        quote_version_id=QuoteVersionId(version_id),
        valid_until=NOW + timedelta(days=14),
        today=TODAY,
        progress=RecordProgress(
            booking_id=BookingId(office.mine.id),
            seq=1,
            stage=Stage.PROPOSAL_SENT,
            trip_status=TripStatus.PENDING,
            timeline=(),
        ),
        **percents,
    )
    async with office.resources.sessions.begin() as session:
        await write_quote_sent(session, record)


async def test_above_the_limit_a_manager_agrees_first(office: Office, path: str) -> None:
    version_id = (await drafted(office, path, body(TENTH)))["quote"]["id"]
    async with office.resources.sessions() as session:
        assert (await figures_of(session, office.mine.id, version_id)).discount == 1_000
    with pytest.raises(ApprovalNeededError, match="discount"):
        await send(office, version_id, discount_limit_percent=5)
    await send(office, version_id, discount_limit_percent=10)


async def test_a_discount_is_told_between_versions_without_its_reason(
    office: Office, path: str
) -> None:
    first = await drafted(office, path, body(None))
    second = await drafted(office, path, body(TENTH))
    async with office.resources.sessions() as session:
        offers = [
            offer_of(await find_version(session, office.mine.id, one["quote"]["id"]))
            for one in (first, second)
        ]
    changes = diff(*offers)
    told = {one.name: (one.before, one.after) for one in changes.fields}
    assert told == {
        "discount_minor": (0, 4_000),
        "discount_label": ("", "Returning guests"),
    }
    assert changes.difference_minor == -4_000
    assert REASON not in repr(changes)


async def test_a_draft_is_rewritten_and_copied_with_its_discount(office: Office, path: str) -> None:
    quote = (await drafted(office, path, body(TENTH)))["quote"]
    async with office.browser("marc") as browser:
        same = (await browser.patch(f"{path}/{quote['id']}", json=body(TENTH))).json()["quote"]
        copy = (await browser.post(f"{path}/{quote['id']}/copies")).json()["quote"]
        bare = (await browser.patch(f"{path}/{quote['id']}", json=body(None))).json()["quote"]
    assert (same["total_minor"], copy["total_minor"], bare["total_minor"]) == (
        36_001,
        36_001,
        40_001,
    )
    assert (copy["discount_label"], bare["discount_label"]) == ("Returning guests", "")
