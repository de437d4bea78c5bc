"""`/api/v1/trip-templates`: trips to start quotes from."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query

from api.identity.allowed import Allowed
from api.staff import cursors
from api.staff.cursors import Before
from api.staff.desk import Desk
from api.staff.opening import Asking, Reading
from api.staff.paging import DEFAULT_PAGE_SIZE, PageSize, Search
from api.staff.template_keeping import change_template, rewrite_template, save_template
from api.staff.template_schemas import (
    TemplateChange,
    TemplateDetail,
    TemplateIn,
    TemplateList,
    TemplateOut,
    TemplateSourceIn,
    template_detail,
)
from api.staff.timeline import cursor_of
from models.domain.access import Permission
from models.store import trip_templates as templates
from models.store.trip_templates import TemplateFilter

router = APIRouter(
    prefix="/api/v1/trip-templates",
    tags=["trip templates"],
    dependencies=[Allowed(Permission.READ_PRODUCTS)],
)
EDITING = [Allowed(Permission.EDIT_BOOKINGS)]
Destination = Annotated[str, Query(max_length=120)]


@router.get("")
async def list_templates(
    desk: Reading,
    search: Search = "",
    destination: Destination = "",
    *,
    archived: bool = False,
    before: Before = "",
    page_size: PageSize = DEFAULT_PAGE_SIZE,
) -> TemplateList:
    """A page of the templates in use, or of the archived ones, the newest first."""
    wanted = TemplateFilter(search, destination, archived)
    async with desk.sessions() as session:
        found = await templates.list_templates(
            session, wanted, after=cursor_of(before), limit=page_size
        )
    following = cursors.encode(found.next.at, found.next.id) if found.next else None
    items = [TemplateOut.model_validate(one) for one in found.items]
    return TemplateList(items=items, next=following)


@router.post("", status_code=HTTPStatus.CREATED, dependencies=EDITING)
async def create_template(wanted: TemplateIn, desk: Asking) -> TemplateDetail:
    """Keeps a version or a tour as a template; the same Idempotency-Key keeps it once.

    `naming_days` are days whose texts name the customer; title and introduction that do are left
    out.
    """
    template_id, named = await save_template(desk, wanted.head(), wanted.source())
    return await _detail(desk, template_id, named)


@router.get("/{trip_template_id}")
async def show_template(trip_template_id: str, desk: Reading) -> TemplateDetail:
    """One template with its days and services; prices by hand alone, costs come when it is used."""
    return await _detail(desk, trip_template_id, [])


@router.patch("/{trip_template_id}", dependencies=EDITING)
async def rename_template(
    trip_template_id: str, change: TemplateChange, desk: Asking
) -> TemplateDetail:
    """Renames a template, archives it or puts it back: the members that are named."""
    await change_template(desk, trip_template_id, change.model_dump(exclude_unset=True))
    return await _detail(desk, trip_template_id, [])


@router.patch("/{trip_template_id}/content", dependencies=EDITING)
async def replace_content(
    trip_template_id: str, wanted: TemplateSourceIn, desk: Asking
) -> TemplateDetail:
    """Lets a template say what a version or a tour says; quotes begun with it stay as they are."""
    named = await rewrite_template(desk, trip_template_id, wanted.source())
    return await _detail(desk, trip_template_id, named)


async def _detail(desk: Desk, template_id: str, named: list[int]) -> TemplateDetail:
    async with desk.sessions() as session:
        found = await templates.find_template(session, template_id)
    shown = template_detail(found, profit=desk.member.may(Permission.SEE_PROFIT))
    return shown.model_copy(update={"naming_days": named})
