"""What tests of the audit log share."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.auditing import Asker, AuditAction
from models.store.audit import record_audit
from models.tables.audit import AuditEvent
from tests.support.desk import Office

LINH = Asker("staff_linh", "linh", ("atp_staff",), "ab" * 16, "203.0.113.9", "command-1")
Tamper = Callable[..., Awaitable[None]]


async def write_events(office: Office, count: int) -> None:
    """Writes events, each in a transaction of its own."""
    for number in range(count):
        async with office.resources.sessions.begin() as session:
            await record_audit(
                session,
                LINH,
                AuditAction.NOTES_WRITTEN,
                office.mine.id,
                before={"notes": None},
                after={"notes": f"Amélie's note {number}\n"},
            )


async def events(session: AsyncSession) -> list[AuditEvent]:
    """Every event, the oldest first."""
    return list(await session.scalars(select(AuditEvent).order_by(AuditEvent.at, AuditEvent.id)))


@pytest.fixture
def tamper(office: Office) -> Tamper:
    """Runs statements as somebody who may switch the guards off."""

    async def run(*statements: str) -> None:
        async with office.resources.sessions.begin() as session:
            await session.execute(text("SET LOCAL session_replication_role = replica"))
            for statement in statements:
                await session.execute(text(statement))

    return run
