"""`/backoffice/bookings`: the list with its filters, its pages, and the views that people keep."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError

from api.identity.allowed import Allowed
from api.pages.backoffice.frame import Refusal, Typed, named, page, typed
from api.pages.formats import words
from api.pages.translation import N_, gettext
from api.staff.booking_list import (
    BookingFilters,
    BookingQuery,
    KeptBookingFilters,
    PageQuery,
    cursor_of,
)
from api.staff.desk import Desk
from api.staff.opening import PageAsking, PageReading
from api.staff.paging import total_pages
from api.staff.saved_views import (
    ViewChange,
    ViewIn,
    change_view,
    keep_view,
    may_change,
    query_of,
    remove_view,
)
from api.staff.sentences import sentences
from models.domain.access import Permission
from models.domain.errors import DomainError, InvalidInputError
from models.domain.sla_state import SlaState
from models.domain.stages import DESTINATIONS, Stage
from models.store import saved_views, staff
from models.store.booking_filters import DIRECT, UNASSIGNED
from models.store.booking_list import BookingPage, BookingSort, list_bookings
from models.tables.search import SavedView

router = APIRouter(
    prefix="/backoffice/bookings",
    include_in_schema=False,
    dependencies=[Allowed(Permission.READ_BOOKINGS)],
)

ADDRESS: Final = "/backoffice/bookings"
SORTS: Final = {
    BookingSort.CREATED_AT_DESC: N_("Newest first"),
    BookingSort.CREATED_AT_ASC: N_("Oldest first"),
    BookingSort.UPDATED_AT_DESC: N_("Changed last"),
    BookingSort.SLA_DUE_AT_ASC: N_("SLA, most urgent first"),
    BookingSort.SLA_DUE_AT_DESC: N_("SLA, least urgent first"),
}
SLA_STATES: Final = {
    SlaState.BREACHED: N_("Overdue"),
    SlaState.WARNING: N_("Due soon"),
    SlaState.OK: N_("In time"),
    SlaState.NONE: N_("No clock"),
}
SOURCES: Final = {
    "website": N_("Website"),
    "phone": N_("Phone"),
    "email": N_("E-mail"),
    "whatsapp": N_("WhatsApp"),
    "sms": N_("SMS"),
    "walk_in": N_("In person"),
    DIRECT: N_("Website, no campaign"),
}


class ListQuery(PageQuery):
    """What the address of the page says; a view stands for all filters and the order."""

    view: Annotated[str, Query(max_length=60)] = ""


@dataclass(frozen=True)
class Shown:
    """What the page shows: the view that is open, if any, and what is asked for."""

    query: PageQuery
    view: SavedView | None
    views: list[SavedView]


def address_of(filters: BookingFilters, path: str = ADDRESS, **more: str | None) -> str:
    """The address of a list with these filters."""
    said = {**filters.chosen(), **more}
    query = urlencode({name: value for name, value in said.items() if value})
    return f"{path}?{query}" if query else path


def filter_options(owners: Mapping[str, str], chosen: BookingFilters) -> dict[str, object]:
    """What the selects of a form offer; a choice that is not among them is added to them."""
    places = dict.fromkeys(DESTINATIONS) | dict.fromkeys([chosen.destination or ""])
    sources = {key: gettext(text) for key, text in SOURCES.items()}
    if chosen.source:
        sources.setdefault(chosen.source, chosen.source)
    return {
        "stage_options": named({one.value: words(one) for one in Stage}, gettext("All stages")),
        "owner_options": named(
            {UNASSIGNED: gettext("Nobody yet"), **owners}, gettext("All owners")
        ),
        "sla_options": named(
            {key.value: gettext(text) for key, text in SLA_STATES.items()}, gettext("Any clock")
        ),
        "destination_options": named(
            {place: place for place in places if place}, gettext("Anywhere")
        ),
        "source_options": named(sources, gettext("All sources")),
    }


@router.get("")
async def show(
    request: Request, desk: PageReading, query: Annotated[ListQuery, Query()]
) -> HTMLResponse:
    """The list."""
    return await _list(request, desk, query)


async def _list(
    request: Request,
    desk: Desk,
    query: ListQuery,
    refusal: Refusal | None = None,
    entered: Typed | None = None,
) -> HTMLResponse:
    async with desk.sessions() as session:
        views = await saved_views.views_for(session, desk.member.sub)
        shown = _opened(query, views)
        asked = shown.query
        found = await list_bookings(
            session,
            asked.wanted(desk.member.only_owner),
            sort=asked.sort,
            page=asked.page,
            page_size=asked.page_size,
            after=asked.after(),
        )
        owners = {one.id: one.name for one in await staff.list_staff(session)}
    return page(
        request,
        desk,
        "bookings.html",
        section="bookings",
        refusal=refusal,
        found=found,
        page=asked.page,
        total_pages=total_pages(found.total, asked.page_size),
        page_url=_addresses(shown, found),
        filters=asked,
        chosen=asked.chosen(),
        sort=asked.sort.value,
        sort_options=[(key.value, gettext(text)) for key, text in SORTS.items()],
        sees_all=desk.member.only_owner is None,
        may_export=desk.member.may(Permission.EXPORT_DATA),
        may_share=desk.member.may(Permission.SHARE_VIEWS),
        export_url=address_of(asked, "/api/v1/bookings.csv", sort=asked.sort.value),
        board_url=address_of(asked, "/backoffice/kanban"),
        views=shown.views,
        view=shown.view,
        view_is_mine=shown.view is not None and may_change(desk, shown.view),
        entered=entered or Typed(),
        **filter_options(owners, asked),
    )


def _opened(query: ListQuery, views: list[SavedView]) -> Shown:
    """The view that is open; one that is gone leaves the list as it is without."""
    view = next((one for one in views if one.id == query.view), None)
    if view is None:
        return Shown(query, None, views)
    asked = PageQuery(
        **query_of(view).model_dump(),
        page=query.page,
        page_size=query.page_size,
        cursor=query.cursor,
    )
    return Shown(asked, view, views)


def _addresses(shown: Shown, found: BookingPage) -> Callable[[int], str]:
    """From a page's number to its address; the next one goes on where this one ended."""
    asked = shown.query
    said = {"view": shown.view.id} if shown.view else {**asked.chosen(), "sort": asked.sort.value}

    def address(number: int) -> str:
        mark = cursor_of(found.mark) if number == asked.page + 1 else None
        goes_on = {"cursor": mark} if mark else {}
        return f"{ADDRESS}?{urlencode({**said, 'page': number, **goes_on})}"

    return address


