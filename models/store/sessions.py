"""Sessions of staff who are logged in, and the member of staff that a login belongs to."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, any_, delete, func, literal, select, text, update
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.ext.asyncio import AsyncSession

from models.messages.ids import new_id
from models.tables.crm import Staff
from models.tables.identity import StaffSession

LIFETIME = timedelta(hours=8)
IDLE_LIMIT = timedelta(minutes=30)
"""How long a session lasts that nobody uses, unless a setting says otherwise."""
TOUCH_EVERY = timedelta(minutes=1)
"""How exactly it is kept when somebody was last seen; spares most requests a write."""
MOST_SESSIONS = 50
"""How many of a person's sessions are listed."""


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
class Device:
    """Whence somebody comes, as far as the request says: address, country (ISO), browser."""

    ip: str = ""
    country: str = ""
    user_agent: str = ""


UNKNOWN_DEVICE = Device()


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
    session: AsyncSession,
    *,
    token_hash: str,
    csrf_secret: str,
    login: Login,
    device: Device = UNKNOWN_DEVICE,
    idle: timedelta = IDLE_LIMIT,
) -> str:
    """Stores a new session, removes those that have ended, and keeps the login's roles.

    Returns:
        The id by which people see the session; it opens nothing.
    """
    await session.execute(delete(StaffSession).where(_ended(idle)))
    opened = StaffSession(
        token_hash=token_hash,
        id=new_id("login"),
        sub=login.sub,
        username=login.username,
        name=login.name,
        email=login.email,
        roles=sorted(login.roles),
        csrf_secret=csrf_secret,
        id_token=login.id_token,
        ip=device.ip,
        country=device.country,
        user_agent=device.user_agent,
        expires_at=func.now() + LIFETIME,
    )
    session.add(opened)
    await session.execute(
        update(Staff)
        .where(literal(login.username) == any_(Staff.usernames))
        .values(roles=sorted(login.roles))
    )
    await session.flush()
    return opened.id


async def find_session(
    session: AsyncSession, token_hash: str, idle: timedelta = IDLE_LIMIT
) -> FoundSession | None:
    """The session of a token, unless it has ended or nobody used it for too long."""
    statement = (
        select(StaffSession, Staff.id)
        .outerjoin(Staff, Staff.active & Staff.usernames.contains(array([StaffSession.username])))
        .where(StaffSession.token_hash == token_hash, ~_ended(idle))
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


async def sessions_of(
    session: AsyncSession, sub: str, idle: timedelta = IDLE_LIMIT
) -> list[StaffSession]:
    """A person's sessions that are still good, the one used last first."""
    found = await session.scalars(
        select(StaffSession)
        .where(StaffSession.sub == sub, ~_ended(idle))
        .order_by(StaffSession.last_seen_at.desc(), StaffSession.id.desc())
        .limit(MOST_SESSIONS)
    )
    return list(found)


async def end_own_session(session: AsyncSession, sub: str, session_id: str) -> bool:
    """Ends one of a person's sessions; whether it was theirs and there."""
    ended = await session.scalar(
        delete(StaffSession)
        .where(StaffSession.sub == sub, StaffSession.id == session_id)
        .returning(StaffSession.id)
    )
    return ended is not None


async def end_other_sessions(session: AsyncSession, sub: str, token_hash: str) -> None:
    """Ends all of a person's sessions but the one of this token."""
    await session.execute(
        delete(StaffSession).where(StaffSession.sub == sub, StaffSession.token_hash != token_hash)
    )


async def staff_id_of(session: AsyncSession, username: str) -> str | None:
    """The active member of staff whose login this is."""
    found: str | None = await session.scalar(
        select(Staff.id)
        .where(Staff.active, Staff.usernames.contains([username]))
        .order_by(Staff.created_at)
        .limit(1)
    )
    return found


def _ended(idle: timedelta) -> ColumnElement[bool]:
    return (StaffSession.expires_at <= func.now()) | (
        StaffSession.last_seen_at <= func.now() - idle
    )


async def good_sessions(
    session: AsyncSession, token_hashes: Collection[str], idle: timedelta = IDLE_LIMIT
) -> set[str]:
    """Those of these sessions that have not ended, by the hashes of their tokens."""
    statement = select(StaffSession.token_hash).where(
        StaffSession.token_hash.in_(token_hashes), ~_ended(idle)
    )
    return set(await session.scalars(statement))
