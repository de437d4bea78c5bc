"""`/api/v1/booking-views`: lists of bookings that people keep, and that managers share."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter
from pydantic import ConfigDict, StringConstraints, ValidationError

from api.identity.allowed import Allowed
from api.staff.booking_list import BookingQuery, KeptBookingFilters
from api.staff.desk import Desk
from api.staff.opening import Asking, Reading
from api.staff.wire import Incoming, Moment, Outgoing
from models.domain.access import Permission
from models.domain.errors import ForbiddenError
from models.store import saved_views
from models.store.booking_list import BookingSort
from models.tables.search import SavedView

router = APIRouter(
    prefix="/api/v1/booking-views",
    tags=["bookings"],
    dependencies=[Allowed(Permission.READ_BOOKINGS)],
)

ViewName = Annotated[str, StringConstraints(min_length=1, max_length=60, strip_whitespace=True)]


class ViewOut(Outgoing):
    """A view; `query` is what `GET /api/v1/bookings` takes."""

    id: str
    name: str
    shared: bool
    own: bool
    owner_name: str
    query: dict[str, str]
    created_at: Moment
    updated_at: Moment


class ViewList(Outgoing):
    """The caller's own views and the shared ones, by name."""

    items: list[ViewOut]
    total: int


class ViewSaved(Outgoing):
    """The view as it stands."""

    view: ViewOut


class ViewIn(Incoming):
    """A view to keep."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "Late in Vietnam",
                    "filters": {"sla_state": "breached", "destination": "Vietnam"},
                    "sort": "sla_due_at_asc",
                }
            ]
        }
    )
    name: ViewName
    filters: KeptBookingFilters
    sort: BookingSort = BookingSort.CREATED_AT_DESC
    shared: bool = False


class ViewChange(Incoming):
    """What changes of a view."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"shared": True}]})
    name: ViewName | None = None
    shared: bool | None = None


def query_of(view: SavedView) -> BookingQuery:
    """What a view asks for; a filter that there is no longer is left out."""
    said = {**view.filters, "sort": view.sort}
    try:
        return BookingQuery.model_validate(said)
    except ValidationError as error:
        gone = {fault["loc"][0] for fault in error.errors()}
        return BookingQuery.model_validate({one: said[one] for one in said.keys() - gone})


async def keep_view(desk: Desk, wanted: ViewIn) -> SavedView:
    """Keeps a view, once for the command.

    Raises:
        ForbiddenError: sharing is not allowed.
        InvalidInputError: there is one of that name, or there are too many.
    """
    if wanted.shared:
        desk.member.require(Permission.SHARE_VIEWS)
    async with desk.sessions.begin() as session:
        return await saved_views.create_view(
            session,
            owner_sub=desk.member.sub,
            owner_name=desk.member.name,
            name=wanted.name,
            shared=wanted.shared,
            filters=wanted.filters.chosen(),
            sort=wanted.sort,
            command_id=desk.command_id,
        )


async def change_view(desk: Desk, view_id: str, change: ViewChange) -> SavedView:
    """Renames a view, shares it, or takes it back.

    Raises:
        ForbiddenError: it is not the caller's to change, or sharing is not allowed.
        NotFoundError: there is no such view.
    """
    if change.shared:
        desk.member.require(Permission.SHARE_VIEWS)
    async with desk.sessions.begin() as session:
        view = await saved_views.find_view(session, view_id, desk.member.sub)
        _require_ownership(desk, view)
        await saved_views.change_view(session, view, name=change.name, shared=change.shared)
    return view


async def remove_view(desk: Desk, view_id: str) -> None:
    """Forgets a view.

    Raises:
        ForbiddenError: it is not the caller's to remove.
        NotFoundError: there is no such view.
    """
    async with desk.sessions.begin() as session:
        view = await saved_views.find_view(session, view_id, desk.member.sub)
        _require_ownership(desk, view)
        await saved_views.remove_view(session, view)


def may_change(desk: Desk, view: SavedView) -> bool:
    """Whose view it is, and for shared ones whoever may share."""
    return view.owner_sub == desk.member.sub or desk.member.may(Permission.SHARE_VIEWS)


def _require_ownership(desk: Desk, view: SavedView) -> None:
    if not may_change(desk, view):
        raise ForbiddenError("Only who keeps this view, or a manager, may change it.")


@router.get("")
async def list_views(desk: Reading) -> ViewList:
    """The caller's own views and the shared ones."""
    async with desk.sessions() as session:
        views = await saved_views.views_for(session, desk.member.sub)
    return ViewList(items=[_out(desk, view) for view in views], total=len(views))


@router.post("", status_code=HTTPStatus.CREATED)
async def create(wanted: ViewIn, desk: Asking) -> ViewSaved:
    """Keeps a view."""
    return ViewSaved(view=_out(desk, await keep_view(desk, wanted)))


@router.patch("/{view_id}")
async def change(view_id: str, change: ViewChange, desk: Asking) -> ViewSaved:
    """Renames a view, shares it, or takes it back."""
    return ViewSaved(view=_out(desk, await change_view(desk, view_id, change)))


@router.post("/{view_id}/removal")
async def remove(view_id: str, desk: Asking) -> ViewList:
    """Forgets a view; answers with those that are left."""
    await remove_view(desk, view_id)
    return await list_views(desk)


def _out(desk: Desk, view: SavedView) -> ViewOut:
    return ViewOut(
        id=view.id,
        name=view.name,
        shared=view.shared,
        own=view.owner_sub == desk.member.sub,
        owner_name=view.owner_name,
        query={**query_of(view).chosen(), "sort": query_of(view).sort.value},
        created_at=view.created_at,
        updated_at=view.updated_at,
    )
