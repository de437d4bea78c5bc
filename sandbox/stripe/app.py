"""Puts the stand-in together: API, pay page, control addresses and background work."""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.courier import Backoff, Courier
from sandbox.memory import SCHEMA as COURIER_SCHEMA
from sandbox.memory import Memory
from sandbox.stripe.api import Api, Operation, unknown
from sandbox.stripe.control import Deliveries, Fates, control_routes, refused
from sandbox.stripe.customers import Customers
from sandbox.stripe.errors import StripeError
from sandbox.stripe.events import CARRIER, Events
from sandbox.stripe.expanding import Expanding
from sandbox.stripe.objects import SCHEMA, Objects, now
from sandbox.stripe.operations import (
    items_of,
    of_customers,
    of_events,
    of_payments,
    of_refunds,
    of_sessions,
)
from sandbox.stripe.pay_page import PayPage
from sandbox.stripe.payments import Payments
from sandbox.stripe.post_office import PostOffice
from sandbox.stripe.refunds import Refunds
from sandbox.stripe.sessions import CheckoutSessions
from sandbox.stripe.webhooks import StripeCarrier

LOG = logging.getLogger(__name__)
BACKOFF = Backoff(first=0.5, longest=15.0)
EXPIRY_PAUSE_SECONDS = 0.5


def create_stripe_app(
    state_dir: Path,
    *,
    webhook_url: str,
    api_key: str,
    webhook_secret: str,
    public_base: str,
    backoff: Backoff = BACKOFF,
) -> Starlette:
    """The stand-in's ASGI app, to be mounted under `/stripe` and run with its lifespan.

    Args:
        state_dir: Where it remembers everything, in a file of its own.
        webhook_url: Where its events go.
        api_key: What clients must show.
        webhook_secret: With what webhooks are signed.
        public_base: Its address as browsers reach it; pay pages stand below.
        backoff: The pauses between attempts of a webhook.
    """
    memory = Memory(state_dir / "stripe.sqlite3", COURIER_SCHEMA + SCHEMA)
    return StripeStandIn(memory, webhook_url, webhook_secret, public_base).app(api_key, backoff)


class StripeStandIn:
    """The parts of the stand-in around one memory."""

    def __init__(
        self, memory: Memory, webhook_url: str, webhook_secret: str, public_base: str
    ) -> None:
        self._memory = memory
        self._carrier = StripeCarrier(webhook_secret)
        self._objects = Objects(memory)
        self._events = Events(memory, self._objects, webhook_url)
        self._payments = Payments(self._objects, self._events)
        self._customers = Customers(self._objects, self._events)
        self._refunds = Refunds(self._objects, self._events)
        self._sessions = CheckoutSessions(
            self._objects, self._events, self._payments, self._customers, public_base
        )
        self._post_office = PostOffice(memory, self._events, self._carrier, webhook_url)

    def app(self, api_key: str, backoff: Backoff) -> Starlette:
        """The ASGI app."""
        expanding = Expanding(
            self._objects, lambda session_id: items_of(self._sessions, session_id, {})
        )
        api = Api(self._memory, self._events, expanding, api_key)
        fates = Fates(self._memory, self._sessions, self._refunds)
        deliveries = Deliveries(self._objects, self._events, self._post_office)
        courier = Courier(self._memory, {CARRIER: self._carrier}, backoff)
        return Starlette(
            routes=[
                *(_route(api, operation) for operation in self._operations()),
                *_pages(PayPage(self._memory, self._sessions)),
                *control_routes(deliveries, fates),
            ],
            exception_handlers={HTTPException: unknown, StripeError: refused},
            lifespan=lambda _app: self._working(courier),
        )

    def _operations(self) -> list[Operation]:
        return [
            *of_sessions(self._objects, self._sessions),
            *of_payments(self._objects, self._payments),
            *of_refunds(self._objects, self._refunds),
            *of_customers(self._objects, self._customers),
            *of_events(self._events),
        ]

    @asynccontextmanager
    async def _working(self, courier: Courier) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(courier.run()), asyncio.create_task(self._watch_expiry())]
        yield
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        self._memory.close()

    async def _watch_expiry(self) -> None:
        """Closes sessions when their time is over."""
        while True:
            try:
                self._close_due()
            except sqlite3.Error:
                LOG.exception("the stand-in's memory refused; sessions stay open a while longer")
            await asyncio.sleep(EXPIRY_PAUSE_SECONDS)

    def _close_due(self) -> None:
        due = self._memory.rows(
            "SELECT id FROM objects WHERE kind = 'checkout.session'"
            " AND json_extract(body, '$.status') = 'open'"
            " AND json_extract(body, '$.expires_at') <= ?",
            (now(),),
        )
        for row in due:
            with self._memory.transaction():
                self._sessions.get(row["id"])


def _route(api: Api, operation: Operation) -> Route:
    async def handle(request: Request) -> Response:
        return await api.answer(request, operation)

    return Route(operation.path, handle, methods=[operation.method])


def _pages(pay_page: PayPage) -> list[Route]:
    shown: dict[tuple[str, str], Callable[[Request], Awaitable[Response]]] = {
        ("GET", "/checkout/{id}"): pay_page.show,
        ("POST", "/checkout/{id}/pay"): pay_page.pay,
        ("GET", "/checkout/{id}/authenticate"): pay_page.question,
        ("POST", "/checkout/{id}/authenticate"): pay_page.answer,
    }
    return [Route(path, run, methods=[method]) for (method, path), run in shown.items()]
