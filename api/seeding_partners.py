"""The demo's partners: what is known of them, their contracts, and seasons turned into rates."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from api.staff.partner_schemas import ContractIn
from api.staff.rate_card_schemas import CardBody
from models.sealing import Sealer
from models.store.catalog_loading import keyed_id, load_rows
from models.store.partner_contracts import add_contract
from models.store.partner_parts import keep_bank_data
from models.store.rate_cards import add_card
from models.tables.partners import Partner, PartnerContact, PartnerLicence, PartnerRiskFlag

PARTS: Final = frozenset({"key", "contacts", "licences", "risks", "bank", "contract", "cards"})
"""What hangs on a partner in the file; all else is a column of it."""
BY: Final = "system"
Seasons = Mapping[str, Mapping[str, list[tuple[str, str]]]]


async def load_partners(
    session: AsyncSession, partners: list[dict[str, Any]], seasons: Seasons, sealer: Sealer
) -> None:
    """Loads everything about the demo's partners; contracts and cards that are there stay."""
    await load_rows(session, Partner, [_partner(one) for one in partners])
    for table, name, prefix in (
        (PartnerContact, "contacts", "pcontact"),
        (PartnerLicence, "licences", "licence"),
        (PartnerRiskFlag, "risks", "riskflag"),
    ):
        await load_rows(
            session, table, [row for one in partners for row in _parts(one, name, prefix)]
        )
    for one in partners:
        await _load_agreements(session, one, seasons)
        if one["bank"]:
            await keep_bank_data(session, _id(one), one["bank"], sealer, BY)


def _id(partner: Mapping[str, Any]) -> str:
    return keyed_id("partner", partner["key"])


def _partner(partner: Mapping[str, Any]) -> dict[str, Any]:
    columns = {key: value for key, value in partner.items() if key not in PARTS}
    return {**columns, "id": _id(partner)}


def _parts(partner: Mapping[str, Any], name: str, prefix: str) -> list[dict[str, Any]]:
    return [
        {
            **_dated(part),
            "id": keyed_id(prefix, f"{partner['key']}:{number}"),
            "partner_id": _id(partner),
            "created_by": BY,
        }
        for number, part in enumerate(partner[name])
    ]


def _dated(part: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: date.fromisoformat(value) if name.endswith("_on") else value
        for name, value in part.items()
    }


async def _load_agreements(
    session: AsyncSession, partner: Mapping[str, Any], seasons: Seasons
) -> None:
    contract_id = keyed_id("contract", partner["key"])
    terms = ContractIn.model_validate(partner["contract"])
    await add_contract(session, contract_id, _id(partner), terms.terms(), BY)
    for one in partner["cards"]:
        body = CardBody.model_validate(_body(partner, terms, one, seasons[one["seasons"]]))
        card = body.card(
            card_id=keyed_id("rate", f"{partner['key']}:{one['service']}"),
            partner_id=_id(partner),
            contract_id=contract_id,
        )
        await add_card(session, card, by=BY)


def _body(
    partner: Mapping[str, Any],
    terms: ContractIn,
    card: Mapping[str, Any],
    seasons: Mapping[str, list[tuple[str, str]]],
) -> dict[str, Any]:
    """A card as the schema takes it: each of its rows once for each stretch of its season."""
    left_out = card.get("leaves_out", [])
    rows = [
        {**row, "first_on": first_on, "last_on": last_on}
        for row in card["rows"]
        for first_on, last_on in seasons[row["season"]]
        if first_on not in left_out
    ]
    rows.sort(key=lambda row: (row.get("option", ""), row["first_on"], row.get("pax_from", 1)))
    facts = {name: value for name, value in card.items() if name not in {"seasons", "leaves_out"}}
    return {
        **facts,
        "kind": partner["kind"],
        "valid_from": terms.valid_from,
        "valid_to": terms.valid_to,
        "rows": rows,
    }
