"""People of every role, two bookings with all that hangs on them, and what routes promise them."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import httpx2

from api.app import create_app
from api.identity.allowed import DeclaredRoute, declared_routes
from api.identity.guards import CSRF_HEADER, SAFE_METHODS, csrf_token
from api.identity.session import COOKIE
from models.domain.access import PERMISSIONS, Permission, Role
from models.settings import Environment, Settings
from tests.api.audit.sample import Sample
from tests.api.audit.samples import SAMPLES
from tests.api.audit.world import let_in, taken_away, world_of
from tests.support.desk import Office

NOBODY, WITHOUT_ROLE = "nobody", "tom"
PEOPLE: dict[str, frozenset[Role]] = {
    NOBODY: frozenset(),
    WITHOUT_ROLE: frozenset(),
    "linh": frozenset({Role.STAFF}),
    "marc": frozenset({Role.MANAGER}),
    "ada": frozenset({Role.ADMIN}),
    "ana": frozenset({Role.ACCOUNTANT}),
    "olga": frozenset({Role.OPS}),
    "gil": frozenset({Role.GUIDE_COORDINATOR}),
}
"""Somebody of each role; Linh owns the booking that counts as one's own."""
OPTIONAL = (Role.OPS.value, Role.GUIDE_COORDINATOR.value)
PARAMETER = re.compile(r"{(\w+)(?::\w+)?}")
OF_A_BOOKING = frozenset({"booking_id", "customer_id", "invoice_id"})
"""Parameters that lead to a booking: who is confined to their own finds no other there."""
OF_A_PERSON = frozenset({"session_id", "attempt_id", "view_id", "segment_id"})
"""Parameters that lead to what is one person's alone, whatever their role."""
TAKEN_AWAY = OF_A_PERSON | {
    *("attachment_id", "leave_id"),
    *("contact_id", "companion_id", "passport_id"),
    *("partner_contact_id", "licence_id", "flag_id"),
}
"""What some requests take away, so that others need it put back."""
ENDLESS = frozenset({"text/event-stream"})
STAFF_PATHS = ("/api/", "/backoffice")
LOGIN_PATH = "/auth/login"


class Whose(StrEnum):
    """Whose booking, session or login a request is about."""

    OWN = "own"
    OTHER = "other"


class Verdict(StrEnum):
    """What becomes of a request."""

    LOGIN = "login"
    FORBIDDEN = "forbidden"
    HIDDEN = "hidden"
    IN = "in"


def routes() -> list[DeclaredRoute]:
    """Every route of the application."""
    app = create_app(Settings(environment=Environment.TEST))
    return sorted(declared_routes(app), key=lambda route: route.name)


def staff_routes() -> list[DeclaredRoute]:
    """Every route for members of staff."""
    return [route for route in routes() if route.door is None]


def expected(route: DeclaredRoute, person: str, whose: Whose) -> Verdict:
    """What the declaration of a route promises."""
    if person == NOBODY:
        return Verdict.LOGIN
    held = frozenset[Permission]().union(*(PERMISSIONS[role] for role in PEOPLE[person]))
    if not route.permissions or route.permissions - held:
        return Verdict.FORBIDDEN
    named = set(PARAMETER.findall(route.path))
    confined = Permission.READ_ALL_BOOKINGS not in held
    if whose is Whose.OTHER and (named & OF_A_PERSON or (confined and named & OF_A_BOOKING)):
        return Verdict.HIDDEN
    return Verdict.IN


