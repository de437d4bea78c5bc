"""`/api/v1/audit`: who did what, for managers and administrators."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.identity.allowed import Allowed
from api.staff.cursors import Before
from api.staff.opening import Reading
from api.staff.paging import DEFAULT_PAGE_SIZE, PageSize
from api.staff.wire import Moment, Outgoing
from models.domain.access import Permission
from models.domain.auditing import AuditAction
from models.store import audit
from models.store.audit import AuditFilter, AuditRow

router = APIRouter(
    prefix="/api/v1/audit", tags=["audit"], dependencies=[Allowed(Permission.READ_AUDIT)]
)

Id = Annotated[str, Query(max_length=100)]
At = Annotated[datetime | None, Query()]


class AuditEventOut(Outgoing):
    """Something that a member of staff did; `position` and `hash` are its place in the chain."""

    id: str
    at: Moment
    actor: str
    actor_name: str
    login: str
    roles: list[str]
    action: str
    subject: str
    booking_id: str | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    request_id: str
    ip: str | None
    position: int | None
    hash: str | None


class AuditEvents(Outgoing):
    """Events, the newest first; `next` is the `before` of the following page."""

    items: list[AuditEventOut]
    next: str | None


@router.get("")
async def list_events(
    desk: Reading,
    actor: Id = "",
    action: Annotated[AuditAction | None, Query()] = None,
    subject: Id = "",
    since: At = None,
    until: At = None,
    before: Before = "",
    page_size: PageSize = DEFAULT_PAGE_SIZE,
) -> AuditEvents:
    """Events by who, what, on which subject or booking, and when."""
    wanted = AuditFilter(actor or None, action, subject or None, since, until)
    async with desk.sessions() as session:
        found = await audit.list_events(session, wanted, after=before or None, limit=page_size)
    return AuditEvents(items=[_out(row) for row in found.items], next=found.next)


def _out(row: AuditRow) -> AuditEventOut:
    event = row.event
    return AuditEventOut(
        id=event.id,
        at=event.at,
        actor=event.actor,
        actor_name=row.actor_name,
        login=event.login,
        roles=event.roles,
        action=event.action,
        subject=event.subject,
        booking_id=event.booking_id,
        before=event.before,
        after=event.after,
        request_id=event.request_id,
        ip=event.ip,
        position=row.position,
        hash=row.hash,
    )
