"""Sessions behind a cookie: drawn at login, found at every request, ended at logout or by hand."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from fastapi import Request, Response

from api.identity.claims import Identity
from api.middleware.paths import LIVE_PATH
from api.resources import Resources
from models.settings import Settings
from models.store import logins, sessions
from models.store.sessions import LIFETIME, Device, FoundSession, Login

COOKIE = "asiatravelplan_session"
DEVICE_COOKIE = "asiatravelplan_device"
DEVICE_PATH = "/auth"
DEVICE_SECONDS = 400 * 24 * 3600
LIVE_HEADER = "x-live"
"""Sent by pages that bring themselves up to date."""
TOKEN_BYTES = 32


@dataclass(frozen=True)
class Begun:
    """What a browser gets that has logged in: its session's token, and the device's own."""

    token: str
    device_token: str


async def begin(
    request: Request, resources: Resources, who: Identity, id_token: str, device: Device
) -> Begun:
    """Logs somebody in: a fresh token, whatever the browser had before is ended."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    device_token = request.cookies.get(DEVICE_COOKIE) or secrets.token_urlsafe(TOKEN_BYTES)
    login = Login(
        sub=who.sub,
        username=who.username,
        name=who.name,
        email=who.email,
        roles=frozenset(role.value for role in who.roles),
        id_token=id_token,
    )
    async with resources.sessions.begin() as session:
        if old := request.cookies.get(COOKIE):
            await sessions.close_session(session, hash_of(old))
        session_id = await sessions.open_session(
            session,
            token_hash=hash_of(token),
            csrf_secret=secrets.token_urlsafe(TOKEN_BYTES),
            login=login,
            device=device,
            idle=idle_limit(resources.settings),
        )
        await logins.note_login(
            session, login, device, device_hash=hash_of(device_token), session_id=session_id
        )
    return Begun(token, device_token)


async def find(request: Request, resources: Resources) -> FoundSession | None:
    """The request's session if it has one that is still good; marks it as used."""
    token = request.cookies.get(COOKIE)
    if not token:
        return None
    async with resources.sessions.begin() as session:
        idle = idle_limit(resources.settings)
        found = await sessions.find_session(session, hash_of(token), idle)
        if found and found.stale and not _by_itself(request):
            await sessions.touch_session(session, hash_of(token))
    return found


def _by_itself(request: Request) -> bool:
    """Whether an open page asks, and nobody in front of it: that keeps no session alive."""
    return LIVE_HEADER in request.headers or request.url.path == LIVE_PATH


async def end(request: Request, resources: Resources) -> str | None:
    """Ends the request's session; its id token, if there was one."""
    token = request.cookies.get(COOKIE)
    if not token:
        return None
    async with resources.sessions.begin() as session:
        return await sessions.close_session(session, hash_of(token))


def give_cookies(response: Response, begun: Begun, settings: Settings) -> None:
    """Hands the tokens to the browser, out of reach of scripts and other sites."""
    response.set_cookie(
        COOKIE,
        begun.token,
        max_age=int(LIFETIME.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=is_secure(settings),
    )
    response.set_cookie(
        DEVICE_COOKIE,
        begun.device_token,
        max_age=DEVICE_SECONDS,
        path=DEVICE_PATH,
        httponly=True,
        samesite="lax",
        secure=is_secure(settings),
    )


def take_cookie(response: Response, settings: Settings) -> None:
    """Lets the browser forget the token."""
    response.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=is_secure(settings))


def is_secure(settings: Settings) -> bool:
    """Whether cookies may travel by https only."""
    return settings.public_url.startswith("https://")


def idle_limit(settings: Settings) -> timedelta:
    """How long a session lasts that nobody uses."""
    return timedelta(minutes=settings.session_idle_minutes)


def hash_of(token: str) -> str:
    """By what the database knows a token."""
    return hashlib.sha256(token.encode()).hexdigest()
