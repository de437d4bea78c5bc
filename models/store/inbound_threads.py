"""Reply addresses of bookings, known by the hashes of their tokens."""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.links import token_hash
from models.domain.threads import reply_address, reply_token
from models.tables.inbound import ReplyThread


async def reply_address_of(
    session: AsyncSession, secret: str, domain: str, booking_id: str
) -> str | None:
    """Where answers to mails about a booking go; None without a domain that takes mail in.

    Asking again gives the same address; a new secret gives a new one, and the old ones stay good.
    """
    if not domain:
        return None
    token = reply_token(secret, booking_id)
    await session.execute(
        insert(ReplyThread)
        .values(token_hash=token_hash(token), booking_id=booking_id)
        .on_conflict_do_nothing(index_elements=[ReplyThread.token_hash])
    )
    return reply_address(token, domain)


async def booking_of_token(session: AsyncSession, token: str) -> str | None:
    """The booking of a reply address."""
    found: str | None = await session.scalar(
        select(ReplyThread.booking_id).where(ReplyThread.token_hash == token_hash(token))
    )
    return found
