"""`/backoffice/rate-cards`: the list, a card through the year, and files held against it."""

from datetime import date
from http import HTTPStatus
from typing import Annotated, Final
from urllib.parse import urlencode

from babel import dates
from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import UploadFile

from api.identity.allowed import Allowed
from api.pages.backoffice.frame import Refusal, done, named, page, typed
from api.pages.backoffice.partner_words import kind_options
from api.pages.reader import reader
from api.pages.translation import gettext
from api.staff.desk import Desk
from api.staff.opening import PageAsking, PageReading
from api.staff.paging import DEFAULT_PAGE_SIZE, total_pages
from api.staff.rate_cards import CardQuery
from api.staff.rate_editing import apply_file, check_file, find_import
from api.staff.rate_files import LARGEST_BYTES
from models.domain.access import Permission
from models.domain.errors import DomainError, SheetRefusedError
from models.domain.partners import RATE_CURRENCIES
from models.domain.rate_calendar import years_of
from models.domain.rate_cells import weekdays_in_words
from models.domain.rate_checks import FaultKind, check_card
from models.domain.rate_sheets import Verdict
from models.store import rate_cards

router = APIRouter(
    prefix="/backoffice/rate-cards",
    include_in_schema=False,
    dependencies=[Allowed(Permission.READ_PRODUCTS)],
)
ADDRESS: Final = "/backoffice/rate-cards"
SECTION: Final = "rate-cards"
EDITING: Final = [Allowed(Permission.EDIT_PRODUCTS)]
MOST_FAULTS: Final = 12


@router.get("")
async def show_list(
    request: Request, desk: PageReading, query: Annotated[CardQuery, Query()]
) -> HTMLResponse:
    """The rate cards in use."""
    async with desk.sessions() as session:
        found = await rate_cards.list_cards(
            session, query.wanted(), page=query.page, page_size=DEFAULT_PAGE_SIZE
        )
        loaded = await rate_cards.load_cards(session, [row.card.id for row in found.items])
    said = query.model_dump(mode="json", exclude={"page", "page_size"})
    chosen = {name: value for name, value in said.items() if value}
    return page(
        request,
        desk,
        "rate_cards.html",
        section=SECTION,
        found=found,
        faults={card_id: len(check_card(card)) for card_id, card in loaded.items()},
        page=query.page,
        total_pages=total_pages(found.total, DEFAULT_PAGE_SIZE),
        page_url=lambda number: f"{ADDRESS}?{urlencode({**chosen, 'page': number})}",
        filters=query,
        chosen=chosen,
        kind_options=kind_options(gettext("All kinds")),
        currency_options=named({one: one for one in RATE_CURRENCIES}, gettext("All")),
    )


@router.get("/{card_id}")
async def show(card_id: str, request: Request, desk: PageReading) -> HTMLResponse:
    """A version of a card: its seasons, rows and terms."""
    return await _card(request, desk, card_id)


@router.post("/{card_id}/imports", dependencies=EDITING)
async def check(card_id: str, request: Request, desk: PageAsking) -> Response:
    """Holds a file against a card and shows each line's verdict; nothing is changed."""
    file = (await request.form()).get("file")
    try:
        if not isinstance(file, UploadFile) or not file.filename:
            raise SheetRefusedError("Choose a file first.")
        content = await file.read(LARGEST_BYTES + 1)
        import_id = await check_file(desk, card_id, file.filename, content)
    except DomainError as error:
        return await _card(request, desk, card_id, Refusal.of(error, "file"))
    return RedirectResponse(
        f"{ADDRESS}/{card_id}/imports/{import_id}", status_code=HTTPStatus.SEE_OTHER
    )


@router.get("/{card_id}/imports/{import_id}", dependencies=EDITING)
async def show_import(
    card_id: str, import_id: str, request: Request, desk: PageReading
) -> HTMLResponse:
    """What would become of each line of a file."""
    return await _import(request, desk, card_id, import_id)


@router.post("/{card_id}/imports/{import_id}/application", dependencies=EDITING)
async def apply(card_id: str, import_id: str, request: Request, desk: PageAsking) -> Response:
    """Makes just what was shown the card's next version."""
    entered = await typed(request)
    try:
        next_id = await apply_file(desk, card_id, import_id, entered["sha256"])
    except DomainError as error:
        return await _import(request, desk, card_id, import_id, Refusal.of(error))
    return done(f"{ADDRESS}/{next_id}", "rate_import")


async def _card(
    request: Request, desk: Desk, card_id: str, refusal: Refusal | None = None
) -> HTMLResponse:
    async with desk.sessions() as session:
        found = await rate_cards.find_card(session, card_id)
        card = await rate_cards.load_card(session, card_id)
        versions = await rate_cards.versions_of(session, found.card.series_id)
    faults = check_card(card)
    return page(
        request,
        desk,
        "rate_card.html",
        section=SECTION,
        refusal=refusal,
        found=found,
        card=card,
        newest=versions[0],
        versions=versions,
        faults=faults[:MOST_FAULTS],
        further=max(0, len(faults) - MOST_FAULTS),
        kinds=FaultKind,
        years=years_of(card, faults),
        rows=sorted(card.rows, key=lambda row: (row.option, row.span.first_on, row.number)),
        has_options=any(row.option for row in card.rows),
        weekdays=weekdays_in_words,
        month_name=_month_name,
        may_edit=desk.member.may(Permission.EDIT_PRODUCTS),
    )


def _month_name(first: date) -> str:
    """A month's short name, as the head of a calendar has it."""
    return str(dates.format_skeleton("MMM", first, locale=reader().locale))


async def _import(
    request: Request,
    desk: Desk,
    card_id: str,
    import_id: str,
    refusal: Refusal | None = None,
) -> HTMLResponse:
    found = await find_import(desk, card_id, import_id)
    return page(
        request,
        desk,
        "rate_import.html",
        section=SECTION,
        refusal=refusal,
        found=found,
        counts=[(one, found.judgement.count(one)) for one in Verdict],
        verdicts=Verdict,
    )
