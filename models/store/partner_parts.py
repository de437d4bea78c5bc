"""What hangs on a partner: contacts, licences, risk flags, bank data, each with who wrote it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models.contacts import compared_email, e164
from models.domain.errors import InvalidInputError, NotFoundError
from models.sealing import Sealer
from models.store.adding import add_once
from models.tables.partners import (
    PartnerBankData,
    PartnerContact,
    PartnerLicence,
    PartnerRiskFlag,
)

MOST_OF_ONE = 50
"""So many contacts, licences or risks may a partner have of each."""


@dataclass(frozen=True)
class Parts:
    """What hangs on a partner, without its bank data."""

    contacts: list[PartnerContact]
    licences: list[PartnerLicence]
    risks: list[PartnerRiskFlag]
    """Those that nobody cleared come first."""
    has_bank_data: bool


async def parts_of(session: AsyncSession, partner_id: str) -> Parts:
    """Everything that hangs on a partner."""
    contacts = select(PartnerContact).where(PartnerContact.partner_id == partner_id)
    licences = select(PartnerLicence).where(PartnerLicence.partner_id == partner_id)
    risks = select(PartnerRiskFlag).where(PartnerRiskFlag.partner_id == partner_id)
    bank = select(PartnerBankData.partner_id).where(PartnerBankData.partner_id == partner_id)
    flag = PartnerRiskFlag
    return Parts(
        list(await session.scalars(contacts.order_by(PartnerContact.id))),
        list(await session.scalars(licences.order_by(PartnerLicence.expires_on))),
        list(await session.scalars(risks.order_by(flag.cleared_at.is_not(None), flag.id.desc()))),
        await session.scalar(bank) is not None,
    )


def readable_email(typed: str | None) -> str | None:
    """An e-mail address as it is kept; None for none.

    Raises:
        InvalidInputError: it can't be read.
    """
    if not typed:
        return None
    try:
        compared_email(typed)
    except ValueError as error:
        raise InvalidInputError("email: this is no e-mail address.") from error
    return typed


def readable_phone(typed: str | None, country: str | None) -> str | None:
    """A number in E.164; None for none.

    Raises:
        InvalidInputError: it can't be read.
    """
    if not typed:
        return None
    number = e164(typed, country)
    if number is None:
        raise InvalidInputError("phone: write the number with its country code, such as +84.")
    return number


async def add_contact(
    session: AsyncSession,
    contact_id: str,
    partner_id: str,
    *,
    name: str,
    role: str,
    email: str | None,
    phone: str | None,
    by: str,
) -> bool:
    """Somebody at a partner; returns False if the id is there already.

    Raises:
        InvalidInputError: there is neither address nor number, or too many people.
    """
    if not email and not phone:
        raise InvalidInputError("email: write an e-mail address or a number.")
    await _require_room(session, PartnerContact, partner_id)
    return await add_once(
        session,
        PartnerContact,
        id=contact_id,
        partner_id=partner_id,
        name=name,
        role=role,
        email=email,
        phone=phone,
        created_by=by,
    )


async def remove_contact(session: AsyncSession, partner_id: str, contact_id: str) -> PartnerContact:
    """Takes somebody away; returns who it was.

    Raises:
        NotFoundError: the partner has nobody of this id.
    """
    contact = await session.get(PartnerContact, contact_id)
    if contact is None or contact.partner_id != partner_id:
        raise NotFoundError("This partner has no such contact.")
    await session.delete(contact)
    await session.flush()
    return contact


async def add_licence(
    session: AsyncSession,
    licence_id: str,
    partner_id: str,
    *,
    name: str,
    number: str,
    expires_on: date,
    by: str,
) -> bool:
    """A permit of a partner; returns False if the id is there already.

    Raises:
        InvalidInputError: there are too many.
    """
    await _require_room(session, PartnerLicence, partner_id)
    return await add_once(
        session,
        PartnerLicence,
        id=licence_id,
        partner_id=partner_id,
        name=name,
        number=number,
        expires_on=expires_on,
        created_by=by,
    )


async def remove_licence(session: AsyncSession, partner_id: str, licence_id: str) -> PartnerLicence:
    """Takes a permit away; returns what it was.

    Raises:
        NotFoundError: the partner has none of this id.
    """
    licence = await session.get(PartnerLicence, licence_id)
    if licence is None or licence.partner_id != partner_id:
        raise NotFoundError("This partner has no such licence.")
    await session.delete(licence)
    await session.flush()
    return licence


async def raise_risk(
    session: AsyncSession, flag_id: str, partner_id: str, *, kind: str, reason: str, by: str
) -> bool:
    """Says that a partner is a risk, and why; returns False if the id is there already.

    Raises:
        InvalidInputError: there are too many.
    """
    await _require_room(session, PartnerRiskFlag, partner_id)
    return await add_once(
        session,
        PartnerRiskFlag,
        id=flag_id,
        partner_id=partner_id,
        kind=kind,
        reason=reason,
        created_by=by,
    )


async def clear_risk(
    session: AsyncSession, partner_id: str, flag_id: str, by: str
) -> PartnerRiskFlag:
    """Says that a risk is over; it stays known.

    Raises:
        NotFoundError: the partner has no such risk, or it was cleared already.
    """
    flag = await session.get(PartnerRiskFlag, flag_id, with_for_update=True)
    if flag is None or flag.partner_id != partner_id or flag.cleared_at is not None:
        raise NotFoundError("This partner has no such risk, or somebody cleared it already.")
    flag.cleared_by, flag.cleared_at = by, func.now()
    await session.flush()
    return flag


async def _require_room(
    session: AsyncSession,
    table: type[PartnerContact | PartnerLicence | PartnerRiskFlag],
    partner_id: str,
) -> None:
    count = select(func.count()).select_from(table).where(table.partner_id == partner_id)
    if (await session.scalar(count) or 0) >= MOST_OF_ONE:
        raise InvalidInputError("There are as many of these as one partner may have.")


async def read_bank_data(
    session: AsyncSession, partner_id: str, sealer: Sealer
) -> dict[str, str] | None:
    """Where a partner is paid; None if nobody wrote it down. The caller keeps that it was read."""
    sealed = await session.scalar(
        select(PartnerBankData.sealed).where(PartnerBankData.partner_id == partner_id)
    )
    return None if sealed is None else sealer.open(sealed)


async def keep_bank_data(
    session: AsyncSession, partner_id: str, facts: dict[str, str], sealer: Sealer, by: str
) -> None:
    """Writes down where a partner is paid, in the place of what was there."""
    statement = insert(PartnerBankData).values(
        partner_id=partner_id, sealed=sealer.seal(facts), updated_by=by
    )
    changes = {name: statement.excluded[name] for name in ("sealed", "updated_by")}
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["partner_id"], set_={**changes, "updated_at": func.now()}
        )
    )


async def remove_bank_data(session: AsyncSession, partner_id: str) -> None:
    """Forgets where a partner is paid."""
    await session.execute(delete(PartnerBankData).where(PartnerBankData.partner_id == partner_id))


async def renew_seals(session: AsyncSession, sealer: Sealer) -> int:
    """Seals all bank data anew, with the key in use; returns how many there were."""
    rows: Sequence[PartnerBankData] = list(
        await session.scalars(select(PartnerBankData).with_for_update())
    )
    for row in rows:
        row.sealed = sealer.renew(row.sealed)
    await session.flush()
    return len(rows)
