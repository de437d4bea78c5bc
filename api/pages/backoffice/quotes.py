"""`/backoffice/bookings/{id}/quotes`: build, edit and look at quote versions."""

from datetime import UTC, datetime

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession

from api.identity.allowed import Allowed
from api.pages.backoffice.frame import WRONG, Refusal, Typed, done, page
from api.pages.backoffice.quote_choices import starts_of, suppliers_of
from api.pages.backoffice.quote_clips import CLIPS, clip_of, clipped
from api.pages.backoffice.quote_fields import CURRENCIES, QuoteFields
from api.pages.backoffice.quote_form import check, from_enquiry, from_version, read_form
from api.pages.backoffice.quote_keeping import draft_fields, keeping_of, saving_of
from api.pages.backoffice.quote_library import TAKES, library_for, taken
from api.pages.backoffice.quote_lists import drawn_lists, language_of, lists_in
from api.pages.backoffice.quote_meeting import meeting_page
from api.pages.backoffice.quote_moves import day_heads
from api.pages.backoffice.quote_prices import prices_of
from api.pages.backoffice.quote_standing import STANDINGS
from api.pages.backoffice.quote_states import keyed
from api.pages.backoffice.quote_steps import STEPS, stepped
from api.pages.backoffice.quote_templates import (
    INSERT,
    START,
    Begun,
    begin_with,
    in_words,
    put_into,
)
from api.pages.formats import words
from api.pages.translation import N_, gettext
from api.staff.desk import Desk
from api.staff.opening import PageAsking, PageReading
from models.domain.access import Permission
from models.domain.clock import day_of
from models.domain.errors import DomainError, DraftChangedError, InvalidInputError
from models.domain.pricing.markup import MarkupKind
from models.domain.stages import QuoteStatus, ServiceKind
from models.store import offers, quote_drafts
from models.store.approval_pages import approval_of
from models.store.boards import boards_of
from models.store.bookings import BookingRow
from models.store.trip_templates import templates_to_choose
from models.tables.quote import QuoteVersion

router = APIRouter(prefix="/backoffice/bookings/{booking_id}/quotes", include_in_schema=False)

BY_PERCENT = (MarkupKind.MARKUP, MarkupKind.MARGIN)
KEPT = N_(
    "Some fields need another look. What you typed is kept with the draft; the version itself says "
    "it once they are mended."
)


@router.get("/new", dependencies=[Allowed(Permission.EDIT_BOOKINGS)])
async def new_quote(
    booking_id: str, request: Request, desk: PageReading, start: str = ""
) -> HTMLResponse:
    """An empty form, or one filled from a tour (`tour:<id>`) or a version (`version:<id>`)."""
    if start.startswith(START):
        begun = await begin_with(desk, booking_id, start)
        return await builder(request, desk, booking_id, begun.fields, start=start, begun=begun)
    async with desk.booking(booking_id, Permission.EDIT_BOOKINGS) as (session, row):
        fields, chosen = await _start(session, row, start)
    return await builder(request, desk, booking_id, fields, start=chosen)


@router.post("", dependencies=[Allowed(Permission.EDIT_BOOKINGS)])
async def create(booking_id: str, request: Request, desk: PageAsking) -> Response:
    """Saves the form as a new draft, or adds and removes rows."""
    return await _submit(request, desk, booking_id, None)


@router.post("/total", dependencies=[Allowed(Permission.EDIT_BOOKINGS)])
async def total(booking_id: str, request: Request, desk: PageReading) -> HTMLResponse:
    """The prices of what is typed so far: of every line and of the whole, each for its place."""
    fields = read_form(await request.form())
    async with desk.booking(booking_id, Permission.EDIT_BOOKINGS) as (session, row):
        prices = await prices_of(session, row.booking, fields, day_of(datetime.now(UTC)))
        drawn = await drawn_lists(session, row, fields)
    return page(
        request,
        desk,
        "quote/prices.html",
        drawn_lists=drawn,
        drawn_language=language_of(row),
        section="bookings",
        form=fields,
        prices=prices,
        sees_profit=desk.member.may(Permission.SEE_PROFIT),
    )


@router.get("/{quote_id}", dependencies=[Allowed(Permission.READ_BOOKINGS)])
async def show_version(
    booking_id: str, quote_id: str, request: Request, desk: PageReading, edit: str = ""
) -> HTMLResponse:
    """A version; `edit` opens a draft in the builder."""
    async with desk.booking(booking_id) as (session, _):
        full = await quote_drafts.find_version(session, booking_id, quote_id)
        fields = await draft_fields(session, full)
    if edit and full.version.status == QuoteStatus.DRAFT:
        desk.member.require(Permission.EDIT_BOOKINGS)
        return await builder(request, desk, booking_id, fields, quote_id=quote_id)
    return await version_page(request, desk, booking_id, quote_id)


