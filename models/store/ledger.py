"""Postings: entries that sum to zero and are never changed."""

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models.tables.finance import LedgerEntry, Payment

AT_PROVIDER, CUSTOMER, HELD = "stripe", "customer", "held"


async def _post(
    session: AsyncSession, posting_id: str, payment: Payment, entries: dict[str, int]
) -> None:
    rows = [
        {
            "posting_id": posting_id,
            "booking_id": payment.booking_id,
            "account": account,
            "amount_minor": amount,
            "currency": payment.currency,
        }
        for account, amount in entries.items()
    ]
    await session.execute(
        insert(LedgerEntry)
        .values(rows)
        .on_conflict_do_nothing(index_elements=[LedgerEntry.posting_id, LedgerEntry.account])
    )


def _owed_to(payment: Payment) -> str:
    return HELD if payment.held else CUSTOMER


async def post_payment(session: AsyncSession, payment: Payment) -> None:
    """Money came in: the provider has it, and we owe it to the customer or hold it. Once."""
    amount = payment.amount_minor
    await _post(session, payment.id, payment, {AT_PROVIDER: amount, _owed_to(payment): -amount})


async def post_refund(
    session: AsyncSession, refund_id: str, payment: Payment, amount_minor: int
) -> None:
    """Money of a payment went back. Once per refund."""
    entries = {AT_PROVIDER: -amount_minor, _owed_to(payment): amount_minor}
    await _post(session, refund_id, payment, entries)


async def post_refund_return(
    session: AsyncSession, refund_id: str, payment: Payment, amount_minor: int
) -> None:
    """A refund that was posted did not reach the customer after all. Once per refund."""
    entries = {AT_PROVIDER: amount_minor, _owed_to(payment): -amount_minor}
    await _post(session, f"{refund_id}:returned", payment, entries)


async def balances(session: AsyncSession, booking_id: str) -> dict[tuple[str, str], int]:
    """What stands on each account and currency of a booking, minor units; debits are positive."""
    rows = await session.execute(
        select(LedgerEntry.account, LedgerEntry.currency, func.sum(LedgerEntry.amount_minor))
        .where(LedgerEntry.booking_id == booking_id)
        .group_by(LedgerEntry.account, LedgerEntry.currency)
    )
    return {(account, currency): int(amount) for account, currency, amount in rows}
