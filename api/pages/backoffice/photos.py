"""`/backoffice/photos`: the library of photos that quotes show."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import TypeAdapter, ValidationError
from starlette.datastructures import FormData, UploadFile

from api.identity.allowed import Allowed
from api.pages.backoffice.frame import Refusal, Typed, done, page
from api.pages.translation import gettext
from api.staff import photos as library
from api.staff.cursors import Before
from api.staff.desk import Desk
from api.staff.documents import Storage
from api.staff.opening import PageAsking, PageReading
from api.staff.paging import Search
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
SAID: Final = library.PhotoWords._fields
ALT: Final = TypeAdapter[str](library.Alt)
WORDS: Final = TypeAdapter[str](library.Words)


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
    try:
        if not isinstance(file, UploadFile) or not file.filename:
            raise FileRefusedError(gettext("Choose a file first."))
        alt = ALT.validate_python(str(form.get("alt") or ""))
        words = [WORDS.validate_python(str(form.get(name) or "")) for name in SAID[1:]]
        content = await file.read(MOST_BYTES + 1)
        await library.keep_photo(desk, store, content, library.PhotoWords(alt, *words))
    except ValidationError:
        error = InvalidInputError("Say what the photo shows, in at most 300 characters.")
        return await _library(request, desk, refusal=Refusal.of(error), typed=form)
    except DomainError as error:
        return await _library(request, desk, refusal=Refusal.of(error), typed=form)
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
    typed: FormData | None = None,
) -> HTMLResponse:
    found = await library.list_photos(desk, search, before, PAGE_SIZE, archived=archived)
    return page(
        request,
        desk,
        "photos.html",
        section="photos",
        refusal=refusal,
        typed=Typed({name: str(typed.get(name) or "") for name in SAID} if typed else {}),
        found=found,
        search=search,
        archived=archived,
    )