@router.post("/{quote_id}/copy", dependencies=[Allowed(Permission.EDIT_BOOKINGS)])
async def copy_version(
    booking_id: str, quote_id: str, request: Request, desk: PageAsking
) -> Response:
    """One click makes a new draft of a version that can't be answered any more, or of any other."""
    try:
        draft_id = await desk.copy_version(booking_id, quote_id)
    except InvalidInputError as error:
        return await version_page(request, desk, booking_id, quote_id, Refusal.of(error))
    return done(f"/backoffice/bookings/{booking_id}/quotes/{draft_id}", "revived")


@router.post("/{quote_id}", dependencies=[Allowed(Permission.EDIT_BOOKINGS)])
async def rewrite(booking_id: str, quote_id: str, request: Request, desk: PageAsking) -> Response:
    """Saves the form over a draft, or adds and removes rows."""
    return await _submit(request, desk, booking_id, quote_id)


async def version_page(
    request: Request, desk: Desk, booking_id: str, quote_id: str, refusal: Refusal | None = None
) -> HTMLResponse:
    """A version as it stands, with why something was not done to it."""
    async with desk.booking(booking_id) as (session, row):
        full = await quote_drafts.find_version(session, booking_id, quote_id)
        versions = await quote_drafts.list_versions(session, booking_id)
        approval = await approval_of(session, row.booking, full)
        kept = await templates_to_choose(session)
        boards = await boards_of(session, full.lines)
    live = [one for one in versions if one.status == QuoteStatus.SENT]
    return page(
        request,
        desk,
        "quote/version.html",
        discount_minor=sum(line.discount_minor for line in full.lines if line.chosen),
        section="bookings",
        refusal=refusal,
        row=row,
        full=full,
        live=live,
        approval=approval,
        lists=lists_in(full, row, boards),
        lists_language=language_of(row),
        places=_places(live),
        kept_templates=[(one.id, in_words(one)) for one in kept],
    )


def _places(live: list[QuoteVersion]) -> list[tuple[str, str]]:
    """How a draft can be sent beside what is open."""
    only = gettext("It is replaced") if len(live) == 1 else gettext("All of it is replaced")
    each = [
        (one.id, gettext("Only option %(letter)s is replaced", letter=one.option or "A"))
        for one in live
    ]
    keep = ("beside", gettext("It stays open: this is one more option"))
    return [("", only), *(each if len(live) > 1 else []), keep]


async def _submit(request: Request, desk: Desk, booking_id: str, quote_id: str | None) -> Response:
    form = await request.form()
    action, fields = str(form.get("action") or "save"), read_form(form)
    seen = str(form.get("draft_hash") or "")
    if action == INSERT:
        put = await put_into(desk, booking_id, fields, form)
        return await builder(
            request,
            desk,
            booking_id,
            put.fields,
            quote_id=quote_id,
            begun=put,
            seen=seen,
            unsaved=quote_id is not None,
        )
    if action.startswith((*STEPS, *TAKES)):
        return await _step(request, desk, booking_id, fields, action, quote_id, seen)
    try:
        saved_id, errors = await _save(desk, booking_id, quote_id, fields, seen)
    except DraftChangedError:
        return await meeting_page(request, desk, booking_id, quote_id or "", fields, seen)
    except DomainError as error:
        refusal = Refusal.of(error)
        return await builder(
            request, desk, booking_id, fields, quote_id=quote_id, refusal=refusal, seen=seen
        )
    if saved_id is None:
        refusal = Refusal.of(InvalidInputError(errors.get("", KEPT if quote_id else WRONG)))
        return await builder(
            request,
            desk,
            booking_id,
            fields,
            quote_id=quote_id,
            refusal=refusal,
            errors=errors,
            seen="" if quote_id else seen,
        )
    address = f"/backoffice/bookings/{booking_id}"
    onward = (f"{address}/quotes/{saved_id}", "draft", "")
    return done(*(onward if action == "preview" else (address, "draft", "quotes")))


async def _step(
    request: Request,
    desk: Desk,
    booking_id: str,
    fields: QuoteFields,
    action: str,
    quote_id: str | None,
    seen: str,
) -> Response:
    """The form after one of its buttons: some use a clipboard, some what the libraries have."""
    if not action.startswith((*CLIPS, *TAKES)):
        changed = stepped(fields, action)
        return await builder(request, desk, booking_id, changed, quote_id=quote_id, seen=seen)
    try:
        if action.startswith(TAKES):
            form = await request.form()
            changed, said = await taken(desk, booking_id, fields, form, action)
        else:
            changed, said = await clipped(desk, booking_id, quote_id, fields, action)
    except InvalidInputError as error:
        refusal = Refusal.of(error)
        return await builder(
            request, desk, booking_id, fields, quote_id=quote_id, seen=seen, refusal=refusal
        )
    return await builder(
        request, desk, booking_id, changed, quote_id=quote_id, seen=seen, said=said
    )