@router.post("/views")
async def save_view(request: Request, desk: PageAsking) -> Response:
    """Keeps the list as it is filtered and ordered."""
    entered = await typed(request)
    try:
        wanted = ViewIn(
            name=entered["name"],
            filters=KeptBookingFilters(**BookingFilters.model_validate(entered).chosen()),
            sort=BookingSort(entered["sort"] or BookingSort.CREATED_AT_DESC),
            shared=bool(entered["shared"]),
        )
        view = await keep_view(desk, wanted)
    except (ValidationError, ValueError, DomainError) as error:
        query = ListQuery.model_validate(_only_valid(entered))
        return await _list(request, desk, query, _refusal(error), entered)
    return _to_view(view.id, "view_kept")


@router.post("/views/{view_id}/sharing")
async def share_view(view_id: str, request: Request, desk: PageAsking) -> Response:
    """Shares a view with everybody, or takes it back."""
    entered = await typed(request)
    await change_view(desk, view_id, ViewChange(shared=entered["shared"] == "yes"))
    return _to_view(view_id, "view_changed")


@router.post("/views/{view_id}/removal")
async def forget_view(view_id: str, desk: PageAsking) -> Response:
    """Forgets a view."""
    await remove_view(desk, view_id)
    return RedirectResponse(f"{ADDRESS}?said=view_gone", status_code=HTTPStatus.SEE_OTHER)


def _to_view(view_id: str, said: str) -> RedirectResponse:
    target = f"{ADDRESS}?{urlencode({'view': view_id, 'said': said})}"
    return RedirectResponse(target, status_code=HTTPStatus.SEE_OTHER)


def _only_valid(entered: Typed) -> dict[str, str]:
    """The filters of a form, or none if they can't be read."""
    try:
        return BookingQuery.model_validate(entered).chosen()
    except ValidationError:
        return {}


def _refusal(error: Exception) -> Refusal:
    if isinstance(error, DomainError):
        return Refusal.of(error, "name")
    text = " ".join(sentences(error).values()) if isinstance(error, ValidationError) else ""
    return Refusal.of(InvalidInputError(text or str(error)), "name")
