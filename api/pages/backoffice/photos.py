"""`/backoffice/photos`: the library of photos that quotes show."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import ValidationError
from starlette.datastructures import UploadFile

from api.identity.allowed import Allowed
from api.pages.backoffice.frame import WRONG, Refusal, Typed, done, page
from api.pages.translation import gettext
from api.staff import photos as library
from api.staff.cursors import Before
from api.staff.desk import Desk
from api.staff.documents import Storage
from api.staff.opening import PageAsking, PageReading
from api.staff.paging import Search
from api.staff.sentences import sentences
from models.domain.access import Permission
from models.domain.errors import DomainError, FileRefusedError, InvalidInputError
from models.domain.photos import MOST_BYTES

router = APIRouter(
    prefix="/backoffice/photos",
    include_in_schema=False,
    dependencies=[Allowed(Permission.READ_BOOKINGS)],
)
ADDRESS: Final = "/backoffice/photos"
EDITING: Final = [Allowed(Permission.EDIT_BOOKINGS)]
PAGE_SIZE: Final = 24
WORDS: Final = tuple(library.PhotoWords.model_fields)


@router.get("")
async def show_library(
    request: Request,
    desk: PageReading,
    search: Search = "",
    before: Before = "",
    archived: Annotated[str, Query(max_length=8)] = "",
) -> HTMLResponse:
    """The photos that quotes can show, or those that are archived, the newest first."""
    return await _library(request, desk, search, before, archived=bool(archived))


@router.post("", dependencies=EDITING)
async def keep(request: Request, desk: PageAsking, store: Storage) -> Response:
    """Adds a photo."""
    form = await request.form()
    file = form.get("file")
    said = Typed({name: str(form.get(name) or "") for name in WORDS})
    try:
        if not isinstance(file, UploadFile) or not file.filename:
            raise FileRefusedError(gettext("Choose a file first."))
        words = library.PhotoWords.model_validate(said)
        await library.keep_photo(desk, store, await file.read(MOST_BYTES + 1), words)
    except ValidationError as error:
        refusal = Refusal.of(InvalidInputError(WRONG))
        return await _library(request, desk, refusal=refusal, typed=said, errors=sentences(error))
    except DomainError as error:
        return await _library(request, desk, refusal=Refusal.of(error), typed=said)
    return done(ADDRESS, "photo_kept")


@router.post("/{photo_id}/archive", dependencies=EDITING)
async def put_away(photo_id: str, desk: PageAsking) -> Response:
    """Takes a photo out of the library."""
    await library.archive_photo(photo_id, desk)
    return done(ADDRESS, "photo_archived")


async def _library(
    request: Request,
    desk: Desk,
    search: str = "",
    before: str = "",
    *,
    archived: bool = False,
    refusal: Refusal | None = None,
    typed: Typed | None = None,
    errors: dict[str, str] | None = None,
) -> HTMLResponse:
    found = await library.list_photos(desk, search, before, PAGE_SIZE, archived=archived)
    return page(
        request,
        desk,
        "photos.html",
        section="photos",
        refusal=refusal,
        typed=typed or Typed(),
        errors=Typed(errors or {}),
        found=found,
        search=search,
        archived=archived,
    )
