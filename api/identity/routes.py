"""`/auth/*`: log in, come back, log out, and who am I."""

from contextlib import suppress
from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

from api import problems
from api.identity import session
from api.identity.claims import Identity, known_roles
from api.identity.device import device_of
from api.identity.doors import Door, opened
from api.identity.login_attempt import PATIENCE_SECONDS, LoginAttempt, cookie_name
from api.identity.provider import ProviderUnavailableError, TokenRefusedError
from api.identity.return_to import BACK_OFFICE, START_PAGE, absolute, safe_return_to
from api.problems import Problem
from api.resources import ApiResources, Resources
from models.domain.access import roles_in_force
from models.settings import LOOPBACK_HOSTS
from models.store.logins import Failure, note_failure
from models.store.sessions import Device

COOKIE_PATH = "/auth"

router = APIRouter(prefix="/auth", tags=["identity"])


class Me(BaseModel):
    """The person who is logged in."""

    sub: str
    preferred_username: str
    email: str
    name: str
    roles: list[str]
    staff_id: str | None = None


class WhoAmI(BaseModel):
    """Whether somebody is logged in, and who."""

    authenticated: bool
    user: Me | None = None


@router.get("/login", include_in_schema=False, name="login")
@opened(Door.ANYONE)
async def login(request: Request, resources: ApiResources, return_to: str = "") -> RedirectResponse:
    """Sends the browser to the identity provider."""
    if elsewhere := _canonical_login(request, resources):
        return RedirectResponse(elsewhere, HTTPStatus.SEE_OTHER)
    settings = resources.settings
    attempt = LoginAttempt.start(safe_return_to(return_to, settings, BACK_OFFICE))
    try:
        url = await resources.identity.login_url(
            state=attempt.state, nonce=attempt.nonce, verifier=attempt.verifier
        )
    except ProviderUnavailableError as error:
        raise Problem(problems.IDENTITY_UNAVAILABLE) from error
    response = RedirectResponse(url, HTTPStatus.SEE_OTHER)
    response.set_cookie(
        cookie_name(attempt.state),
        attempt.seal(settings),
        max_age=PATIENCE_SECONDS,
        path=COOKIE_PATH,
        httponly=True,
        samesite="lax",
        secure=session.is_secure(settings),
    )
    return response


@router.get("/callback", include_in_schema=False)
@opened(Door.ANYONE)
async def callback(
    request: Request,
    resources: ApiResources,
    state: Annotated[str, Query(max_length=200)] = "",
    code: Annotated[str, Query(max_length=4000)] = "",
) -> RedirectResponse:
    """Takes the browser back from the identity provider, which sends it here."""
    cookie = cookie_name(state)
    attempt = LoginAttempt.unseal(request.cookies.get(cookie, ""), state, resources.settings)
    device = device_of(request)
    if attempt is None or not code:
        reason = Failure.STOPPED_AT_PROVIDER if attempt else Failure.NOT_BEGUN_HERE
        await _note(resources, device, reason)
        raise Problem(problems.LOGIN_FAILED)
    who, id_token = await _identify(resources, attempt, code, device)
    begun = await session.begin(request, resources, who, id_token, device)
    response = RedirectResponse(attempt.return_to, HTTPStatus.SEE_OTHER)
    session.give_cookies(response, begun, resources.settings)
    response.delete_cookie(cookie, path=COOKIE_PATH)
    return response


@router.get("/logout", include_in_schema=False)
@opened(Door.ANYONE)
async def logout(
    request: Request, resources: ApiResources, return_to: str = ""
) -> RedirectResponse:
    """Ends the session here and at the identity provider; works while that is away."""
    settings = resources.settings
    target = absolute(safe_return_to(return_to, settings, START_PAGE), settings)
    id_token = await session.end(request, resources)
    if id_token:
        with suppress(ProviderUnavailableError):
            target = await resources.identity.logout_url(id_token, target) or target
    response = RedirectResponse(target, HTTPStatus.SEE_OTHER)
    session.take_cookie(response, settings)
    return response


@router.get("/me", response_model_exclude_none=True)
@opened(Door.ANYONE)
async def who_am_i(request: Request, resources: ApiResources) -> WhoAmI:
    """Who is logged in with this browser's cookie."""
    found = await session.find(request, resources)
    if found is None:
        return WhoAmI(authenticated=False)
    row, settings = found.session, resources.settings
    me = Me(
        sub=row.sub,
        preferred_username=row.username,
        email=row.email,
        name=row.name,
        roles=sorted(known_roles(row.roles, roles_in_force(settings.optional_roles))),
        staff_id=found.staff_id,
    )
    return WhoAmI(authenticated=True, user=me)


async def _identify(
    resources: Resources, attempt: LoginAttempt, code: str, device: Device
) -> tuple[Identity, str]:
    """Who came back with this code, and the id token that says so."""
    try:
        tokens = await resources.identity.exchange(code, attempt.verifier)
        return await resources.identity.identify(tokens, attempt.nonce), tokens.id_token
    except TokenRefusedError as error:
        await _note(resources, device, Failure.TOKEN_REFUSED)
        raise Problem(problems.LOGIN_FAILED) from error
    except ProviderUnavailableError as error:
        await _note(resources, device, Failure.PROVIDER_AWAY)
        raise Problem(problems.IDENTITY_UNAVAILABLE) from error


async def _note(resources: Resources, device: Device, failure: Failure) -> None:
    async with resources.sessions.begin() as database:
        await note_failure(database, device, failure)


def _canonical_login(request: Request, resources: Resources) -> str | None:
    """The login at the host to which the provider comes back, for a browser at its other name.

    `localhost` and `127.0.0.1` are one machine, but each has cookies of its own.
    """
    here = request.url.hostname or ""
    ours = urlsplit(resources.settings.public_url).hostname or ""
    if here == ours or not {here, ours} <= LOOPBACK_HOSTS:
        return None
    query = urlencode({"return_to": request.query_params.get("return_to", "")})
    return f"{resources.settings.public_url}/auth/login?{query}"