@dataclass(frozen=True)
class Access:
    """A running office with the ids of what is one's own and what is another's."""

    office: Office
    people: dict[Whose, str]
    ids: dict[Whose, dict[str, str]]

    async def renew(self, route: DeclaredRoute) -> None:
        """Puts back what an earlier request about the same things may have taken away."""
        if not set(PARAMETER.findall(route.path)) & TAKEN_AWAY:
            return
        office = self.office
        for whose, booking in ((Whose.OWN, office.mine), (Whose.OTHER, office.other)):
            fresh = await taken_away(office, booking, self.people[whose])
            self.ids[whose].update(fresh)

    @asynccontextmanager
    async def client(self, person: str) -> AsyncIterator[httpx2.AsyncClient]:
        """The browser of somebody."""
        transport = Impatient(self.office.app)
        cookies = {} if person == NOBODY else {COOKIE: person}
        async with httpx2.AsyncClient(
            transport=transport, base_url="http://test", cookies=cookies
        ) as client:
            yield client

    async def ask(
        self,
        client: httpx2.AsyncClient,
        route: DeclaredRoute,
        person: str,
        whose: Whose,
        query: str = "",
    ) -> httpx2.Response:
        """Sends what somebody's browser would send to a route."""
        ids = self.ids[whose]
        page = not route.path.startswith("/api/")
        sample = SAMPLES.get(route.name, Sample())
        return await client.request(
            route.method,
            PARAMETER.sub(lambda found: ids[found[1]], route.path) + (query and f"?{query}"),
            headers={
                "origin": "http://test",
                "accept": "text/html" if page else "application/json",
                CSRF_HEADER: csrf_token(person),
            },
            **({} if route.method in SAFE_METHODS else sample.content(route.path, ids)),
        )


def verdict_of(answer: httpx2.Response) -> Verdict:
    """What became of a request."""
    if answer.status_code == 401 or answer.headers.get("location", "").startswith(LOGIN_PATH):
        return Verdict.LOGIN
    refusals = {403: Verdict.FORBIDDEN, 404: Verdict.HIDDEN}
    return refusals.get(answer.status_code, Verdict.IN)


async def furnish(office: Office, person: str) -> Access:
    """Logs everybody in, switches the optional roles on and hangs everything on both bookings."""
    changed = office.resources.settings.model_copy(update={"optional_roles": OPTIONAL})
    office.app.state.resources = replace(office.resources, settings=changed)
    async with office.resources.sessions.begin() as session:
        for name in ("ada", "olga", "gil", WITHOUT_ROLE):
            await let_in(session, name, *PEOPLE[name])
    another = "marc" if person != "marc" else "ana"
    return Access(
        office,
        {Whose.OWN: person, Whose.OTHER: another},
        {
            Whose.OWN: await world_of(office, office.mine, person=person),
            Whose.OTHER: await world_of(office, office.other, person=another, serial="900002"),
        },
    )


class Impatient(httpx2.AsyncBaseTransport):
    """An application by ASGI; of an answer that never ends it takes the beginning."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """The answer of the application."""
        started: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        asked, ended, parts = asyncio.Event(), asyncio.Event(), []
        body = await request.aread()

        async def receive() -> dict[str, Any]:
            if asked.is_set():
                await ended.wait()
                return {"type": "http.disconnect"}
            asked.set()
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                started.set_result(message)
            else:
                parts.append(message.get("body", b""))
                if not message.get("more_body", False):
                    ended.set()

        running = asyncio.ensure_future(self._app(_scope(request), receive, send))
        try:
            await asyncio.wait({running, started}, return_when=asyncio.FIRST_COMPLETED)
            if not started.done():
                await running
            start = started.result()
            kind = dict(start["headers"]).get(b"content-type", b"").decode().partition(";")[0]
            if kind not in ENDLESS:
                await asyncio.wait(
                    {running, asyncio.ensure_future(ended.wait())},
                    return_when=asyncio.FIRST_COMPLETED,
                )
        finally:
            await _stop(running)
        return httpx2.Response(start["status"], headers=start["headers"], content=b"".join(parts))


async def _stop(running: "asyncio.Future[None]") -> None:
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


def _scope(request: httpx2.Request) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "scheme": request.url.scheme,
        "path": request.url.path,
        "raw_path": request.url.raw_path.partition(b"?")[0],
        "query_string": request.url.query,
        "server": (request.url.host, request.url.port),
        "client": ("203.0.113.9", 4711),
        "root_path": "",
    }
