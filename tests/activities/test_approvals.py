"""Drafts outside of the limits go out as a manager approved them, and in no other way."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select, text
from temporalio.exceptions import ApplicationError

from activities.booking_records import BookingRecords
from models.database import Sessions
from models.domain.stages import Stage, TripStatus
from models.messages.ids import BookingId, QuoteVersionId
from models.messages.quoting import RecordApprovalAsked, RecordApprovalDecided, RecordQuoteSent
from models.messages.records import RecordProgress
from models.tables.crm import Booking
from models.tables.quote import QuoteApproval
from tests.support import office

NOW = datetime.now(UTC)
LIMITS: dict[str, float] = {"margin_limit_percent": 95, "discount_limit_percent": 15}
"""The margin of the sample, of which only some costs are known, is at most 90 percent."""


class Draft:
    """A draft with a thin margin, and the activities that write it."""

    def __init__(self, sessions: Sessions, booking: str, quote: str) -> None:
        self.sessions, self.booking = sessions, BookingId(booking)
        self.quote = QuoteVersionId(quote)
        self.records = BookingRecords(sessions)
        self.seq = 0

    def progress(self) -> RecordProgress:
        self.seq += 1
        return RecordProgress(
            booking_id=self.booking, seq=self.seq, stage=Stage.NEW, trip_status=TripStatus.PENDING
        )

    async def sent(self, **more: Any) -> None:
        record = RecordQuoteSent(
            quote_version_id=self.quote,
            valid_until=NOW + timedelta(days=14),
            today=date(2026, 11, 1),
            progress=self.progress(),
            **{**LIMITS, **more},
        )
        await self.records.record_quote_sent(record)

    async def asked(self, **more: Any) -> None:
        record = RecordApprovalAsked(
            quote_version_id=self.quote,
            asked_by="staff_1",
            due_at=NOW,
            progress=self.progress(),
            **{**LIMITS, **more},
        )
        await self.records.record_approval_asked(record)

    async def decided(self, *, approved: bool) -> None:
        record = RecordApprovalDecided(
            quote_version_id=self.quote,
            approved=approved,
            decided_by="staff_2",
            progress=self.progress(),
        )
        await self.records.record_approval_decided(record)

    async def changed(self) -> None:
        async with self.sessions.begin() as session:
            await session.execute(
                text("UPDATE quote_lines SET cost_minor = 30000 WHERE nights > 0")
            )

    async def approvals(self) -> list[QuoteApproval]:
        async with self.sessions() as session:
            return list(await session.scalars(select(QuoteApproval)))


@pytest_asyncio.fixture
async def draft(sessions: Sessions) -> Draft:
    async with sessions.begin() as session:
        of = await office.booking(session, await office.customer(session))
        hotel = await office.supplier(session, "Maison de Hanoi")
        version, _ = await office.quote(session, of, hotel)
    return Draft(sessions, of.id, version.id)


async def test_a_thin_margin_is_not_sent_before_a_manager_agreed(draft: Draft) -> None:
    with pytest.raises(ApplicationError, match="Ask a manager") as refused:
        await draft.sent()
    assert refused.value.type == "QUOTE_NEEDS_APPROVAL"
    await draft.asked()
    with pytest.raises(ApplicationError, match="awaits a manager"):
        await draft.sent()
    await draft.decided(approved=True)
    await draft.decided(approved=True)
    await draft.sent()
    (kept,) = await draft.approvals()
    assert (kept.status, kept.decided_by, kept.margin_basis_points) == (
        "APPROVED",
        "staff_2",
        8_996,
    )


async def test_what_is_rejected_is_not_sent_and_may_be_asked_again(draft: Draft) -> None:
    await draft.asked()
    await draft.decided(approved=False)
    with pytest.raises(ApplicationError, match="did not approve"):
        await draft.sent()
    await draft.asked()
    await draft.decided(approved=True)
    await draft.sent()
    assert len(await draft.approvals()) == 2


async def test_an_approval_holds_for_what_the_draft_said(draft: Draft) -> None:
    await draft.asked()
    await draft.changed()
    with pytest.raises(ApplicationError, match="changed since approval was asked"):
        await draft.decided(approved=True)
    await draft.asked()
    await draft.decided(approved=True)
    async with draft.sessions.begin() as session:
        await session.execute(text("UPDATE quote_versions SET title = 'Another trip'"))
    with pytest.raises(ApplicationError, match="changed since a manager approved"):
        await draft.sent()
    assert len(await draft.approvals()) == 1


async def test_a_manager_sends_directly_and_settles_what_was_asked(draft: Draft) -> None:
    await draft.asked()
    await draft.sent(approver=True)
    (kept,) = await draft.approvals()
    assert kept.status == "APPROVED"
    with pytest.raises(ApplicationError, match="no draft any more"):
        await draft.asked()


async def test_within_the_limits_nobody_is_asked(draft: Draft) -> None:
    with pytest.raises(ApplicationError, match="within the policy"):
        await draft.asked(margin_limit_percent=10)
    with pytest.raises(ApplicationError, match="Nobody is waiting"):
        await draft.decided(approved=True)
    await draft.sent(margin_limit_percent=10)


async def test_a_large_discount_on_the_same_services_waits_too(draft: Draft) -> None:
    await draft.sent(margin_limit_percent=0)
    async with draft.sessions.begin() as session:
        of = await session.get_one(Booking, draft.booking)
        hotel = await office.supplier(session, "Lotus House")
        later, line = await office.quote(session, of, hotel, version=2)
        line.unit_price_minor, line.total_minor, later.total_minor = 0, 0, 209_000
    draft.quote = QuoteVersionId(later.id)
    with pytest.raises(ApplicationError, match="Ask a manager"):
        await draft.sent(margin_limit_percent=0)
    await draft.sent(margin_limit_percent=0, discount_limit_percent=20)
