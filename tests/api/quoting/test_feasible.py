"""What endangers a trip is told to staff, and stops a quote where the policy says so."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.clock import day_of
from models.domain.errors import QuoteNotSendableError
from models.domain.pricing.findings import FindingKind
from models.domain.stages import Stage, TripStatus
from models.messages.ids import BookingId, QuoteVersionId, new_id
from models.messages.quoting import RecordQuoteSent
from models.messages.records import RecordProgress
from models.store.policies import (
    parse_policy,
    policy_body,
    policy_in_force,
    put_in_force,
    store_draft,
)
from models.store.quotes import write_quote_sent
from models.tables.customers import CustomerPassport
from models.tables.quote import QuoteVersion
from tests.support.desk import Office

NOW = datetime.now(UTC)
TODAY = day_of(NOW)
DEPARTURE = TODAY + timedelta(days=100)
HOME = TODAY + timedelta(days=110)
TRIP = {
    "title": "Hanoi",
    "currency": "USD",
    "departure_on": str(DEPARTURE),
    "return_on": str(HOME),
    "travelers": 2,
    "lines": [
        {
            "day": 1,
            "kind": "FLIGHT",
            "description": "Flight",
            "quantity": 2,
            "unit_price_minor": 9_500,
        }
    ],
}
EARLY = HOME + timedelta(days=30)
LATE = HOME + timedelta(days=2_000)


async def passport(session: AsyncSession, office: Office, until: date, **facts: Any) -> None:
    """A passport on file of the customer, or of who travels along."""
    session.add(
        CustomerPassport(
            id=new_id("passport"),
            customer_id=office.mine.customer_id,
            holder="MUELLER ANNA",
            country="DE",
            number="C01X00T47",
            number_compared="C01X00T47",
            expires_on=until,
            created_by="tests",
            **facts,
        )
    )
    await session.flush()


async def policy(office: Office, **changes: Any) -> None:
    """Puts a change of the policy in force."""
    async with office.resources.sessions.begin() as session:
        changed = replace(await policy_in_force(session, None), **changes)
        await put_in_force(
            session, await store_draft(session, changed, created_by="tests"), by="tests"
        )


async def drafted(office: Office) -> str:
    """A draft's id."""
    async with office.browser("marc") as browser:
        answer = await browser.post(f"/api/v1/bookings/{office.mine.id}/quotes", json=TRIP)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["quote"]["id"])


async def found(office: Office) -> list[tuple[str, str]]:
    """The kinds and sentences that a price answers with about the trip."""
    path = f"/api/v1/bookings/{office.mine.id}/quotes/price"
    async with office.browser("linh") as browser:
        answer = await browser.post(path, json=TRIP)
    assert answer.status_code == 200, answer.text
    return [(one["kind"], one["reason"]) for one in answer.json()["findings"]]


async def send(office: Office, version_id: str) -> None:
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
    )
    async with office.resources.sessions.begin() as session:
        await write_quote_sent(session, record)


async def status(office: Office, version_id: str) -> str:
    async with office.resources.sessions() as session:
        return (await session.get_one(QuoteVersion, version_id)).status


async def test_a_passport_that_ends_too_early_warns_without_a_name_and_lets_the_quote_out(
    office: Office,
) -> None:
    async with office.resources.sessions.begin() as session:
        await passport(session, office, EARLY)
    ((kind, reason),) = await found(office)
    assert kind == "PASSPORT"
    assert str(EARLY) in reason
    assert "6 months after the return" in reason
    assert "MUELLER" not in reason
    version_id = await drafted(office)
    await send(office, version_id)
    assert await status(office, version_id) == "SENT"


async def test_of_several_passports_the_longest_counts_and_one_that_ended_does_not(
    office: Office,
) -> None:
    async with office.resources.sessions.begin() as session:
        await passport(session, office, EARLY)
        await passport(session, office, LATE)
    assert await found(office) == []
    async with office.resources.sessions.begin() as session:
        ended = {"companion_id": "comp_a", "ended_at": NOW, "ended_by": "tests"}
        await passport(session, office, EARLY, **ended)
    assert await found(office) == []
    async with office.resources.sessions.begin() as session:
        await passport(session, office, EARLY, companion_id="comp_a")
    assert [kind for kind, _ in await found(office)] == ["PASSPORT"]


async def test_where_the_policy_says_so_a_danger_keeps_the_quote_at_home(office: Office) -> None:
    await policy(office, stopping_dangers=(FindingKind.PASSPORT,))
    async with office.resources.sessions.begin() as session:
        await passport(session, office, EARLY)
    version_id = await drafted(office)
    with pytest.raises(QuoteNotSendableError, match=f"policy stops.*{EARLY}"):
        await send(office, version_id)
    assert await status(office, version_id) == "DRAFT"
    async with office.resources.sessions.begin() as session:
        await passport(session, office, LATE)
    await send(office, version_id)
    assert await status(office, version_id) == "SENT"


async def test_what_came_up_after_a_draft_was_written_stops_it_too(office: Office) -> None:
    version_id = await drafted(office)
    assert await found(office) == []
    await policy(office, visa_days=200, stopping_dangers=(FindingKind.VISA_LATE,))
    assert [kind for kind, _ in await found(office)] == ["VISA_LATE"]
    with pytest.raises(QuoteNotSendableError, match="visa takes 200 days"):
        await send(office, version_id)
    assert await status(office, version_id) == "DRAFT"


async def test_a_policy_kept_before_there_were_such_rules_has_the_defaults(office: Office) -> None:
    async with office.resources.sessions() as session:
        body = policy_body(await policy_in_force(session, None))
    for field in ("stopping_dangers", "passport_months", "visa_days"):
        del body[field]
    kept = parse_policy(7, body)
    assert (kept.stopping_dangers, kept.passport_months, kept.visa_days) == ((), 6, 0)
