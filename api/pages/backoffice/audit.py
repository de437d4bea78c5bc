"""`/backoffice/audit`: who did what, with filters, page by page."""

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.identity.allowed import Allowed
from api.pages.backoffice.frame import named, page
from api.pages.formats import words
from api.pages.reader import reader
from api.pages.translation import gettext
from api.staff.opening import PageReading
from models.domain.access import Permission
from models.domain.auditing import AuditAction
from models.store import audit
from models.store.audit import AuditFilter, AuditRow

router = APIRouter(
    prefix="/backoffice/audit",
    include_in_schema=False,
    dependencies=[Allowed(Permission.READ_AUDIT)],
)

PAGE_SIZE = 50
LONGEST = 300
"""Of a member before and after, more characters are not shown; the JSON API has them all."""
Id = Annotated[str, Query(max_length=100)]


@dataclass(frozen=True)
class Change:
    """A member that changed; None where there was nothing."""

    name: str
    before: str | None
    after: str | None


@router.get("")
async def show_events(
    request: Request,
    desk: PageReading,
    actor: Id = "",
    action: Id = "",
    subject: Id = "",
    since: Id = "",
    until: Id = "",
    after: Id = "",
) -> HTMLResponse:
    """Events by who, what, on which subject or booking, and from which day to which."""
    first, last = _day(since), _day(until)
    wanted = AuditFilter(
        actor or None,
        AuditAction(action) if action in set(AuditAction) else None,
        subject.strip() or None,
        _midnight(first),
        _midnight(last + timedelta(days=1)) if last else None,
    )
    async with desk.sessions() as session:
        found = await audit.list_events(session, wanted, after=after or None, limit=PAGE_SIZE)
        people = await audit.known_actors(session)
    filters = {
        "actor": actor,
        "action": wanted.action or "",
        "subject": subject.strip(),
        "since": first.isoformat() if first else "",
        "until": last.isoformat() if last else "",
    }
    return page(
        request,
        desk,
        "audit.html",
        section="audit",
        rows=[(row, _changes(row)) for row in found.items],
        filters=filters,
        filtered=any(filters.values()),
        first_page=not after,
        newest=_address(filters),
        older=_address(filters | {"after": found.next}) if found.next else "",
        actor_options=named(dict(people), gettext("Everybody")),
        action_options=named({one.value: words(one) for one in AuditAction}, gettext("Everything")),
    )


def _address(filters: dict[str, str]) -> str:
    query = urlencode({name: value for name, value in filters.items() if value})
    return f"/backoffice/audit?{query}" if query else "/backoffice/audit"


def _day(typed: str) -> date | None:
    """The day of a date field; None for anything else."""
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None
    return day if date.min < day < date.max else None


def _midnight(day: date | None) -> datetime | None:
    """When a day begins for whoever reads."""
    return datetime.combine(day, time.min, reader().zone) if day else None


def _changes(row: AuditRow) -> list[Change]:
    before, after = row.event.before or {}, row.event.after or {}
    return [
        Change(words(name), _shown(before, name), _shown(after, name))
        for name in {**before, **after}
    ]


def _shown(members: dict[str, Any], name: str) -> str | None:
    value = members.get(name)
    if value in (None, "", [], {}):
        return None
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
