"""The worker's own door: is it well?"""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from temporalio.worker import Worker


class QuietServer(uvicorn.Server):
    """Leaves signals to the worker, which stops everything in order."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Captures none."""
        yield


async def serve_health(port: int, workers: Sequence[Worker], relay: asyncio.Task[None]) -> None:
    """Answers GET /health on loopback: 200 while every queue is served and the relay runs."""

    async def health(_: Request) -> JSONResponse:
        well = all(worker.is_running for worker in workers) and not relay.done()
        return JSONResponse({"status": "ok" if well else "down"}, status_code=200 if well else 503)

    config = uvicorn.Config(
        Starlette(routes=[Route("/health", health)]),
        host="127.0.0.1",
        port=port,
        log_level="warning",
        lifespan="off",
        access_log=False,
    )
    await QuietServer(config).serve()
