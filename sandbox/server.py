"""The stand-ins' server: every provider's HTTP on one loopback port, and the mailbox."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from models.settings import Environment, Settings
from sandbox.courier import Backoff, Carrier, Courier
from sandbox.ecb import create_ecb_app
from sandbox.mailbox.app import create_mailbox_app, missing
from sandbox.mailbox.messages import Kind, Messages
from sandbox.memory import Memory
from sandbox.neighbours import create_neighbours
from sandbox.pages import STATIC, page
from sandbox.postmark import PostmarkCarrier, create_postmark_app
from sandbox.turnstile import create_turnstile_app
from sandbox.twilio import TwilioCarrier, create_twilio_app

STOP_SECONDS = 1


class SandboxInProductionError(RuntimeError):
    """Someone tried to load the stand-ins where real money and real people are."""


def create_sandbox(settings: Settings, *, backoff: Backoff | None = None) -> Starlette:
    """The ASGI app with all stand-ins; it must be run with its lifespan.

    Args:
        settings: Secrets that clients must show, addresses that webhooks go to, and where the
            stand-ins keep what they remember: `<data_dir>/sandbox/`.
        backoff: The pauses between attempts of a Postmark or Twilio webhook.

    Raises:
        SandboxInProductionError: The settings are those of production.
    """
    if settings.environment is Environment.PRODUCTION:
        raise SandboxInProductionError(
            "The stand-ins never run in production: set ATP_ENV to local, or call the providers."
        )
    state_dir = settings.data_dir / "sandbox"
    state_dir.mkdir(parents=True, exist_ok=True)
    return Sandbox(settings, state_dir, backoff).app()


class Sandbox:
    """Wires the stand-ins with one memory and one courier."""

    def __init__(self, settings: Settings, state_dir: Path, backoff: Backoff | None) -> None:
        self._settings = settings
        self._memory = Memory(state_dir / "messages.sqlite3")
        self._messages = Messages(self._memory)
        twilio = TwilioCarrier(settings)
        carriers: dict[str, Carrier] = {
            Kind.EMAIL: PostmarkCarrier(settings, self._memory),
            Kind.SMS: twilio,
            Kind.WHATSAPP: twilio,
        }
        self._courier = Courier(self._memory, carriers, backoff)
        self._neighbours = create_neighbours(settings, state_dir)

    def app(self) -> Starlette:
        """The one app that holds them all."""
        return Starlette(
            routes=[
                Route("/", _index),
                Route("/health", _health),
                Route("/mailbox", _to_mailbox),
                Mount("/mailbox", create_mailbox_app(self._settings, self._messages)),
                Mount("/postmark", create_postmark_app(self._settings, self._messages)),
                Mount("/twilio", create_twilio_app(self._settings, self._messages)),
                Mount("/turnstile", create_turnstile_app(self._settings, self._memory)),
                Mount("/ecb", create_ecb_app()),
                *(Mount(path, app) for path, app in self._neighbours.items()),
                Mount("/static", StaticFiles(directory=STATIC)),
            ],
            exception_handlers={404: missing},
            lifespan=self._lifespan,
        )

    @asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        """Runs the background work of every stand-in for as long as the server runs."""
        async with AsyncExitStack() as stack:
            for app in self._neighbours.values():
                await stack.enter_async_context(app.router.lifespan_context(app))
            courier = asyncio.create_task(self._courier.run())
            yield
            courier.cancel()
            with suppress(asyncio.CancelledError):
                await courier
        self._memory.close()


async def _index(request: Request) -> Response:
    return page(request, "index.html", {})


async def _health(_request: Request) -> Response:
    return JSONResponse({"status": "ok"})


async def _to_mailbox(request: Request) -> Response:
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"/mailbox/{query}")


def main() -> None:
    """Serves the stand-ins until SIGTERM or Ctrl-C."""
    settings = Settings()
    logging.basicConfig(level=settings.log_level)
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    uvicorn.run(
        create_sandbox(settings),
        host=settings.host,
        port=settings.sandbox_port,
        log_level=settings.log_level.lower(),
        access_log=False,
        timeout_graceful_shutdown=STOP_SECONDS,
        server_header=False,
    )


if __name__ == "__main__":
    main()
