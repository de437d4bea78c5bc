"""`/api/v1/staff`: who can be given a booking."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter
from pydantic import AliasChoices, ConfigDict, Field, StringConstraints

from api.identity.allowed import Allowed
from api.staff.opening import Asking, Reading
from api.staff.wire import Incoming, Outgoing
from models.domain.access import Permission
from models.domain.auditing import AuditAction
from models.messages.ids import id_of_command
from models.store import staff

router = APIRouter(prefix="/api/v1/staff", tags=["staff"])

Word = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Words = Annotated[list[Word], Field(max_length=50)]


class StaffIn(Incoming):
    """A new member of staff; `usernames` are the logins that are theirs."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"name": "Linh Tran", "usernames": ["linh"], "destinations": ["Vietnam"]}]
        }
    )
    name: Word
    active: bool = True
    usernames: Words = Field(default=[], validation_alias=AliasChoices("usernames", "username"))
    destinations: Words = Field(default=[])
    languages: Words = Field(default=[])


class StaffOut(Outgoing):
    """A member of staff."""

    id: str
    name: str
    active: bool
    usernames: list[str]
    destinations: list[str]
    languages: list[str]


class StaffList(Outgoing):
    """Members of staff by name."""

    items: list[StaffOut]
    total: int


class StaffCreated(Outgoing):
    """The new member of staff."""

    staff: StaffOut


@router.get("", dependencies=[Allowed(Permission.READ_STAFF)])
async def list_staff(desk: Reading, *, active: bool = False) -> StaffList:
    """Staff by name; with `active=true` only those who work here now."""
    async with desk.sessions() as session:
        found = await staff.list_staff(session, active_only=active)
    return StaffList(items=[StaffOut.model_validate(one) for one in found], total=len(found))


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    dependencies=[Allowed(Permission.MANAGE_STAFF)],
)
async def create_staff(person: StaffIn, desk: Asking) -> StaffCreated:
    """Adds a member of staff, once for an Idempotency-Key."""
    staff_id = id_of_command("staff", desk.command_id)
    async with desk.sessions.begin() as session:
        created, new = await staff.create_staff(session, staff_id, **person.model_dump())
        if new:
            await desk.audit.record(
                session, AuditAction.STAFF_CREATED, created.id, after=person.model_dump()
            )
    return StaffCreated(staff=StaffOut.model_validate(created))
