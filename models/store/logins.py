"""Logins that came back from the identity provider, and the devices that people use."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import Result, delete, func, literal_column, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models.messages.ids import new_id
from models.store.sessions import Device, Login
from models.tables.identity import LoginAttempt, LoginDevice

KEEP_ATTEMPTS = timedelta(days=180)
KEEP_DEVICES = timedelta(days=400)
MOST_FAILURES_AN_HOUR = 30
"""Of one address; more are not kept, so that nobody can fill the table."""


class Outcome(StrEnum):
    """What became of a login."""

    SUCCESS = "SUCCESS"
    FAILED = "FAILED"
    DENIED = "DENIED"
    """The provider knows the person, but no role lets them in."""


class Failure(StrEnum):
    """Why a login was not finished."""

    NOT_BEGUN_HERE = "NOT_BEGUN_HERE"
    """Another browser began it, or this one too long ago."""
    STOPPED_AT_PROVIDER = "STOPPED_AT_PROVIDER"
    TOKEN_REFUSED = "TOKEN_REFUSED"  # noqa: S105 - a reason, no secret
    PROVIDER_AWAY = "PROVIDER_AWAY"
    NO_ROLE = "NO_ROLE"


@dataclass(frozen=True)
class AttemptPage:
    """Some of a person's attempts, the newest first, and how many there are."""

    items: list[LoginAttempt]
    total: int


async def note_login(
    session: AsyncSession, login: Login, device: Device, *, device_hash: str, session_id: str
) -> None:
    """Keeps that somebody logged in, and whether by a device that was never seen with them.

    The first device of all is no news. What is older than half a year goes.
    """
    await _forget_old(session)
    device_id, new = await _meet(session, login.sub, device_hash)
    known = bool(login.roles)
    session.add(
        LoginAttempt(
            id=new_id("attempt"),
            outcome=Outcome.SUCCESS if known else Outcome.DENIED,
            reason="" if known else Failure.NO_ROLE,
            sub=login.sub,
            username=login.username,
            ip=device.ip,
            country=device.country,
            user_agent=device.user_agent,
            new_device=new,
            device_id=device_id,
            session_id=session_id,
        )
    )
    await session.flush()


async def note_failure(session: AsyncSession, device: Device, failure: Failure) -> None:
    """Keeps that somebody came back from the provider and was not let in."""
    lately = await session.scalar(
        select(func.count())
        .select_from(LoginAttempt)
        .where(
            LoginAttempt.ip == device.ip,
            LoginAttempt.at > func.now() - timedelta(hours=1),
            LoginAttempt.outcome == Outcome.FAILED,
        )
    )
    if (lately or 0) >= MOST_FAILURES_AN_HOUR:
        return
    session.add(
        LoginAttempt(
            id=new_id("attempt"),
            outcome=Outcome.FAILED,
            reason=failure,
            ip=device.ip,
            country=device.country,
            user_agent=device.user_agent,
        )
    )
    await session.flush()


async def attempts_of(session: AsyncSession, sub: str, *, page: int, page_size: int) -> AttemptPage:
    """A page of a person's logins, the newest first."""
    theirs = LoginAttempt.sub == sub
    items = await session.scalars(
        select(LoginAttempt)
        .where(theirs)
        .order_by(LoginAttempt.at.desc(), LoginAttempt.id.desc())
        .limit(page_size)
        .offset((page - 1) * page_size)
    )
    total = await session.scalar(select(func.count()).select_from(LoginAttempt).where(theirs))
    return AttemptPage(list(items), total or 0)


async def new_devices_of(session: AsyncSession, sub: str, most: int) -> list[LoginAttempt]:
    """Logins by new devices of which the person has not said yet whether they were theirs."""
    found = await session.scalars(
        select(LoginAttempt)
        .where(
            LoginAttempt.sub == sub, LoginAttempt.new_device, LoginAttempt.acknowledged_at.is_(None)
        )
        .order_by(LoginAttempt.at.desc(), LoginAttempt.id.desc())
        .limit(most)
    )
    return list(found)


async def acknowledge(session: AsyncSession, sub: str, attempt_id: str) -> LoginAttempt | None:
    """Keeps that the person has seen a login by a new device; None if it is not theirs."""
    found: LoginAttempt | None = await session.scalar(
        update(LoginAttempt)
        .where(LoginAttempt.sub == sub, LoginAttempt.id == attempt_id, LoginAttempt.new_device)
        .values(acknowledged_at=func.coalesce(LoginAttempt.acknowledged_at, func.now()))
        .returning(LoginAttempt)
    )
    return found


async def forget_device(session: AsyncSession, sub: str, device_id: str) -> None:
    """Makes a device new again to a person who does not know it."""
    await session.execute(
        delete(LoginDevice).where(LoginDevice.sub == sub, LoginDevice.id == device_id)
    )


async def _meet(session: AsyncSession, sub: str, device_hash: str) -> tuple[str, bool]:
    """Keeps a device; its id, and whether it is new to a person who has others."""
    others = select(LoginDevice.id).where(
        LoginDevice.sub == sub, LoginDevice.token_hash != device_hash
    )
    has_others = await session.scalar(select(others.exists()))
    statement = insert(LoginDevice).values(id=new_id("device"), sub=sub, token_hash=device_hash)
    kept: Result[str, bool] = await session.execute(
        statement.on_conflict_do_update(
            index_elements=["sub", "token_hash"], set_={"last_seen_at": func.now()}
        ).returning(LoginDevice.id, literal_column("xmax = 0"))
    )
    device_id, inserted = kept.one()
    return str(device_id), bool(inserted and has_others)


async def _forget_old(session: AsyncSession) -> None:
    await session.execute(delete(LoginAttempt).where(LoginAttempt.at < func.now() - KEEP_ATTEMPTS))
    await session.execute(
        delete(LoginDevice).where(LoginDevice.last_seen_at < func.now() - KEEP_DEVICES)
    )
