"""Who of the staff is asking: dependencies of every endpoint behind the login."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request

from api import problems
from api.identity import guards, session
from api.identity.claims import known_roles
from api.identity.provider import ProviderUnavailableError, TokenRefusedError
from api.problems import Problem
from api.resources import ApiResources, Resources
from models.domain.access import Permission, Staff, roles_in_force
from models.domain.errors import ForbiddenError
from models.settings import Settings
from models.store.sessions import FoundSession, staff_id_of

API_PREFIX = "/api/"
BEARER = "bearer "


async def current_staff(request: Request, resources: ApiResources) -> Staff:
    """Dependency: who is logged in, by cookie, or at `/api/` by bearer token.

    A change by cookie must carry the session's CSRF token (pages) or an allowed origin (API).

    Raises:
        Problem: nobody is logged in (a browser is sent to the login), or the request is forged.
        ForbiddenError: the login has none of our roles.
    """
    staff = await _who(request, resources)
    if not staff.roles:
        raise ForbiddenError(
            "Your login has no role here yet. Ask an administrator to give you one."
        )
    return staff


CurrentStaff = Annotated[Staff, Depends(current_staff)]


def require(permission: Permission) -> Callable[[Staff], Awaitable[Staff]]:
    """A dependency that gives the caller if their role allows this, and 403 if not.

    `staff: Annotated[Staff, Depends(require(Permission.EDIT_TOURS))]`
    """

    async def allowed(staff: CurrentStaff) -> Staff:
        staff.require(permission)
        return staff

    return allowed


def staff_of(found: FoundSession, settings: Settings) -> Staff:
    """The person of a session, with those of their roles that grant something."""
    row = found.session
    roles = known_roles(row.roles, roles_in_force(settings.optional_roles))
    return Staff(row.sub, row.username, row.name, row.email, roles, found.staff_id)


async def _who(request: Request, resources: Resources) -> Staff:
    authorization = request.headers.get("authorization", "")
    if request.url.path.startswith(API_PREFIX) and authorization.lower().startswith(BEARER):
        return await _by_bearer(authorization[len(BEARER) :].strip(), resources)
    found = await session.find(request, resources)
    if found is None:
        raise Problem(problems.UNAUTHENTICATED, headers={"WWW-Authenticate": "Bearer"})
    token = guards.csrf_token(found.session.csrf_secret)
    request.state.csrf_token = token
    if request.method not in guards.SAFE_METHODS:
        if request.url.path.startswith(API_PREFIX):
            guards.check_origin(request, resources.settings)
        else:
            await guards.check_form(request, token)
    return staff_of(found, resources.settings)


async def _by_bearer(token: str, resources: Resources) -> Staff:
    try:
        who = await resources.identity.identify_bearer(token)
    except TokenRefusedError as error:
        challenge = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
        raise Problem(
            problems.UNAUTHENTICATED, "This token is not valid.", headers=challenge
        ) from error
    except ProviderUnavailableError as error:
        raise Problem(problems.IDENTITY_UNAVAILABLE) from error
    async with resources.sessions.begin() as database:
        staff_id = await staff_id_of(database, who.username)
    return Staff(who.sub, who.username, who.name, who.email, who.roles, staff_id)
