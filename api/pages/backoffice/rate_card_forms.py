"""`/backoffice/rate-cards/new` and `.../edit`: the form by which a version of a card is agreed."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from api.identity.allowed import Allowed
from api.pages.backoffice.frame import Refusal, Typed, done, page, typed
from api.pages.backoffice.rate_card_form import (
    BLANK_LINES,
    MORE_LINES,
    MOST_ROWS,
    PARTS,
    CardFields,
    check,
    choices,
    from_card,
    read_form,
)
from api.pages.translation import gettext
from api.staff.desk import Desk
from api.staff.opening import PageAsking, PageReading
from api.staff.rate_card_schemas import NextRateCardIn, RateCardIn
from api.staff.rate_editing import agree_card, agree_next_card
from models.domain.access import Permission
from models.domain.errors import DomainError, InvalidInputError
from models.domain.rates import RateCard
from models.store import partner_contracts, rate_cards
from models.store.partners import find_partner
from models.tables.partners import Partner, PartnerContract

router = APIRouter(
    prefix="/backoffice/rate-cards",
    include_in_schema=False,
    dependencies=[Allowed(Permission.EDIT_PRODUCTS)],
)
ADDRESS: Final = "/backoffice/rate-cards"
SECTION: Final = "rate-cards"
MORE: Final = "more"


@router.get("/new")
async def show_new(
    request: Request, desk: PageReading, contract: Annotated[str, Query(max_length=100)]
) -> HTMLResponse:
    """The form of a new card under a contract."""
    under, partner = await _contract(desk, contract)
    fields = CardFields(
        {
            "kind": partner.kind,
            "basis": "ROOM" if partner.kind == "HOTEL" else "PERSON",
            "nightly": "yes" if partner.kind == "HOTEL" else "",
            "currency": "USD",
            "valid_from": under.valid_from.isoformat(),
            "valid_to": under.valid_to.isoformat(),
            "tax_included": "yes",
        },
        {part.name: [] for part in PARTS},
    )
    return _form(request, desk, partner, under, fields)


@router.post("")
async def create(request: Request, desk: PageAsking) -> Response:
    """Adds a card."""
    entered = await typed(request)
    under, partner = await _contract(desk, entered["contract_id"])
    fields = read_form(await request.form())
    if entered["action"] == MORE:
        return _form(request, desk, partner, under, fields, more=True)
    wanted, errors = check(RateCardIn, fields, contract_id=under.id)
    try:
        if wanted is None:
            raise InvalidInputError(_faulty(errors))
        card_id = await agree_card(desk, wanted)
    except DomainError as error:
        refusal = Refusal.of(error)
        return _form(request, desk, partner, under, fields, refusal=refusal, errors=errors)
    return done(f"{ADDRESS}/{card_id}", "rate_card")


@router.get("/{card_id}/edit")
async def show_edit(card_id: str, request: Request, desk: PageReading) -> HTMLResponse:
    """The form of a card's next version."""
    card, partner = await _card(desk, card_id)
    return _form(request, desk, partner, None, from_card(card), card=card)


@router.post("/{card_id}/versions")
async def agree_next(card_id: str, request: Request, desk: PageAsking) -> Response:
    """Follows a card by its next version."""
    entered = await typed(request)
    card, partner = await _card(desk, card_id)
    fields = read_form(await request.form())
    note = entered["change_note"]
    if entered["action"] == MORE:
        return _form(request, desk, partner, None, fields, card=card, more=True, note=note)
    kept = card if len(card.rows) > MOST_ROWS else None
    wanted, errors = check(NextRateCardIn, fields, kept, change_note=note)
    try:
        if wanted is None:
            raise InvalidInputError(_faulty(errors))
        next_id = await agree_next_card(desk, card_id, wanted)
    except DomainError as error:
        refusal = Refusal.of(error)
        return _form(
            request,
            desk,
            partner,
            None,
            fields,
            card=card,
            refusal=refusal,
            errors=errors,
            note=note,
        )
    return done(f"{ADDRESS}/{next_id}", "rate_card")


def _faulty(errors: dict[str, str]) -> str:
    """What the top of the page says; each field says what is wrong with it."""
    known = gettext("Look at the fields that are marked.")
    return " ".join(dict.fromkeys([known, *(text for text in errors.values() if text)]))


async def _contract(desk: Desk, contract_id: str) -> tuple[PartnerContract, Partner]:
    async with desk.sessions() as session:
        found = await partner_contracts.find_contract(session, contract_id)
        return found, await find_partner(session, found.partner_id)


async def _card(desk: Desk, card_id: str) -> tuple[RateCard, Partner]:
    async with desk.sessions() as session:
        card = await rate_cards.load_card(session, card_id)
        return card, await find_partner(session, card.partner_id)


def _form(
    request: Request,
    desk: Desk,
    partner: Partner,
    contract: PartnerContract | None,
    fields: CardFields,
    *,
    card: RateCard | None = None,
    more: bool = False,
    note: str = "",
    refusal: Refusal | None = None,
    errors: dict[str, str] | None = None,
) -> HTMLResponse:
    by_sheet = card is not None and len(card.rows) > MOST_ROWS
    facts: dict[str, Any] = {"post_to": f"{ADDRESS}/{card.id}/versions" if card else ADDRESS}
    return page(
        request,
        desk,
        "rate_card_edit.html",
        section=SECTION,
        refusal=refusal,
        partner=partner,
        contract=contract,
        card=card,
        fields=fields,
        note=note,
        parts=[part for part in PARTS if not (by_sheet and part.name == "rows")],
        by_sheet=by_sheet,
        blank=MORE_LINES if more else BLANK_LINES,
        choices=choices(fields.get("currency")),
        errors=Typed(errors or {}),
        **facts,
    )
