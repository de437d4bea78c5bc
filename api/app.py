"""The composition of the API: settings in, application out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.routing import BaseRoute

from api import health, problem_answers, problems
from api.description import VERSION, describe
from api.identity import routes as identity
from api.middleware.body_limit import BodyLimit
from api.middleware.client_address import ClientAddresses
from api.middleware.cors import Cors
from api.middleware.head import HeadAsGet
from api.middleware.rate_limit import RateLimit, parse_rate
from api.middleware.readers import Readers
from api.middleware.security_headers import SecurityHeaders
from api.middleware.tracing import Tracing
from api.pages import assets, reference, website
from api.pages.backoffice.routers import ROUTERS as BACK_OFFICE
from api.pages.customer.routers import ROUTERS as CUSTOMER_PAGES
from api.public import bookings as intake
from api.public import photos, quotes, tours
from api.resources import open_resources
from api.staff.routers import ROUTERS as STAFF
from api.webhooks import postmark, postmark_inbound, stripe, twilio, twilio_inbound
from models.settings import Environment, Settings

ROUTERS: tuple[APIRouter, ...] = (
    tours.router,  # asked most often, so it is matched first
    photos.router,
    intake.router,
    health.router,
    identity.router,
    reference.router,
    website.router,
    stripe.router,
    postmark.router,
    postmark_inbound.router,
    twilio.router,
    twilio_inbound.router,
    *STAFF,
    *BACK_OFFICE,
    *CUSTOMER_PAGES,
    quotes.router,
)
"""Every router of the API: add yours here."""


def create_app(settings: Settings) -> FastAPI:
    """The whole API; it connects to nothing before it is asked something."""
    app = FastAPI(
        title="AsiaTravelPlan",
        version=VERSION,
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
        routes=list(_routes()),
    )
    app.state.settings = settings
    problem_answers.install(app)
    assets.install(app)
    _describe(app)
    _add_middleware(app, settings)
    return app


@cache
def _routes() -> tuple[BaseRoute, ...]:
    """Every route, for all applications of a process: understanding them takes 0.1 s."""
    whole = APIRouter(responses=problems.COMMON_RESPONSES)
    for router in ROUTERS:
        whole.include_router(router)
    return tuple(whole.routes)


def _add_middleware(app: FastAPI, settings: Settings) -> None:
    """What every request passes, from the inside out: the last one added sees it first."""
    app.state.client_addresses = ClientAddresses(settings.trusted_proxies)
    app.add_middleware(HeadAsGet)
    app.add_middleware(
        RateLimit, rate=parse_rate(settings.rate_limit), addresses=app.state.client_addresses
    )
    app.add_middleware(BodyLimit, largest_file=settings.attachment_bytes)
    app.add_middleware(Tracing)
    app.add_middleware(Readers)
    app.add_middleware(Cors, origins=settings.allowed_origins)
    app.add_middleware(SecurityHeaders, https_only=settings.environment is Environment.PRODUCTION)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with open_resources(app.state.settings) as resources:
        app.state.resources = resources
        yield


def _describe(app: FastAPI) -> None:
    """Lets the application answer with the whole document, made when it is first asked for."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = describe(app)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]  # FastAPI's own way to extend it
