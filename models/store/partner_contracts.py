"""Contracts with partners, by version: the newest one is in use, and older ones never change."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.errors import NotFoundError, NotNewestVersionError
from models.store.adding import add_once
from models.tables.partners import PartnerContract


@dataclass(frozen=True, kw_only=True)
class ContractTerms:
    """What a version of a contract says; its first and last day count."""

    title: str
    reference: str
    valid_from: date
    valid_to: date
    payment_terms: str
    notes: str


async def contracts_of(session: AsyncSession, partner_id: str) -> list[PartnerContract]:
    """Every version of a partner's contracts, those that begin last first, the newest first."""
    contract = PartnerContract
    statement = select(contract).where(contract.partner_id == partner_id)
    order = (contract.current.desc(), contract.valid_from.desc(), contract.id.desc())
    return list(await session.scalars(statement.order_by(*order)))


async def find_contract(
    session: AsyncSession, contract_id: str, *, of: str | None = None
) -> PartnerContract:
    """A version of a contract; `of` is the partner whose it must be.

    Raises:
        NotFoundError: there is none of this id, or it is another partner's.
    """
    found = await session.get(PartnerContract, contract_id)
    if found is None or of not in {None, found.partner_id}:
        raise NotFoundError("There is no such contract.")
    return found


async def newest_of(session: AsyncSession, series_id: str) -> PartnerContract:
    """The newest version of a contract.

    Raises:
        NotFoundError: there is no such contract.
    """
    statement = select(PartnerContract).where(
        PartnerContract.series_id == series_id, PartnerContract.current
    )
    found: PartnerContract | None = await session.scalar(statement)
    if found is None:
        raise NotFoundError("There is no such contract.")
    return found


async def add_contract(
    session: AsyncSession, contract_id: str, partner_id: str, terms: ContractTerms, by: str
) -> bool:
    """The first version of a contract; returns False if the id is there already."""
    return await add_once(
        session,
        PartnerContract,
        id=contract_id,
        series_id=contract_id,
        partner_id=partner_id,
        created_by=by,
        **vars(terms),
    )


async def add_version(
    session: AsyncSession, contract_id: str, based_on: str, terms: ContractTerms, by: str
) -> bool:
    """The next version of a contract; returns False if the id is there already.

    Raises:
        NotFoundError: there is no contract of the id `based_on`.
        NotNewestVersionError: `based_on` is not its newest version.
    """
    if await session.get(PartnerContract, contract_id) is not None:
        return False
    last = await session.get(PartnerContract, based_on, with_for_update=True)
    if last is None:
        raise NotFoundError("There is no such contract.")
    if not last.current:
        raise NotNewestVersionError
    await session.execute(
        update(PartnerContract).where(PartnerContract.id == last.id).values(current=False)
    )
    return await add_once(
        session,
        PartnerContract,
        id=contract_id,
        series_id=last.series_id,
        version=last.version + 1,
        partner_id=last.partner_id,
        created_by=by,
        **vars(terms),
    )
