"""`/backoffice/text-blocks`: texts that consultants put into quotes."""

from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import ValidationError

from activities.speaking import LANGUAGES
from api.identity.allowed import Allowed
from api.pages.backoffice.frame import WRONG, Refusal, Typed, done, page, typed
from api.staff import cursors
from api.staff.cursors import Before
from api.staff.desk import Desk
from api.staff.opening import PageAsking, PageReading
from api.staff.paging import DEFAULT_PAGE_SIZE, Search
from api.staff.sentences import sentences
from api.staff.text_blocks import TextBlockChange, TextBlockIn, change_block, keep_block
from api.staff.timeline import cursor_of
from models.domain.access import Permission
from models.domain.errors import InvalidInputError
from models.store import text_blocks as blocks

router = APIRouter(
    prefix="/backoffice/text-blocks",
    include_in_schema=False,
    dependencies=[Allowed(Permission.READ_PRODUCTS)],
)
ADDRESS: Final = "/backoffice/text-blocks"
SECTION: Final = "text-blocks"
EDITING: Final = [Allowed(Permission.EDIT_BOOKINGS)]


@router.get("")
async def show_list(
    request: Request,
    desk: PageReading,
    search: Search = "",
    archived: Annotated[str, Query(max_length=8)] = "",
    before: Before = "",
) -> HTMLResponse:
    """The texts in use, or the archived ones, the newest first."""
    return await _list(request, desk, search, before, archived=bool(archived))


@router.post("", dependencies=EDITING)
async def keep(request: Request, desk: PageAsking) -> Response:
    """Keeps a text."""
    entered = await typed(request)
    try:
        wanted = TextBlockIn.model_validate(_said(entered))
    except ValidationError as error:
        return await _list(request, desk, entered=entered, errors=sentences(error))
    return done(f"{ADDRESS}/{await keep_block(desk, wanted)}", "text_kept")


@router.get("/{text_block_id}")
async def show(text_block_id: str, request: Request, desk: PageReading) -> HTMLResponse:
    """A text in all its languages."""
    return await _one(request, desk, text_block_id)


@router.post("/{text_block_id}", dependencies=EDITING)
async def rewrite(text_block_id: str, request: Request, desk: PageAsking) -> Response:
    """Lets a text say something else."""
    entered = await typed(request)
    try:
        TextBlockIn.model_validate(_said(entered))
        wanted = TextBlockChange.model_validate(_changed(entered))
    except ValidationError as error:
        return await _one(request, desk, text_block_id, entered, sentences(error))
    await change_block(desk, text_block_id, wanted)
    return done(f"{ADDRESS}/{text_block_id}", "text_changed")


@router.post("/{text_block_id}/shelf", dependencies=EDITING)
async def put_away(text_block_id: str, request: Request, desk: PageAsking) -> Response:
    """Archives a text (`archived`), or puts it back; quotes that have it stay as they are."""
    archived = bool((await typed(request))["archived"])
    await change_block(desk, text_block_id, TextBlockChange(archived=archived))
    return done(f"{ADDRESS}/{text_block_id}", "text_archived" if archived else "text_back")


def _said(entered: Typed) -> dict[str, Any]:
    return {"name": entered["name"], "texts": {code: entered[code] for code in LANGUAGES}}


def _changed(entered: Typed) -> dict[str, Any]:
    """The name and the languages that were written: what others wrote meanwhile stays."""
    texts = {
        code: entered[code]
        for code in LANGUAGES
        if entered[code].split() != entered[f"was_{code}"].split()
    }
    return {"name": entered["name"], "texts": texts}


def _refusal(errors: dict[str, str] | None) -> Refusal | None:
    return Refusal.of(InvalidInputError(WRONG)) if errors else None


async def _list(
    request: Request,
    desk: Desk,
    search: str = "",
    before: str = "",
    *,
    archived: bool = False,
    entered: Typed | None = None,
    errors: dict[str, str] | None = None,
) -> HTMLResponse:
    async with desk.sessions() as session:
        found = await blocks.list_blocks(
            session,
            search,
            archived=archived,
            after=cursor_of(before),
            limit=DEFAULT_PAGE_SIZE,
        )
    asked = {"search": search, "archived": "yes" if archived else ""}
    chosen = {name: value for name, value in asked.items() if value}
    following = cursors.encode(found.next.at, found.next.id) if found.next else ""
    return page(
        request,
        desk,
        "text_blocks.html",
        section=SECTION,
        refusal=_refusal(errors),
        found=found.items,
        chosen=chosen,
        before=before,
        older=f"{ADDRESS}?{urlencode({**chosen, 'before': following})}" if following else "",
        languages=LANGUAGES,
        form=entered or Typed(),
        errors=Typed(errors or {}),
    )


async def _one(
    request: Request,
    desk: Desk,
    block_id: str,
    entered: Typed | None = None,
    errors: dict[str, str] | None = None,
) -> HTMLResponse:
    async with desk.sessions() as session:
        block = await blocks.find_block(session, block_id)
    return page(
        request,
        desk,
        "text_block.html",
        section=SECTION,
        refusal=_refusal(errors),
        kept=block,
        languages=LANGUAGES,
        form=entered or Typed({"name": block.name, **block.texts}),
        errors=Typed(errors or {}),
    )
