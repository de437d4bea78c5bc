"""Sessions of staff who are logged in, and the member of staff that a login belongs to."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, any_, delete, func, literal, select, text, update
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.ext.asyncio import AsyncSession

from models.tables.crm import Staff
from models.tables.identity import StaffSession

LIFETIME = timedelta(hours=8)
IDLE_LIMIT = timedelta(minutes=30)
TOUCH_EVERY = timedelta(minutes=1)
"""How exactly it is kept when somebody was last seen; spares most requests a write."""


@dataclass(frozen=True)
class Login:
    """Who logged in, as the identity provider says."""

    sub: str
    username: str
    name: str
    email: str
    roles: frozenset[str]
    id_token: str


@dataclass(frozen=True)
class FoundSession:
    """A session that is still good, and the member of staff it belongs to, if any."""

    session: StaffSession
    staff_id: str | None

    @property
    def stale(self) -> bool:
        """Whether it is time to keep again that somebody uses it."""
        return datetime.now(UTC) - self.session.last_seen_at > TOUCH_EVERY


async def database_answers(session: AsyncSession) -> None:
    """Asks Postgres for nothing, to learn that it answers."""
    await session.execute(text("SELECT 1"))


async def open_session(
    session: AsyncSession, *, token_hash: str, csrf_secret: str, login: Login
) -> None:
    """Stores a new session, removes those that have ended, and keeps the login's roles."""
    await session.execute(delete(StaffSession).where(_ended()))
    session.add(
        StaffSession(
            token_hash=token_hash,
            sub=login.sub,
            username=login.username,
            name=login.name,
            email=login.email,
            roles=sorted(login.roles),
            csrf_secret=csrf_secret,
            id_token=login.id_token,
            expires_at=func.now() + LIFETIME,
        )
    )
    await session.execute(
        update(Staff)
        .where(literal(login.username) == any_(Staff.usernames))
        .values(roles=sorted(login.roles))
    )
    await session.flush()


async def find_session(session: AsyncSession, token_hash: str) -> FoundSession | None:
    """The session of a token, unless it has ended or nobody used it for too long."""
    statement = (
        select(StaffSession, Staff.id)
        .outerjoin(Staff, Staff.active & Staff.usernames.contains(array([StaffSession.username])))
        .where(StaffSession.token_hash == token_hash, ~_ended())
        .order_by(Staff.created_at)
        .limit(1)
    )
    row = (await session.execute(statement)).first()
    return FoundSession(row[0], row[1]) if row else None


async def touch_session(session: AsyncSession, token_hash: str) -> None:
    """Keeps that the session is in use."""
    await session.execute(
        update(StaffSession)
        .where(
            StaffSession.token_hash == token_hash,
            StaffSession.last_seen_at < func.now() - TOUCH_EVERY,
        )
        .values(last_seen_at=func.now())
    )


async def close_session(session: AsyncSession, token_hash: str) -> str | None:
    """Ends a session; the id token that the identity provider is shown, if there was one."""
    id_token: str | None = await session.scalar(
        delete(StaffSession)
        .where(StaffSession.token_hash == token_hash)
        .returning(StaffSession.id_token)
    )
    return id_token


async def staff_id_of(session: AsyncSession, username: str) -> str | None:
    """The active member of staff whose login this is."""
    found: str | None = await session.scalar(
        select(Staff.id)
        .where(Staff.active, Staff.usernames.contains([username]))
        .order_by(Staff.created_at)
        .limit(1)
    )
    return found


def _ended() -> ColumnElement[bool]:
    return (StaffSession.expires_at <= func.now()) | (
        StaffSession.last_seen_at <= func.now() - IDLE_LIMIT
    )
