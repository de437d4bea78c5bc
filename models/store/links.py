"""Links and the hashes of their tokens."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.errors import LinkInvalidError
from models.domain.links import PATHS, LinkPurpose, link_token, token_hash
from models.messages.ids import new_id
from models.tables.integration import Link


async def link_path(
    session: AsyncSession,
    secret: str,
    *,
    purpose: LinkPurpose,
    booking_id: str,
    subject_ref: str,
    expires_at: datetime,
) -> str:
    """The path of the one link to a subject, made when it is first asked for.

    Asking again gives the same path; an expiry that lies later than the stored one extends it.
    """
    link_id = new_id("link")
    statement = insert(Link).values(
        id=link_id,
        purpose=purpose,
        booking_id=booking_id,
        subject_ref=subject_ref,
        token_hash=token_hash(link_token(secret, link_id)),
        expires_at=expires_at,
    )
    statement = statement.on_conflict_do_update(
        index_elements=[Link.purpose, Link.subject_ref],
        set_={"expires_at": func.greatest(Link.expires_at, statement.excluded.expires_at)},
    )
    stored_id = await session.scalar(statement.returning(Link.id))
    assert stored_id is not None  # noqa: S101 - an upsert always returns its row
    return PATHS[purpose] + link_token(secret, stored_id)


async def find_link(session: AsyncSession, purpose: LinkPurpose, token: str) -> Link:
    """The valid link of a token.

    Raises:
        LinkInvalidError: the token is unknown, of another purpose, expired or withdrawn.
    """
    link = await session.scalar(
        select(Link).where(
            Link.token_hash == token_hash(token),
            Link.purpose == purpose,
            Link.expires_at > func.now(),
            Link.revoked_at.is_(None),
        )
    )
    if link is None:
        raise LinkInvalidError
    return link
