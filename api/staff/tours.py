"""`/api/v1/tours`: the catalog, edited by administrators; the website follows at once."""

from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool

from api.identity.allowed import Allowed
from api.public.tours import image_folder
from api.resources import ApiResources
from api.staff.desk import Desk
from api.staff.opening import Asking, Reading
from api.staff.paging import DEFAULT_PAGE_SIZE, Page, PageSize, Search, total_pages
from api.staff.tour_schemas import (
    TourChange,
    TourDetail,
    TourFilters,
    TourImageIn,
    TourIn,
    TourPageOut,
    tour_out,
)
from models.domain.access import Permission
from models.domain.auditing import AuditAction
from models.messages.ids import id_of_command
from models.store import tours
from models.store.tours import TourFilter, TourSort

router = APIRouter(prefix="/api/v1/tours", tags=["tours"])

Name = Annotated[str, Query(max_length=100)]


@router.get("", dependencies=[Allowed(Permission.READ_TOURS)])
async def list_tours(
    desk: Reading,
    page: Page = 1,
    page_size: PageSize = DEFAULT_PAGE_SIZE,
    destination: Name = "",
    style: Name = "",
    search: Search = "",
    sort: TourSort = TourSort.PRIORITY_DESC,
) -> TourPageOut:
    """A page of all tours, also of those that are not published."""
    wanted = TourFilter(destination, style, search)
    async with desk.sessions() as session:
        found = await tours.list_tours(session, wanted, sort=sort, page=page, page_size=page_size)
    return TourPageOut(
        items=[tour_out(tour) for tour in found.items],
        total=found.total,
        page=page,
        page_size=page_size,
        total_pages=total_pages(found.total, page_size),
        filters=TourFilters(
            destination=destination or None, style=style or None, search=search or None
        ),
        sort=sort,
        available_destinations=found.destinations,
        available_styles=found.styles,
    )


@router.get("/{tour_id}", dependencies=[Allowed(Permission.READ_TOURS)])
async def show_tour(tour_id: str, desk: Reading) -> TourDetail:
    """One tour."""
    async with desk.sessions() as session:
        return TourDetail(tour=tour_out(await tours.find_tour(session, tour_id)))


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    dependencies=[Allowed(Permission.EDIT_TOURS)],
)
async def create_tour(tour: TourIn, desk: Asking) -> TourDetail:
    """Adds a tour, once for an Idempotency-Key; its picture follows by `/image`."""
    tour_id = id_of_command("tour", desk.command_id)
    async with desk.sessions.begin() as session:
        created, new = await tours.create_tour(session, tour_id, tour.model_dump())
        if new:
            await desk.audit.record(
                session, AuditAction.TOUR_CREATED, created.id, after=tour.model_dump()
            )
        return TourDetail(tour=tour_out(created))


@router.patch("/{tour_id}", dependencies=[Allowed(Permission.EDIT_TOURS)])
async def change_tour(tour_id: str, change: TourChange, desk: Asking) -> TourDetail:
    """Changes the members that are named."""
    return await _change(desk, tour_id, change.model_dump(exclude_unset=True))


@router.post("/{tour_id}/image", dependencies=[Allowed(Permission.EDIT_TOURS)])
async def give_image(
    tour_id: str, image: TourImageIn, desk: Asking, resources: ApiResources
) -> TourDetail:
    """Gives the tour a picture: kept as WebP of at most 1000 pixels, at an address of its own."""
    async with desk.sessions() as session:
        known = await tours.find_tour(session, tour_id)
    folder = image_folder(resources.settings) / known.id
    name = await run_in_threadpool(_keep, folder, image)
    return await _change(desk, tour_id, {"image": name})


def _keep(folder: Path, image: TourImageIn) -> str:
    from api.staff import tour_pictures  # noqa: PLC0415 - Pillow: 2 MB, for who uploads pictures

    return tour_pictures.keep_picture(
        folder, image.filename, tour_pictures.picture_of(image.data_base64)
    )


async def _change(desk: Desk, tour_id: str, changes: dict[str, Any]) -> TourDetail:
    """The tour with some of its columns changed, and what they were kept in the audit log."""
    async with desk.sessions.begin() as session:
        tour = await tours.find_tour(session, tour_id, to_change=True)
        before = {name: getattr(tour, name) for name in changes}
        tour = await tours.change_tour(session, tour_id, changes)
        await desk.audit.record(
            session, AuditAction.TOUR_CHANGED, tour_id, before=before, after=changes
        )
        return TourDetail(tour=tour_out(tour))
