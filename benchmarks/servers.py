"""The servers of a benchmark: throwaway Postgres and Temporal, and our processes beside them."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from sandbox.stack.ports import find_free
from sandbox.stack.program import Program, spawn, stop
from tests.support.cluster import Cluster, Servers

START_SECONDS = 30.0
ENVIRONMENT = {"ATP_ENV": "test", "ATP_RATE_LIMIT": "off"}


@dataclass(frozen=True)
class Bench:
    """Where the servers are and how processes are run beside them."""

    cluster: Cluster
    folder: Path

    @asynccontextmanager
    async def process(
        self, name: str, *words: str, port: int, environment: dict[str, str] | None = None
    ) -> AsyncIterator[int]:
        """Runs `python -m <words>` until the block ends; yields its process id once it listens."""
        program = Program(
            name=name,
            command=(sys.executable, "-m", *words),
            environment={**os.environ, **ENVIRONMENT, **(environment or {})},
            folder=Path.cwd(),
        )
        with (self.folder / f"{name}.log").open("ab") as log:
            child = spawn(program, log.fileno())
        try:
            await self._listens(name, child, port)
            yield child.pid
        finally:
            stop(child, signal.SIGTERM, 10.0)

    async def _listens(self, name: str, child: subprocess.Popen[bytes], port: int) -> None:
        give_up_at = monotonic() + START_SECONDS
        while not listens(port):
            if child.poll() is not None or monotonic() > give_up_at:
                log = (self.folder / f"{name}.log").read_text()[-2000:]
                raise RuntimeError(f"{name} did not start:\n{log}")
            await asyncio.sleep(0.05)

    @asynccontextmanager
    async def api(
        self, database_url: str, temporal_address: str, prefix: str = ""
    ) -> AsyncIterator[int]:
        """Serves the production application with the rate limit off; yields its port."""
        port = find_free()
        environment = {
            "DATABASE_URL": database_url,
            "TEMPORAL_ADDRESS": temporal_address,
            "ATP_HTTP_PORT": str(port),
            "ATP_TASK_QUEUE_PREFIX": prefix,
            "ATP_DATA_DIR": str(self.folder),
        }
        async with self.process(f"api-{port}", "api.server", port=port, environment=environment):
            yield port


@contextmanager
def opened() -> Iterator[Bench]:
    """The servers, for as long as the block lasts."""
    servers = Servers()
    with tempfile.TemporaryDirectory(prefix="asiatravelplan-bench-") as folder:
        try:
            yield Bench(servers.start(), Path(folder))
        finally:
            servers.stop()


def listens(port: int) -> bool:
    """Whether somebody listens on a port of loopback."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
