"""Whether somebody's work at something is in the audit log already, as one stretch."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models.tables.audit import AuditEvent

STRETCH = timedelta(minutes=30)


async def within_stretch(session: AsyncSession, subject: str, actor: str, now: datetime) -> bool:
    """Whether the last event of a subject is this person's, and not long ago."""
    found = (
        await session.execute(
            select(AuditEvent.actor, AuditEvent.at)
            .where(AuditEvent.subject == subject)
            .order_by(AuditEvent.at.desc(), AuditEvent.id.desc())
            .limit(1)
        )
    ).first()
    return found is not None and found.actor == actor and now - found.at < STRETCH
