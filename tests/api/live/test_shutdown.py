"""The API as a process: open streams do not hold it back when it is told to stop."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx2
from starlette.concurrency import run_in_threadpool

from api.identity.session import COOKIE
from models.settings import Settings
from sandbox.stack.ports import find_free
from tests.support.desk import Office

ROOT = Path(__file__).parents[3]
START_SECONDS = 30.0
STACK_SECONDS = 10.0
"""What the stack gives everything to stop."""


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    give_up_at = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up_at:
        try:
            httpx2.get(f"{url}/health")
        except httpx2.ConnectError:
            assert process.poll() is None, process.communicate()[0].decode()
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the server did not start")


async def test_a_stop_ends_open_streams_at_once(office: Office) -> None:
    await run_in_threadpool(follow_and_stop, office.resources.settings)


def follow_and_stop(settings: Settings) -> None:
    """Starts a server, follows it, tells it to stop, and waits until it is gone."""
    port = find_free()
    variables = {
        "ATP_HTTP_PORT": str(port),
        "ATP_ENV": "test",
        "ATP_DATA_DIR": str(settings.data_dir),
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "TEMPORAL_ADDRESS": settings.temporal_address,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "api.server"],
        cwd=ROOT,
        env=os.environ | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        url = f"http://127.0.0.1:{port}"
        wait_for(url, process)
        with (
            httpx2.Client(cookies={COOKIE: "marc"}, timeout=START_SECONDS) as client,
            client.stream("GET", f"{url}/backoffice/live") as response,
        ):
            lines = response.iter_lines()
            assert next(lines).startswith("retry:")
            process.send_signal(signal.SIGTERM)
            list(lines)
        output, _ = process.communicate(timeout=STACK_SECONDS)
    finally:
        process.kill()
        process.wait()
    assert process.returncode in {0, -signal.SIGTERM}
    assert b"graceful shutdown exceeded" not in output