async def _save(
    desk: Desk, booking_id: str, quote_id: str | None, fields: QuoteFields, seen: str
) -> tuple[str | None, dict[str, str]]:
    """The id of the saved draft, or what is wrong with the form; a draft keeps that as well."""
    draft, errors = check(fields)
    if quote_id is None:
        return (await desk.create_draft(booking_id, draft.draft()), {}) if draft else (None, errors)
    saving, errors = saving_of(fields, seen, by_itself=False)
    saved = await desk.save_draft(booking_id, quote_id, saving)
    if saved.why:
        return None, {"": gettext(saved.why)}
    return (None, errors) if saved.faults else (quote_id, {})


async def _start(session: AsyncSession, row: BookingRow, start: str) -> tuple[QuoteFields, str]:
    """The form to begin with and where it came from; unasked, the last version or the tour."""
    source, _, source_id = start.partition(":")
    if not start:
        versions = await quote_drafts.list_versions(session, row.booking.id)
        if versions:
            source, source_id = "version", versions[0].id
        elif row.booking.tour_id:
            source, source_id = "tour", row.booking.tour_id
    today = day_of(datetime.now(UTC))
    if source == "version":
        full = await quote_drafts.find_version(session, row.booking.id, source_id)
        return from_version(full, change_summary=""), f"version:{source_id}"
    tour = await offers.find_tour(session, source_id) if source == "tour" else None
    return from_enquiry(row.booking, tour, today), f"tour:{source_id}" if tour else "blank"


async def builder(
    request: Request,
    desk: Desk,
    booking_id: str,
    fields: QuoteFields,
    *,
    quote_id: str | None = None,
    start: str = "",
    refusal: Refusal | None = None,
    errors: dict[str, str] | None = None,
    seen: str = "",
    said: str = "",
    unsaved: bool = False,
    begun: Begun | None = None,
) -> HTMLResponse:
    """The builder with a form.

    Args:
        request: what is answered.
        desk: of whoever builds.
        booking_id: whose quote.
        fields: the form.
        quote_id: the draft that it is saved into; None for one that is not there yet.
        start: what the form was filled from.
        refusal: why something was not done.
        errors: what is wrong with fields, by their paths.
        seen: the hash of the draft that the form began from; empty where it is as it stands now.
        said: what was done.
        begun: a template that was put in, and what to look at.
        unsaved: whether the form holds more than the draft, which saves itself at once then.
    """
    async with desk.booking(booking_id, Permission.EDIT_BOOKINGS) as (session, row):
        named = [line.supply.partition(":")[2] for line in fields.lines]
        rates = await offers.list_rates(session, also=[one for one in named if one])
        starts = await starts_of(session, booking_id) if start else []
        kept = await templates_to_choose(session)
        library = await library_for(session, fields)
        prices = await prices_of(session, row.booking, fields, day_of(datetime.now(UTC)))
        keeping = await keeping_of(session, desk, booking_id, quote_id, seen) if quote_id else None
        clip = await clip_of(session, desk)
        drawn = await drawn_lists(session, row, fields)
    address = f"/backoffice/bookings/{booking_id}/quotes"
    form = await request.form() if request.method == "POST" else {}
    return page(
        request,
        desk,
        "quote/builder.html",
        section="bookings",
        refusal=begun.refusal if begun else refusal,
        row=row,
        heading=gettext("Edit the draft") if quote_id else gettext("New quote version"),
        form=keyed(fields),
        seen=seen or (keeping.draft_hash if keeping else ""),
        keeping=keeping,
        clip=clip,
        heads=day_heads(fields),
        library=library,
        told=said,
        unsaved=unsaved,
        form_key=form.get("idempotency_key"),
        errors=Typed(errors or {}),
        post_to=f"{address}/{quote_id}" if quote_id else address,
        prices=prices,
        drawn_lists=drawn,
        drawn_language=language_of(row),
        sees_profit=desk.member.may(Permission.SEE_PROFIT),
        start=start,
        starts=starts,
        template_notes=begun.notes if begun else (),
        kept_templates=[(one.id, in_words(one)) for one in kept],
        currencies=[(currency, currency) for currency in CURRENCIES],
        kinds=[(kind.value, words(kind)) for kind in ServiceKind],
        markups=[("", gettext("By the rules")), *((one.value, words(one)) for one in BY_PERCENT)],
        suppliers=suppliers_of(rates),
        standings=[(one.value, gettext(name)) for one, name in STANDINGS.items()],
    )
