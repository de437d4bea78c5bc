"""`/api/v1/policy`: the numbers in force, drafts of the next version, and what they change."""

from http import HTTPStatus
from typing import Any

from fastapi import APIRouter
from pydantic import ConfigDict, Field, JsonValue, ValidationError

from api import problems
from api.identity.allowed import Allowed
from api.problems import Problem
from api.staff.opening import Asking, Reading
from api.staff.paging import DEFAULT_PAGE_SIZE, Page, PageSize, total_pages
from api.staff.policy_steering import Look, PolicyFaultsError, keep_draft, look_at, put_in_force
from api.staff.sentences import sentences
from api.staff.wire import Incoming, Moment, Outgoing
from models.domain.access import Permission
from models.domain.policy import Policy, changed_fields
from models.domain.stages import Stage
from models.store import policies
from models.store.policies import parse_policy, policy_body
from models.store.policy_preview import Moved

router = APIRouter(prefix="/api/v1/policy", tags=["policy"])

EDITING = [Allowed(Permission.EDIT_POLICY), Allowed(Permission.READ_ALL_BOOKINGS)]


class PolicyOut(Outgoing):
    """A version of the policy; `body` has every number by its name."""

    version: int
    campaign: str | None
    body: dict[str, JsonValue]


class PolicyList(Outgoing):
    """The versions in force: one for all enquiries, and one for each campaign with its own."""

    items: list[PolicyOut]
    total: int


class DraftIn(Incoming):
    """Changes upon a version: the members of its body that become others."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"based_on": 1, "changes": {"sla_warning_minutes": 45}}],
        }
    )
    based_on: int = Field(ge=1, le=2_000_000_000)
    changes: dict[str, JsonValue] = Field(max_length=40)


class DraftKept(Outgoing):
    """The draft's id; nothing is in force yet."""

    id: str


class MovedOut(Outgoing):
    """A running booking that would be due at another time; null where no clock runs."""

    booking_id: str
    reference: str
    stage: Stage
    due_at: Moment | None
    new_due_at: Moment | None


class DraftLook(Outgoing):
    """What a draft changes. `overtaken`: somebody else has changed the policy since."""

    id: str
    based_on: int
    in_force: int
    overtaken: bool
    clashes: list[str]
    """Fields that both changed."""
    changed: list[str]
    running: int
    overdue_at_once: int
    items: list[MovedOut]
    total: int
    page: int
    page_size: int
    total_pages: int


class InForce(Outgoing):
    """The version that a draft has become."""

    version: int


@router.get("", dependencies=[Allowed(Permission.READ_POLICY)])
async def show_policy(desk: Reading) -> PolicyList:
    """The numbers in force."""
    async with desk.sessions() as session:
        found = await policies.policies_in_force(session)
    items = [
        PolicyOut(version=policy.version, campaign=campaign, body=policy_body(policy))
        for campaign, policy in found
    ]
    return PolicyList(items=items, total=len(items))


@router.post("/drafts", status_code=HTTPStatus.CREATED, dependencies=EDITING)
async def keep(draft: DraftIn, desk: Asking) -> DraftKept:
    """Keeps a draft, so that one can see what it would change."""
    async with desk.sessions() as session:
        base = await policies.load_policy(session, draft.based_on)
    policy = _changed(base, draft.changes)
    try:
        return DraftKept(id=await keep_draft(desk, policy))
    except PolicyFaultsError as error:
        raise _faulty(error.faults) from error


@router.get("/drafts/{draft_id}", dependencies=EDITING)
async def show_draft(
    draft_id: str, desk: Reading, page: Page = 1, page_size: PageSize = DEFAULT_PAGE_SIZE
) -> DraftLook:
    """What a draft would change now, and a page of the running bookings with another due time."""
    look = await look_at(desk, draft_id, page=page, page_size=page_size)
    return _look(look, page, page_size)


@router.post("/drafts/{draft_id}/application", dependencies=EDITING)
async def apply(draft_id: str, desk: Asking) -> InForce:
    """Puts a draft in force, once; running bookings follow by and by."""
    return InForce(version=await put_in_force(desk, draft_id))


def _changed(base: Policy, changes: dict[str, Any]) -> Policy:
    body = policy_body(base)
    if unknown := sorted(set(changes) - set(body)):
        raise _faulty(dict.fromkeys(unknown, "The policy has no such number."))
    try:
        return parse_policy(base.version, {**body, **changes})
    except ValidationError as error:
        raise _faulty(sentences(error)) from error


def _faulty(found: dict[str, str]) -> Problem:
    errors = [{"field": field, "message": text} for field, text in found.items()]
    return Problem(problems.INVALID_INPUT, members={"errors": errors})


def _look(look: Look, page: int, page_size: int) -> DraftLook:
    draft, found = look.draft, look.preview
    return DraftLook(
        id=draft.id,
        based_on=draft.before.version,
        in_force=look.in_force.version,
        overtaken=look.overtaken,
        clashes=list(look.joined.clashes) if look.joined else [],
        changed=list(changed_fields(draft.before, draft.after)),
        running=found.running,
        overdue_at_once=found.overdue_at_once,
        items=[_moved(one) for one in found.items],
        total=found.total,
        page=page,
        page_size=page_size,
        total_pages=total_pages(found.total, page_size),
    )


def _moved(one: Moved) -> MovedOut:
    return MovedOut(
        booking_id=one.id,
        reference=one.reference,
        stage=one.stage,
        due_at=one.due_at,
        new_due_at=one.new_due_at,
    )
