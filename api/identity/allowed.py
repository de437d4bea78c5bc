"""What each route asks of its caller: declared beside its path, enforced there, and readable.

`@router.get("", dependencies=[Allowed(Permission.READ_TOURS)])`, on a route or a whole router;
several count together. Routes for nobody of the staff are marked by `@opened` instead.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.params import Depends
from fastapi.routing import RouteContext, iter_route_contexts
from starlette.routing import Mount

from api.identity.doors import Door, door_of
from api.identity.staff import CurrentStaff
from models.domain.access import Permission


@dataclass(frozen=True)
class _Allowance:
    """Lets pass whose role has the permission; 403 for all others, before anything is read."""

    permission: Permission

    async def __call__(self, member: CurrentStaff) -> None:
        member.require(self.permission)


def Allowed(permission: Permission) -> Depends:  # noqa: N802 - reads as what it is in a route
    """What `dependencies=` of a route or router takes, so that only this permission gets in."""
    return Depends(_Allowance(permission))


@dataclass(frozen=True)
class DeclaredRoute:
    """A route as its caller meets it; with neither permissions nor door it declares nothing."""

    method: str
    path: str
    permissions: frozenset[Permission]
    door: Door | None
    endpoint: object

    @property
    def name(self) -> str:
        """`GET /path`."""
        return f"{self.method} {self.path}"


def declared_routes(app: FastAPI) -> Iterator[DeclaredRoute]:
    """Every route of the application by method.

    Static files and the description of the API, which the framework serves, are open to anybody.
    """
    for route in iter_route_contexts(app.routes):
        if isinstance(route.original_route, Mount):
            yield DeclaredRoute("GET", f"{route.path}/", frozenset(), Door.ANYONE, None)
            continue
        by_framework = Door.ANYONE if route.path == app.openapi_url else None
        door = door_of(route.endpoint) or by_framework
        for method in sorted((route.methods or set()) - {"HEAD"}):
            yield DeclaredRoute(method, route.path or "", _asked(route), door, route.endpoint)


def _asked(route: RouteContext) -> frozenset[Permission]:
    dependencies: list[Depends] = getattr(route, "dependencies", None) or []
    allowances = (one.dependency for one in dependencies)
    return frozenset(one.permission for one in allowances if isinstance(one, _Allowance))
