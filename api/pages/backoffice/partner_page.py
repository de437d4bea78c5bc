"""The page of a partner: facts, contacts, licences, risks, contracts and rate cards."""

from datetime import UTC, datetime

from fastapi import Request
from fastapi.responses import HTMLResponse

from api.pages.backoffice.customer_words import country_name
from api.pages.backoffice.frame import Refusal, Typed, page
from api.pages.backoffice.partner_words import kind_in_words, risk_options
from api.staff.desk import Desk
from models.domain.access import Permission
from models.domain.partners import LicenceState, licence_state
from models.domain.rate_checks import check_card
from models.store import partner_contracts, partner_parts, partners, rate_cards
from models.store.rate_cards import CardFilter
from models.tables.partners import PartnerContract

MOST_CARDS = 100


async def partner_page(
    request: Request,
    desk: Desk,
    partner_id: str,
    *,
    refusal: Refusal | None = None,
    entered: Typed | None = None,
) -> HTMLResponse:
    """A partner's page; a refusal gives it its status, and what was typed stays in its fields."""
    async with desk.sessions() as session:
        partner = await partners.find_partner(session, partner_id)
        parts = await partner_parts.parts_of(session, partner_id)
        contracts = await partner_contracts.contracts_of(session, partner_id)
        cards = await rate_cards.list_cards(
            session, CardFilter(partner_id=partner_id), page=1, page_size=MOST_CARDS
        )
        loaded = await rate_cards.load_cards(session, [row.card.id for row in cards.items])
    today = datetime.now(UTC).date()
    return page(
        request,
        desk,
        "partner.html",
        section="partners",
        refusal=refusal,
        typed=entered or Typed(),
        partner=partner,
        parts=parts,
        licences=[(one, licence_state(one.expires_on, today)) for one in parts.licences],
        states=LicenceState,
        standing=[flag for flag in parts.risks if flag.cleared_at is None],
        contracts=_by_series(contracts),
        cards=[(row, len(check_card(loaded[row.card.id]))) for row in cards.items],
        country=country_name(partner.country),
        kind=kind_in_words(partner.kind),
        risk_options=risk_options(),
        may_edit=desk.member.may(Permission.EDIT_PRODUCTS),
        may_bank=desk.member.may(Permission.READ_BANK_DATA),
    )


def _by_series(
    contracts: list[PartnerContract],
) -> list[tuple[PartnerContract, list[PartnerContract]]]:
    """The newest version of each contract, with its older ones, the newest first."""
    older: dict[str, list[PartnerContract]] = {}
    for one in sorted(contracts, key=lambda one: -one.version):
        if not one.current:
            older.setdefault(one.series_id, []).append(one)
    return [(one, older.get(one.series_id, [])) for one in contracts if one.current]
