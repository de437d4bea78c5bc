"""Sessions behind a cookie: drawn at login, found at every request, ended at logout."""

import hashlib
import secrets

from fastapi import Request, Response

from api.identity.claims import Identity
from api.resources import Resources
from models.settings import Settings
from models.store import sessions
from models.store.sessions import LIFETIME, FoundSession, Login

COOKIE = "asiatravelplan_session"
TOKEN_BYTES = 32


async def begin(request: Request, resources: Resources, who: Identity, id_token: str) -> str:
    """Logs somebody in: a fresh token, whatever the browser had before is ended."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
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
            await sessions.close_session(session, _hash(old))
        await sessions.open_session(
            session,
            token_hash=_hash(token),
            csrf_secret=secrets.token_urlsafe(TOKEN_BYTES),
            login=login,
        )
    return token


async def find(request: Request, resources: Resources) -> FoundSession | None:
    """The request's session if it has one that is still good; marks it as used."""
    token = request.cookies.get(COOKIE)
    if not token:
        return None
    async with resources.sessions.begin() as session:
        found = await sessions.find_session(session, _hash(token))
        if found and found.stale:
            await sessions.touch_session(session, _hash(token))
    return found


async def end(request: Request, resources: Resources) -> str | None:
    """Ends the request's session; its id token, if there was one."""
    token = request.cookies.get(COOKIE)
    if not token:
        return None
    async with resources.sessions.begin() as session:
        return await sessions.close_session(session, _hash(token))


def give_cookie(response: Response, token: str, settings: Settings) -> None:
    """Hands the token to the browser, out of reach of scripts and other sites."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(LIFETIME.total_seconds()),
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


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
