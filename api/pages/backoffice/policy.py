"""`/backoffice/policy`: managers edit the numbers, see what changes for whom, put them in force."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from api.identity.allowed import Allowed
from api.pages.backoffice.frame import Refusal, Typed, done, page, typed
from api.pages.backoffice.policy_fields import DANGER_NAMES, GROUPS, LISTS, TREATMENTS, WARNING
from api.pages.backoffice.policy_form import from_form, rows_shown, to_form
from api.pages.backoffice.policy_words import WEEKDAYS, changes
from api.pages.formats import words
from api.pages.translation import gettext
from api.staff.desk import Desk
from api.staff.opening import PageAsking, PageReading
from api.staff.paging import DEFAULT_PAGE_SIZE, LAST_PAGE, total_pages
from api.staff.policy_steering import (
    Look,
    PolicyFaultsError,
    keep_draft,
    look_at,
    put_in_force,
)
from models.domain.access import Permission, Role
from models.domain.errors import DomainError, NotFoundError
from models.domain.policy import Policy
from models.domain.staffed_hours import ZONE_NAMES
from models.domain.stages import Stage
from models.store import policies, policy_rollouts, staff

router = APIRouter(prefix="/backoffice/policy", include_in_schema=False)

Number = Annotated[int, Query(ge=1, le=LAST_PAGE, alias="page")]
EDITING = [Allowed(Permission.EDIT_POLICY), Allowed(Permission.READ_ALL_BOOKINGS)]
SECTION = "policy"


def _pages(path: str) -> Callable[[int], str]:
    return lambda number: f"{path}?page={number}"


@router.get("/edit", dependencies=EDITING)
async def edit(
    request: Request, desk: PageReading, campaign: str = "", draft: str = ""
) -> HTMLResponse:
    """The form over the version in force; with a draft, what it changes stands in it already."""
    if draft:
        look = await look_at(desk, draft, page=1, page_size=1)
        policy = look.joined.policy if look.joined else look.draft.after
        return _form(request, desk, to_form(policy), look.in_force.version)
    async with desk.sessions() as session:
        policy = await policies.policy_in_force(session, campaign or None)
    return _form(request, desk, to_form(policy), policy.version)


@router.post("/drafts", dependencies=EDITING)
async def keep(request: Request, desk: PageAsking) -> Response:
    """Keeps what was typed as a draft and shows what it would change; nothing is in force yet."""
    entered = await typed(request)
    async with desk.sessions() as session:
        base = await policies.load_policy(session, _version(entered["based_on"]))
    policy, errors = from_form(entered, base)
    if errors:
        refusal = Refusal.of(PolicyFaultsError({}))
        return _form(request, desk, entered, base.version, refusal=refusal, errors=errors)
    draft_id = await keep_draft(desk, policy)
    return done(f"/backoffice/policy/drafts/{draft_id}", "policy_draft")


@router.get("/drafts/{draft_id}", dependencies=EDITING)
async def show_draft(
    draft_id: str, request: Request, desk: PageReading, number: Number = 1
) -> HTMLResponse:
    """What a draft changes: field by field, and booking by booking with the old and new times."""
    look = await look_at(desk, draft_id, page=number, page_size=DEFAULT_PAGE_SIZE)
    return _draft(request, desk, look, number=number)


@router.post("/drafts/{draft_id}/apply", dependencies=EDITING)
async def apply(draft_id: str, request: Request, desk: PageAsking) -> Response:
    """Puts a draft in force, or shows what somebody else has changed meanwhile."""
    try:
        version = await put_in_force(desk, draft_id)
    except DomainError as error:
        look = await look_at(desk, draft_id, page=1, page_size=DEFAULT_PAGE_SIZE)
        return _draft(request, desk, look, refusal=Refusal.of(error))
    return done(f"/backoffice/policy/versions/{version}", "policy")


@router.get("/versions", dependencies=[Allowed(Permission.READ_POLICY)])
async def list_versions(request: Request, desk: PageReading, number: Number = 1) -> HTMLResponse:
    """Every version, the newest first."""
    async with desk.sessions() as session:
        found, total = await policies.list_versions(
            session, page=number, page_size=DEFAULT_PAGE_SIZE
        )
        people = await staff.list_staff(session, active_only=False)
    return page(
        request,
        desk,
        "policy_versions.html",
        section=SECTION,
        versions=found,
        names={one.id: one.name for one in people},
        total=total,
        page=number,
        total_pages=total_pages(total, DEFAULT_PAGE_SIZE),
        page_url=_pages("/backoffice/policy/versions"),
    )


@router.get("/versions/{version}", dependencies=[Allowed(Permission.READ_POLICY)])
async def show_version(version: int, request: Request, desk: PageReading) -> HTMLResponse:
    """One version: what it changed, and how far running bookings were told of it."""
    async with desk.sessions() as session:
        policy = await policies.load_policy(session, version)
        before = await policies.version_before(session, version)
        stored = await policies.find_version(session, version)
        rollout = await policy_rollouts.find_rollout(session, version)
        author = await staff.name_of(session, stored.created_by)
    return page(
        request,
        desk,
        "policy_version.html",
        section=SECTION,
        policy=policy,
        stored=stored,
        author=author,
        rollout=rollout,
        before=before,
        changes=changes(before, policy) if before else [],
    )


def _version(text: str) -> int:
    if not text.isdecimal() or len(text) > 9:  # noqa: PLR2004 - what Postgres' integer holds
        raise NotFoundError("There is no such version of the policy.")
    return int(text)


def _form(
    request: Request,
    desk: Desk,
    entered: Typed,
    based_on: int,
    *,
    refusal: Refusal | None = None,
    errors: Typed | None = None,
) -> HTMLResponse:
    return page(
        request,
        desk,
        "policy_edit.html",
        section=SECTION,
        refusal=refusal,
        form=entered,
        errors=errors or Typed(),
        based_on=based_on,
        groups_of_fields=GROUPS,
        dangers=DANGER_NAMES.items(),
        treatments=[(one.value, gettext(name)) for one, name in TREATMENTS.items()],
        warning=WARNING,
        lists=LISTS,
        stages=list(Stage),
        weekdays=WEEKDAYS,
        zones=[(name, name) for name in ZONE_NAMES],
        roles=[(role.value, words(role.value)) for role in Role],
        tier_rows=rows_shown(entered, "tier_days"),
        item_rows=rows_shown(entered, "item_title"),
    )


def _draft(
    request: Request,
    desk: Desk,
    look: Look,
    *,
    number: int = 1,
    refusal: Refusal | None = None,
) -> HTMLResponse:
    found, draft = look.preview, look.draft
    return page(
        request,
        desk,
        "policy_draft.html",
        section=SECTION,
        refusal=refusal,
        look=look,
        draft=draft,
        found=found,
        at=datetime.now(UTC),
        changes=changes(draft.before, draft.after),
        page=number,
        total_pages=total_pages(found.total, DEFAULT_PAGE_SIZE),
        page_url=_pages(f"/backoffice/policy/drafts/{draft.id}"),
        **_clash(look),
    )


def _clash(look: Look) -> dict[str, Any]:
    """What somebody else changed meanwhile, and which fields both changed."""
    if look.joined is None:
        return {"theirs": [], "clashes": frozenset()}
    base: Policy = look.draft.before
    return {"theirs": changes(base, look.in_force), "clashes": frozenset(look.joined.clashes)}
