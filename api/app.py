"""The composition of the API: settings in, application out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi

from api import health, problem_answers, problems
from api.identity import routes as identity
from api.resources import open_resources
from api.webhooks import postmark, stripe, twilio
from models.settings import Settings

ROUTERS: tuple[APIRouter, ...] = (
    health.router,
    identity.router,
    stripe.router,
    postmark.router,
    twilio.router,
)
"""Every router of the API: add yours here."""


def create_app(settings: Settings) -> FastAPI:
    """The whole API; it connects to nothing before it is asked something."""
    app = FastAPI(
        title="AsiaTravelPlan",
        version="1",
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
        responses=problems.COMMON_RESPONSES,
    )
    app.state.settings = settings
    problem_answers.install(app)
    for router in ROUTERS:
        app.include_router(router)
    _describe_problems(app)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with open_resources(app.state.settings) as resources:
        app.state.resources = resources
        yield


def _describe_problems(app: FastAPI) -> None:
    """Lets the OpenAPI document carry the one schema of all problems."""

    def describe() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = get_openapi(title=app.title, version=app.version, routes=app.routes)
            components = schema.setdefault("components", {}).setdefault("schemas", {})
            components[problems.SCHEMA_NAME] = problems.SCHEMA
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = describe  # type: ignore[method-assign]  # FastAPI's own way to extend it
