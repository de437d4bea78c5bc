"""`/backoffice/bookings/{id}/quotes/{id}/...`: a draft that saves itself, undo, and two at once."""

from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.identity.allowed import Allowed
from api.pages.backoffice.frame import Refusal, page
from api.pages.backoffice.quote_form import read_form
from api.pages.backoffice.quote_keeping import Keeping, clash_of, save, undo
from api.pages.backoffice.quote_meeting import CHOICE, meeting_of, meeting_page
from api.pages.backoffice.quote_states import from_state, to_state
from api.pages.backoffice.quotes import builder
from api.pages.translation import N_, gettext
from api.staff.desk import Desk
from api.staff.opening import PageAsking, PageReading
from models.domain.access import Permission
from models.domain.draft_merge import Choice
from models.domain.errors import DomainError, DraftChangedError
from models.store.quote_drafts import find_head

router = APIRouter(
    prefix="/backoffice/bookings/{booking_id}/quotes/{quote_id}", include_in_schema=False
)

TOGETHER = N_("These are both changes in one draft. Look it over.")


@router.post("/autosave", dependencies=[Allowed(Permission.EDIT_BOOKINGS)])
async def autosave(
    booking_id: str, quote_id: str, request: Request, desk: PageAsking
) -> HTMLResponse:
    """Saves what is typed so far, finished or not; answered with how the draft is kept now."""
    form = await request.form()
    seen, fields = str(form.get("draft_hash") or ""), read_form(form)
    try:
        saved, errors = await save(desk, booking_id, quote_id, fields, seen)
    except DraftChangedError as error:
        async with desk.booking(booking_id, Permission.EDIT_BOOKINGS) as (session, _):
            version = await find_head(session, booking_id, quote_id)
            clash = await clash_of(session, version)
        return _status(request, desk, booking_id, quote_id, clash, Refusal.of(error))
    except DomainError as error:
        kept = Keeping(seen, why=gettext(str(error)))
        return _status(request, desk, booking_id, quote_id, kept, Refusal.of(error))
    why = gettext(saved.why) if saved.why else next(iter(errors.values()), "")
    kept = Keeping(saved.draft_hash, saved.at, saved.faults, why, undoable=True)
    return _status(request, desk, booking_id, quote_id, kept)


@router.post("/undo", dependencies=[Allowed(Permission.EDIT_BOOKINGS)])
async def undo_save(booking_id: str, quote_id: str, request: Request, desk: PageAsking) -> Response:
    """Goes back behind one's own last save."""
    form = await request.form()
    seen, fields = str(form.get("draft_hash") or ""), read_form(form)
    try:
        await undo(desk, booking_id, quote_id, seen)
    except DraftChangedError:
        return await meeting_page(request, desk, booking_id, quote_id, fields, seen)
    except DomainError as error:
        return await builder(
            request, desk, booking_id, fields, quote_id=quote_id, seen=seen,
            refusal=Refusal.of(error),
        )  # fmt: skip
    address = f"/backoffice/bookings/{booking_id}/quotes/{quote_id}"
    return RedirectResponse(f"{address}?edit=yes&said=undone", status_code=HTTPStatus.SEE_OTHER)


@router.post("/merge", dependencies=[Allowed(Permission.EDIT_BOOKINGS)])
async def meet(booking_id: str, quote_id: str, request: Request, desk: PageReading) -> HTMLResponse:
    """What is typed beside what somebody else saved; stores nothing."""
    form = await request.form()
    seen = str(form.get("draft_hash") or "")
    return await meeting_page(request, desk, booking_id, quote_id, read_form(form), seen)


@router.post("/settle", dependencies=[Allowed(Permission.EDIT_BOOKINGS)])
async def settle(
    booking_id: str, quote_id: str, request: Request, desk: PageReading
) -> HTMLResponse:
    """Both changes in one form, as was chosen; it is saved from there."""
    form = await request.form()
    fields, opened = read_form(form), str(form.get("opened") or "")
    choices = {
        name.removeprefix(CHOICE): str(value)
        for name, value in form.items()
        if name.startswith(CHOICE)
    }
    async with desk.booking(booking_id, Permission.EDIT_BOOKINGS) as (session, _):
        version = await find_head(session, booking_id, quote_id)
        again = version.draft_hash != form.get("draft_hash")
        merged = await meeting_of(session, version, to_state(fields), opened, choices)
    if again:
        return await meeting_page(request, desk, booking_id, quote_id, fields, opened)
    if form.get("action") != Choice.MINE:
        fields = from_state(merged.told)
    return await builder(
        request,
        desk,
        booking_id,
        fields,
        quote_id=quote_id,
        seen=version.draft_hash,
        said=gettext(TOGETHER),
        unsaved=True,
    )


def _status(
    request: Request,
    desk: Desk,
    booking_id: str,
    quote_id: str,
    keeping: Keeping,
    refusal: Refusal | None = None,
) -> HTMLResponse:
    """The line at the foot of the builder, with the status of what became of a save."""
    address = f"/backoffice/bookings/{booking_id}/quotes/{quote_id}"
    return page(
        request,
        desk,
        "quote/keeping.html",
        section="bookings",
        refusal=refusal,
        keeping=keeping,
        post_to=address,
        seen=keeping.draft_hash,
    )
