"""`python -m api.server`: the API, in one process."""

import socket
import sys

import uvicorn
from pydantic import ValidationError

from api import logs
from api.app import create_app
from api.resources import Resources
from models.settings import Settings

GRACE_SECONDS = 5


def server_config(settings: Settings) -> uvicorn.Config:
    """How uvicorn runs the API: quick, quiet, and gone within five seconds of a SIGTERM."""
    return uvicorn.Config(
        create_app(settings),
        host=settings.host,
        port=settings.http_port,
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


class Server(uvicorn.Server):
    """Ends the streams of open pages first, so that it need not wait for them."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stops within `GRACE_SECONDS`."""
        resources = getattr(getattr(self.config.app, "state", None), "resources", None)
        if isinstance(resources, Resources):
            resources.live.close()
        await super().shutdown(sockets)


def main() -> int:
    """Serves until it is told to stop; 2 when the settings are not fit."""
    try:
        settings = Settings()
        config = server_config(settings)
    except ValidationError as error:
        faults = "; ".join(fault["msg"] for fault in error.errors(include_input=False))
        sys.stderr.write(f"The settings are not fit: {faults}\n")
        return 2
    except ValueError as error:
        sys.stderr.write(f"The settings are not fit: {error}\n")
        return 2
    logs.configure(settings.log_level)
    Server(config).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
