"""`/backoffice/trip-templates`: trips to start quotes from, found, named and archived."""

from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import ValidationError

from api.identity.allowed import Allowed
from api.pages.backoffice.frame import Refusal, Typed, done, page, typed
from api.pages.translation import gettext
from api.staff import cursors
from api.staff.cursors import Before
from api.staff.desk import Desk
from api.staff.opening import PageAsking, PageReading
from api.staff.paging import DEFAULT_PAGE_SIZE, Search
from api.staff.sentences import sentences
from api.staff.template_keeping import Source, change_template, rewrite_template, save_template
from api.staff.template_schemas import TemplateChange, TemplateIn
from api.staff.timeline import cursor_of
from models.domain.access import Permission
from models.domain.errors import DomainError, InvalidInputError
from models.store import offers
from models.store import trip_templates as templates
from models.store.trip_templates import TemplateFilter

router = APIRouter(
    prefix="/backoffice/trip-templates",
    include_in_schema=False,
    dependencies=[Allowed(Permission.READ_PRODUCTS)],
)
ADDRESS: Final = "/backoffice/trip-templates"
SECTION: Final = "trip-templates"
EDITING: Final = [Allowed(Permission.EDIT_BOOKINGS)]
HEAD: Final = ("name", "variant", "destination")
SOURCE: Final = ("booking_id", "quote_id", "tour_id")
Shelf = Annotated[str, Query(max_length=8)]


@router.get("")
async def show_list(
    request: Request,
    desk: PageReading,
    search: Search = "",
    archived: Shelf = "",
    before: Before = "",
) -> HTMLResponse:
    """The templates in use, or the archived ones, the newest first."""
    wanted = TemplateFilter(search, "", bool(archived))
    return await _list(request, desk, wanted, before=before)


@router.post("", dependencies=EDITING)
async def keep(request: Request, desk: PageAsking) -> Response:
    """Keeps a tour or a quote's version as a template, or as what an older one says."""
    entered = await typed(request)
    source = {name: entered[name] for name in SOURCE}
    try:
        if entered["replaces"]:
            template_id = entered["replaces"]
            await rewrite_template(desk, template_id, Source(**source))
        else:
            wanted = TemplateIn.model_validate({name: entered[name] for name in HEAD} | source)
            template_id, _ = await save_template(desk, wanted.head(), wanted.source())
    except (DomainError, ValidationError) as error:
        return await _list(request, desk, TemplateFilter(), _refusal(error), entered=entered)
    return done(f"{ADDRESS}/{template_id}", "template_kept")


@router.get("/{trip_template_id}")
async def show(trip_template_id: str, request: Request, desk: PageReading) -> HTMLResponse:
    """A template with its days and services."""
    return await _one(request, desk, trip_template_id)


@router.post("/{trip_template_id}", dependencies=EDITING)
async def rename(trip_template_id: str, request: Request, desk: PageAsking) -> Response:
    """Calls a template something else."""
    entered = await typed(request)
    try:
        wanted = TemplateChange.model_validate({name: entered[name] for name in HEAD})
    except ValidationError as error:
        return await _one(request, desk, trip_template_id, _refusal(error))
    await change_template(desk, trip_template_id, wanted.model_dump(exclude_unset=True))
    return done(f"{ADDRESS}/{trip_template_id}", "template_named")


@router.post("/{trip_template_id}/shelf", dependencies=EDITING)
async def put_away(trip_template_id: str, request: Request, desk: PageAsking) -> Response:
    """Archives a template (`archived`), or puts it back; quotes begun with it stay as they are."""
    archived = bool((await typed(request))["archived"])
    await change_template(desk, trip_template_id, {"archived": archived})
    said = "template_archived" if archived else "template_back"
    return done(f"{ADDRESS}/{trip_template_id}", said)


def _refusal(error: DomainError | ValidationError) -> Refusal:
    if isinstance(error, DomainError):
        return Refusal.of(error)
    return Refusal.of(InvalidInputError(next(iter(sentences(error).values()))))


async def _list(
    request: Request,
    desk: Desk,
    wanted: TemplateFilter,
    refusal: Refusal | None = None,
    *,
    before: str = "",
    entered: Typed | None = None,
) -> HTMLResponse:
    async with desk.sessions() as session:
        found = await templates.list_templates(
            session, wanted, after=cursor_of(before), limit=DEFAULT_PAGE_SIZE
        )
        tours = await offers.tours_to_start_from(session)
    following = cursors.encode(found.next.at, found.next.id) if found.next else ""
    asked = {"search": wanted.search, "archived": "yes" if wanted.archived else ""}
    chosen = {name: value for name, value in asked.items() if value}
    return page(
        request,
        desk,
        "trip_templates.html",
        section=SECTION,
        refusal=refusal,
        found=found.items,
        filters=wanted,
        chosen=chosen,
        before=before,
        older=f"{ADDRESS}?{urlencode({**chosen, 'before': following})}" if following else "",
        tours=[("", gettext("Choose one")), *((one.id, one.title) for one in tours)],
        form=entered or Typed(),
    )


async def _one(
    request: Request, desk: Desk, template_id: str, refusal: Refusal | None = None
) -> HTMLResponse:
    async with desk.sessions() as session:
        template = await templates.find_template(session, template_id)
    return page(
        request,
        desk,
        "trip_template.html",
        section=SECTION,
        refusal=refusal,
        kept=template,
        content=templates.content_in(template),
    )
