"""`/api/v1/rate-cards`: what services cost, by version; sheets of rates out and in."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, UploadFile
from fastapi.responses import Response
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from api.identity.allowed import Allowed
from api.staff.desk import Desk
from api.staff.opening import Asking, Reading
from api.staff.paging import DEFAULT_PAGE_SIZE, LARGEST_PAGE_SIZE, LAST_PAGE, total_pages
from api.staff.rate_card_answers import (
    CardDetail,
    CardList,
    CardVersions,
    card_detail,
    card_out,
)
from api.staff.rate_card_schemas import Currency, NextRateCardIn, RateCardIn
from api.staff.rate_editing import (
    agree_card,
    agree_next_card,
    apply_file,
    check_file,
    find_import,
)
from api.staff.rate_files import CSV_TYPE, LARGEST_BYTES, XLSX_TYPE, csv_of, xlsx_of
from api.staff.rate_import_schemas import ImportOut, ImportSeen, import_out
from api.staff.wire import absent
from models.domain.access import Permission
from models.domain.rate_checks import check_card
from models.domain.rate_sheets import written
from models.domain.stages import ServiceKind
from models.store import rate_cards
from models.store.rate_cards import CardFilter

router = APIRouter(
    prefix="/api/v1/rate-cards",
    tags=["rate cards"],
    dependencies=[Allowed(Permission.READ_PRODUCTS)],
)
EDITING = [Allowed(Permission.EDIT_PRODUCTS)]
UPLOAD = {"requestBody": {"content": {"multipart/form-data": {"example": {"file": "rates.csv"}}}}}
AddressOf = Annotated[str | None, StringConstraints(max_length=100), BeforeValidator(absent)]


class CardQuery(BaseModel):
    """A page of rate cards, and which."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    search: Annotated[str, StringConstraints(max_length=200)] = Field(
        "", description="A part of the service's or the partner's name."
    )
    partner_id: AddressOf = None
    kind: Annotated[ServiceKind | None, BeforeValidator(absent)] = None
    currency: Annotated[Currency | None, BeforeValidator(absent)] = None
    page: Annotated[int, Field(ge=1, le=LAST_PAGE)] = 1
    page_size: Annotated[int, Field(ge=1, le=LARGEST_PAGE_SIZE)] = DEFAULT_PAGE_SIZE

    def wanted(self) -> CardFilter:
        """The filter as the store takes it."""
        return CardFilter(**self.model_dump(mode="json", exclude={"page", "page_size"}))


@router.get("")
async def list_cards(desk: Reading, query: Annotated[CardQuery, Query()]) -> CardList:
    """A page of the rate cards in use, by partner and service."""
    async with desk.sessions() as session:
        found = await rate_cards.list_cards(
            session, query.wanted(), page=query.page, page_size=query.page_size
        )
    return CardList(
        items=[card_out(row.card, row.partner.name) for row in found.items],
        total=found.total,
        page=query.page,
        page_size=query.page_size,
        total_pages=total_pages(found.total, query.page_size),
    )


@router.post("", status_code=HTTPStatus.CREATED, dependencies=EDITING)
async def agree(wanted: RateCardIn, desk: Asking) -> CardDetail:
    """Adds a card under a contract; the same Idempotency-Key adds it once."""
    return await _detail(desk, await agree_card(desk, wanted))


@router.get("/{card_id}")
async def show(card_id: str, desk: Reading) -> CardDetail:
    """A version of a card with everything that was agreed; `faults` are its gaps and overlaps."""
    return await _detail(desk, card_id)


@router.get(
    "/{card_id}/rows.csv",
    response_class=Response,
    responses={200: {"content": {"text/csv": {}}, "description": "One line for each row."}},
)
async def export_csv(card_id: str, desk: Reading) -> Response:
    """The rows of a card as CSV, in the columns that an import takes."""
    async with desk.sessions() as session:
        card = await rate_cards.load_card(session, card_id)
    return _file(csv_of(written(card)), CSV_TYPE, f"rates-v{card.version}.csv")


@router.get(
    "/{card_id}/rows.xlsx",
    response_class=Response,
    responses={200: {"content": {XLSX_TYPE: {}}, "description": "One line for each row."}},
)
async def export_xlsx(card_id: str, desk: Reading) -> Response:
    """The rows of a card as XLSX, in the columns that an import takes."""
    async with desk.sessions() as session:
        card = await rate_cards.load_card(session, card_id)
    return _file(xlsx_of(written(card), "Rates"), XLSX_TYPE, f"rates-v{card.version}.xlsx")


@router.post(
    "/{card_id}/imports",
    status_code=HTTPStatus.CREATED,
    openapi_extra=UPLOAD,
    dependencies=EDITING,
)
async def check(card_id: str, file: UploadFile, desk: Asking) -> ImportOut:
    """Holds a file (multipart, field `file`) against the newest version; changes nothing.

    The answer has each row's verdict. Apply it with the `sha256` that it shows.
    """
    content = await file.read(LARGEST_BYTES + 1)
    import_id = await check_file(desk, card_id, file.filename or "", content)
    return import_out(await find_import(desk, card_id, import_id))


@router.get("/{card_id}/imports/{import_id}", dependencies=EDITING)
async def show_import(card_id: str, import_id: str, desk: Reading) -> ImportOut:
    """A file as it was held against a card."""
    return import_out(await find_import(desk, card_id, import_id))


@router.post("/{card_id}/imports/{import_id}/application", dependencies=EDITING)
async def apply(card_id: str, import_id: str, seen: ImportSeen, desk: Asking) -> CardDetail:
    """Makes just what was shown the next version of the card, or nothing."""
    return await _detail(desk, await apply_file(desk, card_id, import_id, seen.sha256))


@router.get("/{card_id}/versions")
async def list_versions(card_id: str, desk: Reading) -> CardVersions:
    """Every version of the card, the newest first."""
    async with desk.sessions() as session:
        found = await rate_cards.find_card(session, card_id)
        versions = await rate_cards.versions_of(session, found.card.series_id)
    items = [card_out(one, found.partner.name) for one in versions]
    return CardVersions(items=items, total=len(items))


@router.post("/{card_id}/versions", status_code=HTTPStatus.CREATED, dependencies=EDITING)
async def agree_next(card_id: str, wanted: NextRateCardIn, desk: Asking) -> CardDetail:
    """Follows the newest version by the next one; what quotes name stays as it was."""
    return await _detail(desk, await agree_next_card(desk, card_id, wanted))


async def _detail(desk: Desk, card_id: str) -> CardDetail:
    async with desk.sessions() as session:
        found = await rate_cards.find_card(session, card_id)
        card = await rate_cards.load_card(session, card_id)
    return card_detail(found, card, check_card(card))


def _file(content: bytes, media_type: str, name: str) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, media_type=media_type, headers=headers)
