"""The API by ASGI, with all its middleware, and browsers that log in by the real provider."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx2
from fastapi import FastAPI

from api.app import create_app
from api.resources import Resources
from models.settings import Settings
from tests.support.identity import RunningProvider, log_in


@dataclass
class Api:
    """A started API."""

    app: FastAPI
    resources: Resources

    @property
    def settings(self) -> Settings:
        return self.resources.settings

    def client(
        self, headers: dict[str, str] | None = None, address: str = "203.0.113.9"
    ) -> httpx2.AsyncClient:
        """A client at `address`, with cookies of its own; it follows no redirects."""
        return httpx2.AsyncClient(
            transport=httpx2.ASGITransport(self.app, client=(address, 4711)),
            base_url=self.settings.public_url,
            headers=headers,
        )

    @asynccontextmanager
    async def browser(self, username: str) -> AsyncIterator[httpx2.AsyncClient]:
        """A client in which somebody of the demo staff has logged in."""
        async with self.client({"Accept": "text/html"}) as client:
            await client.get(await come_back(client, username))
            yield client


@asynccontextmanager
async def open_api(settings: Settings) -> AsyncIterator[Api]:
    """Starts an API."""
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        yield Api(app, app.state.resources)


async def come_back(client: httpx2.AsyncClient, username: str, return_to: str = "") -> str:
    """Logs in at the provider; the address by which the provider sends the browser back."""
    query = {"return_to": return_to} if return_to else {}
    begun = await client.get("/auth/login", params=query)
    assert begun.status_code == 303, begun.text
    with httpx2.Client() as browser:
        form = browser.get(begun.headers["location"])
        return log_in(browser, form, username).headers["location"]


def settings_with(provider: RunningProvider, database_url: str, **changes: object) -> Settings:
    """The provider's settings with a database, changed as asked."""
    facts = provider.settings.model_dump() | {"database_url": database_url, "rate_limit": "off"}
    return Settings.model_validate(facts | changes)
